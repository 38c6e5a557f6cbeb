/* worker - one incarnation of one worker: its process, its private pair of sockets, its credit, its leases
 *
 * Both sockets are bound by us on endpoint names that are never used again, so the channel is the identity. A
 * worker is dead when its pidfd has fired and its result channel has reported the disconnect (or never
 * connected): only then has everything it said been heard.
 *
 * Here: the mechanism.  Whether to start one is worker_pool.c's business, what to lease dispatch.c's, what a
 * result means lane_result.c's.  Messages given to worker_send() leave with worker_flush(), when the turn's
 * commit is durable.
 */
#ifndef SUPERVISOR_WORKER_H
#define SUPERVISOR_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include <zmq.h>

#include "proto/wire.h"
#include "supervisor/store/blob.h"
#include "supervisor/process/process.h"
#include "supervisor/base/lease.h"
#include "supervisor/process/death.h"
#include "supervisor/process/worker_lock.h"
#include "supervisor/process/worker_state.h"

/* A message, and the commit that must be durable before it leaves. */
struct outgoing {
    struct wire message;
    uint64_t after;
};

/* Its end of the results channel, as the monitor tells it. */
enum worker_channel { CHANNEL_NEW, CHANNEL_CONNECTED, CHANNEL_DISCONNECTED };

struct worker {
    struct worker *next;
    enum stage_kind kind;
    unsigned slot;
    uint64_t generation;
    struct process child; /* pid 0: the local client (slidemill run), which is not our child */
    void *tasks, *results, *monitor;
    enum worker_state state;
    enum worker_channel channel;
    bool outdated;    /* to be relieved: its parameters have changed, or it has worked long enough */
    bool killed;      /* by us; what it had said still counts */
    bool silenced;    /* killed because it said what it may not: nothing of it counts any more */
    bool exited;      /* its process has ended */
    enum death death; /* why it is to end; DIED: by itself */
    unsigned credit, held;
    uint64_t settled;     /* leases so far */
    struct lease *leases; /* oldest first */
    int64_t born_ms, heard_ms, exited_ms, weighed_ms;
    char *lacks, *engine, *model, *fingerprint, *prompt; /* as HELLO said; "" before */
    char document[BLOB_NAME];                            /* the PDF it was sent last */
    int64_t job;                                         /* and whose */
    unsigned streak;                                     /* how many leases of it in a row */
    struct outgoing *outgoing;                           /* in order; what waits for no commit may overtake */
    size_t outgoing_count, outgoing_room;
    char name[WORKER_LOCK_NAME]; /* of its files in run/ */
};

/* Sockets on run/NAME.tasks and run/NAME.results; no process yet. NULL with errno: the system gives none. */
struct worker *worker_new(void *context, enum stage_kind kind, unsigned slot, uint64_t generation,
                          const char *name, int64_t now_ms);
/* Closes the sockets. Its leases must have been taken (worker_release). NULL in *worker: nothing to do. */
void worker_free(struct worker **worker);

/* Writes "rasterizer-1" for logs and rows. */
enum { WORKER_NAME = 32 };

void worker_name(const struct worker *worker, char name[WORKER_NAME]);

/* Keeps what HELLO said. */
void worker_hello(struct worker *worker, const struct wire_hello *hello);

/* Has it said HELLO? */
bool worker_is_ready(const struct worker *worker);

/* Can it take another lease now? */
bool worker_has_credit(const struct worker *worker);

/* Puts a lease into its hands; the caller sends the message. */
struct lease *worker_lease(struct worker *worker, uint64_t id, struct work work);

/* The lease of that number; NULL: it does not hold it. */
struct lease *worker_find(const struct worker *worker, uint64_t id);

/* Takes a lease back: the caller frees it. NULL: it does not hold that one. worker_release takes the oldest.
 */
struct lease *worker_settle(struct worker *worker, uint64_t id);
struct lease *worker_release(struct worker *worker);

/* Queues a message; takes it over. It leaves when this turn's commit is durable. worker_send_now: at the end
 * of the turn; it promises nothing. One that does not fit its row (wire_fit) is told and dropped: who gives
 * out a lease looks at that before. */
void worker_send(struct worker *worker, struct wire *message);
void worker_send_now(struct worker *worker, struct wire *message);
/* The turn has ended: what was queued in it waits for that commit. */
void worker_committed(struct worker *worker, uint64_t commit);
/* Sends what no commit after that one holds back. true: all that has left; false: the worker takes none now,
 * try again. */
bool worker_flush(struct worker *worker, uint64_t synced);

/* Kills its process: it is late, silent, or does not know what it does. Its death gives its leases back.
 * worker_silence: and nothing it says counts any more. */
void worker_kill(struct worker *worker, enum death why);
void worker_silence(struct worker *worker, enum death why);

/* DISCONNECT: with the process gone the kernel closes its sockets at once; this is for a channel that hangs.
 */
enum { WORKER_DISCONNECT_MS = 2000 };

/* Looks at pidfd and channel. true: it is dead and all it said has been received or stands in its socket. */
bool worker_gone(struct worker *worker, int64_t now_ms);

/* Poll items it needs: results, monitor and (if it is our child) the pidfd. Returns how many were written. */
enum { WORKER_ITEMS = 3 };
int worker_items(const struct worker *worker, zmq_pollitem_t items[WORKER_ITEMS]);

#endif
