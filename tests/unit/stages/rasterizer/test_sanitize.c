/* test_sanitize - what may stand in a line of text, and what a title is without its program's additions */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "stages/rasterizer/sanitize.h"

static const struct {
    const char *name, *given, *want;
    size_t room;
} texts[] = {
    {"plain text stays", "Un proceso", "Un proceso", 64},
    {"spaces of all kinds become one", " a \t\n b\xc2\xa0\xe3\x80\x80 c ", "a b c", 64},
    {"control characters go", "a\x01\x1b[31mb\x7f\xc2\x85", "a[31mb", 64},
    {"direction marks and zero-width spaces go",
     "a\xe2\x80\xae\xe2\x80\x8b\xef\xbb\xbf"
     "b",
     "ab", 64},
    {"broken UTF-8 goes, byte by byte", "a\xff\xc3(\xed\xa0\x80z", "a(z", 64},
    {"the sign for unknown goes", "\xef\xbf\xbd\xef\xbf\xbd", "", 64},
    {"a character is never cut", "na\xc3\xafve", "na", 4},
    {"no gap is left at the cut", "ab cd", "ab", 4},
    {"other scripts stay", "研究の流れ عربى", "研究の流れ عربى", 64},
};

static void text_comes_out_clean(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char out[64];
        size_t size = sanitize_text(out, texts[i].room, texts[i].given, strlen(texts[i].given));

        if (strcmp(out, texts[i].want) != 0)
            fail_msg("%s: '%s'", texts[i].name, out);
        assert_int_equal(size, strlen(out));
        assert_true(sanitize_is_clean(out, size, false));
    }
}

static void only_clean_text_passes(void **state)
{
    (void)state;
    assert_true(sanitize_is_clean("a b", 3, false));
    assert_false(sanitize_is_clean("a\nb", 3, false));
    assert_true(sanitize_is_clean("a\nb", 3, true));
    assert_false(sanitize_is_clean("a\0b", 3, true));
    assert_false(sanitize_is_clean("\xc3", 1, false));
    assert_false(sanitize_is_clean("\xef\xbf\xbf", 3, false)); /* U+FFFF */
}

static const struct {
    const char *text;
    uint32_t letters;
} counted[] = {{"", 0},       {"abc 123", 6},   {"... -- !?", 0}, {"é ñ ü", 3},
               {"研究。", 2}, {"• → ★ “x”", 1}, {"مرحبا", 5},     {"x²=µ", 3}};

static void letters_and_digits_count(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++)
        if (sanitize_count_letters(counted[i].text, strlen(counted[i].text)) != counted[i].letters)
            fail_msg("'%s': %u", counted[i].text,
                     sanitize_count_letters(counted[i].text, strlen(counted[i].text)));
}

static const struct {
    const char *given, *want;
} titles[] = {
    {"Microsoft PowerPoint - Lecture 3.pptx", "Lecture 3"},
    {"Operating Systems", "Operating Systems"},
    {"slides.tex", "slides"},
    {"Untitled", ""},
    {"PowerPoint プレゼンテーション", ""},
    {".key", ".key"},
    {"", ""},
};

static void titles_lose_what_programs_add(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        char title[128];

        strcpy(title, titles[i].given);
        sanitize_title(title);
        assert_string_equal(title, titles[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_comes_out_clean),
        cmocka_unit_test(only_clean_text_passes),
        cmocka_unit_test(letters_and_digits_count),
        cmocka_unit_test(titles_lose_what_programs_add),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
