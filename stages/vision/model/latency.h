/* latency - how long the last calls took, and when one is out of the ordinary
 *
 * Pure.
 */
#ifndef STAGES_VISION_MODEL_LATENCY_H
#define STAGES_VISION_MODEL_LATENCY_H

#include <stddef.h>
#include <stdint.h>

enum { LATENCIES = 256, MIN_LATENCIES = 20 };

struct latency {
    int64_t took_ms[LATENCIES]; /* a ring */
    size_t count, next;
};

void latency_add(struct latency *latency, int64_t took_ms);

/* What 99 of 100 calls stayed below; -1: too few are known. */
int64_t latency_p99(const struct latency *latency);

#endif
