/* test_rate_limit_headers - rate headers as servers send them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "stages/vision/model/rate_limit_headers.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void durations_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        {"1s", 1000},
        {"120ms", 120},
        {"6m0s", 360000},
        {"1h2m3.5s", 3723500},
        {"1d", 86400000},
        {"59.951s", 59951},
        {"8.64s", 8640},
        {"7m12s", 432000},
        {"0s", 0},
        {"0", 0},
        {"17", 17000},
        {"0.5", 500},
        {"1.0005", 1001}, /* rounded up: a wait too short is refused again */
        {"250us", 1},
        {"0ns", 0},
        {"999999999999h", INT64_C(365) * 86400000},
        {"1h1h1h", 10800000},
        {"", -1},
        {"s", -1},
        {"-1s", -1},
        {"1 s", -1},
        {"1x", -1},
        {"1.s", -1},
        {"1e3", -1},
        {"1s2", -1},
        {"12345678901234567890s", -1},
        {"2026-01-01T00:00:00Z", -1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (rate_limit_headers_duration_ms(rows[i].text) != rows[i].ms)
            fail_msg("%s: %lld", rows[i].text, (long long)rate_limit_headers_duration_ms(rows[i].text));
}

static void headers_become_numbers(void **state)
{
    static const struct {
        const char *sentence;
        struct rate_limit_headers_texts texts;
        struct rate_limit_headers r;
    } rows[] = {
        {"nothing is said", {NULL, NULL, NULL, NULL, NULL, NULL}, {0, 0, 0, 0, 0}},
        {"both are said: the next moment something grows",
         {"500", "499", "120ms", "30000", "28000", "4s"},
         {500, 499, 30000, 28000, 120}},
        {"requests are used up: their moment counts",
         {"500", "0", "6m0s", "30000", "28000", "4s"},
         {500, 0, 30000, 28000, 360000}},
        {"both are used up: the later", {"500", "0", "1s", "30000", "0", "4s"}, {500, 0, 30000, 0, 4000}},
        {"only tokens", {NULL, NULL, NULL, "30000", "28000", "4s"}, {0, 0, 30000, 28000, 4000}},
        {"a limit without what is left says nothing", {"500", NULL, "1s", NULL, NULL, NULL}, {0, 0, 0, 0, 0}},
        {"a limit of nothing is no limit", {"0", "0", "1s", NULL, NULL, NULL}, {0, 0, 0, 0, 0}},
        {"fractions are dropped", {"500.0", "3.9", NULL, NULL, NULL, NULL}, {500, 3, 0, 0, 0}},
        {"nonsense is not said", {"many", "few", "soon", "-1", "5", "1s"}, {0, 0, 0, 0, 0}},
        {"an unreadable reset is not said", {"500", "0", "soon", NULL, NULL, NULL}, {500, 0, 0, 0, 0}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rate_limit_headers r = rate_limit_headers_read(&rows[i].texts), want = rows[i].r;

        if (r.limit_requests != want.limit_requests || r.left_requests != want.left_requests ||
            r.limit_tokens != want.limit_tokens || r.left_tokens != want.left_tokens ||
            r.reset_ms != want.reset_ms)
            fail_msg("%s: %llu %llu %llu %llu %llu", rows[i].sentence, (unsigned long long)r.limit_requests,
                     (unsigned long long)r.left_requests, (unsigned long long)r.limit_tokens,
                     (unsigned long long)r.left_tokens, (unsigned long long)r.reset_ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(headers_become_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
