/* test_plain_chars - one spelling for the shapes of letters, digits and signs; and the way back to the text
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/utf8.h"
#include "stages/vision/grounding/plain_chars.h"

static void check(const char *text, const char *wanted, bool unescape)
{
    struct plain_chars *chars = plain_chars_of(text);
    char got[256];
    size_t used = 0;

    if (unescape)
        plain_chars_unescape(chars);
    for (size_t i = 0; i < chars->count; i++) {
        assert_true(i == 0 || chars->at[i] > chars->at[i - 1]);
        used += utf8_put(got + used, chars->c[i]);
    }
    got[used] = '\0';
    assert_string_equal(got, wanted);
    assert_int_equal(chars->at[chars->count], strlen(text));
    plain_chars_free(&chars);
    assert_null(chars);
}

static void shapes_become_plain(void **state)
{
    (void)state;
    check("ABC 12", "ABC 12", false);
    check("ＡＢ１２％", "AB12%", false);    /* full width */
    check("𝑥 𝟏𝟐 𝛼", "x 12 α", false);       /* mathematical */
    check("١٢٣ ۴۵ १२", "123 45 12", false); /* Arabic, Persian, Devanagari digits */
    check("H₂O x²", "H2O x²", false);       /* raised digits are powers */
    check("−5 – 7 ‐ 8", "-5 - 7 - 8", false);
    check("it’s 5′", "it's 5'", false);
    check("漢字 שלום ℃", "漢字 שלום ℃", false);
    check("", "", false);
}

static void spellings_of_latex(void **state)
{
    (void)state;
    check("25\\% of 1{,}000", "25% of 1,000", true);
    check("25\\,000\\;x\\ y", "25 000 x y", true);
    check("\\$5 \\& \\#1", "$5 & #1", true);
    check("\\alpha {, {,x}", "\\alpha {, {,x}", true);
    check("\\", "\\", true);
    check("{,", "{,", true);
}

static void a_piece_is_cut_out_of_the_text(void **state)
{
    static const char text[] = "a  ４２ % \nz";
    struct plain_chars *chars = plain_chars_of(text);
    char *cut = plain_chars_cut(text, chars, 1, chars->count - 1);

    (void)state;
    assert_string_equal(cut, "４２ %"); /* as it stands there, blanks at its ends cut off */
    free(cut);
    cut = plain_chars_cut(text, chars, 1, 3);
    assert_string_equal(cut, "");
    free(cut);
    plain_chars_free(&chars);
}

static void bytes_that_are_no_text_end_it(void **state)
{
    struct plain_chars *chars = plain_chars_of("ab\xff"
                                               "cd");

    (void)state;
    assert_int_equal(chars->count, 2);
    assert_int_equal(chars->at[2], 2);
    plain_chars_free(&chars);
}

static void kinds_of_characters(void **state)
{
    (void)state;
    assert_true(plain_is_digit('0') && plain_is_digit('9'));
    assert_false(plain_is_digit('a') || plain_is_digit(0x661));
    assert_true(plain_is_superscript(0xb2) && plain_is_superscript(0x207b));
    assert_false(plain_is_superscript(0x2080) || plain_is_superscript('2'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_become_plain),
        cmocka_unit_test(spellings_of_latex),
        cmocka_unit_test(a_piece_is_cut_out_of_the_text),
        cmocka_unit_test(bytes_that_are_no_text_end_it),
        cmocka_unit_test(kinds_of_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
