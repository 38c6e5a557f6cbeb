/* unacknowledged - see unacknowledged.h */
#include "stages/lib/unacknowledged.h"

#include <stdlib.h>

#include "proto/panic.h"

struct entry {
    struct entry *next;
    uint64_t lease;
    struct wire result; /* WIRE_NONE while it is under way */
};

struct unacknowledged {
    struct entry *first;
    size_t count;
};

struct unacknowledged *unacknowledged_new(void)
{
    return need_zero(1, sizeof(struct unacknowledged));
}

static void entry_free(struct unacknowledged *kept, struct entry **at)
{
    struct entry *entry = *at;

    *at = entry->next;
    wire_clear(&entry->result);
    free(entry);
    kept->count--;
}

void unacknowledged_free(struct unacknowledged **kept)
{
    while (*kept != NULL && (*kept)->first != NULL)
        entry_free(*kept, &(*kept)->first);
    free(*kept);
    *kept = NULL;
}

static struct entry **entry_at(struct unacknowledged *kept, uint64_t lease)
{
    struct entry **at = &kept->first;

    while (*at != NULL && (*at)->lease != lease)
        at = &(*at)->next;
    return at;
}

void unacknowledged_take(struct unacknowledged *kept, uint64_t lease)
{
    struct entry *entry = need_zero(1, sizeof *entry);

    entry->lease = lease;
    entry->next = kept->first;
    kept->first = entry;
    kept->count++;
}

void unacknowledged_settle(struct unacknowledged *kept, struct wire *result)
{
    struct entry *entry = *entry_at(kept, wire_lease(result));

    must(entry != NULL && entry->result.type == WIRE_NONE);
    wire_copy(&entry->result, result);
}

void unacknowledged_drop(struct unacknowledged *kept, uint64_t lease)
{
    struct entry **at = entry_at(kept, lease);

    if (*at != NULL)
        entry_free(kept, at);
}

void unacknowledged_each(struct unacknowledged *kept,
                         void (*on)(void *arg, uint64_t lease, struct wire *result), void *arg)
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

size_t unacknowledged_count(const struct unacknowledged *kept)
{
    return kept->count;
}
