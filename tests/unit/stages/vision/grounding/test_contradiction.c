/* test_contradiction - what says something else than the slide, and what only says more */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/grounding/claimed_formulas.h"
#include "stages/vision/grounding/contradiction.h"

struct row {
    const char *name, *slide, *told, *claim;
    bool contradicts;
};

static void check(const struct row *row,
                  bool (*contradicts)(const struct slide_facts *slide, const struct plain_chars *text,
                                      size_t from, size_t to))
{
    struct plain_chars *slide = plain_chars_of(row->slide), *text = plain_chars_of(row->told);
    struct slide_facts *facts = slide_facts_of(slide);
    const char *at = strstr(row->told, row->claim);
    size_t from = 0, to;

    print_message("  %s\n", row->name);
    assert_non_null(at);
    while (text->at[from] < (size_t)(at - row->told))
        from++;
    for (to = from; text->at[to] < (size_t)(at - row->told) + strlen(row->claim); to++)
        ;
    assert_int_equal(contradicts(facts, text, from, to), row->contradicts);
    slide_facts_free(&facts);
    plain_chars_free(&slide);
    plain_chars_free(&text);
}

static void a_number_in_the_place_of_another(void **state)
{
    static const struct row rows[] = {
        {"the same unit", "Speed 350 km/h", "It runs at 530 km/h.", "530", true},
        {"another unit", "Speed 350 km/h", "It takes 45 min.", "45", false},
        {"the same unit, glued", "12ms a call", "It takes 40 ms.", "40", true},
        {"a share", "Growth of 35 % in a year", "It grew by 48 %.", "48 %", true},
        {"money", "Costs $1,200 a year", "The price is $900.", "900", true},
        {"money behind", "Kosten: 1200 \xe2\x82\xac", "Es kostet 900 \xe2\x82\xac.", "900", true},
        {"years in Chinese", "1949\xe5\xb9\xb4\xe6\x88\x90\xe7\xab\x8b", "\xe5\x9c\xa8 1978\xe5\xb9\xb4",
         "1978", true},
        {"the same word before", "Founded in 1987 by students", "It was founded in 1995.", "1995", true},
        {"the same word behind", "There are 46 chromosomes", "A cell has 48 chromosomes.", "48", true},
        {"its singular", "There are 46 chromosomes", "It has 99 chromosome pairs.", "99", true},
        {"which one, not how many", "One of 46 chromosomes", "It is the chromosome 99 here.", "99", false},
        {"an example in the unit of the slide", "v = 5 m/s", "E.g. with 37 m/s it takes longer.", "37",
         false},
        {"the same symbol", "v = 5 m/s", "So v = 37 m/s here.", "37", true},
        {"the same symbol as an example", "v = 5 m/s", "Suppose v = 37 m/s here.", "37", false},
        {"a word that begins no example here", "Un cambio guarda 32 registros",
         "Un cambio de contexto guarda 98 registros.", "98", true},
        {"nor does this", "A lookup takes 12 ms", "A lookup can take 40 ms.", "40", true},
        {"an article is no unit", "5 a", "Of 98 a part.", "98", false},
        {"the slide's own beside it", "It pumps 15 litres", "It pumps 15 litres, then 25 litres.", "25",
         false},
        {"two digits swapped", "In the year 1987", "That was 1978.", "1978", true},
        {"a point moved", "It is 7.5 nm thick", "The value is 75.", "75", true},
        {"an example", "Pipes join programs; 350 of them", "Say, you have 98765 files.", "98765", false},
        {"a year of its own", "Gorter and Grendel, 1925", "Electron microscopes came in 1931.", "1931",
         false},
        {"words that stand beside any number", "about 350 of them", "about 480 are left.", "480", false},
        {"another sentence", "Students: 40. Rooms here.", "Many rooms. 75 of all.", "75", false},
        {"a slide without numbers", "Some words here", "It is 530 km/h.", "530", false},
        {"round numbers are not misread", "It is 25 here", "Say, 2500.", "2500", false},
        {"a word of a few letters is no unit", "12 of the", "98 of the", "98", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(&rows[i], number_contradicts);
}

static void a_name_in_the_place_of_another(void **state)
{
    static const struct row rows[] = {
        {"who did it", "Proved by Andrey Kolmogorov", "This was proved by Pavel Aleksandrov.",
         "Pavel Aleksandrov", true},
        {"somebody else did something else", "Proved by Andrey Kolmogorov",
         "Books were written by Pavel Aleksandrov.", "Pavel Aleksandrov", false},
        {"the slide names nobody", "It was proved in the end", "This was proved by Pavel Aleksandrov.",
         "Pavel Aleksandrov", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(&rows[i], name_contradicts);
}

static struct symbols *symbols;

static bool by_symbols(const struct slide_facts *slide, const struct plain_chars *text, size_t from,
                       size_t to)
{
    (void)slide;
    return formula_contradicts(symbols, text, from, to);
}

static void a_formula_of_a_symbol_of_the_slide(void **state)
{
    static const struct row rows[] = {
        {"another energy", "E = mc", "So E = hf holds.", "E = hf", true},
        {"another formula", "E = mc", "So p = qv holds.", "p = qv", false},
        {"as LaTeX", "E = mc", "So \\(E = \\frac{h}{f}\\) holds.", "E = \\frac{h}{f}", true},
        {"another one as LaTeX", "E = mc", "So \\(\\lambda = \\frac{h}{f}\\) holds.",
         "\\lambda = \\frac{h}{f}", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct plain_chars *slide = plain_chars_of(rows[i].slide);

        symbols = symbols_new();
        symbols_learn(symbols, slide);
        check(&rows[i], by_symbols);
        symbols_free(&symbols);
        plain_chars_free(&slide);
    }
}

/* ---- how long it takes, in characters looked at (the linker puts this in front of the real one) ---- */

static unsigned long looked_at;
bool __real_char_is_letter(uint32_t c);
bool __wrap_char_is_letter(uint32_t c);

bool __wrap_char_is_letter(uint32_t c)
{
    looked_at++;
    return __real_char_is_letter(c);
}

/* A hundred times as long as a slide's text, made of what has no end: the word, the sentence, the number. */
static void it_looks_at_no_more_than_is_near(void **state)
{
    static const char *const parts[] = {"1a", "1 ", "1.", "a1 ", "Aa ", "1=", "e.g 1 ", "年1"};
    enum { LONG = 100000, PER_CLAIM = 8000, PER_CHARACTER = 200 };

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *long_text = calloc(1, LONG + 8);
        struct plain_chars *text;
        struct slide_facts *facts;

        for (size_t size = 0; size < LONG; size += strlen(parts[i]))
            memcpy(long_text + size, parts[i], strlen(parts[i]));
        text = plain_chars_of(long_text);
        looked_at = 0;
        facts = slide_facts_of(text);
        assert_in_range(looked_at, 0, PER_CHARACTER * LONG);
        looked_at = 0;
        number_contradicts(facts, text, text->count / 2, text->count / 2 + 2);
        name_contradicts(facts, text, text->count / 2, text->count / 2 + 2);
        assert_in_range(looked_at, 0, PER_CLAIM);
        slide_facts_free(&facts);
        plain_chars_free(&text);
        free(long_text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_in_the_place_of_another),
        cmocka_unit_test(a_name_in_the_place_of_another),
        cmocka_unit_test(a_formula_of_a_symbol_of_the_slide),
        cmocka_unit_test(it_looks_at_no_more_than_is_near),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
