/* rate_memory - what endpoints took, beyond this process; pure
 *
 * A row for each endpoint, known by a digest of its URL, its model and its key, so that another account has
 * another row.  As text it is a note in the ledger.  What is remembered counts the less the older it is, and
 * nothing after a fortnight; a refusal now counts more than all of it (rate_control.h).
 */
#ifndef SUPERVISOR_RATE_MEMORY_H
#define SUPERVISOR_RATE_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

enum { MEMORY_ROWS = 8, MEMORY_TEXT = MEMORY_ROWS * 160 };

struct rate_memory {
    unsigned window;   /* most calls at once that were let in */
    unsigned ceiling;  /* calls at once that are allowed; 0: no such limit was met */
    unsigned burst;    /* calls let in before the first refusal; 0: there was none */
    unsigned measured; /* calls on which the rate rests */
    double rate;       /* calls a millisecond; 0: not known */
};

struct rate_memories {
    struct memory_row {
        uint64_t print;  /* whose it is; 0: the row is free */
        int64_t unix_ms; /* when it was so */
        struct rate_memory memory;
    } rows[MEMORY_ROWS];
};

/* What tells one endpoint and account from another; never 0. */
uint64_t rate_memory_print(const char *base_url, const char *model, const char *key);

/* Keeps it instead of what was known of that endpoint, or of the one that was not heard of for longest. */
void rate_memories_keep(struct rate_memories *memories, uint64_t print, const struct rate_memory *memory,
                        int64_t unix_ms);

/* What is known of the endpoint, faded by its age (age_ms). False: nothing. */
bool rate_memories_find(const struct rate_memories *memories, uint64_t print, int64_t unix_ms,
                        struct rate_memory *memory, int64_t *age_ms);

/* As a text, and back; rows that cannot be read are passed over. */
void rate_memories_write(const struct rate_memories *memories, char text[MEMORY_TEXT]);
void rate_memories_read(struct rate_memories *memories, const char *text);

#endif
