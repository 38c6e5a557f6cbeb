/* test_font_face - which fonts hold signs instead of letters, by their names, and what their letters show */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stages/rasterizer/font_face.h"

static void kinds_by_name(void **state)
{
    static const struct {
        const char *name;
        enum font_face_kind kind;
    } rows[] = {{"Helvetica", FONT_FACE_TEXT},    {"ABCDEF+Wingdings-Regular", FONT_FACE_WINGDINGS},
                {"Symbol", FONT_FACE_SYMBOL},     {"SymbolMT", FONT_FACE_SYMBOL},
                {"Symbola", FONT_FACE_TEXT},      {"ZapfDingbats", FONT_FACE_DINGBATS},
                {"MT-Extra", FONT_FACE_EXTRA},    {"FontAwesome5Free-Solid", FONT_FACE_PICTURES},
                {"LCIRCLE10", FONT_FACE_STROKES}, {"", FONT_FACE_TEXT},
                {"ABCDEF+", FONT_FACE_TEXT},      {"\xff\xfe", FONT_FACE_TEXT}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (font_face_kind_of(rows[i].name) != rows[i].kind)
            print_message("    %s\n", rows[i].name);
        assert_int_equal(font_face_kind_of(rows[i].name), rows[i].kind);
    }
}

static void letters_of_text_fonts_are_themselves(void **state)
{
    (void)state;
    assert_int_equal(font_face_char(FONT_FACE_TEXT, 'a'), 'a');
    assert_int_equal(font_face_char(FONT_FACE_WINGDINGS, ' '), ' ');
    assert_int_equal(font_face_char(FONT_FACE_SYMBOL, 'b'), 0x3b2);
    assert_int_equal(font_face_char(FONT_FACE_STROKES, 'a'), 0); /* pieces of drawings are no text */
    for (uint32_t c = 0; c < 0x120; c++)
        assert_true(font_face_char(FONT_FACE_PICTURES, c) <= 0x10ffff);
}

static void dingbats_by_the_names_of_their_glyphs(void **state)
{
    (void)state;
    assert_int_not_equal(font_face_dingbat("a20", 'x'), 'x');
    assert_int_equal(font_face_dingbat("nothing", 'x'), 'x');
    assert_int_equal(font_face_dingbat("", 'x'), 'x');
    assert_int_equal(font_face_dingbat("a99999999999", 'x'), 'x');
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kinds_by_name),
                                       cmocka_unit_test(letters_of_text_fonts_are_themselves),
                                       cmocka_unit_test(dingbats_by_the_names_of_their_glyphs)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
