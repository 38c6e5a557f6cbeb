/* test_claimed_formulas - formulas whose symbols the slide does not know */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stages/vision/grounding/claimed_formulas.h"
#include "stages/vision/grounding/formula_pieces.h"
#include "tests/unit/stages/vision/grounding/claims.h"

static void check(const char *slide, const char *text, const char *wanted)
{
    struct symbols *symbols = symbols_new();
    struct plain_chars *known = plain_chars_of(slide), *chars = plain_chars_of(text);
    struct claims claims = {.text = text, .chars = chars};

    symbols_learn(symbols, known);
    formulas_check(symbols, chars, add_claim, &claims);
    if (strcmp(claims.found, wanted) != 0)
        print_message("    \"%s\" beside \"%s\"\n", text, slide);
    assert_string_equal(claims.found, wanted);
    plain_chars_free(&known);
    plain_chars_free(&chars);
    symbols_free(&symbols);
    assert_null(symbols);
}

static void known_symbols_in_any_order(void **state)
{
    (void)state;
    check("F = m a", "So a = F/m here.", "");
    check("E = mc²", "The law \\(E = m c^2\\) says so.", "");
    check("α = β + 1", "\\(\\alpha = \\beta + 1\\)", "");
    check("𝑥 = 𝑦", "x = y", ""); /* mathematical letters are letters */
    check("y = f(x)", "y = sin(x)", "");
}

static void unknown_symbols(void **state)
{
    (void)state;
    check("F = m a", "So q = k/z here.", "q = k/z");
    check("F = m a", "See \\(q = k z\\) here.", "\\(q = k z\\)");
    check("F = m a", "See \\[ \\lambda = \\frac{h}{p} \\] here.", "\\[ \\lambda = \\frac{h}{p} \\]");
}

/* Where the slide has no formula in its text, formulas are pictures there, or were lost. */
static void without_formulas_nothing_is_in_doubt(void **state)
{
    (void)state;
    check("Newton and his law", "So q = k/z here.", "");
    check("", "\\(q = k z\\)", "");
}

static void everyday_text_is_no_formula(void **state)
{
    (void)state;
    check("F = m a", "if (q => k) and/or the well-known U-shaped z.", "");
    check("F = m a", "It is 3 < 5, and 7 - 2 = 5.", "");
    check("F = m a", "細胞 = cell", "");
}

static void hostile_formulas_end(void **state)
{
    char text[8001];

    (void)state;
    check("F = m a", "\\(", "");
    check("F = m a", "\\", "");
    check("F = m a", "\\( \\text{ {{{ ", "");
    check("F = m a", "\\(\\text{quick k q z}\\)", "");
    for (size_t i = 0; i + 2 <= 8000; i += 2)
        memcpy(text + i, "F=", 2);
    text[8000] = '\0';
    check("F = m a", text, "");
    memset(text, '(', 8000);
    check("F = m a", text, "");
}

/* ---- pieces ---- */

static void pieces(void **state)
{
    static const struct {
        const char *text;
        enum formula_piece_kind kind;
        size_t to;
    } rows[] = {{"  x", PIECE_BLANK, 2},       {"sin x", PIECE_WORD, 3}, {"3.14.", PIECE_NUMBER, 4},
                {"\\frac{", PIECE_COMMAND, 5}, {"=", PIECE_SIGN, 1},     {"∑i", PIECE_SIGN, 1},
                {"漢字", PIECE_OTHER, 1},      {"\\(", PIECE_OTHER, 1},  {".5", PIECE_OTHER, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct plain_chars *chars = plain_chars_of(rows[i].text);
        struct formula_piece piece = formula_piece_at(chars, 0);

        assert_int_equal(piece.kind, rows[i].kind);
        assert_int_equal(piece.from, 0);
        assert_int_equal(piece.to, rows[i].to);
        plain_chars_free(&chars);
    }
}

static void words_and_commands(void **state)
{
    struct plain_chars *chars = plain_chars_of("\\alpha\\frac\\text sin xyz a=>b a=b");
    struct formula_piece alpha = {PIECE_COMMAND, 0, 6}, frac = {PIECE_COMMAND, 6, 11},
                         text = {PIECE_COMMAND, 11, 16}, sine = {PIECE_WORD, 17, 20},
                         xyz = {PIECE_WORD, 21, 24};

    (void)state;
    assert_int_equal(formula_greek_letter(chars, alpha), 0x3b1);
    assert_int_equal(formula_greek_letter(chars, frac), 0);
    assert_true(formula_holds_words(chars, text));
    assert_false(formula_holds_words(chars, frac));
    assert_true(formula_is_function(chars, sine));
    assert_false(formula_is_function(chars, xyz));
    assert_false(formula_relation_at(chars, 26)); /* an arrow */
    assert_true(formula_relation_at(chars, 31));
    assert_true(formula_is_operator(0x222b) && !formula_is_operator('='));
    assert_true(formula_is_sign('+') && formula_is_sign(0xb2) && !formula_is_sign('a'));
    plain_chars_free(&chars);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_symbols_in_any_order),
        cmocka_unit_test(unknown_symbols),
        cmocka_unit_test(without_formulas_nothing_is_in_doubt),
        cmocka_unit_test(everyday_text_is_no_formula),
        cmocka_unit_test(hostile_formulas_end),
        cmocka_unit_test(pieces),
        cmocka_unit_test(words_and_commands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
