/* test_codes - the closed list of error codes is complete, and each one can be found again */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/codes.h"
#include "proto/enums.h"

static void every_code_has_a_word_that_fits_its_field(void **state)
{
    (void)state;
    for (enum code code = 0; code < CODES; code++) {
        const char *name = code_name(code);

        assert_true(strlen(name) > 0 && strlen(name) <= 64);
        for (const char *c = name; *c != '\0'; c++)
            assert_true(isupper((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '_');
    }
}

static void every_word_leads_back_to_its_own_code(void **state)
{
    (void)state;
    for (enum code code = 0; code < CODES; code++) /* so no two are alike */
        assert_int_equal(code_of(code_name(code)), code);
    assert_int_equal(code_of("NO_SUCH_CODE"), CODE_INTERNAL);
    assert_int_equal(code_of(""), CODE_INTERNAL);
    assert_int_equal(code_of("internal"), CODE_INTERNAL);
}

static void every_code_is_an_http_error(void **state)
{
    (void)state;
    for (enum code code = 0; code < CODES; code++)
        assert_in_range(code_status(code), 400, 599);
}

static void every_code_has_a_scope(void **state)
{
    (void)state;
    for (enum code code = 0; code < CODES; code++)
        assert_in_range(code_scope_of(code), SCOPE_REQUEST, SCOPE_SLIDE);
}

/* One sentence for a person: it goes into "detail" fields as it is, with something behind it. */
static void every_code_has_a_sentence(void **state)
{
    (void)state;
    for (enum code code = 0; code < CODES; code++) {
        const char *doc = code_doc(code);

        assert_in_range(strlen(doc), 15, 200);
        assert_true(strchr(doc, '\n') == NULL);
        assert_true(doc[strlen(doc) - 1] != '.');
    }
}

static void kinds_and_outcomes_have_names_of_their_own(void **state)
{
    (void)state;
    for (int a = 0; a < STAGE_KINDS; a++)
        for (int b = 0; b < a; b++)
            assert_string_not_equal(stage_name((enum stage_kind)a), stage_name((enum stage_kind)b));
    for (int a = 0; a < OUTCOMES; a++)
        for (int b = 0; b < a; b++)
            assert_string_not_equal(outcome_name((enum outcome)a), outcome_name((enum outcome)b));
    assert_string_equal(stage_name(STAGE_RASTERIZER), "rasterizer");
    assert_string_equal(outcome_name(OUTCOME_TEXT_ONLY), "text_only");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_word_that_fits_its_field),
        cmocka_unit_test(every_word_leads_back_to_its_own_code),
        cmocka_unit_test(every_code_is_an_http_error),
        cmocka_unit_test(every_code_has_a_scope),
        cmocka_unit_test(every_code_has_a_sentence),
        cmocka_unit_test(kinds_and_outcomes_have_names_of_their_own),
    };

    return cmocka_run_group_tests_name("codes", tests, NULL, NULL);
}
