/* test_unacknowledged - what a stage holds and has said, until it may forget it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stages/lib/unacknowledged.h"

struct heard {
    unsigned working, failed, explained;
    uint64_t tokens;
};

static void on_entry(void *arg, uint64_t lease, struct wire *result)
{
    struct heard *heard = arg;

    if (result == NULL) {
        heard->working++;
        return;
    }
    assert_int_equal(wire_lease(result), lease);
    if (result->type == WIRE_FAILED) {
        assert_string_equal(result->failed.detail, "because");
        heard->failed++;
    } else {
        assert_memory_equal(wire_data(result, 0), "{}", 2);
        heard->tokens += result->explained.output_tokens;
        heard->explained++;
    }
    wire_clear(result);
}

static struct heard heard_of(struct unacknowledged *kept)
{
    struct heard heard = {0};

    unacknowledged_each(kept, on_entry, &heard);
    return heard;
}

static void results_are_kept_until_they_are_acknowledged(void **state)
{
    struct unacknowledged *kept = unacknowledged_new();
    char detail[] = "because";
    struct wire explained, failed;
    struct heard heard;

    (void)state;
    for (uint64_t lease = 1; lease <= 3; lease++)
        unacknowledged_take(kept, lease);
    wire_init(&explained, WIRE_EXPLAINED);
    explained.explained.lease = 2;
    explained.explained.output_tokens = 77;
    wire_add_copy(&explained, "{}", 2);
    unacknowledged_settle(kept, &explained);
    wire_clear(&explained);
    wire_init(&failed, WIRE_FAILED);
    failed.failed.lease = 3;
    failed.failed.detail = detail;
    unacknowledged_settle(kept, &failed);
    wire_clear(&failed);
    memset(detail, 'x', sizeof detail - 1); /* what was borrowed may change */

    for (int i = 0; i < 2; i++) { /* telling it does not forget it */
        heard = heard_of(kept);
        assert_int_equal(heard.working, 1);
        assert_int_equal(heard.failed, 1);
        assert_int_equal(heard.explained, 1);
        assert_int_equal(heard.tokens, 77);
    }
    unacknowledged_drop(kept, 2);
    unacknowledged_drop(kept, 2); /* stale gossip */
    unacknowledged_drop(kept, 99);
    heard = heard_of(kept);
    assert_int_equal(heard.explained, 0);
    assert_int_equal(unacknowledged_count(kept), 2);
    unacknowledged_free(&kept);
    assert_null(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(results_are_kept_until_they_are_acknowledged)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
