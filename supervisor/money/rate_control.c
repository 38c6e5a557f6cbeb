/* rate_control - see rate_control.h */
#include "supervisor/money/rate_control.h"

#include <stddef.h>

#include "proto/panic.h"
#include "proto/timer.h"

enum {
    OPEN_MS = 100,  /* not refused for so long: let in, as long as it is not known what refusals take */
    ACCEPT_MS = 60, /* the same, or three times what refusals take, when it is known */
    ACCEPT_MAX_MS = 2000,
    IDLE_MS = 1000, /* nothing was asked for so long */
    MANY = 4,
    SAMPLES = 1,     /* calls let in before their rate is believed */
    MEMORY = 256,    /* from so many on, what is older counts half */
    WINDOW_CALLS = 8 /* where windows of time are the limit, at least so many were let in before */
};

/* After a refusal: a little below the rate that was let in. Then a little more with each call, the less the
 * more have been counted. */
static const double BELOW = 0.96, GROWTH = 8, MIN_GROWTH = 0.00012, MAX_GROWTH = 0.1, LONG = 96;

void rate_control_open(struct rate_control *g, bool small)
{
    *g = (struct rate_control){.flying = 0};
    TAILQ_INIT(&g->young);
    call_window_open(&g->window, small);
}

/* ---- calls of which it is not known yet ---- */

static void grow_up(struct rate_control *g, struct flight *flight)
{
    if (!flight->young)
        return;
    TAILQ_REMOVE(&g->young, flight, link);
    flight->young = false;
    g->youngs--;
}

/* ---- rate ---- */

static void count_time(struct rate_control *g, int64_t now_ms)
{
    if (g->counted_ms == 0)
        return;
    g->counted.ms += (double)(now_ms - g->counted_ms);
    g->counted_ms = now_ms;
    if (g->counted.calls > MEMORY) {
        g->counted.calls /= 2;
        g->counted.ms /= 2;
    }
}

static void forget_rate(struct rate_control *g)
{
    g->counted.calls = g->counted.ms = g->rate = 0;
    g->since_ms = g->counted_ms = 0;
}

/* At a refusal: the bucket is empty now, as it was when counting began. A rate that held for long is nearly
 * right. */
static void measure(struct rate_control *g)
{
    double seen = g->counted.calls >= SAMPLES && g->counted.ms > 0 ? g->counted.calls / g->counted.ms : 0;

    if (g->rate > 0 && (g->between >= 16 || seen == 0 || seen > g->rate))
        seen = g->rate;
    else
        g->measured = (unsigned)g->counted.calls;
    g->rate = BELOW * seen;
}

/* For one call: much while little is known, and when there has been no refusal for long. */
static double growth_of(const struct rate_control *g)
{
    double known = g->counted.calls + 4,
           quiet = (double)g->between / (g->measured > LONG ? g->measured : LONG);

    if (g->between >
        MANY * g->measured + SAMPLES) /* far more than it rests on: the limit was another one then */
        return MAX_GROWTH;
    return GROWTH / (known * known) + MIN_GROWTH * (1 + quiet * quiet);
}

/* ---- ceiling ---- */

/* Where a ceiling is the limit, nothing is known of a rate; what was known before holds again when it was
 * none. had: the ceiling until now. */
static void ceiling_changed(struct rate_control *g, unsigned had)
{
    if (had == 0 && g->ceiling.max > 0) {
        g->before = g->counted;
        g->rate_before = g->rate;
        forget_rate(g);
    } else if (had > 0 && g->ceiling.max == 0) {
        g->counted = g->before;
        g->rate = g->rate_before;
        call_window_reopen(&g->window, g->flying);
    }
}

/* What kind of limit was met? */
static void judge(struct rate_control *g, unsigned fit, const struct flight *refused)
{
    unsigned max_fit = fit + g->youngs > refused->beside ? fit + g->youngs : refused->beside;
    unsigned had = g->ceiling.max;

    call_ceiling_refused(&g->ceiling, fit, max_fit);
    ceiling_changed(g, had);
    if (g->ceiling.max == 0)
        measure(g);
    else
        forget_rate(g);
}

/* ---- dry ---- */

/* Refused for long with fewer at once than before: time is what is waited for. */
static bool was_window(const struct rate_control *g, int64_t dry_ms, int64_t all_ms)
{
    if (dry_ms < WINDOW_MS && !dry_spell_fewer(&g->spell))
        return false;
    if (g->rate > 0)
        return dry_ms >= WINDOW_MS || (g->burst >= WINDOW_CALLS && (double)dry_ms > g->burst / g->rate / 2);
    return dry_ms >= all_ms / 2;
}

/* Calls are let in again. After a long time, so many calls fit into a window of time, and what is let in now
 * says nothing of the rate. */
static void dry_ends(struct rate_control *g, const struct flight *let_in)
{
    const int64_t started_ms = let_in->started_ms;
    int64_t dry_ms = started_ms - g->spell.begun_ms, all_ms = started_ms - g->begun_ms;
    double rate = BELOW * (double)g->let_in / (double)all_ms;
    unsigned had = g->ceiling.max;

    g->spell.on = false;
    g->spell.refusals = 0;
    g->between = 0;
    if (dry_spell_at_once(&g->spell, let_in->beside)) {
        call_ceiling_found(&g->ceiling, g->spell.at);
        ceiling_changed(g, had);
        return;
    }
    if (!was_window(g, dry_ms, all_ms)) {
        if (g->rate == 0)
            call_window_reopen(&g->window, g->flying);
        return;
    }
    if (g->since_ms > 0 && g->let_in >= WINDOW_CALLS &&
        (g->rate == 0 || g->rate > rate)) { /* else it was a storm */
        g->rate = rate;
        g->measured = (unsigned)g->let_in;
    }
    g->counted.calls = (double)g->let_in;
    g->counted.ms = (double)all_ms;
    g->since_ms = g->counted_ms = g->since_ms == 0 ? 0 : started_ms;
    g->calm_ms = started_ms + all_ms;
    g->begun_ms = started_ms;
    g->let_in = 0;
}

/* ---- let in ---- */

static void accepted(struct rate_control *g, struct flight *flight)
{
    const int64_t started_ms = flight->started_ms;
    unsigned had = g->ceiling.max;

    if (g->since_ms > 0 && started_ms >= g->since_ms)
        g->counted.calls++;
    if (g->rate > 0 && started_ms >= g->calm_ms && g->let_in >= g->burst)
        g->rate *= 1 + growth_of(g);
    call_window_let_in(&g->window, g->flying);
    call_ceiling_let_in(&g->ceiling, g->flying, flight->probe);
    flight->probe = false; /* it has shown what it was made for */
    ceiling_changed(g, had);
    g->let_in++;
    g->between++;
    if (g->flying - g->youngs > g->peak)
        g->peak = g->flying - g->youngs;
    if (g->spell.on && started_ms >= g->refused_ms)
        dry_ends(g, flight);
}

static int64_t accept_ms(const struct rate_control *g)
{
    int64_t wait = 3 * g->refusal_took_ms;

    if (g->refusal_took_ms == 0)
        return OPEN_MS;
    return wait < ACCEPT_MS ? ACCEPT_MS : wait > ACCEPT_MAX_MS ? ACCEPT_MAX_MS : wait;
}

/* When the oldest of which it is not known will count as let in; TIMER_NONE: there is none. */
static int64_t next_accepted_ms(const struct rate_control *g)
{
    const struct flight *oldest = TAILQ_FIRST(&g->young);

    return oldest == NULL ? TIMER_NONE : oldest->started_ms + accept_ms(g);
}

static void age(struct rate_control *g, int64_t now_ms)
{
    while (!TAILQ_EMPTY(&g->young) && now_ms >= next_accepted_ms(g)) {
        struct flight *flight = TAILQ_FIRST(&g->young);

        grow_up(g, flight);
        accepted(g, flight);
    }
}

/* ---- may one more? ---- */

static unsigned max_of(const struct rate_control *g, unsigned max)
{
    unsigned bound = g->window.max < max ? g->window.max : max, ceiling = call_ceiling_allows(&g->ceiling);

    return ceiling < bound ? ceiling : bound;
}

static double pace_of(const struct rate_control *g)
{
    double rate = g->spare > 0 ? 0 : g->rate;

    if (rate > 0 && g->told.calls > 0)
        return rate < g->told.calls ? rate : g->told.calls;
    return rate > 0 ? rate : g->told.calls;
}

/* When the next call may start, as far as that is a matter of time. */
static int64_t time_of(const struct rate_control *g)
{
    int64_t at = g->paused_until_ms;

    if (pace_of(g) > 0 && (int64_t)g->next_ms > at)
        at = (int64_t)g->next_ms;
    if (g->spell.on && next_accepted_ms(g) > at) /* one at a time */
        at = next_accepted_ms(g);
    return at;
}

bool rate_control_allows(struct rate_control *g, unsigned max, int64_t now_ms)
{
    age(g, now_ms);
    return g->flying < max_of(g, max) && now_ms >= time_of(g);
}

int64_t rate_control_next(const struct rate_control *g, unsigned max, int64_t now_ms)
{
    int64_t at = time_of(g);

    if (g->flying < max_of(g, max))
        return at > now_ms ? at : now_ms;
    return next_accepted_ms(g);
}

/* ---- calls ---- */

/* Time in which there was nothing to ask says nothing of the account; after it, a burst fits again. */
static void rested(struct rate_control *g, int64_t now_ms)
{
    int64_t due = time_of(g), idle = now_ms - (due > g->ended_ms ? due : g->ended_ms);
    double back = g->rate * ((double)now_ms - g->next_ms);

    if (g->begun_ms == 0 || g->spell.on || g->flying > 0)
        return;
    if (g->rate > 0 && g->next_ms > 0 && back > g->spare)
        g->spare = back < g->burst ? (unsigned)back : g->burst;
    if (idle < IDLE_MS)
        return;
    g->begun_ms += idle;
    if (g->counted_ms > 0)
        g->counted_ms = g->counted_ms + idle < now_ms ? g->counted_ms + idle : now_ms;
}

void rate_control_started(struct rate_control *g, struct flight *flight, int64_t now_ms)
{
    double pace;

    rested(g, now_ms);
    pace = pace_of(g);
    if (g->begun_ms == 0)
        g->begun_ms = now_ms;
    *flight = (struct flight){.started_ms = now_ms, .done_before = g->window.done, .young = true};
    TAILQ_INSERT_TAIL(&g->young, flight, link);
    flight->beside = g->flying++;
    g->youngs++;
    flight->probe = call_ceiling_started(&g->ceiling, g->flying);
    if (pace > 0) { /* what was not used is lost, but for one call */
        double min = (double)now_ms - 1 / pace;

        g->next_ms = (g->next_ms > min ? g->next_ms : min) + 1 / pace;
    }
    g->spare -= g->spare > 0;
}

static void pause(struct rate_control *g, int64_t ms, int64_t now_ms)
{
    if (now_ms + ms > g->paused_until_ms)
        g->paused_until_ms = now_ms + ms;
}

/* At the first refusal, and at those of the same moment: so many fit into a burst. What is remembered holds
 * if it has been used up. */
static void note_burst(struct rate_control *g, bool overload)
{
    unsigned fit = (unsigned)g->let_in + g->youngs;

    if (!overload && (g->burst == 0 || g->spare > 0 || (g->since_ms == g->refused_ms && fit < g->burst)))
        g->burst = fit > 0 ? fit : 1;
    g->spare = 0;
}

static void refused(struct rate_control *g, const struct flight *flight, int64_t told_ms, bool overload,
                    int64_t now_ms)
{
    unsigned fit = g->flying - g->youngs; /* those let in */
    int64_t took_ms = now_ms - flight->started_ms;

    g->refusal_took_ms = g->refusal_took_ms == 0 ? took_ms : (g->refusal_took_ms + took_ms) / 2;
    if (told_ms > 0) {
        pause(g, told_ms, now_ms);
        g->told_until_ms = now_ms + told_ms;
    }
    call_window_refused(&g->window, fit, told_ms > 0, flight->started_ms < g->refused_ms);
    note_burst(g, overload);
    if (flight->started_ms < g->refused_ms) /* of the same burst */
        return;
    if (!g->spell.on && !overload) { /* dry: it may be the same moment still */
        judge(g, fit, flight);
        g->peak = fit + g->youngs < g->peak ? fit + g->youngs : g->peak;
    }
    dry_spell_refused(&g->spell, fit, g->youngs, told_ms, now_ms);
    if (told_ms == 0)
        pause(g, dry_spell_wait_ms(&g->spell, now_ms - g->begun_ms, g->rate), now_ms);
    g->refused_ms = now_ms;
    if (g->since_ms == 0 && !overload) {
        g->since_ms = g->counted_ms = now_ms;
    }
}

/* It was not let in after all. */
static void not_accepted(struct rate_control *g, bool was_young)
{
    if (was_young)
        return;
    g->counted.calls -= g->counted.calls >= 1;
    g->let_in -= g->let_in > 0;
    g->between -= g->between > 0;
}

void rate_control_heard(struct rate_control *g, struct flight *flight, const struct rate_outcome *heard,
                        int64_t now_ms)
{
    bool was_young;

    must(g->flying > 0);
    age(g, now_ms);
    was_young = flight->young;
    grow_up(g, flight);
    g->flying--;
    g->ended_ms = now_ms;
    count_time(g, now_ms);
    if (heard->verdict == VERDICT_REFUSED) {
        not_accepted(g, was_young);
        refused(g, flight, heard->told_ms, heard->overload, now_ms);
    } else if (heard->verdict == VERDICT_FAILED || heard->verdict == VERDICT_TIMED_OUT) {
        not_accepted(g, was_young);
        if (heard->verdict == VERDICT_TIMED_OUT)
            call_window_timed_out(&g->window, g->flying, flight->started_ms, flight->done_before, now_ms);
        else
            call_window_failed(&g->window, g->flying, now_ms);
    } else {
        if (was_young)
            accepted(g, flight);
        if (dry_spell_answered(&g->spell) && g->paused_until_ms > g->told_until_ms)
            g->paused_until_ms = g->told_until_ms;
        if (heard->verdict == VERDICT_DONE)
            call_window_answered(&g->window, g->flying, flight->started_ms, now_ms);
    }
    call_ceiling_ended(&g->ceiling, flight->probe);
    told_rate_heard(&g->told, heard, g->flying);
}

void rate_control_lost(struct rate_control *g, struct flight *flight)
{
    must(g->flying > 0);
    grow_up(g, flight);
    g->flying--;
    call_ceiling_ended(&g->ceiling, flight->probe);
}
