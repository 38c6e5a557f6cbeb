/* test_superscripts - raised and lowered letters: powers, footnotes, substances, isotopes */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/utf8.h"
#include "stages/rasterizer/superscripts.h"

enum { SIZE = 20, WIDTH = 10 };

static struct letters letters;

/* Draws a text in which ^ raises the letter behind it, and _ lowers it. */
static void draw(const char *text)
{
    size_t size = strlen(text), step;
    float x = 0;

    letters.count = 0;
    letters.faces = 1;
    letters.face[0] = (struct font_face){.kind = FONT_FACE_TEXT};
    for (size_t at = 0; at < size; at += step) {
        bool raised = text[at] == '^', lowered = text[at] == '_';
        struct letter *letter = &letters.letter[letters.count++];
        uint32_t c;

        at += raised || lowered;
        step = utf8_next(text + at, size - at, &c);
        *letter = (struct letter){.c = c,
                                  .x = x,
                                  .y = raised    ? 92
                                       : lowered ? 104
                                                 : 100,
                                  .ux = 1,
                                  .advance = WIDTH,
                                  .size = raised || lowered ? 13 : SIZE};
        x += WIDTH;
    }
}

static void check(const char *drawn, const char *wanted)
{
    char got[256];
    size_t used = 0;

    draw(drawn);
    superscripts_part(&letters, 0, letters.count);
    for (size_t i = 0; i < letters.count; i++) {
        used += letters.letter[i].gap ? utf8_put(got + used, ' ') : 0;
        used += utf8_put(got + used, letters.letter[i].c);
    }
    got[used] = '\0';
    assert_string_equal(got, wanted);
}

static void digits_behind_digits_keep_their_height(void **state)
{
    (void)state;
    check("10^6", "10⁶");
    check("10^-^9 m", "10⁻⁹ m");
    check("log 2_1_0", "log 2₁₀");
    check("106", "106");
}

static void words_end_at_footnotes_and_exponents(void **state)
{
    (void)state;
    check("cell^1wall", "cell1 wall");
    check("x^2y", "x2 y");
    check("^1cells", "1 cells");
}

static void substances_and_isotopes_are_whole(void **state)
{
    (void)state;
    check("H_2O", "H2O");
    check("Ca(OH)_2O", "Ca(OH)2O");
    check("^1^4C", "14C");
    check("L^aTeX", "LaTeX");
}

static void halves_of_a_fraction_are_apart(void **state)
{
    (void)state;
    check("1^3/_4", "1 3/4");
}

static void slanted_letters_are_variables(void **state)
{
    (void)state;
    draw("x_iY");
    letters.face[0].slanted = true;
    superscripts_part(&letters, 0, letters.count);
    assert_true(letters.letter[2].gap);
}

static void strange_letters_are_left_alone(void **state)
{
    (void)state;
    check("", "");
    check("^1", "1");
    check("細^1胞", "細1 胞");
    draw("1^2");
    letters.letter[0].size = 0;
    letters.letter[1].y = NAN;
    superscripts_part(&letters, 0, letters.count);
    superscripts_part(&letters, 1, 0);
    assert_int_equal(letters.count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_behind_digits_keep_their_height),
        cmocka_unit_test(words_end_at_footnotes_and_exponents),
        cmocka_unit_test(substances_and_isotopes_are_whole),
        cmocka_unit_test(halves_of_a_fraction_are_apart),
        cmocka_unit_test(slanted_letters_are_variables),
        cmocka_unit_test(strange_letters_are_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
