/* test_lecture - what can be asked of a lecture, and what documents say of it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lecture/phrases.h"
#include "stages/assembler/lecture/translations.h"
#include "stages/assembler/lecture/unread_formulas.h"
#include "stages/assembler/lib/pool.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static const struct answer empty = {
    .title = "", .connections = "", .summary = "", .kind = "", .unread_script = "", .unread_language = ""};

static struct lecture lecture_of(struct slide *slides, size_t count)
{
    return (struct lecture){.job = "j",
                            .filename = "Week_1.PDF",
                            .title = "",
                            .language = "en",
                            .engine = "offline",
                            .model = "",
                            .course = "",
                            .called = "",
                            .key = "",
                            .overview = {.title = ""},
                            .slides = slides,
                            .slide_count = count};
}

/* Takes what was said. */
static void assert_said(char *said, const char *expected)
{
    if (expected == NULL)
        assert_null(said);
    else
        assert_string_equal(said, expected);
    free(said);
}

/* ---- what is asked ---- */

static void steps_lead_to_the_slide_that_is_explained(void **state)
{
    struct answer answer = empty;
    struct slide slides[] = {
        {.number = 1, .see_slide = 2},    {.number = 2, .see_slide = 3},
        {.number = 3, .answer = &answer}, {.number = 4, .see_slide = 5},   /* a circle ends */
        {.number = 5, .see_slide = 4},    {.number = 6, .see_slide = 99}}; /* beyond the lecture */
    struct lecture lecture = lecture_of(slides, LENGTH(slides));
    struct language language;

    (void)state;
    language_find(&language, "en");
    assert_int_equal(lecture_place(&lecture, 1), 3);
    assert_int_equal(lecture_place(&lecture, 3), 3);
    assert_in_range(lecture_place(&lecture, 4), 4, 5);
    assert_int_equal(lecture_place(&lecture, 6), 6);
    assert_false(phrase_shows(&lecture, &slides[0]));
    assert_true(phrase_shows(&lecture, &slides[2]));
    assert_said(phrase_steps(&lecture, &slides[2], &language), "Slides 1 to 2 build up to this one.");
    assert_said(phrase_steps(&lecture, &slides[5], &language), NULL);
}

static void a_lecture_is_called_by_the_best_name_there_is(void **state)
{
    static const struct {
        const char *called, *title, *filename, *overview, *name, *heading;
    } rows[] = {
        {"", "", "Week_1.PDF", "", "Week_1", "Week_1"},
        {"", "", "", "", "j", "j"},
        {"", "a\nb", "Week_1.PDF", "Caches", "a b", "Caches"},
        {"My\tname.pdf", "title", "x.pdf", "Caches", "My name.pdf", "My name.pdf"},
        {"", "", ".pdf", "", ".pdf", ".pdf"},
        {"", "\u05e9\u05d9\u05e2\u05d5\u05e8", "x.pdf", "", "\u05e9\u05d9\u05e2\u05d5\u05e8",
         "\u05e9\u05d9\u05e2\u05d5\u05e8"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct lecture lecture = lecture_of(NULL, 0);

        lecture.called = rows[i].called;
        lecture.title = rows[i].title;
        lecture.filename = rows[i].filename;
        lecture.overview.title = rows[i].overview;
        assert_said(lecture_name(&lecture), rows[i].name);
        assert_said(lecture_heading(&lecture), rows[i].heading);
    }
}

static void a_title_is_the_largest_of_the_first_lines(void **state)
{
    char paragraph[400];
    struct line lines[] = {{.text = paragraph, .size = 90},
                           {.text = "small", .size = 10},
                           {.text = "TITLE", .size = 40},
                           {.text = "as large", .size = 40}};
    struct slide slide = {.lines = lines, .line_count = LENGTH(lines)};
    struct answer answer = empty;

    (void)state;
    memset(paragraph, 'x', sizeof paragraph - 1);
    paragraph[sizeof paragraph - 1] = '\0';
    assert_string_equal(slide_title(&slide), "TITLE");
    slide.answer = &answer;
    assert_string_equal(slide_title(&slide), "TITLE");
    answer.title = "said";
    assert_string_equal(slide_title(&slide), "said");
    assert_string_equal(slide_own_title(&slide), "TITLE");
    slide.line_count = 0;
    assert_string_equal(slide_own_title(&slide), "said");
}

static void slides_cards_and_ocr_are_counted(void **state)
{
    struct card cards[] = {{.cloze = true}, {.occlusion = true}, {0}};
    struct answer read = empty;
    struct line line = {.text = "x"};
    struct slide slides[] = {{.number = 1, .outcome = OUTCOME_BLANK},
                             {.number = 2,
                              .outcome = OUTCOME_EXPLAINED,
                              .answer = &read,
                              .lines = &line,
                              .line_count = 1,
                              .ocr = true}};
    struct lecture lecture = lecture_of(slides, 2);

    (void)state;
    read.cards = cards;
    read.card_count = 3;
    assert_int_equal(lecture_count(&lecture, OUTCOME_BLANK), 1);
    assert_int_equal(lecture_cards(&lecture), 3);
    assert_int_equal(phrase_cards(&read), 2);
    assert_string_equal(card_kind_name(card_kind(&cards[0])), "cloze");
    assert_string_equal(card_kind_name(card_kind(&cards[1])), "occlusion");
    assert_string_equal(card_kind_name(card_kind(&cards[2])), "basic");
    assert_false(lecture_has_ocr(&lecture)); /* the answer's own words count where there is one */
    read.ocr = true;
    assert_true(lecture_has_ocr(&lecture));
}

/* ---- what is said ---- */

static void labels_follow_the_language(void **state)
{
    static const char *const tags[] = {"de", "de-AT", "zh-Hant", "ar", "en"};

    (void)state;
    assert_ptr_equal(labels_for(""), labels_for("en"));
    assert_ptr_equal(labels_for("tlh"), labels_for("en"));
    assert_ptr_equal(labels_for("end"), labels_for("en")); /* another language that begins so: English, too */
    assert_ptr_equal(labels_for("de-AT"), labels_for("de"));
    assert_ptr_not_equal(labels_for("de"), labels_for("en"));
    for (size_t i = 0; i < LENGTH(tags); i++)
        for (int label = 0; label < LABELS; label++)
            assert_int_not_equal(strlen(labels_for(tags[i])[label]), 0);
}

static void numbers_in_a_row_are_one(void **state)
{
    unsigned numbers[] = {1, 3, 4, 5, 9, 10};

    (void)state;
    assert_said(phrase_numbers(&(struct chapter){.slides = numbers, .slide_count = 6}), "1, 3–5, 9–10");
    assert_said(phrase_numbers(&(struct chapter){.slides = numbers, .slide_count = 1}), "1");
    assert_said(phrase_numbers(&(struct chapter){.slides = numbers, .slide_count = 0}), "");
}

static void what_is_missing_is_told_with_its_reason(void **state)
{
    struct slide slides[] = {{.number = 1, .outcome = OUTCOME_FAILED, .code = CODE_INTERNAL, .detail = "<b>"},
                             {.number = 2, .outcome = OUTCOME_BLANK, .code = CODES},
                             {.number = 3, .outcome = OUTCOME_EXPLAINED, .code = CODES}};
    struct lecture lecture = lecture_of(slides, LENGTH(slides));
    struct language language;

    (void)state;
    language_find(&language, "en");
    assert_string_equal(phrase_reason(&slides[0], &language), "<b>"); /* each writer escapes it */
    assert_string_equal(phrase_word(&slides[0], &language), "failed");
    assert_string_equal(phrase_reason(&slides[1], &language), phrase_verdict(&slides[1], &language));
    assert_null(phrase_verdict(&slides[2], &language));
    assert_true(phrase_reported(&lecture, &language));
    lecture.slides += 2;
    lecture.slide_count = 1;
    slides[2].number = 1;
    assert_false(phrase_reported(&lecture, &language));
    assert_said(phrase_origin(&lecture), "Week_1.PDF");
    assert_said(phrase_cost(&lecture), NULL);
    lecture.cost_usd = 0.25;
    assert_said(phrase_cost(&lecture), " · 0.2500 USD");
}

static void the_words_for_a_picture_are_one_sentence_without_markup(void **state)
{
    const char *text = "**A page** is \\(4\\) KiB. It is moved at once.";
    struct answer answer = empty;
    struct slide slide = {.number = 7, .answer = &answer};
    struct language language;

    (void)state;
    language_find(&language, "en");
    assert_said(phrase_picture(&slide, &language), "Slide 7");
    answer.explanation = (struct texts){&text, 1};
    assert_said(phrase_picture(&slide, &language), "A page is 4 KiB.");
}

static void doubts_are_said_once_each(void **state)
{
    struct claim claims[] = {{.text = "42"}, {.text = "42"}, {.text = "\\(x\\)"}};
    struct answer answer = empty;
    struct slide slide = {.number = 1, .answer = &answer};
    struct language language;

    (void)state;
    language_find(&language, "en");
    assert_said(phrase_cautions(&slide, &language), NULL);
    answer.claims = claims;
    answer.claim_count = LENGTH(claims);
    assert_said(phrase_cautions(&slide, &language),
                "Not found in the slide’s own text, please check: 42; \\(x\\)");
}

static void formulas_nobody_understands_are_found_everywhere(void **state)
{
    const char *point = "\\(\\unknown{1}\\)";
    struct card cards[] = {{.front = "Is {{c1::\\(\\unknown{2}\\)}}", .back = "$\\alpha$", .cloze = true}};
    struct term term = {.term = "t", .definition = "$\\unknown{3}$"};
    struct answer answer = empty;
    struct slide slides[] = {{.number = 1}, {.number = 2, .answer = &answer}};
    struct lecture lecture = lecture_of(slides, 2);
    const struct unread_formulas *found = &lecture.unread;
    struct language language;

    (void)state;
    lecture.pool = pool_new();
    answer.points = (struct texts){&point, 1};
    answer.cards = cards;
    answer.card_count = 1;
    lecture.overview.terms = &term;
    lecture.overview.term_count = 1;
    unread_formulas_find(&lecture);
    assert_int_equal(found->count, 3);
    assert_string_equal(found->item[0].where, "key_points");
    assert_string_equal(found->item[0].tex, "\\unknown{1}");
    assert_int_equal(found->item[1].slide, 2);
    assert_string_equal(found->item[1].where, "card");
    assert_string_equal(found->item[1].tex, "\\unknown{2}");
    assert_int_equal(found->item[2].slide, 0);
    language_find(&language, "en");
    assert_said(
        phrase_formulas(&lecture, &language),
        "Formulas that could not be set stand as they were written, on these slides: Slide 2, Outline");
    pool_free(&lecture.pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_lead_to_the_slide_that_is_explained),
        cmocka_unit_test(a_lecture_is_called_by_the_best_name_there_is),
        cmocka_unit_test(a_title_is_the_largest_of_the_first_lines),
        cmocka_unit_test(slides_cards_and_ocr_are_counted),
        cmocka_unit_test(labels_follow_the_language),
        cmocka_unit_test(numbers_in_a_row_are_one),
        cmocka_unit_test(what_is_missing_is_told_with_its_reason),
        cmocka_unit_test(the_words_for_a_picture_are_one_sentence_without_markup),
        cmocka_unit_test(doubts_are_said_once_each),
        cmocka_unit_test(formulas_nobody_understands_are_found_everywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
