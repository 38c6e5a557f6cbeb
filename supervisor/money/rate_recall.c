/* rate_recall - see rate_recall.h */
#include "supervisor/money/rate_recall.h"

/* CERTAIN: a ceiling met less often may be none. MEASURED: calls on which a rate rests that is worth
 * remembering; RESTS: it rests on no more than so many, so that another rate is soon found. */
enum { CERTAIN = 2, MEASURED = 8, RESTS = 64 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

void rate_recall_note(const struct rate_control *g, struct rate_memory *memory)
{
    unsigned counted = (unsigned)g->counted.calls;

    *memory = (struct rate_memory){.window = g->peak, .burst = g->burst};
    if (g->window.queues)
        memory->window = least(g->peak, g->window.max);
    else if (g->burst > 0)
        memory->window = least(g->peak, g->burst);
    if (g->ceiling.max > 0 && g->ceiling.confirmed >= CERTAIN) {
        memory->ceiling = g->ceiling.max;
        memory->window = least(memory->window, memory->ceiling);
        return;
    }
    counted = counted > g->measured ? counted : g->measured;
    if (g->rate > 0 && counted >= MEASURED) {
        memory->rate = g->rate;
        memory->measured = counted;
    }
}

void rate_recall_apply(struct rate_control *g, const struct rate_memory *memory, int64_t rested_ms)
{
    double back = 1 + memory->rate * (double)rested_ms;

    g->peak = memory->window;
    if (memory->ceiling > 0)
        call_ceiling_found(&g->ceiling, memory->ceiling);
    if (memory->rate > 0) {
        g->rate = memory->rate;
        g->measured = least(memory->measured, RESTS);
        g->counted = (struct counted){.calls = g->measured, .ms = g->measured / memory->rate};
        g->burst = memory->burst;
        g->spare = back < memory->burst ? (unsigned)back : memory->burst;
    }
    if (memory->window > g->window.max)
        g->window.max = memory->window;
    if (!g->window.queues && g->spare > g->window.max)
        g->window.max = g->spare;
}
