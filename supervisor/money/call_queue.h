/* call_queue - who has asked for one more call, in the order in which they are answered
 *
 * Pure.  Repairs come first, as they were asked for: without them there is no answer.  Then second questions,
 * the worst doubt first.  What a job has no money for at present is passed over, for a while: others need not
 * wait for it.
 */
#ifndef SUPERVISOR_CALL_QUEUE_H
#define SUPERVISOR_CALL_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "proto/enums.h"

struct call_asked {
    TAILQ_ENTRY(call_asked) link;
    uint64_t lease;
    uint32_t call, max_tokens;
    enum doubt doubt; /* NONE: it is a repair */
    int64_t job;
    int64_t held_ms; /* there is no money for it until then; 0: it has not been looked at yet */
};

TAILQ_HEAD(call_queue, call_asked);

/* Adds a copy. */
void call_queue_add(struct call_queue *queue, const struct call_asked *asked);

/* Takes it out and frees it. */
void call_queue_remove(struct call_queue *queue, struct call_asked *asked);

/* Takes out all that the lease has asked for; lease 0: everything. */
void call_queue_drop(struct call_queue *queue, uint64_t lease);

/* The first that may be answered now; NULL: there is none. */
struct call_asked *call_queue_due(const struct call_queue *queue, int64_t now_ms);

/* When the next of those that are held is due again; TIMER_NONE: none is held. */
int64_t call_queue_next(const struct call_queue *queue, int64_t now_ms);

/* Holds all that the job asks for until then. */
void call_queue_hold(struct call_queue *queue, int64_t job, int64_t until_ms);

/* Does the job wait for money? */
bool call_queue_holds(const struct call_queue *queue, int64_t job);

/* Is that call in it? */
bool call_queue_has(const struct call_queue *queue, uint64_t lease, uint32_t call);

#endif
