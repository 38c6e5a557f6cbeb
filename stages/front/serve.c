/* serve - see serve.h */
#include "stages/front/serve.h"

#include <stdlib.h>

#include "proto/log.h"
#include "proto/timer.h"
#include "stages/front/http_response.h"

enum { LONGEST_MS = 60000 };

static void accept_clients(struct front *front, int64_t now_ms)
{
    const unsigned max = (unsigned)front->conf->http_connections;
    int fd, library_fd;

    while ((fd = listener_accept(&front->listener, connections_count(front->connections) < max, now_ms)) !=
           -1) {
        if (connection_new(front->connections, fd, now_ms + front->deadline_ms, &library_fd) != NULL)
            mhd_daemon_add(front, library_fd);
    }
}

/* Tells the client what was wrong with its bytes. */
static void refuse(struct front *front, struct connection *connection)
{
    unsigned status;
    const struct request_error *error = connection_error(connection, &status);
    struct http_response reply = {.status = status, .code = error->code, .detail = error->detail};
    size_t size;
    char *bytes = http_response_bytes(&reply, false, &size);

    log_info(request, log_str("method", ""), log_str("route", ""), log_int("status", status),
             log_str("code", code_name(error->code)), log_str("reason", error->detail));
    connection_say(front->connections, connection, bytes, size);
    free(bytes);
}

/* Ends are closed behind the library's turn: libmicrohttpd 0.9 overlooks an end that comes together with
 * bytes. */
int64_t serve_turn(struct front *front, int64_t now_ms)
{
    struct connection *refused;
    MHD_UNSIGNED_LONG_LONG ms;
    bool others_ready;
    int64_t wait;

    others_ready = connections_carry(front->connections);
    if (others_ready || !front->listener.watched)
        accept_clients(front, now_ms);
    MHD_run(front->daemon);
    wait = connections_expire(front->connections, now_ms);
    while ((refused = connections_settle(front->connections)) != NULL)
        refuse(front, refused);
    connections_deliver(front->connections);
    wait = timer_sooner(wait, lingering_turn(front->lingering, now_ms));
    wait = timer_sooner(wait, listener_next(&front->listener, now_ms));
    if (MHD_get_timeout(front->daemon, &ms) == MHD_YES)
        wait = timer_sooner(wait, ms > LONGEST_MS ? LONGEST_MS : (int64_t)ms);
    return wait;
}
