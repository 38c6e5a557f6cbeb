/* test_letters - the letters of a page made into lines: order, repeats, signs, spelling, shapes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <fribidi.h>

#include "proto/utf8.h"
#include "stages/rasterizer/font_face.h"
#include "stages/rasterizer/glyph_names.h"
#include "stages/rasterizer/glyph_shapes.h"
#include "stages/rasterizer/letters_spelling.h"
#include "stages/rasterizer/text_runs.h"
#include "stages/rasterizer/duplicate_letters.h"

enum { SIZE = 20, WIDTH = 10, MAX_TEXT = 1024 };

static struct letters letters;
static struct text_runs runs;

static void draw(uint32_t c, float x, float y)
{
    letters.letter[letters.count++] =
        (struct letter){.c = c, .x = x, .y = y, .ux = 1, .advance = WIDTH, .size = SIZE, .ay = -15, .dy = 5};
}

static size_t decode(uint32_t *to, const char *text)
{
    size_t size = strlen(text), count = 0;

    for (size_t at = 0; at < size;)
        at += utf8_next(text + at, size - at, &to[count++]);
    return count;
}

/* The text from left to right, as it is given. */
static void draw_text(const char *text, float x, float y)
{
    uint32_t c[MAX_TEXT];
    size_t count = decode(c, text);

    for (size_t i = 0; i < count; i++)
        draw(c[i], x + (float)(WIDTH * i), y);
}

/* The lines, each ended by "|". */
static const char *lines(void)
{
    static char text[4 * MAX_TEXT];
    size_t used = 0;

    letters_spell(&letters);
    duplicate_letters_drop(&letters);
    text_runs_make(&runs, &letters);
    for (size_t i = 0; i < runs.count; i++) {
        uint32_t c[MAX_TEXT];
        size_t count = 0;

        for (uint32_t k = runs.run[i].from; k < runs.run[i].from + runs.run[i].count; k++) {
            const struct letter *letter = &letters.letter[runs.order[k]];

            if (letter->gap)
                c[count++] = ' ';
            c[count++] = letter->c;
        }
        count = letters_spell_line(c, count, MAX_TEXT);
        for (size_t k = 0; k < count; k++)
            used += utf8_put(text + used, c[k]);
        text[used++] = '|';
    }
    text[used] = '\0';
    return text;
}

static void clear(enum font_face_kind kind)
{
    letters.count = 0;
    letters.faces = 1;
    letters.face[0] = (struct font_face){.kind = kind};
}

/* ---- unknown letters ---- */

static void unknown_letters_in_words_are_told_from_bullets(void **state)
{
    static const struct {
        const char *text;
        size_t in_words, alone;
    } rows[] = {
        {"cell", 0, 0},
        {"ce\uFFFDl", 1, 0},
        {"\uFFFDell", 1, 0},
        {"cel\uFFFD", 1, 0},
        {"\uFFFD cell", 0, 1},
        {"a \uFFFD cell", 0, 1},
        {"\uFFFD\uFFFD ce", 2, 0},
        {"7\uFFFD5 nm", 1, 0},
        {"\uFFFD c\uFFFDll", 1, 1},
        {"\uE123 cell", 0, 1},
        {"c\uE123ll", 1, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct unknowns unknown;

        clear(FONT_FACE_TEXT);
        draw_text("above", 0, 60);
        draw_text(rows[i].text, 0, 100);
        unknown = letters_spell(&letters);
        assert_int_equal(unknown.in_words, rows[i].in_words);
        assert_int_equal(unknown.alone, rows[i].alone);
    }
}

/* ---- right to left ---- */

enum way { FROM_LEFT, FROM_RIGHT, LOGICAL, WAYS };

/* Shows the text as UAX #9 wants it (FriBidi's own), drawn from either end or in the logical order, brackets
 * by what they show or by what they mean: the logical text comes back. */
static void check_order(const char *text, enum way way, bool meant)
{
    FriBidiChar in[MAX_TEXT] = {0}, out[MAX_TEXT];
    FriBidiStrIndex place[MAX_TEXT];
    FriBidiParType base = FRIBIDI_PAR_RTL;
    uint32_t c[MAX_TEXT];
    size_t count = decode(c, text);
    char wanted[MAX_TEXT];

    for (size_t i = 0; i < count; i++)
        in[i] = c[i];
    assert_true(fribidi_log2vis(in, (FriBidiStrIndex)count, &base, out, place, NULL, NULL));
    clear(FONT_FACE_TEXT);
    for (size_t n = 0; n < count; n++) {
        size_t i = way == FROM_RIGHT ? count - 1 - n : n, at = i;

        if (out[way == LOGICAL ? place[i] : (FriBidiStrIndex)i] == 0xfeff)
            continue;         /* FriBidi made one letter of lam and alef */
        if (way == LOGICAL) { /* place says where each stands */
            draw(meant ? in[i] : out[place[i]], (float)(WIDTH * place[i]), 100);
            continue;
        }
        for (size_t k = 0; meant && k < count; k++)
            at = (size_t)place[k] == i ? k : at;
        draw(meant ? in[at] : out[i], (float)(WIDTH * i), 100);
    }
    snprintf(wanted, sizeof wanted, "%s|", text);
    assert_string_equal(lines(), wanted);
}

static void lines_from_right_to_left_are_in_logical_order(void **state)
{
    static const char *const texts[] = {
        "מבוא לביולוגיה",
        "התא הוא יחידת החיים הבסיסית.",
        "קרום התא עשוי משומנים ומחלבונים (7.5 nm).",
        "DNA נמצא בגרעין, ו-RNA עובר ממנו החוצה.",
        "גרסה Windows 7 יצאה בשנת 2009.",
        "הטמפרטורה היא -5 מעלות, כלומר 25% פחות.",
        "התאריך: 12/05/2023 בשעה 14:30",
        "פרוטוקול TCP/IP (גרסה 4) עובד היטב!",
        "שפת C++ ושפת C# שונות.",
        "[הערה] זו דוגמה {קטנה}.",
        "סמך 10-20 יחידות",
        "الخلية هي وحدة صغيرة.",
        "التاريخ: ١٢/٠٥/٢٠٢٣",
        "العدد ١٢٫٥ من المئة",
        "سال ۱۴۰۲ خورشیدی است.",
        "قیمت ۲۵۰۰ تومان (۱۰٪ تخفیف)",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (int way = 0; way < 2 * WAYS; way++)
            check_order(texts[i], (enum way)(way % WAYS), way >= WAYS);
}

static void a_line_from_left_to_right_keeps_its_direction(void **state)
{
    (void)state;
    clear(FONT_FACE_TEXT);
    draw_text("The word םולש means peace in Hebrew", 0, 100);
    assert_string_equal(lines(), "The word שלום means peace in Hebrew|");
}

static void presentation_forms_are_letters(void **state)
{
    (void)state;
    clear(FONT_FACE_TEXT);
    draw_text("\xef\xbb\xa1\xef\xbb\xbc\xef\xba\xb3", 0, 100); /* seen, lam with alef, meem, from the left */
    assert_string_equal(lines(), "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85|");
}

/* ---- drawn twice ---- */

static void what_is_drawn_again_is_read_once(void **state)
{
    (void)state;
    clear(FONT_FACE_TEXT);
    for (size_t i = 0; i < 5; i++) /* letter by letter, each a little off */
        for (int again = 0; again < 3; again++)
            draw((uint32_t) "Kreb5"[i], (float)(WIDTH * i) + (float)again * 0.3f, 100);
    draw_text("shadow", 2, 202);
    draw_text("shadow", 0, 200);
    assert_string_equal(lines(), "Kreb5|shadow|");
}

static void equal_letters_beside_each_other_stay(void **state)
{
    (void)state;
    clear(FONT_FACE_TEXT);
    draw_text("all 1111 ......", 0, 100);
    draw_text("7", 0, 200);
    draw_text("7", 100, 200);
    draw_text("7", 0, 240);
    assert_string_equal(lines(), "all 1111 ......|7|7|7|");
}

static void letters_on_a_heap_stay(void **state)
{
    (void)state;
    clear(FONT_FACE_TEXT);
    for (size_t i = 0; i < 7; i++) /* a font without widths */
        draw((uint32_t) "bedded."[i], 0, 100);
    assert_int_equal(letters.count, 7);
    duplicate_letters_drop(&letters);
    assert_int_equal(letters.count, 7);
}

/* ---- spelling ---- */

static void signs_are_what_their_font_shows(void **state)
{
    static const struct {
        const char *font;
        uint32_t said, shown;
    } signs[] = {{"ABCDEF+Wingdings-Regular", 0xa7, 0x25aa},
                 {"Wingdings", 'v', 0x2756},
                 {"Wingdings-Regular", 0xfc, 0x2713},
                 {"Wingdings", 0xfffd, FONT_FACE_BULLET},
                 {"Wingdings", 0xf0e0, 0x2192},
                 {"Wingdings", 0x2022, 0x2022},
                 {"Wingdings2", 'q', FONT_FACE_BULLET},
                 {"Wingdings3", '}', FONT_FACE_BULLET},
                 {"Webdings", '4', FONT_FACE_BULLET},
                 {"Marlett", 'a', FONT_FACE_BULLET},
                 {"MT-Extra", 'L', 0x22ef},
                 {"MTExtra", 'h', 0x210f},
                 {"ZapfDingbats", 'l', 0x25cf},
                 {"SymbolMT", 'a', 0x3b1},
                 {"Symbol", 0xf0b7, 0x2022},
                 {"Symbol", 0x2126, 0x3a9},
                 {"Helvetica", 0xa7, 0xa7},
                 {"Symbola", 'a', 'a'}};

    (void)state;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        assert_int_equal(font_face_char(font_face_kind_of(signs[i].font), signs[i].said), signs[i].shown);
}

static void accents_go_on_their_letters(void **state)
{
    (void)state;
    clear(FONT_FACE_TEXT);
    draw(0xa8, 0, 97); /* over the U, drawn before it */
    draw('U', 0, 100);
    draw('b', 10, 100);
    draw('c', 20, 100);
    draw(0xb8, 20, 100); /* under the c, drawn after it */
    draw(0xb4, 30, 100);
    draw(0x131, 30, 100);
    assert_string_equal(lines(), "Übçí|");
}

static void strokes_go_through_their_signs(void **state)
{
    (void)state;
    clear(FONT_FACE_TEXT);
    draw('a', 0, 100);
    draw(0x338, 10, 100); /* without a width of its own */
    letters.letter[1].advance = 0;
    draw('=', 10, 100);
    draw('/', 21, 100);
    letters.letter[3].advance = 8;
    draw(0x2208, 20, 100);
    draw(0x335, 31, 100);
    letters.letter[5].advance = 4;
    draw('L', 30, 100);
    draw('/', 40, 100); /* beside the sign */
    draw('=', 50, 100);
    draw('b', 60, 100);
    assert_string_equal(lines(), "a≠∉Ł/=b|");
}

static void one_spelling(void **state)
{
    static const char *const pairs[][2] = {
        {"\xe2\xbc\x8b", "\xe5\x85\xab"}, /* Kangxi radical eight */
        {"\xe2\xbb\x84", "\xe8\xa5\xbf"}, /* CJK radical west */
        {"e\xcc\x81", "é"},
        {"\xef\xac\x81nd e\xef\xac\x83"
         "cient",
         "find efficient"},
        {"x\xc2\xb2 \xf0\x9d\x91\x8e \xef\xbc\xa1", "x\xc2\xb2 \xf0\x9d\x91\x8e \xef\xbc\xa1"}, /* stay */
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char wanted[MAX_TEXT];

        clear(FONT_FACE_TEXT);
        draw_text(pairs[i][0], 0, 100);
        snprintf(wanted, sizeof wanted, "%s|", pairs[i][1]);
        assert_string_equal(lines(), wanted);
    }
}

static void names_of_several_characters(void **state)
{
    uint32_t c[8];

    (void)state;
    assert_int_equal(glyph_names_spell(c, 8, "f_f_i"), 3);
    assert_true(c[0] == 'f' && c[2] == 'i');
    assert_int_equal(glyph_names_spell(c, 8, "uni00660069"), 2);
    assert_int_equal(glyph_names_spell(c, 8, "fi.alt"), 2);
    assert_int_equal(glyph_names_spell(c, 8, "u1D44E"), 1);
    assert_int_equal(c[0], 0x1d44e);
    assert_int_equal(glyph_names_spell(c, 8, "summationdisplay"), 1);
    assert_int_equal(c[0], 0x2211);
    assert_int_equal(glyph_names_spell(c, 8, "parenleftBigg"), 1);
    assert_int_equal(c[0], '(');
    assert_int_equal(glyph_names_spell(c, 8, "hatwidest"), 1);
    assert_int_equal(c[0], GLYPH_NAMES_NOTHING);
    assert_int_equal(glyph_names_spell(c, 8, "g48"), 0);
    assert_int_equal(glyph_names_spell(c, 8, ".notdef"), 0);
}

/* ---- replacement texts ---- */

static const char *replaced(const char *drawn, size_t from, const char *text)
{
    clear(FONT_FACE_TEXT);
    draw_text(drawn, 0, 100);
    letters_replace(&letters, from, text);
    return lines();
}

static void a_replacement_text_takes_the_place_of_its_letters(void **state)
{
    (void)state;
    assert_string_equal(replaced("soxx", 2, "rt"), "sort|");
    assert_string_equal(replaced("eX", 1, "ffi"), "effi|");
    assert_string_equal(replaced("abcd", 1, "z"), "az|");
    assert_string_equal(replaced("ab-", 2, ""), "ab|");
    assert_string_equal(replaced("ab", 2, "none drawn"), "ab|");
    assert_string_equal(replaced("ab", 0, "\xff"), "ab|");
}

/* ---- shapes ---- */

static struct glyph_shape shape_of(uint32_t said, uint32_t drawn)
{
    bool tall = (drawn >= 'A' && drawn <= 'Z') || strchr("bdfhklt", (int)drawn) != NULL;

    return (struct glyph_shape){.c = said,
                                .gid = (int32_t)drawn,
                                .top = tall ? 0.72f : 0.52f,
                                .bottom = strchr("gpqy", (int)drawn) != NULL ? -0.21f : 0,
                                .advance = 0.5f};
}

static size_t shapes_of(struct glyph_shape *shapes, int shift)
{
    size_t count = 0;

    for (uint32_t c = 'a'; c <= 'z'; c++)
        shapes[count++] = shape_of((uint32_t)((int)c + shift), c);
    for (uint32_t c = 'A'; c <= 'Z'; c++)
        shapes[count++] = shape_of((uint32_t)((int)c + shift), c);
    return count;
}

static void letters_that_do_not_look_like_themselves_lie(void **state)
{
    struct glyph_shape shapes[64];

    (void)state;
    assert_false(glyph_shapes_lie(shapes, shapes_of(shapes, 0)));
    assert_true(glyph_shapes_lie(shapes, shapes_of(shapes, -29)));
    assert_true(glyph_shapes_lie(shapes, shapes_of(shapes, 3)));
    for (size_t i = 0; i < 26; i++) /* small capitals */
        shapes[i] = shape_of('a' + (uint32_t)i, 'A' + (uint32_t)i);
    assert_false(glyph_shapes_lie(shapes, 26));
    for (size_t i = 0; i < 26; i++)
        shapes[i] = shape_of('A', 'a' + (uint32_t)i);
    assert_true(glyph_shapes_lie(shapes, 26));
}

static void bytes_taken_for_characters_are_put_together(void **state)
{
    static const char *const rows[][2] = {
        {"GrÃ¼ÃŸe aus MÃ¼nchen", "Grüße aus München|"},
        {"10â€“20 â€œokâ€¦ itâ€™s", "10–20 “ok… it’s|"},
        {"Â© 5 Âµm, Å‚Ã³dÅº", "© 5 µm, łódź|"},
        /* what is meant */
        {"Grüße, 10–20 “ok”", "Grüße, 10–20 “ok”|"},
        {"NÃO, FÂÂ, âge, Ân", "NÃO, FÂÂ, âge, Ân|"},
        {"Ärger, Åse, Äž", "Ärger, Åse, Äž|"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        clear(FONT_FACE_TEXT);
        draw_text(rows[i][0], 0, 100);
        assert_string_equal(lines(), rows[i][1]);
    }
}

/* ---- raised and lowered letters ---- */

/* Draws what stands behind ^ or _ smaller, and higher or lower, up to the next blank or ~; the letters
 * between two * are slanted. Gaps are none but the written ones. */
static void draw_scripts(const char *text)
{
    uint32_t c[MAX_TEXT];
    size_t count = decode(c, text);
    float x = 0, rise = 0, size = SIZE;
    uint16_t face = 0;

    clear(FONT_FACE_TEXT);
    letters.faces = 2;
    letters.face[1] = (struct font_face){.slanted = true};
    for (size_t i = 0; i < count; i++) {
        if (c[i] == '*') {
            face = !face;
            continue;
        }
        if (c[i] == '^' || c[i] == '_' || c[i] == '~' || c[i] == ' ') {
            bool script = c[i] == '^' || c[i] == '_';

            rise = script ? (c[i] == '^' ? -0.35F : 0.2F) * SIZE : 0;
            size = script ? 0.7F * SIZE : SIZE;
            if (c[i] != ' ')
                continue;
        }
        draw(c[i], x, 100 + rise);
        letters.letter[letters.count - 1].size = size;
        letters.letter[letters.count - 1].advance = size / 2;
        letters.letter[letters.count - 1].face = face;
        x += size / 2;
    }
}

static void words_end_at_raised_and_lowered_letters(void **state)
{
    static const char *const rows[][2] = {
        /* a footnote mark, and a note's own */
        {"^1~Sniderman wrote", "1 Sniderman wrote|"},
        {"text^1 goes on", "text1 goes on|"},
        {"text^1~goes on", "text1 goes on|"},
        {"a ^3~Gelman b", "a 3 Gelman b|"},
        /* formulas */
        {"*β*_1~*x* + 1", "β1 x + 1|"},
        {"N(0, *s*^2~I)", "N(0, s2 I)|"},
        {"*x*_i~*y*_i", "xi yi|"},
        {"(*x*_1~, *x*_2~)", "(x1, x2)|"},
        {"log_2~*n*", "log2 n|"},
        {"W/(m^2~K)", "W/(m2 K)|"},
        /* one word all the same */
        {"H_2~O and Ca(OH)_2~", "H2O and Ca(OH)2|"},
        {"C_6~H_12~O_6~", "C6H12O6|"},
        {"L^A~TeX", "LATeX|"},
        {"the ^14~C method", "the 14C method|"},
        {"1^st~ of May", "1st of May|"},
        /* a number that is another one */
        {"10^6~ cells", "10⁶ cells|"},
        {"10^6 cells", "10⁶ cells|"},
        {"10^-23~", "10⁻²³|"},
        {"10^−9~m", "10⁻⁹ m|"},
        {"1011_2~ = 11_10~.", "1011₂ = 11₁₀.|"},
        {"in 1984^3~, he", "in 1984³, he|"},
        {"in 1984^1,2~ he", "in 1984 1,2 he|"},
        {"2^2n~", "2 2n|"},
        {"5^1~/_2~", "5 1/2|"},
        {"m^2~ and x^3~", "m2 and x3|"},
        {"106 cells", "106 cells|"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        draw_scripts(rows[i][0]);
        assert_string_equal(lines(), rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_letters_in_words_are_told_from_bullets),
        cmocka_unit_test(lines_from_right_to_left_are_in_logical_order),
        cmocka_unit_test(a_line_from_left_to_right_keeps_its_direction),
        cmocka_unit_test(presentation_forms_are_letters),
        cmocka_unit_test(what_is_drawn_again_is_read_once),
        cmocka_unit_test(equal_letters_beside_each_other_stay),
        cmocka_unit_test(letters_on_a_heap_stay),
        cmocka_unit_test(signs_are_what_their_font_shows),
        cmocka_unit_test(accents_go_on_their_letters),
        cmocka_unit_test(strokes_go_through_their_signs),
        cmocka_unit_test(one_spelling),
        cmocka_unit_test(names_of_several_characters),
        cmocka_unit_test(a_replacement_text_takes_the_place_of_its_letters),
        cmocka_unit_test(bytes_taken_for_characters_are_put_together),
        cmocka_unit_test(words_end_at_raised_and_lowered_letters),
        cmocka_unit_test(letters_that_do_not_look_like_themselves_lie),
    };

    return cmocka_run_group_tests_name("letters", tests, NULL, NULL);
}
