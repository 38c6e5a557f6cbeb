/* rate_control - see rate_control.h */
#include "supervisor/money/rate_control.h"

#include <stddef.h>

#include "proto/panic.h"
#include "proto/timer.h"

enum {
    ALONE_MS = 300, /* the first call to an unproven endpoint goes alone that long */
    ACCEPT_MS = 60, /* not refused for so long, or three times what refusals take: let in */
    ACCEPT_MAX_MS = 2000,
    PAUSE_MS = 100, /* after a refusal that names no wait; doubles */
    MANY = 4,
    SAMPLES = 3,  /* calls let in before their rate is believed */
    MEMORY = 256, /* from so many on, what is older counts half */
    MAX_CONFIRMED = 8,
    WINDOW_MS = 3000, /* nothing was let in for so long: a limit by windows of time */
    WINDOW_CALLS = 8, /* and before that at least so many were */
    MAX_SEEN = 3,     /* refusals in a row at the same number at once: it is the limit */
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
    g->elapsed_ms += (double)(now_ms - g->counted_ms);
    g->counted_ms = now_ms;
    if (g->accepted > MEMORY) {
        g->accepted /= 2;
        g->elapsed_ms /= 2;
    }
}

static void forget_rate(struct rate_control *g)
{
    g->accepted = g->elapsed_ms = g->rate = 0;
    g->since_ms = g->counted_ms = 0;
}

/* At a refusal: the bucket is empty now, as it was when counting began. A rate that held for long is nearly
 * right. */
static void measure(struct rate_control *g)
{
    double seen = g->accepted >= SAMPLES && g->elapsed_ms > 0 ? g->accepted / g->elapsed_ms : 0;

    if (g->rate > 0 && (g->between >= 16 || seen == 0 || seen > g->rate))
        seen = g->rate;
    else
        g->measured = (unsigned)g->accepted;
    g->rate = BELOW * seen;
}

/* For one call: much while little is known, and when there has been no refusal for long. */
static double growth_of(const struct rate_control *g)
{
    double known = g->accepted + 4, quiet = (double)g->between / LONG;

    if (g->between >
        MANY * g->measured + SAMPLES) /* far more than it rests on: the limit was another one then */
        return MAX_GROWTH;
    return GROWTH / (known * known) + MIN_GROWTH * (1 + quiet * quiet);
}

/* Calls are let in again. After a long time, so many calls fit into a window of time, and what is let in now
 * says nothing of the rate. */
static void dry_ends(struct rate_control *g, int64_t started_ms)
{
    int64_t dry_ms = started_ms - g->dry_ms, all_ms = started_ms - g->begun_ms;
    double rate = BELOW * (double)g->let_in / (double)all_ms;

    g->dry = false;
    g->refusals = 0;
    g->between = 0;
    if (dry_ms < WINDOW_MS || (g->rate == 0 && dry_ms < all_ms / 2))
        return;
    if (g->since_ms > 0 && g->let_in >= WINDOW_CALLS &&
        (g->rate == 0 || g->rate > rate)) { /* else it was a storm */
        g->rate = rate;
        g->measured = (unsigned)g->let_in;
    }
    g->accepted = g->elapsed_ms = 0;
    g->since_ms = g->counted_ms = g->since_ms == 0 ? 0 : started_ms;
    g->calm_ms = started_ms + all_ms;
    g->begun_ms = started_ms;
    g->let_in = 0;
}

/* ---- let in ---- */

static void ceiling_gone(struct rate_control *g)
{
    g->ceiling = g->seen = g->confirmed = g->earned = 0;
    g->rate = g->rate_before;
    g->accepted = g->accepted_before;
    g->elapsed_ms = g->elapsed_before;
}

static void ceiling_accepted(struct rate_control *g)
{
    if (g->ceiling == 0)
        return;
    if (g->probing && g->flying > g->ceiling) /* more than it fit: it is not the limit */
        ceiling_gone(g);
    else
        g->earned = g->probing ? 0 : g->earned + 1;
    g->probing = false;
}

static void ceiling_refused(struct rate_control *g)
{
    if (g->ceiling == 0) {
        g->rate_before = g->rate;
        g->accepted_before = g->accepted;
        g->elapsed_before = g->elapsed_ms;
    }
    g->ceiling = g->seen_at;
    g->confirmed++;
    g->earned = 0;
    g->probing = false;
    forget_rate(g);
}

/* What kind of limit was met? */
static void judge(struct rate_control *g, unsigned fit)
{
    unsigned max_fit = fit + g->youngs;

    if (g->seen_at > 0 && g->seen_at >= fit && g->seen_at <= max_fit)
        g->seen++;
    else {
        g->seen = 1;
        g->seen_at = fit;
    }
    if (g->ceiling > 0 && max_fit < g->ceiling)
        ceiling_gone(g);
    if (g->ceiling > 0 || g->seen >= MAX_SEEN)
        ceiling_refused(g);
    else
        measure(g);
}

static void accepted(struct rate_control *g, int64_t started_ms)
{
    if (g->since_ms > 0 && started_ms >= g->since_ms)
        g->accepted++;
    if (g->rate > 0 && started_ms >= g->calm_ms)
        g->rate *= 1 + growth_of(g);
    call_window_let_in(&g->window);
    ceiling_accepted(g);
    g->let_in++;
    g->between++;
    if (g->dry && started_ms >= g->refused_ms)
        dry_ends(g, started_ms);
}

static int64_t accept_ms(const struct rate_control *g)
{
    int64_t wait = 3 * g->refusal_took_ms;

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
        accepted(g, flight->started_ms);
    }
}

/* ---- may one more? ---- */

static unsigned max_of(const struct rate_control *g, unsigned max)
{
    unsigned bound = g->window.max < max ? g->window.max : max;
    unsigned ceiling = g->ceiling;

    if (ceiling == 0)
        return bound;
    if (!g->probing && g->earned >= ceiling << (g->confirmed < MAX_CONFIRMED ? g->confirmed : MAX_CONFIRMED))
        ceiling++;
    return ceiling < bound ? ceiling : bound;
}

static double pace_of(const struct rate_control *g)
{
    if (g->rate > 0 && g->told_rate > 0)
        return g->rate < g->told_rate ? g->rate : g->told_rate;
    return g->rate > 0 ? g->rate : g->told_rate;
}

/* When the next call may start, as far as that is a matter of time. */
static int64_t time_of(const struct rate_control *g)
{
    const struct flight *oldest = TAILQ_FIRST(&g->young);
    int64_t at = g->paused_until_ms;

    if (pace_of(g) > 0 && (int64_t)g->next_ms > at)
        at = (int64_t)g->next_ms;
    if (!g->proven && oldest != NULL && oldest->started_ms + ALONE_MS > at)
        at = oldest->started_ms + ALONE_MS;
    if (g->dry && next_accepted_ms(g) > at) /* one at a time */
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

void rate_control_started(struct rate_control *g, struct flight *flight, int64_t now_ms)
{
    double pace = pace_of(g);

    if (g->begun_ms == 0)
        g->begun_ms = now_ms;
    *flight = (struct flight){.started_ms = now_ms, .done_before = g->window.done, .young = true};
    TAILQ_INSERT_TAIL(&g->young, flight, link);
    g->flying++;
    g->youngs++;
    if (g->ceiling > 0 && g->flying > g->ceiling)
        g->probing = true;
    if (pace > 0) { /* what was not used is lost, but for one call */
        double min = (double)now_ms - 1 / pace;

        g->next_ms = (g->next_ms > min ? g->next_ms : min) + 1 / pace;
    }
}

static void pause(struct rate_control *g, int64_t ms, int64_t now_ms)
{
    if (now_ms + ms > g->paused_until_ms)
        g->paused_until_ms = now_ms + ms;
}

static void refused(struct rate_control *g, const struct flight *flight, int64_t told_ms, bool overload,
                    int64_t now_ms)
{
    unsigned fit = g->flying - g->youngs; /* those let in */
    int64_t wait = PAUSE_MS << (g->refusals < 5 ? g->refusals : 5), max = (now_ms - g->begun_ms) / 8;

    g->refusal_took_ms = (g->refusal_took_ms + now_ms - flight->started_ms) / 2;
    pause(g, told_ms > 0 ? told_ms : 0, now_ms);
    call_window_refused(&g->window, fit, told_ms > 0, flight->started_ms < g->refused_ms);
    if (flight->started_ms < g->refused_ms) /* of the same burst */
        return;
    if (!g->dry && !overload) /* dry: it may be the same moment still */
        judge(g, fit);
    if (!g->dry)
        g->dry_ms = now_ms;
    /* a long wait told means windows of time: what the whole window let in is the rate (dry_ends) */
    g->dry = told_ms == 0 || told_ms >= WINDOW_MS || g->refusals > 0;
    g->refused_ms = now_ms;
    g->refusals++;
    if (g->since_ms == 0 && !overload)
        g->since_ms = g->counted_ms = now_ms;
    if (told_ms == 0)
        pause(g, wait > PAUSE_MS && wait > max ? max : wait, now_ms);
}

/* Headers: no matter as long as plenty is left, for then calls may come in bursts. */
static void told(struct rate_control *g, const struct rate_outcome *heard)
{
    double rate = 0, tokens = 0;

    if (heard->tokens > 0)
        g->tokens_a_call += ((double)heard->tokens - g->tokens_a_call) / (g->tokens_a_call == 0 ? 1 : 8);
    if (heard->limit_requests == 0 && heard->limit_tokens == 0)
        return;
    if (heard->limit_requests > 0 && heard->left_requests < heard->limit_requests / 8 + g->flying)
        rate = (double)heard->limit_requests / 60000;
    if (heard->limit_tokens > 0 && g->tokens_a_call > 0 &&
        (double)heard->left_tokens < (double)heard->limit_tokens / 8 + g->tokens_a_call * (double)g->flying)
        tokens = (double)heard->limit_tokens / 60000 / g->tokens_a_call;
    g->told_rate = rate > 0 && (tokens == 0 || rate < tokens) ? rate : tokens;
}

/* It was not let in after all. */
static void not_accepted(struct rate_control *g, bool was_young)
{
    if (was_young)
        return;
    g->accepted -= g->accepted >= 1;
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
    count_time(g, now_ms);
    if (heard->verdict == VERDICT_REFUSED) {
        not_accepted(g, was_young);
        refused(g, flight, heard->told_ms, heard->overload, now_ms);
        g->proven = true; /* it knows us */
    } else if (heard->verdict == VERDICT_FAILED || heard->verdict == VERDICT_TIMED_OUT) {
        not_accepted(g, was_young);
        if (heard->verdict == VERDICT_TIMED_OUT)
            call_window_timed_out(&g->window, g->flying, flight->started_ms, flight->done_before, now_ms);
        else
            call_window_failed(&g->window, g->flying, now_ms);
    } else {
        g->proven = g->proven || heard->verdict == VERDICT_DONE;
        if (was_young)
            accepted(g, flight->started_ms);
        if (heard->verdict == VERDICT_DONE)
            call_window_answered(&g->window, g->flying, flight->started_ms, now_ms);
    }
    told(g, heard);
}

void rate_control_lost(struct rate_control *g, struct flight *flight)
{
    must(g->flying > 0);
    grow_up(g, flight);
    g->flying--;
}
