/* kept - see kept.h */
#include "stages/lib/kept.h"

#include <stdlib.h>

#include "proto/panic.h"

struct entry {
    struct entry *next;
    uint64_t lease;
    struct wire result; /* WIRE_NONE while it is under way */
};

struct kept {
    struct entry *first;
    size_t count;
};

struct kept *kept_new(void)
{
    return need_zero(1, sizeof(struct kept));
}

static void entry_free(struct kept *kept, struct entry **at)
{
    struct entry *entry = *at;

    *at = entry->next;
    wire_clear(&entry->result);
    free(entry);
    kept->count--;
}

void kept_free(struct kept **kept)
{
    while (*kept != NULL && (*kept)->first != NULL)
        entry_free(*kept, &(*kept)->first);
    free(*kept);
    *kept = NULL;
}

static struct entry **entry_at(struct kept *kept, uint64_t lease)
{
    struct entry **at = &kept->first;

    while (*at != NULL && (*at)->lease != lease)
        at = &(*at)->next;
    return at;
}

void kept_take(struct kept *kept, uint64_t lease)
{
    struct entry *entry = need_zero(1, sizeof *entry);

    entry->lease = lease;
    entry->next = kept->first;
    kept->first = entry;
    kept->count++;
}

void kept_settle(struct kept *kept, struct wire *result)
{
    struct entry *entry = *entry_at(kept, wire_lease(result));

    must(entry != NULL && entry->result.type == WIRE_NONE);
    wire_copy(&entry->result, result);
}

void kept_drop(struct kept *kept, uint64_t lease)
{
    struct entry **at = entry_at(kept, lease);

    if (*at != NULL)
        entry_free(kept, at);
}

void kept_each(struct kept *kept, void (*on)(void *arg, uint64_t lease, struct wire *result), void *arg)
{
    for (struct entry *entry = kept->first; entry != NULL; entry = entry->next) {
        struct wire copy;

        if (entry->result.type == WIRE_NONE) {
            on(arg, entry->lease, NULL);
        } else {
            wire_copy(&copy, &entry->result);
            on(arg, entry->lease, &copy);
        }
    }
}

size_t kept_count(const struct kept *kept)
{
    return kept->count;
}
