/* liveness - is a worker late or silent? A hang becomes a death, which has one path (failure.h) */
#ifndef SUPERVISOR_LIVENESS_H
#define SUPERVISOR_LIVENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/process/worker.h"

/* SILENCE: a loop that turns beats every second while it holds work, else every 15 s; the longest single step
 * of a stage is OCR of one page. */
enum { LIVENESS_START_MS = 30000, LIVENESS_SILENCE_MS = 60000 };

/* Were we stopped ourselves (SIGSTOP, a paused machine)? Then nobody was heard, and what the workers have
 * said meanwhile is still to be read. All 0 at birth. */
struct absence {
    int64_t turned_ms;  /* the last turn, monotonic; 0: none yet */
    int64_t excused_ms; /* until then nobody is judged */
};
/* MIN: the loop itself sleeps up to 10 s. */
enum { ABSENCE_MIN_MS = 20000, ABSENCE_EXCUSE_MS = 5000 };

/* Once a turn. How long we were away before it, if that is worth a word; else 0. */
int64_t absence_note(struct absence *absence, int64_t now_ms);
/* May workers be judged now? */
bool absence_is_over(const struct absence *absence, int64_t now_ms);

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
