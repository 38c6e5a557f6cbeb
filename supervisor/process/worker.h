/* worker - one incarnation of one worker: its process, its private pair of sockets, its credit, its leases
 *
 * A worker is dead when its pidfd has fired and its channel has reported the disconnect (or never connected):
 * only then has everything it said been heard.
 *
 * Here: the mechanism.  Whether to start one is worker_pool.c's business, what to lease dispatch.c's, what a
 * result means lane_result.c's.  Messages given to worker_send() leave with worker_flush(), when the turn's
 * commit is durable.
 */
#ifndef SUPERVISOR_WORKER_H
#define SUPERVISOR_WORKER_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "proto/wire.h"
#include "supervisor/base/lease.h"
#include "supervisor/process/death.h"
#include "supervisor/process/process.h"
#include "supervisor/process/worker_state.h"

struct worker;

/* ---- birth and end ---- */

/* Sockets on run/NAME.tasks and run/NAME.results; no process yet. NULL with errno: the system gives none. */
struct worker *worker_new(void *context, enum stage_kind kind, unsigned slot, uint64_t generation,
                          const char *name, int64_t now_ms);

/* Closes the sockets. Its leases must have been taken (worker_release). NULL in *worker: nothing to do. */
void worker_free(struct worker **worker);

/* Gives it the process that was started for it. */
void worker_start(struct worker *worker, struct process process);

/* Gives it the process that our predecessor started, and queues the messages that tell it so: ADOPT (say what
 * you hold) and RETIRE (finish that, and go). */
void worker_adopt(struct worker *worker, struct process process);

/* What HELLO said is kept, and the worker is ready. */
void worker_hello(struct worker *worker, const struct wire_hello *hello);

/* Adopted, it has told all that it holds. */
void worker_stated(struct worker *worker);

/* Sends it away: RETIRE is queued, or its process killed if it may not be listening yet. The local client (no
 * process) and one that is leaving already stay as they are. */
void worker_retire(struct worker *worker);

/* Marks it to be relieved: its parameters have changed. worker_recycle: it has worked long enough. */
void worker_outdate(struct worker *worker);
void worker_recycle(struct worker *worker);

/* Kills its process: it is late, silent, or does not know what it does. Its death gives its leases back; what
 * it had said still counts. worker_silence: nothing it said or says counts any more. */
void worker_kill(struct worker *worker, enum death why);
void worker_silence(struct worker *worker, enum death why);

/* DISCONNECT: with the process gone the kernel closes its sockets at once; this is for a channel that hangs.
 */
enum { WORKER_DISCONNECT_MS = 2000 };

/* Looks at pidfd and channel. true: it is dead and all it said has been received or stands in its socket. */
bool worker_gone(struct worker *worker, int64_t now_ms);

/* Reaps its process and returns its exit code (process_reap). */
int worker_reap(struct worker *worker);

/* ---- a list of workers ---- */

LIST_HEAD(worker_list, worker);

void worker_list_insert(struct worker_list *list, struct worker *worker);
void worker_list_remove(struct worker *worker);

/* The next of its list; NULL: none. */
struct worker *worker_next(const struct worker *worker);

/* ---- who it is ---- */

enum stage_kind worker_kind(const struct worker *worker);
unsigned worker_slot(const struct worker *worker);
uint64_t worker_generation(const struct worker *worker);

/* The name of its files in run/. Owned by the worker. */
const char *worker_file(const struct worker *worker);

/* Writes "rasterizer-1" for logs and rows. */
enum { WORKER_NAME = 32 };

void worker_name(const struct worker *worker, char name[WORKER_NAME]);

/* Which it is, as three facts of a log line. */
#define log_worker(worker_)                                                                                  \
    log_str("stage", stage_name(worker_kind(worker_))), log_int("slot", worker_slot(worker_)),               \
        log_int("generation", worker_generation(worker_))

/* What HELLO said; before it the texts are "". Owned by the worker. worker_calls_model: its engine is a
 * model's, so that its work costs money. */
const struct wire_hello *worker_said(const struct worker *worker);
bool worker_calls_model(const struct worker *worker);

/* ---- how it stands ---- */

enum worker_state worker_state(const struct worker *worker);

/* Has it said HELLO? */
bool worker_is_ready(const struct worker *worker);

/* Is it on its way out, so that another one takes its place? */
bool worker_is_leaving(const struct worker *worker);

/* Is it to be relieved? */
bool worker_is_outdated(const struct worker *worker);
bool worker_is_killed(const struct worker *worker);
bool worker_is_silenced(const struct worker *worker);

/* Its process has ended, which worker_gone has seen. */
bool worker_has_exited(const struct worker *worker);

/* Its process. The local client (`slidemill run`, in front's place) has none that is ours. */
const struct process *worker_process(const struct worker *worker);
bool worker_is_local_client(const struct worker *worker);

/* How it came to its end, once its process has ended and before worker_reap. In order: it was to go, and did
 * so as it should, or how is not for us to know. */
enum death worker_death(const struct worker *worker);
bool worker_ended_in_order(const struct worker *worker);

/* When it was made, when it was heard last, and when its process ended. */
int64_t worker_born_ms(const struct worker *worker);
int64_t worker_heard_ms(const struct worker *worker);
int64_t worker_exited_ms(const struct worker *worker);

/* ---- leases ---- */

/* Can it take another lease now? */
bool worker_has_credit(const struct worker *worker);

/* Puts a lease into its hands; the caller sends the message. */
struct lease *worker_lease(struct worker *worker, uint64_t id, struct work work);

/* What was leased to it last, settled or not; zeros: nothing yet. */
const struct work *worker_last(const struct worker *worker);

/* The leases it holds, oldest first; how many; and the one of that number (NULL: it does not hold it). */
const struct lease_list *worker_leases(const struct worker *worker);
unsigned worker_held(const struct worker *worker);
struct lease *worker_find(const struct worker *worker, uint64_t id);

/* Takes a lease back: the caller frees it. NULL: it does not hold that one. worker_release takes the oldest.
 */
struct lease *worker_settle(struct worker *worker, uint64_t id);
struct lease *worker_release(struct worker *worker);

/* Counts a lease that was settled; how many there were. */
void worker_count_settled(struct worker *worker);
uint64_t worker_settled(const struct worker *worker);

/* Was it sent that PDF last? worker_note_document: a lease of that job goes to it, with that PDF in its
 * hands. */
bool worker_has_document(const struct worker *worker, const char *document);
void worker_note_document(struct worker *worker, int64_t job, const char *document, int64_t now_ms);

/* How long a job's turn at a worker lasts, if others wait: as long as a first try (greedy.c), so that slow
 * pages and fast ones get the same of a worker's time; each change costs a new jail and opening the document
 * again. */
enum { WORKER_TURN_MS = 400 };

/* The job that has its turn; 0: it is another's. */
int64_t worker_turn_job(const struct worker *worker, int64_t now_ms);

/* ---- messages ---- */

/* Queues a message and takes it over: it leaves when this turn's commit is durable. worker_send_now: at the
 * end of the turn; it promises nothing. */
void worker_send(struct worker *worker, struct wire *message);
void worker_send_now(struct worker *worker, struct wire *message);

/* The n-th message that has not left; NULL: there are not so many. For tests. */
const struct wire *worker_unsent(const struct worker *worker, unsigned n);

/* The turn has ended: what was queued in it waits for that commit. */
void worker_committed(struct worker *worker, uint64_t commit);

/* Sends what no commit after that one holds back. true: all that has left, or never will; false: the worker
 * takes none now, try again. */
bool worker_flush(struct worker *worker, uint64_t synced);

/* Takes one message off its socket, as wire_receive does. worker_heard: it gave a sign of life. */
int worker_receive(struct worker *worker, struct wire *message, const char **why);
void worker_heard(struct worker *worker, int64_t now_ms);

/* Poll items it needs: its results; the end of its process, if it is our child; then the end of its
 * connection, which the monitor tells. Returns how many were written. The descriptors of sockets tell of what
 * comes once (ZMQ_FD, zmq_getsockopt(3)): who is told takes all there is. */
enum { WORKER_ITEMS = 2 };
int worker_items(const struct worker *worker, struct pollfd items[WORKER_ITEMS]);

/* Notes what the poll has said of these items, and returns how many there are. Workers without news are left
 * alone in this turn: each look costs system calls. speaks: a message may wait, from then on until
 * worker_receive has found none; while one does, no poll may wait. is_ending: its process has ended, so
 * worker_gone is worth a call. */
int worker_polled(struct worker *worker, const struct pollfd *items);
bool worker_speaks(const struct worker *worker);
bool worker_is_ending(const struct worker *worker);

#endif
