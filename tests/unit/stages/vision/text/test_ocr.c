/* test_ocr - from words to lines, and which languages read a script; the recogniser itself is in test_ocr.py
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/text/ocr_lines.h"
#include "stages/vision/text/ocr_script.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static struct page *page_of(const struct ocr_word *words, size_t count, struct ocr_quality *quality)
{
    struct page *page = page_new(1024, 768);
    struct ocr_lines *lines = ocr_lines_new(page, 55);

    for (size_t i = 0; i < count; i++)
        ocr_lines_add(lines, &words[i]);
    *quality = ocr_lines_end(&lines);
    assert_null(lines);
    return page;
}

/* Blank words and those of lines around them are what a table of numbers gives. */
static void words_become_lines(void **state)
{
    static const struct ocr_word words[] = {
        {"Cells", 40, 40, 200, 50, 96, true, true},     {" ", 40, 100, 10, 10, 95, true, true},
        {"\n", 40, 100, 10, 10, 95, false, false},      {"A", 40, 120, 20, 24, 90, true, true},
        {" ", 62, 120, 4, 24, 95, false, false},        {"membrane", 70, 120, 90, 24, 91, false, false},
        {"separates", 40, 150, 90, 24, 92, true, false}};
    struct ocr_quality quality;
    struct page *page = page_of(words, COUNT(words), &quality);

    (void)state;
    assert_int_equal(page->count, 3);
    assert_string_equal(page->lines[0].text, "Cells");
    assert_string_equal(page->lines[1].text, "A membrane");
    assert_int_equal(page->lines[1].w, 120);
    assert_string_equal(page->lines[2].text, "separates");
    assert_int_equal(page->lines[1].size, page->lines[2].size);
    assert_int_equal(quality.letters, 23);
    assert_int_equal(quality.kept, 23);
    assert_true(quality.confidence > 91 && quality.confidence < 94);
    page_free(&page);
}

static void what_is_read_badly_is_left_out(void **state)
{
    static const struct ocr_word words[] = {{"Cells", 40, 40, 200, 50, 96, true, true},
                                            {"CTrpoenHne", 40, 120, 90, 24, 12, true, true},
                                            {"OT", 140, 120, 20, 24, 93, false, false}};
    struct ocr_quality quality;
    struct page *page = page_of(words, COUNT(words), &quality);

    (void)state;
    assert_int_equal(page->count, 1);
    assert_int_equal(quality.letters, 17);
    assert_int_equal(quality.kept, 5);
    assert_true(quality.confidence < 55);
    page_free(&page);
}

static void a_bullet_is_no_letter_and_wide_scripts_have_no_blanks(void **state)
{
    static const struct ocr_word words[] = {{"e", 40, 120, 12, 24, 80, true, true},
                                            {"Point", 80, 120, 60, 24, 90, false, false},
                                            {"細胞", 40, 160, 48, 24, 90, true, true},
                                            {"膜", 90, 160, 24, 24, 90, false, false},
                                            {"RNA", 120, 160, 24, 24, 90, false, false}};
    struct ocr_quality quality;
    struct page *page = page_of(words, COUNT(words), &quality);

    (void)state;
    assert_int_equal(page->count, 3);
    assert_string_equal(page->lines[0].text, "\xe2\x80\xa2");
    assert_string_equal(page->lines[1].text, "Point");
    assert_string_equal(page->lines[2].text, "細胞膜 RNA");
    page_free(&page);
}

static void a_page_on_its_side_has_tall_words(void **state)
{
    static const struct ocr_word words[] = {{"Membrane", 40, 40, 24, 120, 96, true, true},
                                            {"II", 40, 200, 12, 24, 95, true, true},
                                            {"Cells", 90, 40, 60, 24, 95, true, true}};
    struct ocr_quality quality;
    struct page *page = page_of(words, COUNT(words), &quality);

    (void)state;
    assert_int_equal(quality.letters, 15);
    assert_int_equal(quality.lying, 8);
    page_free(&page);
}

static void nothing_read_is_nothing_sure(void **state)
{
    struct ocr_quality quality;
    struct page *page = page_of(NULL, 0, &quality);

    (void)state;
    assert_int_equal(page->count, 0);
    assert_int_equal(quality.letters, 0);
    assert_true(quality.confidence == 0);
    page_free(&page);
}

static void languages_for_a_script(void **state)
{
    static const struct {
        const char *script, *configured, *installed[6], *languages; /* NULL: none */
        bool covered;
    } rows[] = {
        {"Latin", "eng", {"eng", "osd"}, "eng", true},
        {"Latin", "deu+eng", {"eng", "deu", "osd"}, "deu+eng", true},
        {"Latin", "deu+eng", {"eng", "osd"}, "eng", true},
        {"Latin", "rus", {"rus", "eng"}, "eng", false},
        {"Cyrillic", "eng", {"eng", "osd"}, NULL, false},
        {"Cyrillic", "eng", {"eng", "osd", "ukr", "rus"}, "rus", false},
        {"Cyrillic", "eng+ukr", {"eng", "osd", "ukr", "rus"}, "ukr", true},
        {"Cyrillic", "eng", {"eng", "script/Cyrillic"}, "script/Cyrillic", false},
        {"Han", "chi_sim+eng", {"chi_sim", "chi_tra", "eng"}, "chi_sim", true},
        {"Klingon", "eng", {"eng"}, NULL, false},
        {"", "eng", {"eng"}, NULL, false},
        {"Latin", "eng+deu+fra+spa", {"eng", "deu", "fra", "spa"}, "eng+deu+fra", true},
        {"Latin", "en", {"eng"}, "eng", false},
    };
    char out[OCR_LANGUAGES_ROOM];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool found = ocr_script_languages(rows[i].script, rows[i].configured, rows[i].installed, out);

        assert_int_equal(found, rows[i].languages != NULL);
        assert_string_equal(out, found ? rows[i].languages : "");
        assert_int_equal(ocr_script_covered(rows[i].script, rows[i].configured), rows[i].covered);
    }
}

static void what_to_install(void **state)
{
    char language[OCR_LANGUAGE_ROOM];

    (void)state;
    assert_string_equal(ocr_script_advice("Cyrillic", language), "rus");
    assert_string_equal(ocr_script_advice("Hebrew", language), "heb");
    assert_null(ocr_script_advice("Klingon", language));
}

static void a_page_is_written_as_it_is_read(void **state)
{
    struct page *page = page_new(1024, 768), *again;
    size_t size;
    char *json;

    (void)state;
    page_add(page, &(struct page_line){1, 2, 300, 40, 36, true, false, "Zellen \"und\" \xc3\x84pfel"});
    page_add(page, &(struct page_line){5, 60, 30, 20, 18, false, true, "x = 1"});
    page->ocr = true;
    page->unknown = 3;
    json = page_write(page, &size);
    again = page_parse(json, size);
    assert_true(again->ocr && again->unknown == 3 && again->width == 1024 && again->height == 768);
    assert_int_equal(again->count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct page_line *line = &page->lines[i], *back = &again->lines[i];

        assert_string_equal(back->text, line->text);
        assert_true(back->x == line->x && back->y == line->y && back->w == line->w && back->h == line->h &&
                    back->size == line->size && back->bold == line->bold && back->mono == line->mono);
    }
    free(json);
    page_free(&page);
    page_free(&again);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_become_lines),
        cmocka_unit_test(what_is_read_badly_is_left_out),
        cmocka_unit_test(a_bullet_is_no_letter_and_wide_scripts_have_no_blanks),
        cmocka_unit_test(a_page_on_its_side_has_tall_words),
        cmocka_unit_test(nothing_read_is_nothing_sure),
        cmocka_unit_test(languages_for_a_script),
        cmocka_unit_test(what_to_install),
        cmocka_unit_test(a_page_is_written_as_it_is_read)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
