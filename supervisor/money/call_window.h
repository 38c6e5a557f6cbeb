/* call_window - how many model calls at once, learned from how long answers take and from time-outs; pure
 *
 * It begins with one call, and doubles as long as nothing is refused (slow start, as TCP does it: RFC
 * 5681, 3.1).
 *
 * Servers of one's own refuse nothing: they queue, and what waits too long there is lost.  So after time-outs
 * no more are asked than half of what came back meanwhile, and more again only as answers come as quickly as
 * they can.  Where answers become slow, the window shrinks a little.  Times are monotonic milliseconds.
 */
#ifndef SUPERVISOR_CALL_WINDOW_H
#define SUPERVISOR_CALL_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

struct call_window {
    unsigned max;  /* calls at once, at present */
    bool opening;  /* nothing has been refused or lost yet */
    bool queues;   /* it has queued calls until they timed out, or may do so: answers make the window grow */
    uint64_t done; /* answers, ever */
    int64_t done_started_ms, crowded_ms; /* when the youngest call that was answered began; last time-outs */
    int64_t patience_ms;                 /* how long a call is waited for; 0: none has timed out */
    double took_ms, best_ms;             /* an answer, on average, and at best */
    int64_t shrunk_ms;
};

/* small: begin with few calls at once, which may be queued. */
void call_window_open(struct call_window *window, bool small);

/* A call was let in while so many are under way: where nothing queues and answers are quick, one more fits,
 * and two more while the window opens, so that it doubles.  It does not grow beyond twice what is used. */
void call_window_let_in(struct call_window *window, unsigned flying);

/* A call was refused while so many others fit. told: with the wait that is to be kept. same_burst: the
 * refusal belongs to one that has been counted. */
void call_window_refused(struct call_window *window, unsigned fit, bool told, bool same_burst);

/* After refusals calls are let in again, while so many are under way: from here on it grows anew. */
void call_window_reopen(struct call_window *window, unsigned flying);

/* The call that began at started_ms was answered, or failed without an answer, while so many are under way.
 */
void call_window_answered(struct call_window *window, unsigned flying, int64_t started_ms, int64_t now_ms);
void call_window_failed(struct call_window *window, unsigned flying, int64_t now_ms);

/* It timed out. done_before: answers before it began. */
void call_window_timed_out(struct call_window *window, unsigned flying, int64_t started_ms,
                           uint64_t done_before, int64_t now_ms);

#endif
