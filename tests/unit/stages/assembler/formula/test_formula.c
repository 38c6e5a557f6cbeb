/* test_formula - formulas in LaTeX: what is read of them, as one line of Unicode and back in LaTeX */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "stages/assembler/formula/formula.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

typedef void (*write_text)(const struct formula *formula, struct bytes *to);

static void assert_written(const char *tex, write_text write, const char *expected)
{
    struct pool *pool = pool_new();
    struct bytes text = {0};

    write(formula_parse(pool, tex, strlen(tex)), &text);
    assert_string_equal(bytes_text(&text), expected);
    bytes_drop(&text);
    pool_free(&pool);
}

/* How much of it is understood: "whole", "sound", "none". */
static const char *grasp(const char *tex)
{
    struct pool *pool = pool_new();
    const struct formula *formula = formula_parse(pool, tex, strlen(tex));
    const char *grasp = formula_whole(formula) ? "whole" : formula_sound(formula) ? "sound" : "none";

    pool_free(&pool);
    return grasp;
}

/* ---- one line of Unicode ---- */

static void plain_text_reads_like_the_formula(void **state)
{
    static const struct {
        const char *sentence, *tex, *plain;
    } rows[] = {
        {"nothing is nothing", "", ""},
        {"words without a backslash are letters", "sin x", "sinx"},
        {"operators have blanks around them", "a+b=c", "a + b = c"},
        {"a sign has none", "x=-1", "x = −1"},
        {"a fraction is a slash", "\\frac{a+b}{2}", "(a + b)/2"},
        {"a product below it is closed", "\\frac{1}{2a}", "1/(2a)"},
        {"digits are raised", "x^2", "x²"},
        {"letters are lowered", "x_{ij}", "xᵢⱼ"},
        {"what cannot be raised has a caret", "x^{\\lambda t}", "x^(λt)"},
        {"one letter needs no parentheses", "x^q", "x^q"},
        {"primes", "f''(x)", "f′′(x)"},
        {"roots", "\\sqrt{n}+\\sqrt{a+b}+\\sqrt[3]{x}", "√n + √(a + b) + ∛x"},
        {"sums", "\\sum_{i=1}^n i", "∑ᵢ₌₁ⁿ i"},
        {"functions", "2\\sin x\\cos(y)", "2 sin x cos(y)"},
        {"names with limits", "\\lim_{x\\to 0} f(x)", "lim_(x→0) f(x)"},
        {"accents", "\\hat{x}\\bar y\\vec{ab}", "x\u0302y\u0304(ab)\u20d7"},
        {"a line over two letters", "\\overline{AB}", "A\u0305B\u0305"},
        {"a matrix", "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "(1, 2; 3, 4)"},
        {"a matrix with a bar", "\\left[\\begin{array}{cc|c}1&2&3\\\\4&5&6\\end{array}\\right]",
         "[1, 2 | 3; 4, 5 | 6]"},
        {"several equations in a line", "\\begin{align}a&=b&c&=d\\end{align}", "a = b c = d"},
        {"what other packages mean", "\\qty(\\frac{a}{b})\\qty[c]\\smash[b]{d}\\qty{5}{kg}", "(a/b)[c]d5 kg"},
        {"derivatives keep what they are of", "\\dv{f}{x}+\\pdv[2]{u}{x}", "df/(dx) + ∂²u/(∂x²)"},
        {"two variables below, or none above", "\\pdv{f}{x}{y}+\\dv{t}", "∂²f/(∂x∂y) + d/(dt)"},
        {"physicists' brackets", "\\braket{a}{b}\\ket{c}\\order{n}", "⟨a|b⟩|c⟩𝒪(n)"},
        {"angles", "\\ang{45}", "45°"},
        {"what is defined", "x:=5", "x := 5"},
        {"bonds", "\\ce{CH3-CH=O + HC#CH + CuSO4.5H2O}", "CH₃−CH=O + HC≡CH + CuSO₄⋅5H₂O"},
        {"cases", "\\begin{cases}1&x>0\\\\0&\\text{else}\\end{cases}", "{1, x > 0; 0, else"},
        {"lines", "a&=b\\\\&=c", "a = b; = c"},
        {"alphabets", "\\mathbb{R}^n, \\mathcal L", "ℝⁿ, ℒ"},
        {"chemistry", "\\ce{2H2 + O2 -> 2H2O}", "2H₂ + O₂ → 2H₂O"},
        {"charges", "\\ce{SO4^2-} \\quad \\ce{Na+}", "SO₄²⁻ Na⁺"},
        {"charges before a state", "\\ce{Na+(aq)}", "Na\u207a(aq)"},
        {"quantities", "\\SI{3e8}{\\meter\\per\\second}", "3 × 10⁸ m/s"},
        {"bars that open and close", "|x|^2+|y|", "|x|² + |y|"},
        {"units of angles", "90^\\circ", "90°"},
        {"words", "x \\text{ if } y", "x if y"},
        {"negation", "a \\not= b, c \\not\\in D", "a ≠ b, c ∉ D"},
        {"what is not known stays as written", "\\foo{x}", "\\foox"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].sentence);
        assert_written(rows[i].tex, formula_plain, rows[i].plain);
    }
}

/* ---- LaTeX ---- */

static void latex_is_well_formed_whatever_was_read(void **state)
{
    static const struct {
        const char *sentence, *tex, *written;
    } rows[] = {
        {"a formula comes back", "\\frac{a}{b}+x_i^2", "\\frac{a}{b}+x_{i}^{2}"},
        {"braces that close together are kept apart", "a^{b^{c}}", "a^{b^{c} }"},
        {"and those that open together", "{{a}}", "{ {a} }"},
        {"colons are kept apart", "a::b", "a: :b"},
        {"also in words", "\\text{a::b}}}", "\\text{a}{:}{:}\\text{b}\\}\\}"},
        {"a letter does not grow to a command", "\\alpha x", "\\alpha x"},
        {"a brace that nobody closes is shown", "\\frac{a}{b", "\\frac{a}{\\{b}"},
        {"and one that nobody opened", "a}b", "a\\}b"},
        {"a fence without its end is shown", "\\left( a", "\\backslash\\texttt{left}(a"},
        {"two exponents are two things", "x^2^3", "x^{2}{}^{3}"},
        {"a command that nobody knows is code", "\\foo x", "\\backslash\\texttt{foo}x"},
        {"percent is no comment", "5%+1", "5\\%+1"},
        {"names of our own are spelled out", "\\argmax_x f", "\\operatorname*{arg\\,max}_{x}f"},
        {"lines of their own are aligned", "a=b\\\\c=d", "\\begin{aligned}a=b\\\\ c=d\\end{aligned}"},
        {"environments of a whole display are inner ones", "\\begin{align*}a&=b\\end{align*}",
         "\\begin{aligned}a&=b\\end{aligned}"},
        {"a bracket does not say how much room", "a\\\\ [b]", "\\begin{aligned}a\\\\ {}[b]\\end{aligned}"},
        {"a size of nothing is nothing", "a\\big.b", "ab"},
        {"a script does not go to what is before a colour", "a'\\color{red}^2", "a^{\\prime}{}^{2}"},
        {"colours go", "\\color{red}{x}+\\textcolor{blue}{y}", "{x}+{y}"},
        {"labels go", "a\\label{eq:1}", "a"},
        {"characters are named", "α≤β", "\\alpha\\le\\beta"},
        {"foreign words are words", "x+速度", "x+\\text{速度}"},
        {"chemistry stays so", "\\ce{SO4^{2-}}", "\\ce{SO4^{2-} }"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].sentence);
        assert_written(rows[i].tex, formula_tex, rows[i].written);
    }
}

/* ---- doubts ---- */

static void what_is_not_understood_is_told(void **state)
{
    static const struct {
        const char *sentence, *tex, *grasp;
    } rows[] = {
        {"a formula", "\\int_0^1 x\\,dx", "whole"},
        {"an unknown command", "a + \\foo{b}", "sound"},
        {"a brace too few", "\\frac{a}{b", "none"},
        {"a brace too many", "a}", "none"},
        {"an environment with another end", "\\begin{align}a&=b\\end{align*}", "sound"},
        {"an unknown environment", "\\begin{foo}a\\end{foo}", "none"},
        {"an environment without end", "\\begin{matrix}a", "none"},
        {"a fence without end", "\\left(a", "none"},
        {"an end without beginning", "a\\right)", "none"},
        {"nothing to raise", "a^", "none"},
        {"an unknown command in words", "\\text{a \\foo b}", "sound"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].sentence);
        assert_string_equal(grasp(rows[i].tex), rows[i].grasp);
    }
}

/* ---- bombs ---- */

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void write_all(const struct formula *formula)
{
    struct bytes bytes = {0}, document = {0};
    struct xml *xml = xml_new(&document);

    formula_tex(formula, &bytes);
    formula_plain(formula, &bytes);
    xml_open(xml, "root");
    xml_attr(xml, "xmlns:m", "m");
    formula_omml(formula, xml, true);
    formula_mathml(formula, xml, true);
    xml_close(xml);
    xml_end(&xml);
    bytes_drop(&bytes);
    bytes_drop(&document);
}

static void much_of_the_same_takes_no_time(void **state)
{
    static const char *const pieces[] = {
        "{",         "(",         "\\left(",      "\\sqrt",          "\\frac",           "^",        "_{",
        "x^",        "\\text{",   "\\ce{",        "\\sum",           "\\begin{matrix}",  "&",        "\\\\",
        "\\sqrt[",   "a\\over",   "\\hat",        "\\sin",           "\\xrightarrow[",   "\\not",    "'",
        "\\\\[",     "}",         "\\substack{",  "\\text{$",        "\\end{a}",         "\\mathbf", "²",
        "\\middle|", "\\ce{a->[", "\\overset{a}", "\\operatorname{", "\\tag{",           "\\bigl(",  "\\",
        "\\cancel{", "\\hat{",    "\\overline{",  "\\underline{",    "\\overrightarrow", "\\boxed",  "_",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(pieces); i++) {
        struct pool *pool = pool_new();
        struct bytes bomb = {0};
        double begun = seconds();

        while (bomb.size < 10000)
            bytes_add_text(&bomb, pieces[i]);
        write_all(formula_parse(pool, bomb.data, bomb.size));
        print_message("%s: %.3f s\n", pieces[i], seconds() - begun);
        assert_true(seconds() - begun < 2);
        bytes_drop(&bomb);
        pool_free(&pool);
    }
}

static void what_is_too_large_stays_as_written(void **state)
{
    static const char word[] = "\\alpha ";
    struct pool *pool = pool_new();
    struct bytes large = {0}, plain = {0};
    const struct formula *formula;

    (void)state;
    while (large.size < 40000)
        bytes_add(&large, word, strlen(word));
    formula = formula_parse(pool, large.data, large.size);
    formula_plain(formula, &plain);
    assert_false(formula_whole(formula));
    assert_int_equal(plain.size, large.size);
    assert_memory_equal(plain.data, large.data, large.size);
    bytes_drop(&large);
    bytes_drop(&plain);
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_reads_like_the_formula),
        cmocka_unit_test(latex_is_well_formed_whatever_was_read),
        cmocka_unit_test(what_is_not_understood_is_told),
        cmocka_unit_test(much_of_the_same_takes_no_time),
        cmocka_unit_test(what_is_too_large_stays_as_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
