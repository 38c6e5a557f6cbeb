/* waiting - see waiting.h */
#include "stages/front/waiting.h"

#include <stddef.h>
#include <stdlib.h>

#include "proto/panic.h"

enum { SLOT_BITS = 17 }; /* a number is a count above, and the slot below */

struct slot {
    void *request;
    uint64_t number;
    int64_t until_ms;
    unsigned prev, next; /* by until_ms, or among the free */
};

struct waiting {
    uint64_t count;
    unsigned room, free;
    struct slot slots[]; /* slot 0 is the head of the list */
};

struct waiting *waiting_new(unsigned room)
{
    struct waiting *waiting = need_zero(1, sizeof *waiting + (room + 1) * sizeof waiting->slots[0]);

    must(room + 1 < 1u << SLOT_BITS);
    waiting->room = room;
    for (unsigned i = 1; i <= room; i++)
        waiting->slots[i].next = i == room ? 0 : i + 1;
    waiting->free = room == 0 ? 0 : 1;
    return waiting;
}

void waiting_free(struct waiting **waiting)
{
    free(*waiting);
    *waiting = NULL;
}

uint64_t waiting_add(struct waiting *waiting, void *request, int64_t until_ms)
{
    unsigned at = waiting->free, before = waiting->slots[0].prev, after;

    if (at == 0)
        return 0;
    while (before != 0 && waiting->slots[before].until_ms > until_ms) /* uploads, which are few */
        before = waiting->slots[before].prev;
    after = waiting->slots[before].next;
    waiting->free = waiting->slots[at].next;
    waiting->slots[at] = (struct slot){.request = request,
                                       .number = ++waiting->count << SLOT_BITS | at,
                                       .until_ms = until_ms,
                                       .prev = before,
                                       .next = after};
    waiting->slots[before].next = at;
    waiting->slots[after].prev = at;
    return waiting->slots[at].number;
}

static void *take(struct waiting *waiting, unsigned at)
{
    struct slot *slot = &waiting->slots[at];
    void *request = slot->request;

    waiting->slots[slot->prev].next = slot->next;
    waiting->slots[slot->next].prev = slot->prev;
    *slot = (struct slot){.next = waiting->free};
    waiting->free = at;
    return request;
}

void *waiting_take(struct waiting *waiting, uint64_t number)
{
    unsigned at = (unsigned)(number & ((1u << SLOT_BITS) - 1));

    if (at == 0 || at > waiting->room || waiting->slots[at].number != number)
        return NULL;
    return take(waiting, at);
}

void *waiting_expired(struct waiting *waiting, int64_t now_ms)
{
    unsigned first = waiting->slots[0].next;

    return first != 0 && waiting->slots[first].until_ms <= now_ms ? take(waiting, first) : NULL;
}

int64_t waiting_next(const struct waiting *waiting)
{
    unsigned first = waiting->slots[0].next;

    return first == 0 ? -1 : waiting->slots[first].until_ms;
}
