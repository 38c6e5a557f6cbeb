/* latency - see latency.h */
#include "stages/vision/model/latency.h"

#include <stdlib.h>
#include <string.h>

void latency_add(struct latency *latency, int64_t took_ms)
{
    latency->took_ms[latency->next] = took_ms;
    latency->next = (latency->next + 1) % LATENCIES;
    if (latency->count < LATENCIES)
        latency->count++;
}

static int by_size(const void *a, const void *b)
{
    int64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

int64_t latency_p99(const struct latency *latency)
{
    int64_t sorted[LATENCIES];

    if (latency->count < MIN_LATENCIES)
        return -1;
    memcpy(sorted, latency->took_ms, latency->count * sizeof *sorted);
    qsort(sorted, latency->count, sizeof *sorted, by_size);
    return sorted[(latency->count * 99 + 99) / 100 - 1];
}
