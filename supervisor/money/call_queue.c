/* call_queue - see call_queue.h */
#include "supervisor/money/call_queue.h"

#include <stdlib.h>

#include "proto/panic.h"
#include "proto/timer.h"

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

struct call_asked *call_queue_due(const struct call_queue *queue, int64_t now_ms)
{
    struct call_asked *asked = TAILQ_FIRST(queue);

    while (asked != NULL && asked->held_ms > now_ms)
        asked = TAILQ_NEXT(asked, link);
    return asked;
}

int64_t call_queue_next(const struct call_queue *queue, int64_t now_ms)
{
    const struct call_asked *asked;
    int64_t next = TIMER_NONE;

    TAILQ_FOREACH(asked, queue, link)
    {
        if (asked->held_ms > now_ms)
            next = timer_sooner(next, asked->held_ms);
    }
    return next;
}

void call_queue_hold(struct call_queue *queue, int64_t job, int64_t until_ms)
{
    struct call_asked *asked;

    TAILQ_FOREACH(asked, queue, link)
    {
        if (asked->job == job)
            asked->held_ms = until_ms;
    }
}

bool call_queue_holds(const struct call_queue *queue, int64_t job)
{
    const struct call_asked *asked = TAILQ_FIRST(queue);

    while (asked != NULL && (asked->job != job || asked->held_ms == 0))
        asked = TAILQ_NEXT(asked, link);
    return asked != NULL;
}

bool call_queue_has(const struct call_queue *queue, uint64_t lease, uint32_t call)
{
    const struct call_asked *asked = TAILQ_FIRST(queue);

    while (asked != NULL && (asked->lease != lease || asked->call != call))
        asked = TAILQ_NEXT(asked, link);
    return asked != NULL;
}
