/* liveness - is a worker late or silent? A hang becomes a death, which has one path (failure.h) */
#ifndef SUPERVISOR_LIVENESS_H
#define SUPERVISOR_LIVENESS_H

#include <stdint.h>

#include "supervisor/process/worker.h"

/* SILENCE: a loop that turns beats every second; the longest single step of a stage is OCR of one page. */
enum { LIVENESS_START_MS = 30000, LIVENESS_SILENCE_MS = 60000 };

struct liveness {
    enum death why;  /* NO_HELLO, SILENT or DEADLINE; DEATHS: nothing is wrong */
    int64_t ms;      /* for how long, if something is */
    int64_t next_ms; /* when to look again (monotonic); TIMER_NONE: when something happens */
};

/* Changes nothing. */
struct liveness liveness_judge(const struct worker *worker, int64_t now_ms);

/* Kills it if something is wrong, and logs why. Returns when to look again. */
int64_t liveness_enforce(struct worker *worker, int64_t now_ms);

#endif
