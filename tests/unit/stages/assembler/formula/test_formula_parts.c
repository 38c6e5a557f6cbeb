/* test_formula_parts - the tree of a formula, its symbols and fonts, and the pieces that writers put together
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libxml/parser.h>

#include "stages/assembler/formula/formula_command.h"
#include "stages/assembler/formula/formula_mathml_writer.h"
#include "stages/assembler/formula/formula_omml_writer.h"
#include "stages/assembler/formula/formula_tex_writer.h"
#include "stages/assembler/formula/formula_tree.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static struct parser parser_of(struct pool *pool, const char *tex)
{
    return (struct parser){.pool = pool, .at = tex, .end = tex + strlen(tex)};
}

/* ---- symbols and fonts ---- */

static void symbols_are_found_by_all_their_names(void **state)
{
    (void)state;
    assert_string_equal(symbol_named("alpha", 5)->text, "α");
    assert_ptr_equal(symbol_named("le", 2), symbol_named("le", 2));
    assert_null(symbol_named("alphabet", 8));
    assert_null(symbol_named("", 0));
    assert_null(symbol_named("alph", 4));
    assert_int_equal(symbol_named("sum", 3)->class, CLASS_LARGE);
    assert_int_equal(symbol_named("vec", 3)->class, CLASS_ACCENT);
    assert_int_equal(symbol_shown("≤", strlen("≤"))->class, CLASS_RELATION);
    assert_int_equal(symbol_literal("+", 1)->class, CLASS_OPERATOR);
    assert_null(symbol_shown("\u64cd", 3));
}

static void fonts_are_unicodes_alphabets(void **state)
{
    bool raised;

    (void)state;
    assert_int_equal(font_letter('R', FONT_BLACKBOARD), 0x211d); /* a hole in the block */
    assert_int_equal(font_letter('A', FONT_BOLD), 0x1d400);
    assert_int_equal(font_letter('h', FONT_AUTO), 'h');
    assert_int_equal(font_letter(0x64cd, FONT_BOLD), 0x64cd);
    assert_int_equal(script_letter('2', true), 0xb2);
    assert_int_equal(script_letter('i', false), 0x1d62);
    assert_int_equal(script_letter(0x64cd, true), 0);
    for (uint32_t c = '0'; c <= '9'; c++) {
        assert_int_equal(script_plain(script_letter(c, true), &raised), c);
        assert_true(raised);
        assert_int_equal(script_plain(script_letter(c, false), &raised), c);
        assert_false(raised);
    }
    assert_true(font_is_capital_greek("Γ"));
    assert_false(font_is_capital_greek("γ"));
}

/* ---- the tree ---- */

static void a_formula_is_a_row_of_nodes(void **state)
{
    static const struct {
        const char *tex;
        enum node_kind kind;
        bool body, under, over;
    } rows[] = {
        {"x", NODE_ATOM, false, false, false},
        {"\\frac{a}{b}", NODE_FRACTION, false, true, true},
        {"\\sqrt[3]{x}", NODE_RADICAL, true, false, true},
        {"x_1^2", NODE_SCRIPT, true, true, true},
        {"\\hat x", NODE_ACCENT, true, false, false},
        {"\\left(x\\right)", NODE_FENCE, true, false, false},
        {"\\xrightarrow[a]{b}", NODE_ARROW, false, true, true},
        {"\\boxed{x}", NODE_BOX, true, false, false},
        {"\\text{a b}", NODE_TEXT, false, false, false},
        {"\\begin{matrix}a&b\\end{matrix}", NODE_TABLE, true, false, false},
        {"\\nonsense", NODE_RAW, false, false, false},
        {"\\ce{H2O}", NODE_CHEMISTRY, true, false, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct pool *pool = pool_new();
        const struct formula *formula = formula_parse(pool, rows[i].tex, strlen(rows[i].tex));
        const struct node *node = formula->row;

        print_message("%s\n", rows[i].tex);
        assert_non_null(node);
        assert_int_equal(node->kind, rows[i].kind);
        assert_int_equal(node->body != NULL, rows[i].body);
        assert_int_equal(node->under != NULL, rows[i].under);
        assert_int_equal(node->over != NULL, rows[i].over);
        assert_int_equal(formula->grasp == GRASP_WHOLE, node->kind != NODE_RAW);
        pool_free(&pool);
    }
}

static void tokens_are_looked_at_without_taking(void **state)
{
    struct pool *pool = pool_new();
    struct parser parser = parser_of(pool, "  \\alpha\u64cd}");
    struct token token = token_peek(&parser), again = token_peek(&parser);

    (void)state;
    assert_int_equal(token.kind, TOKEN_COMMAND);
    assert_true(token_is(&token, "alpha"));
    assert_false(token_is(&token, "alph"));
    assert_ptr_equal(token.past, again.past);
    parser.at = token.past;
    token = token_peek(&parser);
    assert_int_equal(token.kind, TOKEN_CHARACTER);
    assert_int_equal(token.size, 3);
    parser.at = token.past;
    assert_int_equal(token_peek(&parser).kind, TOKEN_CLOSE);
    pool_free(&pool);
}

static void depth_and_size_are_bounded(void **state)
{
    enum { DEEP = 5000 };
    char *tex = malloc(2 * FORMULA_SIZE);
    struct pool *pool = pool_new();
    const struct formula *formula;
    unsigned depth = 0;

    (void)state;
    memset(tex, '{', DEEP);
    memset(tex + DEEP, '}', DEEP);
    formula = formula_parse(pool, tex, 2 * DEEP);
    for (const struct node *node = formula->row; node != NULL; node = node->body)
        depth++;
    assert_in_range(depth, 1, FORMULA_DEPTH + 1);
    assert_int_not_equal(formula->grasp, GRASP_WHOLE);
    memset(tex, 'x', 2 * FORMULA_SIZE);
    formula = formula_parse(pool, tex, 2 * FORMULA_SIZE);
    assert_int_equal(formula->row->kind, NODE_RAW);
    assert_null(formula->row->next);
    pool_free(&pool);
    free(tex);
}

/* ---- commands ---- */

static void a_command_reads_what_follows_it(void **state)
{
    struct pool *pool = pool_new();
    struct parser parser = parser_of(pool, "\\frac12 rest");
    struct token token = token_peek(&parser);
    struct node *node, *fence;

    (void)state;
    parser.at = token.past;
    node = parse_command(&parser, &token);
    assert_int_equal(node->kind, NODE_FRACTION);
    assert_string_equal(node->over->text, "1");
    assert_string_equal(node->under->text, "2");
    assert_string_equal(parser.at, " rest");
    fence = fence_new(&parser, "(", ")", node);
    assert_int_equal(fence->kind, NODE_FENCE);
    assert_ptr_equal(fence->body, node);
    parser = parser_of(pool, "\\nobody{x}");
    token = token_peek(&parser);
    parser.at = token.past;
    assert_null(parse_command(&parser, &token));
    pool_free(&pool);
}

static void half_a_command_stays_as_written(void **state)
{
    static const char *const texs[] = {"\\frac{a}{b", "\\text{a", "\\ce{H", "\\left(", "\\begin{matrix}a",
                                       "\\sqrt[",     "x^",       "_",      "}",       "\\",
                                       "\\end{x}",    "\\right)", "&\\\\&", "\\not",   "\\SI{1}{"};

    (void)state;
    for (size_t i = 0; i < LENGTH(texs); i++) {
        struct pool *pool = pool_new();
        struct bytes plain = {0}, tex = {0};
        const struct formula *formula = formula_parse(pool, texs[i], strlen(texs[i]));

        print_message("%s\n", texs[i]);
        formula_plain(formula, &plain);
        formula_tex(formula, &tex);
        if (!formula_sound(formula)) /* what is not set is shown */
            assert_int_not_equal(plain.size, 0);
        assert_null(strstr(bytes_text(&tex), "}}"));
        assert_null(strstr(bytes_text(&tex), "::"));
        bytes_drop(&plain);
        bytes_drop(&tex);
        pool_free(&pool);
    }
}

/* ---- LaTeX, piece by piece ---- */

static void pieces_of_latex_stay_apart(void **state)
{
    struct bytes bytes = {0};
    struct tex tex = {.to = &bytes};

    (void)state;
    tex_command(&tex, "alpha");
    tex_add(&tex, "x");
    tex_add(&tex, "{");
    tex_add(&tex, "{");
    tex_add(&tex, "}");
    tex_add(&tex, "}");
    tex_add(&tex, ":");
    tex_add(&tex, ":");
    tex_add(&tex, "");
    assert_string_equal(bytes_text(&bytes), "\\alpha x{ {} }: :");
    bytes_drop(&bytes);
}

static void words_leave_text_where_a_sign_means_something(void **state)
{
    struct bytes bytes = {0};
    struct tex tex = {.to = &bytes};

    (void)state;
    tex_words(&tex, "a_b\\c\u64cd}", FONT_BOLD);
    assert_string_equal(bytes_text(&bytes), "\\textbf{a}\\_\\textbf{b}\\backslash\\textbf{c\u64cd}\\}");
    bytes_drop(&bytes);
}

/* ---- OMML, piece by piece: ECMA-376 part 1, 22.1 ---- */

static void pieces_of_omml_are_xml(void **state)
{
    struct node x = {.kind = NODE_ATOM, .class = CLASS_ORDINARY, .text = "<&>"};
    struct node fraction = {.kind = NODE_FRACTION, .over = &x, .under = &x};
    struct bytes bytes = {0};
    struct xml *xml = xml_new(&bytes);
    struct omml omml = {.xml = xml, .displayed = true};
    xmlDocPtr document;
    xmlChar *text;

    (void)state;
    xml_open(xml, "root");
    xml_attr(xml, "xmlns:m", "m");
    xml_attr(xml, "xmlns:w", "w");
    omml_fraction(&omml, &fraction);
    assert_true(omml.displayed); /* as before */
    omml_part(&omml, "m:e", NULL);
    omml_run(&omml, "]]>", (struct look){.style = "p", .bold = true, .italic = true});
    omml_nothing(&omml);
    xml_end(&xml);
    document = xmlReadMemory(bytes.data, (int)bytes.size, NULL, NULL, XML_PARSE_NONET);
    assert_non_null(document);
    text = xmlNodeGetContent(xmlDocGetRootElement(document));
    assert_non_null(strstr((const char *)text, "<&>"));
    assert_non_null(strstr((const char *)text, "]]>"));
    assert_non_null(strstr(bytes_text(&bytes), "<m:num>"));
    assert_non_null(strstr(bytes.data, "<m:den>"));
    assert_true(omml_in_run(&x));
    assert_false(omml_in_run(&fraction));
    xmlFree(text);
    xmlFreeDoc(document);
    bytes_drop(&bytes);
}

/* ---- MathML, piece by piece: https://www.w3.org/TR/mathml-core/ 3.2 ---- */

static void pieces_of_mathml_are_xml(void **state)
{
    struct node b = {.kind = NODE_ATOM, .class = CLASS_ORDINARY, .font = FONT_UPRIGHT, .text = "b"};
    struct node a = {
        .kind = NODE_ATOM, .class = CLASS_ORDINARY, .font = FONT_UPRIGHT, .text = "a", .next = &b};
    struct node number = {.kind = NODE_ATOM, .class = CLASS_NUMBER, .text = "12"};
    struct node bar = {.kind = NODE_ATOM, .class = CLASS_DELIMITER, .text = "|"};
    struct node words = {.kind = NODE_TEXT, .text = " if <b> "};
    struct node raw = {.kind = NODE_RAW, .text = "\\x&"};
    struct bytes bytes = {0};
    struct xml *xml = xml_part(&bytes);
    struct mathml mathml = {.xml = xml};

    (void)state;
    xml_open(xml, "mrow");
    assert_ptr_equal(mathml_atoms(&mathml, &a), &b); /* one name */
    assert_ptr_equal(mathml_atoms(&mathml, &number), &number);
    mathml_atoms(&mathml, &bar);
    mathml_sign(&mathml, "<", NULL, NULL);
    mathml_words(&mathml, &words);
    mathml_words(&mathml, &raw);
    mathml_width(&mathml, "\u2003");
    mathml_width(&mathml, "\u64cd"); /* no space */
    xml_end(&xml);
    assert_string_equal(
        bytes_text(&bytes),
        "<mrow><mi mathvariant=\"normal\">ab</mi><mn>12</mn><mo stretchy=\"false\">|</mo><mo>&lt;</mo>"
        "<mtext>\u00a0if &lt;b&gt;\u00a0</mtext><mtext class=\"raw\">\\x&amp;</mtext>"
        "<mspace width=\"1em\"/></mrow>\n");
    bytes_drop(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols_are_found_by_all_their_names),
        cmocka_unit_test(fonts_are_unicodes_alphabets),
        cmocka_unit_test(a_formula_is_a_row_of_nodes),
        cmocka_unit_test(tokens_are_looked_at_without_taking),
        cmocka_unit_test(depth_and_size_are_bounded),
        cmocka_unit_test(a_command_reads_what_follows_it),
        cmocka_unit_test(half_a_command_stays_as_written),
        cmocka_unit_test(pieces_of_latex_stay_apart),
        cmocka_unit_test(words_leave_text_where_a_sign_means_something),
        cmocka_unit_test(pieces_of_omml_are_xml),
        cmocka_unit_test(pieces_of_mathml_are_xml),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
