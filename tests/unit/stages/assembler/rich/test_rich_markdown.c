/* test_rich_markdown - formatted text as Markdown, and the gaps of cards */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <md4c.h>

#include "stages/assembler/rich/rich_gap.h"
#include "stages/assembler/rich/rich_markdown.h"
#include "stages/assembler/rich/rich_plain.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- what is written ---- */

static void formatting_is_github_markdown(void **state)
{
    static const struct {
        const char *sentence, *text, *markdown;
    } rows[] = {
        {"plain text", "plain", "plain\n\n"},
        {"nothing", "", ""},
        {"bold, italic, struck out, code", "a **b** *c* ~~d~~ `e`", "a **b** *c* ~~d~~ `e`\n\n"},
        {"within a word markers do not serve", "the **key**s", "the <b>key</b>s\n\n"},
        {"backticks in code", "`` a`b `` and `` ` ``", "``a`b`` and `` ` ``\n\n"},
        {"lines", "a\nb", "a\\\nb\n\n"},
        {"a heading stands below the document's", "# a", "#### a\n\n"},
        {"items", "- a\n  - b\n\n1. c", "- a\n    - b\n1. c\n\n"},
        {"a quote", "> a", "> a\n\n"},
        {"code with a fence in it", "~~~\n```\n~~~", "````\n```\n````\n\n"},
        {"a table with bars in it", "| a | b |\n|---|---|\n| `c|d` | \\| |",
         "| a | b |\n| --- | --- |\n| `c\\|d` | \\| |\n\n"},
        {"a formula without emphasis", "\\(a_1*b_2\\)", "$$\na_ {1}\\ast b_ {2}\n$$\n\n"},
        {"and without escapes", "x \\(\\{a\\}\\,b\\)", "x $\\lbrace a\\rbrace \\thinspace b$\n\n"},
        {"a digit behind it", "\\(x\\)2", "$x$&#50;\n\n"},
        {"from right to left", "**\u05d0\u05d1** \u05d2", "**\u05d0\u05d1** \u05d2\n\n"},
        {"CJK", "\u8fd9\u662f**\u91cd\u70b9**\u5185\u5bb9",
         "\u8fd9\u662f<b>\u91cd\u70b9</b>\u5185\u5bb9\n\n"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct pool *pool = pool_new();
        struct bytes to = {0};

        print_message("%s\n", rows[i].sentence);
        rich_markdown(rich_parse(pool, rows[i].text, RICH_BLOCKS), 0, &to);
        assert_string_equal(bytes_text(&to), rows[i].markdown);
        bytes_drop(&to);
        pool_free(&pool);
    }
}

static void what_belongs_to_an_entry_is_indented(void **state)
{
    struct pool *pool = pool_new();
    struct bytes to = {0};

    (void)state;
    rich_markdown(rich_parse(pool, "a\nb\n\n```\nc\n```\n\n\\[x\\]", RICH_BLOCKS), 2, &to);
    assert_string_equal(bytes_text(&to), "  a\\\n  b\n\n  ```\n  c\n  ```\n\n  $$\n  x\n  $$\n\n");
    bytes_drop(&to);
    pool_free(&pool);
}

/* ---- what md4c reads of it ---- */

struct seen {
    struct bytes text;
    bool markup;
};

static int on_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
    struct seen *seen = arg;

    (void)detail;
    seen->markup = seen->markup || (type != MD_BLOCK_DOC && type != MD_BLOCK_P);
    return 0;
}

static int on_span(MD_SPANTYPE type, void *detail, void *arg)
{
    (void)type;
    (void)detail;
    ((struct seen *)arg)->markup = true;
    return 0;
}

static int on_leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
    (void)type;
    (void)detail;
    (void)arg;
    return 0;
}

static int on_leave_span(MD_SPANTYPE type, void *detail, void *arg)
{
    (void)type;
    (void)detail;
    (void)arg;
    return 0;
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *arg)
{
    struct seen *seen = arg;

    seen->markup = seen->markup || type == MD_TEXT_HTML;
    if (type == MD_TEXT_ENTITY)
        bytes_add_text(&seen->text, strncmp(text, "&lt;", size) == 0 ? "<" : "&");
    else
        bytes_add(&seen->text, text, size);
    return 0;
}

/* A line of plain text says the same, with nothing in it that is markup to GitHub. */
static void plain_text_is_never_markup(void **state)
{
    static const char *const texts[] = {
        "*a* **b** _c_ __d__ ~~e~~ `f` [g](h) ![i](j) <k> &amp; &#60; \\l $m$ | n",
        "# a",
        "- a",
        "+ a",
        "1. a",
        "12) a",
        "> a",
        "= a",
        "--- ",
        "```",
        "~~~",
        "    a",
        "\ta",
        "[a]: https://b",
        "https://a.example/_b_ www.a.example a@b.example",
        "a\\",
        "<!-- a -->",
        "</b>",
        "&lt;script&gt;",
        "***",
        "_",
        "*",
        "\u05d0*\u05d1*\u05d2 \u64cd_\u4f5c_",
        "snake_case_name 2*3*4",
    };
    static const MD_PARSER parser = {.flags = (MD_DIALECT_GITHUB | MD_FLAG_LATEXMATHSPANS) &
                                              ~MD_FLAG_PERMISSIVEAUTOLINKS,
                                     .enter_block = on_block,
                                     .leave_block = on_leave_block,
                                     .enter_span = on_span,
                                     .leave_span = on_leave_span,
                                     .text = on_text};

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct bytes markdown = {0};
        struct seen seen = {0};
        const char *text = texts[i] + strspn(texts[i], " \t");

        rich_markdown_text(texts[i], &markdown);
        print_message("%s -> %s\n", texts[i], bytes_text(&markdown));
        assert_int_equal(md_parse(markdown.data, (MD_SIZE)markdown.size, &parser, &seen), 0);
        assert_false(seen.markup);
        assert_memory_equal(bytes_text(&seen.text), text, seen.text.size);
        bytes_drop(&markdown);
        bytes_drop(&seen.text);
    }
}

static void a_cell_ends_where_it_should(void **state)
{
    struct bytes to = {0};

    (void)state;
    rich_markdown_cell("a | b\nc", &to);
    assert_string_equal(bytes_text(&to), "a \\| b c");
    bytes_drop(&to);
}

/* ---- gaps ---- */

static void a_question_hides_what_is_to_be_remembered(void **state)
{
    static const struct {
        const char *sentence, *text, *question;
        bool gap;
    } rows[] = {
        {"a gap", "The {{c1::heap}} grows", "The […] grows", true},
        {"its hint", "The {{c1::MMU::of hardware}} does", "The [of hardware] does", true},
        {"a gap of several parts is one", "It is {{c1::**a** \\(x\\) `b`}}.", "It is […].", true},
        {"around a formula alone", "{{c1::\\(x\\)}}", "[…]", true},
        {"in a table", "| a |\n|---|\n| {{c1::b}} |", "a\n[…]", true},
        {"two gaps of one number", "{{c1::a::x y}}{{c1::b::z w}}", "[x y][z w]", true},
        {"no gap", "The heap", "The heap", false},
        {"one that shows nothing", "The {{c1::\\(\\)}} heap", "The  heap", false},
        {"CJK and a hint in it", "{{c1::\u9875::\u4ec0\u4e48}}", "[\u4ec0\u4e48]", true},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct pool *pool = pool_new();
        const struct rich *rich = rich_parse(pool, rows[i].text, RICH_CLOZE);
        struct bytes to = {0};

        print_message("%s\n", rows[i].sentence);
        assert_int_equal(rich_has_gap(rich), rows[i].gap);
        rich_plain_lines(rich_gaps_empty(pool, rich), &to);
        assert_string_equal(bytes_text(&to), rows[i].question);
        assert_int_equal(rich_has_gap(rich_gaps_empty(pool, rich)), false);
        bytes_drop(&to);
        pool_free(&pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formatting_is_github_markdown),
        cmocka_unit_test(what_belongs_to_an_entry_is_indented),
        cmocka_unit_test(plain_text_is_never_markup),
        cmocka_unit_test(a_cell_ends_where_it_should),
        cmocka_unit_test(a_question_hides_what_is_to_be_remembered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
