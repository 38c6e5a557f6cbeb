/* call_queue - see call_queue.h */
#include "supervisor/money/call_queue.h"

#include <stdlib.h>

#include "proto/panic.h"

/* Higher goes first. */
static unsigned rank_of(const struct call_asked *asked)
{
    return asked->doubt == DOUBT_NONE ? DOUBTS : asked->doubt;
}

void call_queue_add(struct call_queue *queue, const struct call_asked *asked)
{
    struct call_asked *entry = need_zero(1, sizeof *entry), *before = TAILQ_LAST(queue, call_queue);

    *entry = *asked;
    while (before != NULL && rank_of(before) < rank_of(entry))
        before = TAILQ_PREV(before, call_queue, link);
    if (before == NULL)
        TAILQ_INSERT_HEAD(queue, entry, link);
    else
        TAILQ_INSERT_AFTER(queue, before, entry, link);
}

void call_queue_remove(struct call_queue *queue, struct call_asked *asked)
{
    TAILQ_REMOVE(queue, asked, link);
    free(asked);
}

void call_queue_drop(struct call_queue *queue, uint64_t lease)
{
    struct call_asked *next;

    for (struct call_asked *asked = TAILQ_FIRST(queue); asked != NULL; asked = next) {
        next = TAILQ_NEXT(asked, link);
        if (lease == 0 || asked->lease == lease)
            call_queue_remove(queue, asked);
    }
}

bool call_queue_has(const struct call_queue *queue, uint64_t lease, uint32_t call)
{
    const struct call_asked *asked = TAILQ_FIRST(queue);

    while (asked != NULL && (asked->lease != lease || asked->call != call))
        asked = TAILQ_NEXT(asked, link);
    return asked != NULL;
}
