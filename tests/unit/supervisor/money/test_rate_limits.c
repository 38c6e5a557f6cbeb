/* test_rate_limits - what the rate control makes of an account's limits, by playing providers in simulated
 * time
 *
 * Each provider is played cold.  A call reaches it some
 * milliseconds after it was allowed.  The warm-up lasts two windows of time, or ten times the calls that fit
 * at once.  Where refusals take longer than a call is waited for at first, more calls are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "proto/timer.h"
#include "supervisor/money/rate_recall.h"

enum {
    MAX_CALLS = 8192,
    CREDIT = 256,
    WAY_MS = 10, /* at most, from us to the provider */
    STORM_REFUSAL_MS = 800,
    ROUNDS = 8,
    BEGIN_MS = 1000000,
    REST_MS = 600000
};

enum { TRUE_S = -1 };

enum kind { FREE, SLIDING, FIXED, BUCKET, AT_ONCE, STORM };

/* An account: so many calls in any window, or a bucket of that size filled at limit / window, or so many at
 * once; or none at first, and as many as one likes after that window. */
struct provider {
    const char *name;
    enum kind kind;
    unsigned limit;
    int64_t window_ms;
    unsigned burst; /* what it takes at once after a rest */
    int64_t latency_ms, jitter_ms;
    int64_t retry_after_ms; /* told with each refusal; 0: not; TRUE_S: when there is room, in full seconds */
    bool headers, tokens;   /* tokens: calls weigh 0.6 to 1.4 each */
    int64_t refusal_ms;
    unsigned calls;
    /* what is borne; 0: as everywhere */
    double time_most;      /* 1.08 of the ideal time */
    unsigned refused_most; /* in the warm-up: twice the burst, and 10 of a small one */
    double late_most;      /* share of calls after it: 2 % */
};

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
static const struct provider providers[] = {
    {"no limit", FREE, 0, 0, 256, 2000, 500, 0, false, false, 20, 2560},
    {"300 a minute, any minute", SLIDING, 300, 60000, 300, 2000, 1000, 0, false, false, 20, 1200},
    {"the same, and quick answers", SLIDING, 300, 60000, 300, 500, 20, 0, false, false, 20, 1250},
    {"60 a minute, any minute", SLIDING, 60, 60000, 60, 2000, 1000, 0, false, false, 20, 300},
    {"30 in any 6 s", SLIDING, 30, 6000, 30, 500, 200, 0, false, false, 20, 400},
    {"30 in any 6 s, slow refusals", SLIDING, 30, 6000, 30, 2000, 200, 0, false, false, 250, 400, 1.18, 110,
     0.025},
    {"15 in any 2 s", SLIDING, 15, 2000, 15, 200, 10, 0, false, false, 20, 400},
    {"tokens for about 30 calls in any 6 s", SLIDING, 30, 6000, 30, 500, 200, 0, false, true, 20, 400, 1.12,
     0, 0.025},
    {"tokens for about 60 calls in any 10 s, told", SLIDING, 60, 10000, 60, 500, 200, TRUE_S, false, true, 20,
     600},
    {"500 a minute by the clock", FIXED, 500, 60000, 500, 2000, 1000, 0, false, false, 20, 2000},
    {"30 in 6 s by the clock", FIXED, 30, 6000, 30, 500, 200, 0, false, false, 20, 400},
    {"60 a minute, a bucket of 60", BUCKET, 60, 60000, 60, 2000, 1000, 0, false, false, 20, 300},
    {"300 a minute, a bucket of 1", BUCKET, 300, 60000, 1, 2000, 1000, 0, false, false, 20, 900, 1.25},
    {"300 a minute, a bucket of 5", BUCKET, 300, 60000, 5, 500, 200, 0, false, false, 20, 900},
    {"300 a minute, a bucket of 5, slow refusals", BUCKET, 300, 60000, 5, 2000, 200, 0, false, false, 250,
     900, 1.50, 40, 0.025},
    {"300 a minute, a bucket of 10", BUCKET, 300, 60000, 10, 3000, 2000, 0, false, false, 20, 900},
    {"3000 a minute, a bucket of 50", BUCKET, 3000, 60000, 50, 1000, 500, 0, false, false, 20, 4000},
    {"300 a minute, a bucket of 10, and a wait told", BUCKET, 300, 60000, 10, 2000, 1000, 1000, false, false,
     20, 900},
    {"300 a minute, a bucket of 100, and all in headers", BUCKET, 300, 60000, 100, 2000, 1000, 0, true, false,
     20, 900},
    {"300 a minute, any minute, and when to come back", SLIDING, 300, 60000, 300, 2000, 1000, TRUE_S, false,
     false, 20, 1200},
    {"30 in any 6 s, and when to come back", SLIDING, 30, 6000, 30, 500, 200, TRUE_S, false, false, 20, 400},
    {"500 a minute by the clock, and when to come back", FIXED, 500, 60000, 500, 2000, 1000, TRUE_S, false,
     false, 20, 2000},
    {"eight at once", AT_ONCE, 8, 0, 8, 2000, 1000, 0, false, false, 20, 800},
    {"eight at once, slow refusals", AT_ONCE, 8, 0, 8, 2000, 1000, 0, false, false, 250, 800, 0, 70},
    {"four at once", AT_ONCE, 4, 0, 4, 500, 10, 0, false, false, 20, 400},
    {"three at once", AT_ONCE, 3, 0, 3, 500, 400, 0, false, false, 20, 600},
    {"50 at once", AT_ONCE, 50, 0, 50, 2000, 400, 0, false, false, 20, 2000},
    {"10 s of slow refusals, then no limit", STORM, 0, 10000, 0, 500, 200, 0, false, false, STORM_REFUSAL_MS,
     400, 1.60, 270},
};

enum call_state { UNUSED, ON_ITS_WAY, INSIDE, REFUSED };

struct call {
    struct flight flight;
    enum call_state state;
    double weight;
    int64_t at_ms; /* when it arrives, or ends */
};

struct world {
    const struct provider *provider;
    struct rate_control rate_control;
    struct call calls[CREDIT];
    int64_t let_in[MAX_CALLS]; /* when */
    double weights[MAX_CALLS];
    unsigned started, accepted, refused, done, late_refused, late, most;
    double level;
    int64_t now_ms, filled_ms;
};

static unsigned count(const struct world *w, enum call_state state)
{
    unsigned count = 0;

    for (unsigned i = 0; i < CREDIT; i++)
        count += w->calls[i].state == state;
    return count;
}

static double let_in_since(const struct world *w, int64_t since_ms)
{
    double sum = 0;

    for (unsigned i = w->accepted; i > 0 && w->let_in[i - 1] > since_ms; i--)
        sum += w->weights[i - 1];
    return sum;
}

static bool lets_in(struct world *w, double weight)
{
    const struct provider *p = w->provider;

    switch (p->kind) {
    case SLIDING:
        return let_in_since(w, w->now_ms - p->window_ms) + weight <= p->limit;
    case FIXED:
        return let_in_since(w, w->now_ms / p->window_ms * p->window_ms - 1) + weight <= p->limit;
    case BUCKET:
        w->level += (double)(w->now_ms - w->filled_ms) * p->limit / (double)p->window_ms;
        w->level = w->level > p->burst ? p->burst : w->level;
        w->filled_ms = w->now_ms;
        if (w->level < weight)
            return false;
        w->level -= weight;
        return true;
    case STORM:
        return w->now_ms - BEGIN_MS > p->window_ms;
    case AT_ONCE:
        return count(w, INSIDE) < p->limit;
    default:
        return true;
    }
}

/* When a call would be let in, as the API tells it. */
static int64_t told_ms(const struct world *w)
{
    const struct provider *p = w->provider;
    int64_t room_ms = w->now_ms + 1;

    if (p->retry_after_ms != TRUE_S)
        return p->retry_after_ms;
    if (p->kind == FIXED)
        room_ms = (w->now_ms / p->window_ms + 1) * p->window_ms;
    else
        for (unsigned i = 0; i < w->accepted; i++)
            if (w->let_in[i] > w->now_ms - p->window_ms) {
                room_ms = w->let_in[i] + p->window_ms;
                break;
            }
    return (room_ms - w->now_ms + 999) / 1000 * 1000;
}

static unsigned warm_up_calls(const struct provider *p)
{
    return p->burst > 5 ? 10 * p->burst : 50;
}

static bool is_late(const struct world *w)
{
    const struct provider *p = w->provider;

    return p->window_ms > 0 && p->kind != BUCKET ? w->now_ms - BEGIN_MS > 2 * p->window_ms
                                                 : w->done > warm_up_calls(p);
}

static void start(struct world *w)
{
    struct call *call = w->calls;

    while (call->state != UNUSED)
        call++;
    rate_control_started(&w->rate_control, &call->flight, w->now_ms);
    call->state = ON_ITS_WAY;
    call->at_ms = w->now_ms + rand() % WAY_MS;
    call->weight = w->provider->tokens ? 0.6 + 0.8 * rand() / RAND_MAX : 1;
}

static void arrive(struct world *w, struct call *call)
{
    const struct provider *p = w->provider;
    bool in = lets_in(w, call->weight);

    call->state = in ? INSIDE : REFUSED;
    call->at_ms = w->now_ms + (in ? p->latency_ms + rand() % (int)(p->jitter_ms + 1) : p->refusal_ms);
    if (in) {
        must(w->accepted < MAX_CALLS);
        w->weights[w->accepted] = call->weight;
        w->let_in[w->accepted++] = w->now_ms;
    }
    w->refused += !in;
    if (is_late(w)) {
        w->late++;
        w->late_refused += !in;
    }
}

static void end(struct world *w, struct call *call)
{
    const struct provider *p = w->provider;
    struct rate_outcome heard = {.verdict = call->state == REFUSED ? VERDICT_REFUSED : VERDICT_DONE,
                                 .told_ms = call->state == REFUSED ? told_ms(w) : 0};

    if (p->headers) {
        heard.limit_requests = p->limit;
        heard.left_requests = w->level > 0 ? (uint64_t)w->level : 0;
    }
    w->done += call->state == INSIDE;
    call->state = UNUSED;
    rate_control_heard(&w->rate_control, &call->flight, &heard, w->now_ms);
}

static void step(struct world *w, struct call *call)
{
    if (call->state == UNUSED || call->at_ms > w->now_ms)
        return;
    if (call->state == ON_ITS_WAY)
        arrive(w, call);
    else
        end(w, call);
}

/* When something happens. */
static int64_t next_ms(const struct world *w, bool wanted)
{
    int64_t at = wanted ? rate_control_next(&w->rate_control, CREDIT, w->now_ms) : TIMER_NONE;

    for (unsigned i = 0; i < CREDIT; i++)
        if (w->calls[i].state != UNUSED && (at == TIMER_NONE || w->calls[i].at_ms < at))
            at = w->calls[i].at_ms;
    assert_true(at != TIMER_NONE || w->done == w->provider->calls); /* it never stands still for good */
    return at > w->now_ms ? at : w->now_ms + 1;
}

/* Milliseconds until all calls are answered. */
static int64_t play(struct world *w)
{
    unsigned calls = w->provider->calls;

    for (w->now_ms = BEGIN_MS; w->done < calls;
         w->now_ms = next_ms(w, w->done + w->rate_control.flying < calls)) {
        assert_true(w->now_ms < BEGIN_MS + 3600000);
        for (unsigned i = 0; i < CREDIT; i++)
            step(w, &w->calls[i]);
        while (w->done + w->rate_control.flying < calls && w->rate_control.flying < CREDIT &&
               rate_control_allows(&w->rate_control, CREDIT, w->now_ms))
            start(w);
    }
    return w->now_ms - BEGIN_MS;
}

/* At the provider's long-run speed, and the last answer. */
static double ideal_ms(const struct provider *p)
{
    double latency = (double)p->latency_ms + (double)p->jitter_ms / 2;

    if (p->kind == FREE)
        return p->calls * latency / CREDIT + (double)p->jitter_ms / 2;
    if (p->kind == STORM)
        return (double)p->window_ms + p->calls * latency / CREDIT;
    if (p->kind == AT_ONCE)
        return p->calls * latency / p->limit;
    return (double)p->calls * (double)p->window_ms / p->limit + latency;
}

struct figures {
    double time, warm_up,
        late; /* time / ideal; calls refused in the warm-up; share of them refused after it */
};

static void play_once(const struct provider *provider, struct rate_memory *memory, bool warm,
                      struct figures *sum)
{
    struct world *w = need_zero(1, sizeof *w);

    w->provider = provider;
    w->level = provider->burst;
    w->filled_ms = BEGIN_MS;
    rate_control_open(&w->rate_control, false);
    if (warm)
        rate_recall_apply(&w->rate_control, memory, REST_MS);
    sum->time += (double)play(w) / ideal_ms(provider) / ROUNDS;
    sum->warm_up += (double)(w->refused - w->late_refused) / ROUNDS;
    sum->late += w->late == 0 ? 0 : (double)w->late_refused / w->late / ROUNDS;
    rate_recall_note(&w->rate_control, memory);
    free(w);
}

static bool fits(const struct provider *p, const struct figures *figures)
{
    return figures->time <= (p->time_most > 0 ? p->time_most : 1.08) &&
           figures->warm_up <= (p->refused_most > 0 ? p->refused_most
                                : p->burst > 5      ? 2 * p->burst
                                                    : 10) &&
           figures->late <= (p->late_most > 0 ? p->late_most : 0.02);
}

static bool print(const char *name, const struct provider *p, const struct figures *figures)
{
    bool fine = fits(p, figures);

    print_message("%c %-50s time %.3f, refused in the warm-up %5.1f, after it %.2f %%\n", fine ? ' ' : '!',
                  name, figures->time, figures->warm_up, 100 * figures->late);
    return fine;
}

static void an_account_is_used_up_and_hardly_overrun(void **state)
{
    unsigned bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof providers / sizeof *providers; i++) {
        struct figures cold = {.time = 0}, warm = {.time = 0};

        for (unsigned round = 1; round <= ROUNDS; round++) {
            struct rate_memory memory;

            srand(round);
            play_once(&providers[i], &memory, false, &cold);
            play_once(&providers[i], &memory, true, &warm);
        }
        bad += !print(providers[i].name, &providers[i], &cold);
        bad += !print("  again, by what was learned", &providers[i], &warm);
    }
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_is_used_up_and_hardly_overrun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
