/* pending_requests - see pending_requests.h */
#include "stages/front/pending_requests.h"

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

struct pending_requests {
    uint64_t count;
    unsigned room, free;
    struct slot slots[]; /* slot 0 is the head of the list */
};

struct pending_requests *pending_requests_new(unsigned room)
{
    struct pending_requests *pending = need_zero(1, sizeof *pending + (room + 1) * sizeof pending->slots[0]);

    must(room + 1 < 1u << SLOT_BITS);
    pending->room = room;
    for (unsigned i = 1; i <= room; i++)
        pending->slots[i].next = i == room ? 0 : i + 1;
    pending->free = room == 0 ? 0 : 1;
    return pending;
}

void pending_requests_free(struct pending_requests **pending)
{
    free(*pending);
    *pending = NULL;
}

uint64_t pending_requests_add(struct pending_requests *pending, void *request, int64_t until_ms)
{
    unsigned at = pending->free, before = pending->slots[0].prev, after;

    if (at == 0)
        return 0;
    while (before != 0 && pending->slots[before].until_ms > until_ms) /* uploads, which are few */
        before = pending->slots[before].prev;
    after = pending->slots[before].next;
    pending->free = pending->slots[at].next;
    pending->slots[at] = (struct slot){.request = request,
                                       .number = ++pending->count << SLOT_BITS | at,
                                       .until_ms = until_ms,
                                       .prev = before,
                                       .next = after};
    pending->slots[before].next = at;
    pending->slots[after].prev = at;
    return pending->slots[at].number;
}

static void *remove_slot(struct pending_requests *pending, unsigned at)
{
    struct slot *slot = &pending->slots[at];
    void *request = slot->request;

    pending->slots[slot->prev].next = slot->next;
    pending->slots[slot->next].prev = slot->prev;
    *slot = (struct slot){.next = pending->free};
    pending->free = at;
    return request;
}

void *pending_requests_take(struct pending_requests *pending, uint64_t number)
{
    unsigned at = (unsigned)(number & ((1u << SLOT_BITS) - 1));

    if (at == 0 || at > pending->room || pending->slots[at].number != number)
        return NULL;
    return remove_slot(pending, at);
}

void *pending_requests_expired(struct pending_requests *pending, int64_t now_ms)
{
    unsigned first = pending->slots[0].next;

    return first != 0 && pending->slots[first].until_ms <= now_ms ? remove_slot(pending, first) : NULL;
}

int64_t pending_requests_next(const struct pending_requests *pending)
{
    unsigned first = pending->slots[0].next;

    return first == 0 ? -1 : pending->slots[first].until_ms;
}
