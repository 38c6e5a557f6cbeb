/* test_rate_control - servers that queue, in simulated time (accounts with limits: test_rate_limits.c) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "supervisor/money/rate_control.h"

enum { CREDIT = 64, BEGIN_MS = 1000000 };

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

/* Ways in which the one call more than the ceiling ends without showing whether it fits. */
static void a_probe_without_a_verdict_is_made_again(void **state)
{
    static const struct rate_outcome ends[] = {{.verdict = VERDICT_FAILED},
                                               {.verdict = VERDICT_TIMED_OUT},
                                               {.verdict = VERDICT_REFUSED, .overload = true},
                                               {.verdict = VERDICTS /* lost */}};

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct rate_control g;
        struct flight first, probe;

        rate_control_open(&g, false);
        g.window.max = CREDIT;
        call_ceiling_found(&g.ceiling, 1);
        g.ceiling.earned = CREDIT;
        rate_control_started(&g, &first, BEGIN_MS);
        rate_control_started(&g, &probe, BEGIN_MS);
        assert_true(probe.probe);
        assert_false(rate_control_allows(&g, CREDIT, BEGIN_MS + 10));
        if (ends[i].verdict == VERDICTS)
            rate_control_lost(&g, &probe);
        else
            rate_control_heard(&g, &probe, &ends[i], BEGIN_MS + 20);
        assert_false(g.ceiling.probing);
        assert_int_equal(call_ceiling_allows(&g.ceiling), 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_queues_is_not_flooded),
        cmocka_unit_test(one_call_that_hangs_slows_nobody),
        cmocka_unit_test(a_probe_without_a_verdict_is_made_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
