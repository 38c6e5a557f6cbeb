/* send_queue - messages to one worker, each held back until the commit that it depends on is durable */
#ifndef SUPERVISOR_SEND_QUEUE_H
#define SUPERVISOR_SEND_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "proto/wire.h"

/* What a message waits for: no commit, or that of the turn under way, whose number is not known yet. */
#define SEND_AT_ONCE    UINT64_C(0)
#define SEND_AFTER_TURN UINT64_MAX

struct send_queue {
    TAILQ_HEAD(, queued) messages;
};

void send_queue_init(struct send_queue *queue);

/* Frees what has not left. */
void send_queue_clear(struct send_queue *queue);

/* Queues a message and takes it over. after: a commit, SEND_AT_ONCE or SEND_AFTER_TURN. One with a field out
 * of bounds (wire_fit) is logged and dropped: who hands out a lease looks at that before. */
void send_queue_add(struct send_queue *queue, struct wire *message, uint64_t after);

/* The n-th message that has not left; NULL: there are not so many. For tests. */
const struct wire *send_queue_at(const struct send_queue *queue, unsigned n);

/* The turn has ended with that commit: what waits for the turn waits for it. */
void send_queue_committed(struct send_queue *queue, uint64_t commit);

/* Sends on the socket, in order, what no commit later than synced holds back. false: the other end takes no
 * more now (it has not connected yet, or is gone); the rest stays queued. */
bool send_queue_flush(struct send_queue *queue, void *socket, uint64_t synced);

#endif
