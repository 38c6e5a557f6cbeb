/* test_bidi_order - lines with right-to-left text: pieces, islands and logical order.  What the Unicode
 * algorithm shows of whole sentences is read back in test_letters. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/utf8.h"
#include "stages/rasterizer/bidi_islands.h"
#include "stages/rasterizer/bidi_line.h"
#include "stages/rasterizer/bidi_order.h"
#include "stages/rasterizer/letters.h"

enum { SIZE = 20, WIDTH = 10, MAX_TEXT = 256 };

static struct letters letters;
static struct bidi_line line;
static uint32_t order[MAX_LETTERS];

static struct letter *draw(uint32_t c, float x)
{
    struct letter *letter = &letters.letter[letters.count];

    *letter = (struct letter){.c = c, .x = x, .y = 100, .ux = 1, .advance = WIDTH, .size = SIZE};
    order[letters.count] = (uint32_t)letters.count;
    letters.count++;
    return letter;
}

/* Draws the text from left to right, as it is shown. */
static void show(const char *text)
{
    size_t size = strlen(text), at = 0, step;
    uint32_t c;

    letters.count = 0;
    for (float x = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step, x += WIDTH)
        draw(c, x);
}

static const char *reading(bool rightwards, struct brackets *brackets)
{
    static char text[4 * MAX_TEXT];
    size_t used = 0;

    bidi_order_line(&letters, order, letters.count, rightwards, brackets);
    for (size_t i = 0; i < letters.count; i++) {
        const struct letter *letter = &letters.letter[order[i]];

        used += letter->gap ? utf8_put(text + used, ' ') : 0;
        used += utf8_put(text + used, letter->c);
    }
    text[used] = '\0';
    return text;
}

static void check(const char *shown, bool rightwards, const char *logical)
{
    struct brackets brackets = {0, 0};

    show(shown);
    assert_string_equal(reading(rightwards, &brackets), logical);
}

static void lines_are_turned_and_islands_are_not(void **state)
{
    (void)state;
    check("אבג", false, "גבא");
    check("DNA אבג", false, "גבא DNA");
    check(".םולש", false, "שלום.");
    check("2009 תנש", false, "שנת 2009");
    check("nm 7.5 בוע", false, "עוב 7.5 nm"); /* a unit that nobody turned */
    check("10-20 ךמס", false, "סמך 10-20");
    check("a b םולש c", true, "a b שלום c"); /* a line that is read rightwards */
    check("abc", true, "abc");
}

static void a_bullet_tells_where_a_line_begins(void **state)
{
    (void)state;
    check("• word אבג", false, "• word גבא");
    check("word אבג •", false, "• גבא word");
}

static void brackets_by_what_they_show_and_mean(void **state)
{
    struct brackets brackets = {0, 0};

    (void)state;
    show("(אב) ג");
    assert_string_equal(reading(false, &brackets), "ג (בא)");
    assert_int_equal(brackets.shown, 1);
    show(")אב( ג"); /* named by what they mean */
    assert_string_equal(reading(false, &brackets), "ג (בא)");
    assert_int_equal(brackets.meant, 1);
    show("א)");
    reading(false, &brackets); /* alone it says nothing, and is left to the page */
    assert_true(letters.letter[1].turned);
    assert_int_equal(brackets.shown + brackets.meant, 2);
}

static void spaces_that_nobody_wrote(void **state)
{
    struct brackets brackets = {0, 0};

    (void)state;
    letters.count = 0;
    draw(0x5d1, 0);
    draw(0x5d0, WIDTH);
    draw(0x5d3, 3 * WIDTH); /* apart */
    assert_string_equal(reading(false, &brackets), "ד אב");
}

static void marks_go_behind_their_letters(void **state)
{
    struct brackets brackets = {0, 0};

    (void)state;
    letters.count = 0;
    draw(0x5d1, 0);
    draw(0x5d0, WIDTH);
    draw(0x5b8, 0)->middle = WIDTH + WIDTH / 2; /* its ink is under the alef, drawn last */
    letters.letter[2].advance = 0;
    assert_string_equal(reading(false, &brackets), "\xd7\x90\xd6\xb8\xd7\x91");
    letters.count = 0;
    draw(0x5b8, 0)->middle = 500; /* under nothing */
    assert_string_equal(reading(false, &brackets), "\xd6\xb8");
}

static void characters_of_one_glyph_stay_together(void **state)
{
    struct brackets brackets = {0, 0};

    (void)state;
    letters.count = 0;
    draw(0x645, 0);
    draw(0x644, WIDTH); /* lam and alef are one glyph */
    draw(0x627, WIDTH)->joined = true;
    draw(0x633, 2 * WIDTH);
    assert_string_equal(reading(false, &brackets), "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85");
}

/* ---- pieces and islands ---- */

static void pieces_have_kinds(void **state)
{
    static const enum bidi_kind kinds[] = {BIDI_NUMBER, BIDI_SPACE,     BIDI_RIGHTWARDS,
                                           BIDI_SIGN,   BIDI_LEFTWARDS, BIDI_NUMBER};

    (void)state;
    show("7 a.א\xd9\xa3");
    bidi_line_read(&line, &letters, order, letters.count);
    assert_int_equal(line.count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(line.piece[i].kind, kinds[i]);
    assert_false(line.arabic);
    show("ب");
    bidi_line_read(&line, &letters, order, letters.count);
    assert_true(line.arabic);
    assert_true(bidi_is_island(BIDI_NUMBER) && bidi_is_island(BIDI_RIGHTWARDS));
    assert_false(bidi_is_island(BIDI_SIGN) || bidi_is_island(BIDI_LEFTWARDS));
}

static void islands(void **state)
{
    static const struct {
        const char *shown;
        size_t start, end;
    } rows[] = {{"אב", 2, 2},       {"א DNA ב", 2, 5},       {"א -5% ב", 2, 5},
                {"א f(x) ב", 2, 6}, {"א 12/05/2023", 2, 12}, {"א C++ ב", 2, 5},
                {"א $5 ב", 2, 4}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t start, end;

        show(rows[i].shown);
        bidi_line_read(&line, &letters, order, letters.count);
        end = bidi_island_find(&line, 0, line.count, &start);
        if (start != rows[i].start || end != rows[i].end)
            print_message("    \"%s\": %zu to %zu\n", rows[i].shown, start, end);
        assert_int_equal(start, rows[i].start);
        assert_int_equal(end, rows[i].end);
    }
}

/* Every index comes back exactly once, whatever the places. */
static void hostile_places_lose_no_letter(void **state)
{
    static bool seen[MAX_LETTERS];
    static const float places[] = {0, NAN, INFINITY, -INFINITY, 1e30f, -5, 3};
    static const uint32_t signs[] = {'(', 0x5d0, ')',    '7',   '-', 0x627,
                                     'a', ' ',   0x200d, 0x5b8, '[', 0x10ffff};
    struct brackets brackets = {0, 0};

    (void)state;
    letters.count = 0;
    for (size_t i = 0; i < 3000; i++) {
        struct letter *letter = draw(signs[i % 12], places[i % 7]);

        letter->middle = i % 5 == 0 ? places[i % 7] : 0;
        letter->joined = i % 11 == 3;
        letter->size = i % 13 == 0 ? 0 : SIZE;
    }
    bidi_order_line(&letters, order, letters.count, false, &brackets);
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < letters.count; i++) {
        assert_true(order[i] < letters.count);
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_turned_and_islands_are_not),
        cmocka_unit_test(a_bullet_tells_where_a_line_begins),
        cmocka_unit_test(brackets_by_what_they_show_and_mean),
        cmocka_unit_test(spaces_that_nobody_wrote),
        cmocka_unit_test(marks_go_behind_their_letters),
        cmocka_unit_test(characters_of_one_glyph_stay_together),
        cmocka_unit_test(pieces_have_kinds),
        cmocka_unit_test(islands),
        cmocka_unit_test(hostile_places_lose_no_letter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
