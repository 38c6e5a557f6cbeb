/* front - the HTTP process: checks requests, hands them to the supervisor, sends its answers on
 *
 * It holds nothing that must survive and may be killed at any moment: the listening socket belongs to the
 * supervisor (descriptor 3 here), so the next incarnation goes on where this one stopped. Not here: what a
 * job is and whether it is accepted (the supervisor's), TLS (a proxy's). Trouble: no answer from the
 * supervisor within ten seconds is told as 503, and a late one is dropped.
 */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

#include <stdbool.h>
#include <stdint.h>

#include <microhttpd.h>

#include "stages/lib/stage.h"
#include "stages/front/auth.h"
#include "stages/front/listener.h"
#include "stages/front/key_rate.h"
#include "stages/front/connection.h"
#include "stages/front/supervisor_state.h"
#include "stages/front/pending_requests.h"

/* Shared by the files of this folder. */
struct front {
    const struct conf *conf;
    struct stage *stage; /* of the turn at hand */
    struct MHD_Daemon *daemon;
    struct auth *auth;
    struct key_rate *key_rate;
    struct connections *connections;
    struct lingering *lingering;
    struct listener listener;
    struct pending_requests *pending;
    int64_t deadline_ms; /* http.deadline_s */
    bool introduced;     /* the supervisor has been told of the keys */
    bool retiring;
    int64_t go_at; /* when it goes, whoever is still served */
    unsigned uploads;
    struct supervisor_state supervisor_state;
    uint64_t upload_bytes; /* that uploads under way may come to */
};

extern const struct stage_ops front_ops;

/* mhd_daemon.c: libmicrohttpd without a listening socket; NULL if it does not start. */
struct MHD_Daemon *mhd_daemon_open(struct front *front);
/* Gives it its end of a connection, which it closes; on_connection() frees the connection then. */
void mhd_daemon_add(struct front *front, int library_fd);
void mhd_daemon_close(struct MHD_Daemon **daemon);

#endif
