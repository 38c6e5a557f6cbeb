/* test_grounding - what an answer says without support, and above all what it says with it */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/vision/grounding/grounding.h"

static struct page *page_of_lines(const char *lines)
{
    struct page *page = page_new(1000, 750);
    char *copy = need_dup(lines), *rest = NULL;
    int y = 50;

    for (char *line = strtok_r(copy, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest), y += 40)
        page_add(page, &(struct page_line){60, y, 400, 26, 22, false, false, line});
    free(copy);
    return page;
}

static json_t *answer_saying(const char *paragraph)
{
    return json_pack("{s:s, s:s, s:[s], s:[], s:s, s:s, s:[]}", "title", "T", "kind", "content",
                     "explanation", paragraph, "key_points", "connections", "", "short_summary", "",
                     "anki_cards");
}

static struct grounding_sources sources_of(const struct page *page, const char *language)
{
    return (struct grounding_sources){.page = page,
                                      .language = language,
                                      .title = "Computer Architecture 2024",
                                      .outline = "Pipelines by Henry Adams\nCaches",
                                      .before = "",
                                      .after = "",
                                      .instructions = "",
                                      .slide = 17,
                                      .slides = 63};
}

/* The claims' texts with a bar between them. */
static void check(const char *lines, const char *language, const char *paragraph, const char *wanted)
{
    struct page *page = page_of_lines(lines);
    const struct grounding_sources sources = sources_of(page, language);
    json_t *answer = answer_saying(paragraph), *claims = grounding_check(answer, &sources), *claim;
    char got[512] = "";
    size_t i;

    assert_non_null(claims);
    json_array_foreach(claims, i, claim)
    {
        strcat(got, i > 0 ? "|" : "");
        strcat(got, json_string_value(json_object_get(claim, "text")));
    }
    if (strcmp(got, wanted) != 0)
        print_message("    in \"%s\" beside \"%s\"\n", paragraph, lines);
    assert_string_equal(got, wanted);
    json_decref(claims);
    json_decref(answer);
    page_free(&page);
}

static void numbers_are_looked_for(void **state)
{
    static const struct {
        const char *name, *page, *told, *wanted;
    } rows[] = {
        {"one that stands there", "Speed 350 km/h", "It runs at 350 km/h.", ""},
        {"one that does not", "Speed 350 km/h", "It runs at 530 km/h.", "530"},
        {"a wrong year", "Founded in 1987 by students", "It was founded in 1978.", "1978"},
        {"a year that only looks rounded", "Founded in 2018 by students", "It was founded in 2020.", "2020"},
        {"a wrong share", "Growth of 35 % in a year", "It grew by 53 % in a year.", "53 %"},
        {"small whole numbers", "Some words here", "There are 3 kinds, 12 in all, and 0 is one.", ""},
        {"thousands with a comma", "Cost: 1000 dollars, 25000 a year", "It costs 1,000, or 25,000 a year.",
         ""},
        {"thousands with a point", "Kosten: 25.000 Euro", "It costs 25,000 euros.", ""},
        {"thousands with a blank", "Prix : 25 000 euros", "It costs 25,000 euros.", ""},
        {"thousands apart in the answer", "25000 people came", "So 25 000 people came.", ""},
        {"a decimal comma", "Wert 3,75", "The value is 3.75.", ""},
        {"zeros at the end", "Ratio 2.5", "The ratio is 2.50.", ""},
        {"both signs", "Total 1.234,56", "The total is 1,234.56.", ""},
        {"a share as a fraction", "p = 0.25 and more", "That is 25 % of them.", ""},
        {"a fraction as a share", "25 % of them", "That is a share of 0.25.", ""},
        {"rounded", "pi is 3.14159", "It is about 3.14.", ""},
        {"rounded far", "There were 18497 of them", "There were about 18,500 of them.", ""},
        {"cut off", "The value 2.71828", "It begins with 2.718.", ""},
        {"millions in words", "5 million users", "It has 5,000,000 users.", ""},
        {"millions in figures", "5,000,000 users", "It has 5 million users.", ""},
        {"wan", "用户1500万", "It has 15 million users and 15,000,000 accounts.", ""},
        {"digits of a name", "Some words here", "On x86 and in SHA256 and COVID-19, in the 1990s, a3f99 too.",
         ""},
        {"digits of a name vouch", "Intel i486 processor", "The 486 was one.", ""},
        {"a power", "n bits", "That is n^32 or 10^{45} or 2\xc2\xb3\xc2\xb2.", ""},
        {"an index", "n bits", "Take x_45 of them.", ""},
        {"a share in LaTeX", "p = 0.25 and more", "That is \\(25\\%\\) of them.", ""},
        {"thousands in LaTeX", "25000 people came", "So \\(25\\,000\\) people, or 25{,}000, came.", ""},
        {"at the end of a formula", "Some words here", "Take \\(x = 98765\\) of it.", "98765"},
        {"before a command", "Some words here", "Take \\(98765 \\times 2\\) and \\(87654\\times 2\\).",
         "98765|87654"},
        {"parts of a fraction", "Some words here", "Take \\(\\frac{1}{2}\\) of it.", ""},
        {"a sum in the sentence", "45 men, 30 women", "With 45 men and 30 women it is 75 people.", ""},
        {"a sum of what was not said", "45 men, 30 women", "There are 75 people.", "75"},
        {"a power in the sentence", "8 bits a byte", "With 8 bits, 2^8 = 256 values.", ""},
        {"a product", "16 lines of 64 bytes", "16 lines of 64 bytes are 1024 bytes.", ""},
        {"what is left of a hundred", "70 % agree", "If 70 % agree, 30 % do not.", ""},
        {"an invented sum", "45 men, 30 women", "With 45 men and 30 women it is 85 people.", "85"},
        {"hours and degrees", "Some words here", "In 24 hours it turns by 360 degrees, that is 100 %.", ""},
        {"the slide's own number", "Some words here", "This is slide 17 of 63.", ""},
        {"the lecture's title", "Some words here", "This belongs to the course of 2024.", ""},
        {"a date in other order", "3 May 2019", "It was on 2019-05-03.", ""},
        {"a version", "Python 3.11.4 is out", "This needs 3.11.4 or more.", ""},
        {"another version", "Python 3.11.4 is out", "This needs 3.14.1 or more.", "3.14.1"},
        {"digits set apart", "F o u n d e d 1 9 8 7", "It was founded in 1987.", ""},
        {"number words", "Forty thieves and twenty more", "There are 40 and 20.", ""},
        {"full-width digits", "速度３５０キロ", "時速350キロで走る。", ""},
        {"Arabic digits", "السرعة ٣٥٠ كم", "It runs at 350 km/h.", ""},
        {"right beside wide letters", "2019年に発表", "これは2018年に発表された。", "2018"},
        {"a unit without blank", "350km", "It goes 530km.", "530"},
        {"twice the same is said once", "Some words here", "It is 77, yes 77.", "77"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("  %s\n", rows[i].name);
        check(rows[i].page, "English", rows[i].told, rows[i].wanted);
    }
}

static void names_are_looked_for(void **state)
{
#define SLIDE "The machine was described by Alan Turing and the paper is about computable numbers"
    static const struct {
        const char *name, *language, *told, *wanted;
    } rows[] = {
        {"one that stands there", "English", "The machine was described by Alan Turing in a paper.", ""},
        {"one that does not", "English", "The machine was described by Kurt Weber in a paper.", "Kurt Weber"},
        {"a first name more", "English", "The machine was described by Alan Mathison Turing in a paper.", ""},
        {"at the beginning", "English", "Kurt Weber described the machine in a paper.", ""},
        {"behind a colon", "English", "The machine of the paper: Kurt Weber described it.", ""},
        {"one word", "English", "The machine and the paper by Weber are about numbers.", ""},
        {"with an ending", "English", "The paper about the machine, one of Turings Papers.", ""},
        {"from the outline", "English", "The machine of the paper was built by Henry Adams.", ""},
        {"acronyms", "English", "The machine of the paper speaks HTTP TCP.", ""},
        {"German nouns", "German", "The machine paper, described by Kurt Weber.", ""},
        {"another language than the slide's", "Spanish", "Fue descrita por primera vez en Naciones Unidas.",
         ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("  %s\n", rows[i].name);
        check(SLIDE, rows[i].language, rows[i].told, rows[i].wanted);
    }
}

static void formulas_are_looked_for(void **state)
{
    static const struct {
        const char *name, *page, *told, *wanted;
    } rows[] = {
        {"one that stands there", "E = mc2 for a body at rest", "It says E = mc\xc2\xb2.", ""},
        {"in LaTeX", "E = mc2 for a body at rest", "It says \\(E = m c^2\\).", ""},
        {"another one", "F = ma for a body of mass m", "It says p = qv.", "p = qv"},
        {"with one symbol lost", "P(A|B) = P(B|A) P(A)", "It says P(A|B) = P(B|A)P(A)/P(C).", ""},
        {"Greek in LaTeX", "variance σ2 = mean of (x − μ)2", "Here \\sigma^2 = (x - \\mu)^2.", ""},
        {"mathematical letters", "at rest \xf0\x9d\x90\xb8 = \xf0\x9d\x91\x9a\xf0\x9d\x91\x90",
         "It says E = mc.", ""},
        {"words are none", "Some words here", "Where velocity = distance / time, all is well.", ""},
        {"a fraction", "mean = sum / n", "It says \\frac{q}{w} of it.", "\\frac{q}{w}"},
        {"a fraction, whose parts stand apart", "y = mean of\na\nb", "It says \\(y = \\frac{a}{b}\\).", ""},
        {"a fraction of products", "E = energy\nmv\n2k", "It says \\(\\frac{mv}{2k} = E\\).", ""},
        {"formulas that are pictures", "The quotient of both is the mean",
         "It is \\(\\frac{a}{b}\\), or \\[m = \\sum_{i=1}^{n} x_i / n\\]", ""},
        {"a marked one that is another", "F = ma for a body of mass m", "It says \\(p = \\frac{q}{v}\\).",
         "\\(p = \\frac{q}{v}\\)"},
        {"words in a marked one", "f(x) = 1 if x > 0",
         "It is \\[f(x) = \\begin{cases} 1 & \\text{where positive} \\\\ 0 & \\operatorname{else} "
         "\\end{cases}\\]",
         ""},
        {"an index that is a word", "Wout = 3 xin", "So \\(W_{out} = 3 x_{in}\\).", ""},
        {"letters of another script", "L(x) = x for x in R",
         "So \\(\\mathcal{K}(x) = x, x \\in \\mathbb{Q}\\).", ""},
        {"one that never ends", "F = ma for a body of mass m", "It says \\(F = m a", ""},
        {"functions are known", "f(x) = a x", "f(x) = \\sin(a x).", ""},
        {"arrows are none", "Some words here", "So it is => re-sampled, a => b, q -> w.", ""},
        {"one letter and a number", "Some words here", "Take x = 5.", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("  %s\n", rows[i].name);
        check(rows[i].page, "English", rows[i].told, rows[i].wanted);
    }
}

static void places_are_told(void **state)
{
    struct page *page = page_of_lines("A slide with words enough to be checked against, and the number 45");
    const struct grounding_sources sources = sources_of(page, "English");
    json_t *answer =
        json_pack("{s:s, s:[s, s], s:[s], s:s, s:s, s:[{s:s, s:s, s:s}, {s:s, s:s, s:s}]}", "title", "T 99",
                  "explanation", "Fine.", "It is 71.", "key_points", "It is 72.", "connections", "Also 73.",
                  "short_summary", "And 74.", "anki_cards", "type", "basic", "front", "Is it 45?", "back",
                  "Yes.", "type", "cloze", "front", "It is {{c1::75}} of it", "back", "");
    char *text;

    (void)state;
    assert_int_equal(grounding_mark(answer, &sources), 5);
    assert_true(json_is_false(json_object_get(answer, "grounded")));
    text = json_dumps(json_object_get(answer, "unsupported"), JSON_COMPACT);
    assert_string_equal(text, "[{\"where\":\"explanation\",\"index\":1,\"kind\":\"number\",\"text\":\"71\"},"
                              "{\"where\":\"key_points\",\"index\":0,\"kind\":\"number\",\"text\":\"72\"},"
                              "{\"where\":\"short_summary\",\"index\":0,\"kind\":\"number\",\"text\":\"74\"},"
                              "{\"where\":\"connections\",\"index\":0,\"kind\":\"number\",\"text\":\"73\"},"
                              "{\"where\":\"card\",\"index\":1,\"kind\":\"number\",\"text\":\"75\"}]");
    free(text);
    json_decref(answer);
    page_free(&page);
}

static void what_cannot_be_judged_is_not(void **state)
{
    static const struct {
        const char *name, *page;
        size_t picture_bytes, unknown;
        bool judged;
    } rows[] = {
        {"no text", "", 50000, 0, false},
        {"a title above a picture", "Figure 3", 50000, 0, false},
        {"a title alone, without picture", "Figure 3", 0, 0, true},
        {"letters of unknown shape",
         "\xee\x80\x81\xee\x80\x82\xee\x80\x83 abc def ghi jkl mno pqr stu vwx yz abc def ghi jkl", 50000, 0,
         false},
        {"a photograph beside the text", "A slide with words enough to be checked against, as they are",
         90000, 0, false},
        {"enough text", "A slide with words enough to be checked against, as they are", 50000, 0, true},
        {"some letters in words that the PDF does not name",
         "A slide with words enough to be checked against, as they are", 50000, 2, false},
        {"a letter that stands for itself alone",
         "A slide with words \xef\xbf\xbd enough to be checked against, as they are", 50000, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct page *page = page_of_lines(rows[i].page);
        struct grounding_sources sources = sources_of(page, "English");
        json_t *answer = answer_saying("It is 77.");

        print_message("  %s\n", rows[i].name);
        sources.picture_bytes = rows[i].picture_bytes;
        page->unknown = rows[i].unknown;
        assert_int_equal(grounding_mark(answer, &sources), rows[i].judged);
        assert_int_equal(json_is_null(json_object_get(answer, "grounded")), !rows[i].judged);
        json_decref(answer);
        page_free(&page);
    }
}

/* Words that stand in every text do not make nonsense speak of its slide; one content word does. */
static void function_words_relate_nothing(void **state)
{
    struct page *page =
        page_of_lines("Which parts membranes consist of, and why students ask about it there");
    const struct grounding_sources sources = sources_of(page, "English");
    json_t *salad = answer_saying("sig which markers about there coloc"),
           *answer = answer_saying("There it says what a membrane is made of");

    (void)state;
    grounding_mark(salad, &sources);
    assert_true(json_is_null(json_object_get(salad, "grounded")));
    grounding_mark(answer, &sources);
    assert_true(json_is_true(json_object_get(answer, "grounded")));
    json_decref(answer);
    json_decref(salad);
    page_free(&page);
}

/* What such a layer does say vouches all the same. */
static void what_stands_in_a_layer_that_lacks_letters_is_grounded(void **state)
{
    struct page *page = page_of_lines("A slide with words enough to be checked against, and the number 45");
    const struct grounding_sources sources = sources_of(page, "English");
    json_t *answer = answer_saying("The slide has words, and the number 45.");

    (void)state;
    page->unknown = 2;
    assert_int_equal(grounding_mark(answer, &sources), 0);
    assert_true(json_is_true(json_object_get(answer, "grounded")));
    json_decref(answer);
    page_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_looked_for),
        cmocka_unit_test(names_are_looked_for),
        cmocka_unit_test(formulas_are_looked_for),
        cmocka_unit_test(places_are_told),
        cmocka_unit_test(what_cannot_be_judged_is_not),
        cmocka_unit_test(function_words_relate_nothing),
        cmocka_unit_test(what_stands_in_a_layer_that_lacks_letters_is_grounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
