/* call_window - see call_window.h */
#include "supervisor/money/call_window.h"

enum {
    SMALL = 4,        /* calls at once to begin with, where they may be queued */
    TOLD_WINDOW = 64, /* calls at once after a told wait: at most half as many */
    SHRINK_MS = 1000
};

/* An answer that took no longer than so many times the best did not wait for others. */
static const double QUICK = 1.5;

void call_window_open(struct call_window *w, bool small)
{
    *w = (struct call_window){.max = small ? SMALL : 1, .opening = !small, .queues = small};
}

void call_window_let_in(struct call_window *w, unsigned flying)
{
    if (flying >= w->max / 2 && !w->queues && w->took_ms < 2 * w->best_ms + 1)
        w->max += w->opening ? 2 : 1;
}

/* Who says how long to wait will let in some of many after that; else one at a time finds out. */
void call_window_refused(struct call_window *w, unsigned fit, bool told, bool same_burst)
{
    unsigned half = (w->max > TOLD_WINDOW ? TOLD_WINDOW : w->max) / 2, least = same_burst ? w->max : half;

    w->max = told && least > fit + 1 ? least : fit + 1;
    w->opening = false;
}

void call_window_reopen(struct call_window *w, unsigned flying)
{
    if (w->max > flying + 1)
        w->max = flying + 1;
}

void call_window_failed(struct call_window *w, unsigned flying, int64_t now_ms)
{
    unsigned max = w->max < flying + 1 ? w->max : flying + 1;

    if (now_ms - w->shrunk_ms < SHRINK_MS)
        return;
    w->shrunk_ms = now_ms;
    w->opening = false;
    w->max = max > 8 ? max - max / 8 : max > 1 ? max - 1 : 1;
}

/* Nobody who came later was served before it: it stood in a queue, and as many may stand there as are served
 * in half the time. One burst is one lesson. */
void call_window_timed_out(struct call_window *w, unsigned flying, int64_t started_ms, uint64_t done_before,
                           int64_t now_ms)
{
    unsigned served = (unsigned)(w->done - done_before) / 2;

    if (w->done_started_ms > started_ms) {
        call_window_failed(w, flying, now_ms);
        return;
    }
    if (w->queues && started_ms < w->crowded_ms)
        return;
    served = served > 0 ? served : 1;
    w->opening = false;
    w->queues = true;
    w->crowded_ms = now_ms;
    w->patience_ms = now_ms - started_ms;
    w->max = served < w->max ? served : w->max > 1 ? w->max / 2 : 1;
}

void call_window_answered(struct call_window *w, unsigned flying, int64_t started_ms, int64_t now_ms)
{
    const double ms = (double)(now_ms - started_ms);
    bool prompt = w->best_ms == 0 || ms < QUICK * w->best_ms + 1;

    w->done++;
    if (started_ms > w->done_started_ms)
        w->done_started_ms = started_ms;
    if (w->queues && prompt && (w->patience_ms == 0 || now_ms - started_ms < w->patience_ms / 3))
        w->max++;
    w->took_ms = w->took_ms == 0 ? ms : w->took_ms + (ms - w->took_ms) / 16;
    if (w->best_ms == 0 || w->took_ms < w->best_ms)
        w->best_ms = w->took_ms;
    else
        w->best_ms += (w->took_ms - w->best_ms) / 1024; /* what was once may not come again */
    if (w->took_ms > 4 * w->best_ms)
        call_window_failed(w, flying, now_ms);
}
