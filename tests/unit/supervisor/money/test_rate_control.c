/* What the rate_control makes of an account's limits, by playing providers in simulated time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "supervisor/money/rate_control.h"

enum {
    MAX_CALLS = 8192,
    CREDIT = 64,
    REFUSAL_MS = 20,
    STORM_REFUSAL_MS = 800,
    ROUNDS = 8,
    BEGIN_MS = 1000000
};

enum { TRUE_S = -1 };

enum kind { FREE, SLIDING, FIXED, BUCKET, AT_ONCE, STORM };

/* An account: so many calls in any window, or a bucket of that size filled at limit / window, or so many at
 * once; or none at first, and as many as one likes after that window. */
static const struct provider {
    const char *name;
    enum kind kind;
    unsigned limit;
    int64_t window_ms;
    unsigned bucket;
    int64_t latency_ms, jitter_ms;
    int64_t retry_after_ms; /* told with each refusal; 0: not; TRUE_S: when there is room, in full seconds */
    bool headers;
    unsigned calls;
    double least;        /* share of the ideal speed that is to be reached */
    double refused_most; /* share of calls refused after the warm-up */
} providers[] = {
    {"no limit", FREE, 0, 0, 0, 2000, 500, 0, false, 640, 0.85, 0},
    {"300 a minute, any minute", SLIDING, 300, 60000, 0, 2000, 1000, 0, false, 1200, 0.95, 0.02},
    {"the same, and quick answers", SLIDING, 300, 60000, 0, 500, 20, 0, false, 1250, 0.95, 0.02},
    {"60 a minute, any minute", SLIDING, 60, 60000, 0, 2000, 1000, 0, false, 300, 0.95, 0.035},
    {"30 in any 6 s", SLIDING, 30, 6000, 0, 500, 200, 0, false, 400, 0.95, 0.02},
    {"500 a minute by the clock", FIXED, 500, 60000, 0, 2000, 1000, 0, false, 2000, 0.95, 0.02},
    {"60 a minute, a bucket of 60", BUCKET, 60, 60000, 60, 2000, 1000, 0, false, 300, 0.95, 0.035},
    {"300 a minute, a bucket of 1", BUCKET, 300, 60000, 1, 2000, 1000, 0, false, 900, 0.92, 0.02},
    {"300 a minute, a bucket of 10", BUCKET, 300, 60000, 10, 3000, 2000, 0, false, 900, 0.95, 0.02},
    {"3000 a minute, a bucket of 50", BUCKET, 3000, 60000, 50, 1000, 500, 0, false, 4000, 0.95, 0.02},
    {"the same, and it says how long to wait", BUCKET, 300, 60000, 10, 2000, 1000, 1000, false, 900, 0.90,
     0.02},
    {"the same, and it says all in headers", BUCKET, 300, 60000, 100, 2000, 1000, 0, true, 900, 0.95, 0.02},
    {"300 a minute, any minute, and when to come back", SLIDING, 300, 60000, 0, 2000, 1000, TRUE_S, false,
     1200, 0.95, 0.02},
    {"30 in any 6 s, and when to come back", SLIDING, 30, 6000, 0, 500, 200, TRUE_S, false, 400, 0.92, 0.02},
    {"500 a minute by the clock, and when to come back", FIXED, 500, 60000, 0, 2000, 1000, TRUE_S, false,
     2000, 0.95, 0.02},
    {"eight at once", AT_ONCE, 8, 0, 0, 2000, 1000, 0, false, 800, 0.80, 0.02},
    {"10 s of slow refusals, then no limit", STORM, 0, 10000, 0, 500, 200, 0, false, 400, 0.70, 0},
    {"three at once", AT_ONCE, 3, 0, 0, 500, 400, 0, false, 600, 0.75, 0.02},
};

struct call {
    struct flight flight;
    int64_t ends_ms;
    bool refused, used;
};

struct world {
    const struct provider *provider;
    struct rate_control rate_control;
    struct call calls[CREDIT];
    int64_t let_in[MAX_CALLS]; /* when */
    unsigned accepted, refused, done, late_refused, late;
    double tokens;
    int64_t now_ms, filled_ms;
};

static unsigned inside(const struct world *w)
{
    unsigned count = 0;

    for (unsigned i = 0; i < CREDIT; i++)
        count += w->calls[i].used && !w->calls[i].refused;
    return count;
}

static unsigned let_in_since(const struct world *w, int64_t since_ms)
{
    unsigned count = 0;

    for (unsigned i = w->accepted; i > 0 && w->let_in[i - 1] > since_ms; i--)
        count++;
    return count;
}

static bool lets_in(struct world *w)
{
    const struct provider *p = w->provider;

    switch (p->kind) {
    case SLIDING:
        return let_in_since(w, w->now_ms - p->window_ms) < p->limit;
    case FIXED:
        return let_in_since(w, w->now_ms / p->window_ms * p->window_ms - 1) < p->limit;
    case BUCKET:
        w->tokens += (double)(w->now_ms - w->filled_ms) * p->limit / (double)p->window_ms;
        w->tokens = w->tokens > p->bucket ? p->bucket : w->tokens;
        w->filled_ms = w->now_ms;
        if (w->tokens < 1)
            return false;
        w->tokens--;
        return true;
    case STORM:
        return w->now_ms - BEGIN_MS > p->window_ms;
    case AT_ONCE:
        return inside(w) < p->limit;
    default:
        return true;
    }
}

/* When a call would be let in, as the API tells it. */
static int64_t told_ms(const struct world *w)
{
    const struct provider *p = w->provider;
    int64_t room_ms;

    if (p->retry_after_ms != TRUE_S)
        return p->retry_after_ms;
    room_ms = p->kind == FIXED ? (w->now_ms / p->window_ms + 1) * p->window_ms
                               : w->let_in[w->accepted - p->limit] + p->window_ms;
    return (room_ms - w->now_ms + 999) / 1000 * 1000;
}

/* After the warm-up: two windows, or half of the calls where there is none. */
static bool is_late(const struct world *w)
{
    const struct provider *p = w->provider;

    return p->window_ms > 0 ? w->now_ms - BEGIN_MS > 2 * p->window_ms : w->done > p->calls / 2;
}

static void start(struct world *w)
{
    struct call *call = w->calls;
    bool in = lets_in(w);

    while (call->used)
        call++;
    *call = (struct call){.used = false, .refused = !in};
    call->ends_ms = w->now_ms + (in ? w->provider->latency_ms + rand() % (int)(w->provider->jitter_ms + 1)
                                 : w->provider->kind == STORM ? STORM_REFUSAL_MS
                                                              : REFUSAL_MS);
    rate_control_started(&w->rate_control, &call->flight, w->now_ms);
    call->used = true;
    if (in)
        w->let_in[w->accepted++] = w->now_ms;
    w->refused += !in;
    if (is_late(w)) {
        w->late++;
        w->late_refused += !in;
    }
}

static void end(struct world *w, struct call *call)
{
    const struct provider *p = w->provider;
    struct rate_outcome heard = {.verdict = call->refused ? VERDICT_REFUSED : VERDICT_DONE,
                                 .told_ms = call->refused ? told_ms(w) : 0};

    if (p->headers) {
        heard.limit_requests = p->limit;
        heard.left_requests = w->tokens > 0 ? (uint64_t)w->tokens : 0;
    }
    call->used = false;
    w->done += !call->refused;
    rate_control_heard(&w->rate_control, &call->flight, &heard, w->now_ms);
}

/* Milliseconds until all calls are answered. */
static int64_t play(struct world *w)
{
    unsigned calls = w->provider->calls;

    for (w->now_ms = BEGIN_MS; w->done < calls; w->now_ms++) {
        assert_true(w->now_ms < BEGIN_MS + 3600000); /* it never stands still for good */
        for (unsigned i = 0; i < CREDIT; i++)
            if (w->calls[i].used && w->calls[i].ends_ms <= w->now_ms)
                end(w, &w->calls[i]);
        while (w->done + inside(w) < calls && w->rate_control.flying < CREDIT &&
               rate_control_allows(&w->rate_control, CREDIT, w->now_ms))
            start(w);
    }
    return w->now_ms - BEGIN_MS;
}

static double ideal_ms(const struct provider *p)
{
    double latency = (double)p->latency_ms + (double)p->jitter_ms / 2;

    if (p->kind == FREE)
        return p->calls * latency / CREDIT;
    if (p->kind == STORM)
        return (double)p->window_ms + p->calls * latency / CREDIT;
    if (p->kind == AT_ONCE)
        return p->calls * latency / p->limit;
    return (double)p->calls * (double)p->window_ms / p->limit;
}

/* Plays it ROUNDS times with different jitter; the means of speed (share of the ideal) and of late refusals.
 */
static void play_all(const struct provider *provider, double *speed, double *refused)
{
    *speed = *refused = 0;
    for (unsigned round = 1; round <= ROUNDS; round++) {
        struct world *w = need_zero(1, sizeof *w);

        srand(round);
        w->provider = provider;
        w->tokens = provider->bucket;
        w->filled_ms = BEGIN_MS;
        rate_control_open(&w->rate_control, false);
        *speed += ideal_ms(provider) / (double)play(w) / ROUNDS;
        *refused += w->late == 0 ? 0 : (double)w->late_refused / w->late / ROUNDS;
        free(w);
    }
}

static void an_account_is_used_up_and_hardly_overrun(void **state)
{
    unsigned bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof providers / sizeof *providers; i++) {
        double speed, refused;

        play_all(&providers[i], &speed, &refused);
        print_message("  %-48s %5.1f %% of ideal, %.2f %% refused after the warm-up\n", providers[i].name,
                      100 * speed, 100 * refused);
        bad += speed < providers[i].least || refused > providers[i].refused_most;
    }
    assert_int_equal(bad, 0);
}

/* ---- servers that queue ---- */

/* Slots, and a queue without end before them; who waits longer than its patience goes away. */
static const struct queue {
    const char *name;
    unsigned slots;
    int64_t work_ms, patience_ms;
    bool small;
    unsigned calls;
    unsigned lost_most; /* calls that time out */
    double least;       /* share of the ideal speed */
} queues[] = {
    {"one slot, 10 s each", 1, 10000, 120000, false, 29, 60, 0.90},
    {"one slot, 10 s each, begun small", 1, 10000, 120000, true, 29, 0, 0.95},
    {"one slot, 50 s each", 1, 50000, 120000, false, 29, 80, 0.60},
    {"one slot, 50 s each, begun small", 1, 50000, 120000, true, 29, 8, 0.70},
    {"two slots, 30 s each, begun small", 2, 30000, 120000, true, 60, 0, 0.90},
    {"sixteen slots, 5 s each, begun small", 16, 5000, 120000, true, 400, 0, 0.80},
    {"four slots, 1 s each, begun small", 4, 1000, 120000, true, 200, 0, 0.90},
};

struct line {
    struct flight flight;
    int64_t sent_ms, begun_ms; /* begun_ms 0: it waits */
    bool used;
};

static void hear(struct rate_control *g, struct line *line, enum call_verdict verdict, int64_t now_ms)
{
    const struct rate_outcome heard = {.verdict = verdict};

    line->used = false;
    rate_control_heard(g, &line->flight, &heard, now_ms);
}

/* The one that waits longest, if a slot is free for it. */
static struct line *next_in(struct line *lines, unsigned slots)
{
    struct line *next = NULL;
    unsigned busy = 0;

    for (unsigned i = 0; i < CREDIT; i++) {
        struct line *line = &lines[i];

        busy += line->used && line->begun_ms > 0;
        if (line->used && line->begun_ms == 0 && (next == NULL || line->sent_ms < next->sent_ms))
            next = line;
    }
    return busy < slots ? next : NULL;
}

static int64_t queue_up(const struct queue *q, unsigned *lost)
{
    struct rate_control *g = need_zero(1, sizeof *g);
    struct line lines[CREDIT] = {{.used = false}}, *next;
    unsigned done = 0;
    int64_t now_ms;

    rate_control_open(g, q->small);
    for (now_ms = BEGIN_MS; done < q->calls; now_ms += 10) {
        assert_true(now_ms < BEGIN_MS + 7200000);
        for (unsigned i = 0; i < CREDIT; i++) {
            if (lines[i].used && lines[i].begun_ms > 0 && now_ms - lines[i].begun_ms >= q->work_ms) {
                hear(g, &lines[i], VERDICT_DONE, now_ms);
                done++;
            } else if (lines[i].used && now_ms - lines[i].sent_ms >= q->patience_ms) {
                hear(g, &lines[i], VERDICT_TIMED_OUT, now_ms);
                (*lost)++;
            }
        }
        for (unsigned i = 0; i < CREDIT; i++)
            if (!lines[i].used && g->flying + done < q->calls && rate_control_allows(g, CREDIT, now_ms)) {
                lines[i] = (struct line){.sent_ms = now_ms, .used = true};
                rate_control_started(g, &lines[i].flight, now_ms);
            }
        while ((next = next_in(lines, q->slots)) != NULL)
            next->begun_ms = now_ms;
    }
    free(g);
    return now_ms - BEGIN_MS;
}

static void a_server_that_queues_is_not_flooded(void **state)
{
    unsigned bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof queues / sizeof *queues; i++) {
        const struct queue *q = &queues[i];
        unsigned lost = 0;
        double speed = (double)q->work_ms * q->calls / q->slots / (double)queue_up(q, &lost);

        print_message("  %-48s %5.1f %% of ideal, %u of %u timed out\n", q->name, 100 * speed, lost,
                      q->calls + lost);
        bad += speed < q->least || lost > q->lost_most;
    }
    assert_int_equal(bad, 0);
}

static void one_call_that_hangs_slows_nobody(void **state)
{
    struct rate_control g;
    struct flight hung, others[CREDIT];

    (void)state;
    rate_control_open(&g, false);
    rate_control_started(&g, &hung, BEGIN_MS);
    for (unsigned i = 0; i < CREDIT - 1; i++)
        rate_control_started(&g, &others[i], BEGIN_MS + 1000);
    for (unsigned i = 0; i < CREDIT - 1; i++)
        rate_control_heard(&g, &others[i], &(struct rate_outcome){.verdict = VERDICT_DONE}, BEGIN_MS + 3000);
    rate_control_heard(&g, &hung, &(struct rate_outcome){.verdict = VERDICT_TIMED_OUT}, BEGIN_MS + 120000);
    assert_false(g.window.queues);
    rate_control_started(&g, &hung, BEGIN_MS + 130000);
    assert_true(rate_control_allows(&g, CREDIT, BEGIN_MS + 130400));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_queues_is_not_flooded),
        cmocka_unit_test(one_call_that_hangs_slows_nobody),
        cmocka_unit_test(an_account_is_used_up_and_hardly_overrun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
