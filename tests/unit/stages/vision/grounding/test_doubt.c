/* test_doubt - which claims are worth a second question */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stages/vision/grounding/doubt.h"

static const struct {
    const char *where;
    bool contradicts;
    enum doubt doubt;
} rows[] = {
    {"explanation", false, DOUBT_NONE},
    {"short_summary", false, DOUBT_NONE},
    {"connections", false, DOUBT_NONE},
    {"key_points", false, DOUBT_OWN},
    {"card", false, DOUBT_OWN},
    {"explanation", true, DOUBT_CONTRADICTION},
    {"short_summary", true, DOUBT_CONTRADICTION},
    {"key_points", true, DOUBT_TAUGHT},
    {"card", true, DOUBT_TAUGHT},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static json_t *claim_of(size_t i)
{
    json_t *claim =
        json_pack("{s:s, s:i, s:s, s:s}", "where", rows[i].where, "index", 0, "kind", "number", "text", "7");

    if (rows[i].contradicts)
        json_object_set_new(claim, "contradicts", json_true());
    return claim;
}

static void what_contradicts_or_is_to_be_learned_matters(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        json_t *claim = claim_of(i);

        assert_int_equal(doubt_of_claim(claim), rows[i].doubt);
        json_decref(claim);
    }
}

static void an_answer_is_as_bad_as_its_worst_claim(void **state)
{
    json_t *claims = json_array(), *answer = json_pack("{s:O}", "unsupported", claims), *asked;
    size_t worth = 0;

    (void)state;
    assert_int_equal(doubt_of_answer(NULL), DOUBT_NONE);
    assert_int_equal(doubt_of_answer(answer), DOUBT_NONE);
    for (size_t i = 0; i < ROWS; i++) {
        json_array_insert_new(claims, 0, claim_of(i)); /* in any order */
        worth += rows[i].doubt != DOUBT_NONE;
        assert_int_equal(doubt_of_answer(answer), rows[i].doubt); /* the rows get worse */
        asked = doubt_claims(answer);
        assert_int_equal(json_array_size(asked), worth);
        json_decref(asked);
    }
    json_decref(claims);
    json_decref(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_contradicts_or_is_to_be_learned_matters),
        cmocka_unit_test(an_answer_is_as_bad_as_its_worst_claim),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
