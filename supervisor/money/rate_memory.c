/* rate_memory - see rate_memory.h */
#include "supervisor/money/rate_memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "proto/digest.h"

enum { MAX_CALLS = 100000 };

static const double DAY_MS = 86400000, FORTNIGHT = 14, MAX_RATE = 1000;

uint64_t rate_memory_print(const char *base_url, const char *model, const char *key)
{
    struct digest *digest = digest_begin();
    unsigned char sum[DIGEST_BYTES];
    uint64_t print = 0;

    digest_add(digest, base_url, strlen(base_url) + 1);
    digest_add(digest, model, strlen(model) + 1);
    digest_add(digest, key, strlen(key) + 1);
    digest_end(&digest, sum);
    for (unsigned i = 0; i < sizeof print; i++)
        print = print << 8 | sum[i];
    return print == 0 ? 1 : print;
}

void rate_memories_keep(struct rate_memories *memories, uint64_t print, const struct rate_memory *memory,
                        int64_t unix_ms)
{
    struct memory_row *row = memories->rows;

    for (unsigned i = 0; i < MEMORY_ROWS && row->print != print; i++) {
        struct memory_row *other = &memories->rows[i];

        if (other->print == print || other->unix_ms < row->unix_ms)
            row = other;
    }
    *row = (struct memory_row){.print = print, .unix_ms = unix_ms, .memory = *memory};
}

static unsigned faded(unsigned amount, double weight)
{
    return amount == 0 ? 0 : 1 + (unsigned)((amount - 1) * weight + 0.5);
}

/* By half each day. What limits stays as it is, but rests on less. */
bool rate_memories_find(const struct rate_memories *memories, uint64_t print, int64_t unix_ms,
                        struct rate_memory *memory, int64_t *age_ms)
{
    for (unsigned i = 0; i < MEMORY_ROWS; i++) {
        const struct memory_row *row = &memories->rows[i];
        int64_t age = unix_ms > row->unix_ms ? unix_ms - row->unix_ms : 0; /* clocks are set */
        double days = (double)age / DAY_MS, weight = exp2(-days);

        if (row->print != print)
            continue;
        if (days > FORTNIGHT)
            return false;
        *age_ms = age;
        *memory = row->memory;
        memory->window = faded(memory->window, weight);
        memory->measured = faded(memory->measured, weight);
        return true;
    }
    return false;
}

void rate_memories_write(const struct rate_memories *memories, char text[MEMORY_TEXT])
{
    size_t used = 0;

    *text = '\0';
    for (unsigned i = 0; i < MEMORY_ROWS; i++) {
        const struct memory_row *row = &memories->rows[i];
        const struct rate_memory *m = &row->memory;

        if (row->print == 0)
            continue;
        used +=
            (size_t)snprintf(text + used, MEMORY_TEXT - used, "%016" PRIx64 " %" PRId64 " %u %u %u %u %.9f\n",
                             row->print, row->unix_ms, m->window, m->ceiling, m->burst, m->measured, m->rate);
    }
}

static bool is_sane(const struct memory_row *row)
{
    const struct rate_memory *m = &row->memory;

    return row->print != 0 && row->unix_ms > 0 && m->window <= MAX_CALLS && m->ceiling <= MAX_CALLS &&
           m->burst <= MAX_CALLS && m->measured <= MAX_CALLS && m->rate >= 0 && m->rate <= MAX_RATE;
}

void rate_memories_read(struct rate_memories *memories, const char *text)
{
    *memories = (struct rate_memories){.rows = {{.print = 0}}};
    for (const char *line = text; *line != '\0'; line += *line == '\n') {
        struct memory_row row;
        struct rate_memory *m = &row.memory;

        if (sscanf(line, "%16" SCNx64 " %" SCNd64 " %u %u %u %u %lf", &row.print, &row.unix_ms, &m->window,
                   &m->ceiling, &m->burst, &m->measured, &m->rate) == 7 &&
            is_sane(&row))
            rate_memories_keep(memories, row.print, m, row.unix_ms);
        line += strcspn(line, "\n");
    }
}
