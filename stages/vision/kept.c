/* kept - see kept.h */
#include "stages/vision/kept.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

struct entry {
    struct entry *next;
    struct wire message; /* shares its frame with what was sent */
};

struct kept {
    struct entry *first;
};

struct kept *kept_new(void)
{
    return need_zero(1, sizeof(struct kept));
}

static void entry_free(struct entry **at)
{
    struct entry *entry = *at;

    *at = entry->next;
    wire_clear(&entry->message);
    free(entry);
}

void kept_free(struct kept **kept)
{
    while (*kept != NULL && (*kept)->first != NULL)
        entry_free(&(*kept)->first);
    free(*kept);
    *kept = NULL;
}

void kept_settle(struct kept *kept, struct stage *stage, const struct wire_explained *header,
                 const json_t *answer)
{
    struct entry *entry = need_zero(1, sizeof *entry);
    char *text = json_dumps(answer, JSON_COMPACT);
    struct wire sent;

    must(text != NULL);
    wire_init(&entry->message, WIRE_EXPLAINED);
    entry->message.explained = *header;
    wire_add_owned(&entry->message, text, strlen(text));
    entry->next = kept->first;
    kept->first = entry;

    wire_init(&sent, WIRE_EXPLAINED);
    sent.explained = *header;
    wire_add_shared(&sent, &entry->message.frame[0]);
    stage_settle(stage, &sent);
}

void kept_drop(struct kept *kept, uint64_t lease)
{
    for (struct entry **at = &kept->first; *at != NULL; at = &(*at)->next) {
        if ((*at)->message.explained.lease == lease) {
            entry_free(at);
            return;
        }
    }
}

void kept_count(const struct kept *kept, uint64_t *answers, uint64_t *bytes)
{
    *answers = *bytes = 0;
    for (struct entry *entry = kept->first; entry != NULL; entry = entry->next) {
        ++*answers;
        *bytes += wire_size(&entry->message, 0);
    }
}
