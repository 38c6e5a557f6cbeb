/* test_char_class - characters of many scripts are what the Unicode Character Database says */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

/* Each character of yes is one of them, and none of no is. */
static void check(bool (*test)(uint32_t c), const char *yes, const char *no)
{
    for (int right = 1; right >= 0; right--) {
        const char *text = right ? yes : no;
        uint32_t c;

        for (size_t step; *text != '\0'; text += step) {
            step = utf8_next(text, 4, &c);
            assert_int_not_equal(step, 0);
            if (test(c) != (right == 1))
                fail_msg("U+%04X is %s", c, right ? "none" : "one");
        }
    }
}

static void classes_are_those_of_the_database(void **state)
{
    (void)state;
    check(char_is_letter, "aZäßſŁѢωΏאبहिन्दीไม่ไทย漢々〇ーがﾊ한µªⅣ", "0٣!+-_ \u0301–…。、•→½²€\xef\xbf\xbd");
    check(char_is_digit, "09٠٩۵०৯０𝟗", "aⅣ²½①一");
    check(char_is_lower, "azßäōłωяệ", "AZÄŌŁΩЯỆ1漢ا");
    check(char_is_blank, " \t\u00a0\u2003\u202f\u3000", "\n\ra\u200b_");
    check(char_is_wide, "漢か한。，Ａ々𠮷", "aж-ا€…");
    check(char_is_right_to_left, "אبܐ", "a漢1٣Ω, ");
    check(char_is_bullet, "•▪–*-→\uf0b7", "a1.(");
    check(char_ends_sentence, ".!?:;。！？…", ",-a、");
    assert_false(char_is_letter(0));
    assert_false(char_is_letter(0x110000));
    assert_false(char_is_letter(UINT32_MAX));
}

static void capitals_have_small_letters(void **state)
{
    static const uint32_t pairs[][2] = {{'A', 'a'},     {0xc4, 0xe4},     {0x178, 0xff},   {0x39f, 0x3bf},
                                        {0x410, 0x430}, {0x1ec6, 0x1ec7}, {0xff21, 'a'},   {0xff01, '!'},
                                        {'1', '1'},     {0x6f22, 0x6f22}, {0x23a, 0x2c65}, {0xdf, 0xdf}};

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_int_equal(char_to_lower(pairs[i][0]), pairs[i][1]);
}

static void ends_of_a_text_are_found(void **state)
{
    (void)state;
    assert_int_equal(char_first("漢a"), 0x6f22);
    assert_int_equal(char_last("a漢"), 0x6f22);
    assert_int_equal(char_first("x"), 'x');
    assert_int_equal(char_last("x"), 'x');
    assert_int_equal(char_first(""), 0);
    assert_int_equal(char_last(""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_those_of_the_database),
        cmocka_unit_test(capitals_have_small_letters),
        cmocka_unit_test(ends_of_a_text_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
