/* test_claimed_numbers - numbers that a slide vouches for, and how they may be written */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stages/vision/grounding/claimed_numbers.h"
#include "stages/vision/grounding/number_text.h"
#include "tests/unit/stages/vision/grounding/claims.h"

static void check(const char *slide, const char *text, const char *wanted)
{
    struct numbers *numbers = numbers_new();
    struct plain_chars *known = plain_chars_of(slide), *chars = plain_chars_of(text);
    struct claims claims = {.text = text, .chars = chars};

    numbers_learn(numbers, known);
    numbers_check(numbers, chars, add_claim, &claims);
    if (strcmp(claims.found, wanted) != 0)
        print_message("    \"%s\" beside \"%s\"\n", text, slide);
    assert_string_equal(claims.found, wanted);
    plain_chars_free(&known);
    plain_chars_free(&chars);
    numbers_free(&numbers);
    assert_null(numbers);
}

static void spellings_of_one_number(void **state)
{
    static const char *const pairs[][2] = {
        {"1,000 cells", "1.000 Zellen"},
        {"1 000 000", "1,000,000"},
        {"25 %", "a share of 0.25"},
        {"0.25", "25 %"},
        {"5 million people", "5,000,000"},
        {"1.2万", "12000"},
        {"3亿", "300,000,000"},
        {"3k", "3000 of them"},
        {"١٢٣", "123"},
        {"１２３", "123"},
        {"eighteen", "18 of them"},
        {"3.14159", "about 3.14"},
        {"2 0 1 9", "in 2019"},
        {"4,217", "some 4200"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        check(pairs[i][0], pairs[i][1], "");
}

static void numbers_nobody_vouches_for(void **state)
{
    (void)state;
    check("350 km/h", "It runs at 530 km/h.", "530");
    check("Founded in 1987", "Founded in 1978.", "1978");
    check("35 %", "It grew by 53 %.", "53 %");
    check("", "There are 4711 and ４７１３ of them.", "4711|４７１３");
    check("", "العدد ٤٧١١ هنا", "٤٧١١");
    check("", "共有4711个细胞", "4711");
    check("12.5.2024", "on 13.6.2025", "13.6.2025");
}

static void small_and_usual_numbers_need_nobody(void **state)
{
    (void)state;
    check("", "3 of 12 at 100 % for 60 s, 24 h, 365 days, 360 degrees, half: 50 %", "");
}

static void sums_of_a_sentence_vouch(void **state)
{
    (void)state;
    check("150 and 275", "Together 150 and 275 are 425.", "");
    check("150 and 275", "Together 150 and 275 make 437.", "437");
    check("150 and 275", "There are 150 and 275. Others have 425.", "425"); /* another sentence */
    check("40 of 160", "40 of 160 is 25 %, so 75 % remain.", "");
}

static void digits_of_names_are_no_numbers(void **state)
{
    (void)state;
    check("", "COVID-19, x86, H2O, SHA256, v4711, x_{4711}, 10^{4711}, user@4711", "");
    check("", "4711px, 4711 km, 4711kg", "4711|4711|4711");
}

static void hostile_texts_end(void **state)
{
    char text[20001];

    (void)state;
    memset(text, '9', 20000);
    text[20000] = '\0';
    check(text, text, "");
    for (size_t i = 0; i < 20000; i++)
        text[i] = i % 2 == 0 ? '1' : '.';
    check(text, text, "");
    check("", ".", "");
    check("", "%", "");
}

static void numbers_that_are_told(void **state)
{
    struct numbers *numbers = numbers_new();
    struct plain_chars *chars = plain_chars_of("slide 4711");
    struct claims claims = {.text = "slide 4711", .chars = chars};

    (void)state;
    numbers_add(numbers, 4711);
    numbers_check(numbers, chars, add_claim, &claims);
    assert_string_equal(claims.found, "");
    plain_chars_free(&chars);
    numbers_free(&numbers);
}

/* ---- one number ---- */

static void readings(void **state)
{
    static const struct {
        const char *text;
        unsigned count;
        double first, second;
        size_t to;
    } rows[] = {{"42", 1, 42, 0, 2},       {"1,000", 2, 1, 1000, 5},    {"1.234,5", 1, 1234.5, 0, 7},
                {"12.5", 1, 12.5, 0, 4},   {"1'000'000", 1, 1e6, 0, 9}, {"25 %", 1, 25, 0, 4},
                {"12.5.2024", 0, 0, 0, 9}, {"0.123", 1, 0.123, 0, 5},   {"10 000", 1, 10000, 0, 6},
                {"7.", 1, 7, 0, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct plain_chars *chars = plain_chars_of(rows[i].text);
        struct number_text n;

        number_text_read(chars, 0, &n);
        if (n.count != rows[i].count || n.to != rows[i].to)
            print_message("    %s: %u readings, to %zu\n", rows[i].text, n.count, n.to);
        assert_int_equal(n.count, rows[i].count);
        assert_int_equal(n.to, rows[i].to);
        if (n.count > 0)
            assert_true(n.values[0] > rows[i].first - 1e-9 && n.values[0] < rows[i].first + 1e-9);
        if (n.count > 1)
            assert_true(n.values[1] == rows[i].second);
        plain_chars_free(&chars);
    }
}

static void scales(void **state)
{
    static const struct {
        const char *text;
        double scale;
    } rows[] = {{"5 million", 1e6}, {"5 m", 1e6}, {"5k", 1e3},    {"5 bn", 1e9},
                {"5万", 1e4},       {"5億", 1e8}, {"5 cells", 1}, {"5", 1}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct plain_chars *chars = plain_chars_of(rows[i].text);
        struct number_text n;

        number_text_read(chars, 0, &n);
        assert_true(number_text_scale(chars, &n) == rows[i].scale);
        plain_chars_free(&chars);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_of_one_number),
        cmocka_unit_test(numbers_nobody_vouches_for),
        cmocka_unit_test(small_and_usual_numbers_need_nobody),
        cmocka_unit_test(sums_of_a_sentence_vouch),
        cmocka_unit_test(digits_of_names_are_no_numbers),
        cmocka_unit_test(hostile_texts_end),
        cmocka_unit_test(numbers_that_are_told),
        cmocka_unit_test(readings),
        cmocka_unit_test(scales),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
