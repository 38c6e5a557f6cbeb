/* send_queue - see send_queue.h */
#include "supervisor/process/send_queue.h"

#include <stdlib.h>

#include "proto/fault.h"
#include "proto/log.h"
#include "proto/panic.h"

struct queued {
    TAILQ_ENTRY(queued) link;
    struct wire message;
    uint64_t after;
};

void send_queue_init(struct send_queue *queue)
{
    TAILQ_INIT(&queue->messages);
}

static void queued_free(struct queued *queued)
{
    wire_clear(&queued->message);
    free(queued);
}

static void drop(struct send_queue *queue, struct queued *queued)
{
    TAILQ_REMOVE(&queue->messages, queued, link);
    queued_free(queued);
}

void send_queue_clear(struct send_queue *queue)
{
    struct queued *queued = TAILQ_FIRST(&queue->messages), *next;

    for (; queued != NULL; queued = next) {
        next = TAILQ_NEXT(queued, link);
        queued_free(queued);
    }
    TAILQ_INIT(&queue->messages);
}

void send_queue_add(struct send_queue *queue, struct wire *message, uint64_t after)
{
    const char *misfit = wire_fit(message);
    struct queued *queued;

    if (misfit != NULL) {
        log_error(message_invalid, log_str("message", wire_name(message->type)), log_str("field", misfit),
                  log_int("lease", (int64_t)wire_lease(message)));
        wire_clear(message);
        return;
    }
    queued = need_zero(1, sizeof *queued);
    queued->after = after;
    wire_own(message); /* it leaves later than what it speaks of may live */
    wire_move(&queued->message, message);
    TAILQ_INSERT_TAIL(&queue->messages, queued, link);
}

const struct wire *send_queue_at(const struct send_queue *queue, unsigned n)
{
    const struct queued *queued = TAILQ_FIRST(&queue->messages);

    for (; n > 0 && queued != NULL; n--)
        queued = TAILQ_NEXT(queued, link);
    return queued == NULL ? NULL : &queued->message;
}

void send_queue_committed(struct send_queue *queue, uint64_t commit)
{
    struct queued *queued;

    TAILQ_FOREACH(queued, &queue->messages, link)
    {
        if (queued->after == SEND_AFTER_TURN)
            queued->after = commit;
    }
}

static bool send_one(void *socket, struct wire *message)
{
    enum wire_type type = message->type;

    FAULT_POINT("supervisor", "committed", wire_name(type));
    if (wire_send(socket, message) == -1)
        return false;
    FAULT_POINT("supervisor", "sent", wire_name(type));
    return true;
}

bool send_queue_flush(struct send_queue *queue, void *socket, uint64_t synced)
{
    struct queued *next;

    for (struct queued *queued = TAILQ_FIRST(&queue->messages); queued != NULL; queued = next) {
        next = TAILQ_NEXT(queued, link);
        if (queued->after > synced)
            continue;
        if (!send_one(socket, &queued->message))
            return false;
        drop(queue, queued);
    }
    return true;
}
