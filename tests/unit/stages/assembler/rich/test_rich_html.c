/* test_rich_html - formatted text as HTML, on cards and pages */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/assembler/rich/rich_html.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static char *written(const char *text, enum rich_mode mode, enum rich_target target)
{
    struct pool *pool = pool_new();
    struct bytes html = {0};

    rich_html(rich_parse(pool, text, mode), target, false, &html);
    pool_free(&pool);
    return bytes_text(&html);
}

struct row {
    const char *sentence, *text, *html;
};

static void check(const struct row *rows, size_t count, enum rich_mode mode, enum rich_target target)
{
    for (size_t i = 0; i < count; i++) {
        char *html = written(rows[i].text, mode, target);

        print_message("%s\n", rows[i].sentence);
        assert_string_equal(html, rows[i].html);
        free(html);
    }
}

static void formatting_becomes_elements(void **state)
{
    static const struct row rows[] = {
        {"a paragraph stands bare", "plain", "plain"},
        {"nothing", "", ""},
        {"bold, italic, code", "a **b** *c* `d<`", "a <b>b</b> <i>c</i> <code>d&lt;</code>"},
        {"several paragraphs", "one\n\ntwo", "<p>one</p><p>two</p>"},
        {"a list", "- a\n- b", "<ul><li>a</li><li>b</li></ul>"},
        {"a numbered list that begins late", "3. a\n4. b", "<ol><li value=\"3\">a</li><li>b</li></ol>"},
        {"a list in a list", "- a\n  - b\n  - c\n- d",
         "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>"},
        {"another kind of list", "- a\n- b\n\n1. c\n2. d",
         "<ul><li>a</li><li>b</li></ul><ol><li>c</li><li>d</li></ol>"},
        {"text before and after", "see\n\n- a\n- b\n\nend",
         "<p>see</p><ul><li>a</li><li>b</li></ul><p>end</p>"},
        {"a table", "| a | b |\n|---|---|\n| c | d |",
         "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>"},
        {"code", "```\nif (a < b)\n    c();\n```", "<pre><code>if (a &lt; b)<br>    c();</code></pre>"},
        {"a quote", "> so it is\n\nend", "<blockquote>so it is</blockquote><p>end</p>"},
        {"a heading", "# Why\n\nbecause", "<p><b>Why</b></p><p>because</p>"},
    };

    (void)state;
    check(rows, LENGTH(rows), RICH_BLOCKS, RICH_CARD);
    check(rows, LENGTH(rows), RICH_BLOCKS, RICH_PAGE);
}

static void cards_are_no_commands(void **state)
{
    static const struct row rows[] = {
        {"markup is shown, not obeyed", "<script>\"&'</script>",
         "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;"},
        {"braces are never Anki's", "{{Front}} f{x}", "&#123;&#123;Front&#125;&#125; f&#123;x&#125;"},
        {"sounds are not played", "[Sound:x.mp3]", "&#91;Sound:x.mp3]"},
        {"LaTeX is not run", "[latex]x[/latex] [$]", "&#91;latex]x&#91;/latex] &#91;$]"},
        {"nobody speaks", "[anki:tts lang=en]", "&#91;anki:tts lang=en]"},
        {"code begins no formula", "a `\\(` b", "a <code><span>\\</span>(</code> b"},
        {"a formula", "so \\(a<b\\) is", "so \\(a&lt;b\\) is"},
        {"a formula of its own", "\\[x^2\\]", "\\[x^{2}\\]"},
        {"code of two parts is no command", "h\\d:f[sound:{h\\d:x",
         "<code>h\\d:f&#91;sound</code><code>:&#123;h\\d:x</code>"},
        {"nor does a formula begin one", "\\[sound:x\\]", "\\&#91;sound:x\\]"},
        {"dollars", "so $x$ is", "so \\(x\\) is"},
    };

    (void)state;
    check(rows, LENGTH(rows), RICH_BLOCKS, RICH_CARD);
}

static void gaps_stay_ankis(void **state)
{
    static const struct row rows[] = {
        {"a gap", "The {{c1::heap}} grows", "The {{c1::heap}} grows"},
        {"with a hint", "The {{c2::MMU::of hardware}} does", "The {{c2::MMU::of hardware}} does"},
        {"a hint makes no command", "The {{c1::x[anki:::a b}} z", "The {{c1::x&#91;anki:::a b}} z"},
        {"nothing in it ends it", "A {{c1::std::vector}} and {{c2::f{x}}}",
         "A {{c1::std&#58;&#58;vector}} and {{c2::f&#123;x&#125;}}"},
        {"around a formula", "P is {{c1::\\(\\frac{n}{k}\\)}}", "P is {{c1::\\(\\frac{n}{k}\\)}}"},
        {"inside of one", "It is \\(P = {{c1::\\frac{n}{k}}}\\)", "It is {{c1::\\(P=\\frac{n}{k}\\)}}"},
        {"in bold", "The **{{c1::heap}}** grows", "The {{c1::<b>heap</b>}} grows"},
        {"in code", "So `free({{c1::p}})`", "So <code>free(</code>{{c1::<code>p</code>}}<code>)</code>"},
        {"around bold", "The {{c1::**heap** now}} grows", "The {{c1::<b>heap</b> now}} grows"},
        {"in a list", "Which?\n\n1. {{c1::a}}\n2. {{c2::b}}",
         "<p>Which?</p><ol><li>{{c1::a}}</li><li>{{c2::b}}</li></ol>"},
    };

    (void)state;
    check(rows, LENGTH(rows), RICH_CLOZE, RICH_CARD);
}

static void pages_have_mathml_and_filled_gaps(void **state)
{
    char *html = written("The {{c1::heap}} has \\(n\\) [sound:x] {y} `f({{c2::p}})`", RICH_CLOZE, RICH_PAGE);

    (void)state;
    assert_non_null(strstr(html, "The heap has <math"));
    assert_non_null(strstr(html, "</math> [sound:x] {y} <code>f(p)</code>"));
    assert_null(strstr(html, "<?xml"));
    assert_null(strchr(html, '\n'));
    free(html);
}

/* Their signs would jump to the other side. */
static void latin_words_keep_their_signs_among_letters_from_right_to_left(void **state)
{
    static const struct row rows[] = {
        {"behind a word", "لغة C++ قوية", "لغة C++\u200e قوية"},
        {"alone in bold", "**C++**", "<b>C++\u200e</b>"},
        {"what needs none", "في Python 3 و `C++`", "في Python 3 و <code>C++</code>"},
        {"a function", "f(x) دالة", "f(x)\u200e دالة"},
        {"alone with all their signs", "(Who are you?)", "\u200e(Who are you?)\u200e"},
        {"behind a number", "1 Introductions", "\u200e1 Introductions"},
        {"numbers alone", "12.5", "12.5"},
        {"blocks that go the other way say so", "دالة\n\nWho? **Me.**\n\n- Me.",
         "<p>دالة</p><p dir=\"ltr\">Who? <b>Me.</b></p><ul><li dir=\"ltr\">Me.</li></ul>"},
    };
    struct pool *pool = pool_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct bytes html = {0};

        print_message("%s\n", rows[i].sentence);
        rich_html(rich_parse(pool, rows[i].text, RICH_BLOCKS), RICH_PAGE, true, &html);
        assert_string_equal(bytes_text(&html), rows[i].html);
        bytes_drop(&html);
    }
    pool_free(&pool);
}

/* As deep as anyone may write it. */
static void a_deep_list_is_bounded(void **state)
{
    struct bytes text = {0};
    char *html;
    size_t depth = 0, deepest = 0;

    (void)state;
    for (int level = 0; level < 200; level++)
        bytes_add_format(&text, "%*s- a\n", 2 * level, "");
    html = written(bytes_text(&text), RICH_BLOCKS, RICH_CARD);
    for (const char *at = html; (at = strchr(at, '<')) != NULL; at++) {
        depth += strncmp(at, "<ul>", 4) == 0;
        depth -= strncmp(at, "</ul>", 5) == 0;
        deepest = depth > deepest ? depth : deepest;
    }
    assert_int_equal(depth, 0);
    assert_in_range(deepest, 2, 8);
    free(html);
    bytes_drop(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formatting_becomes_elements),
        cmocka_unit_test(cards_are_no_commands),
        cmocka_unit_test(gaps_stay_ankis),
        cmocka_unit_test(pages_have_mathml_and_filled_gaps),
        cmocka_unit_test(latin_words_keep_their_signs_among_letters_from_right_to_left),
        cmocka_unit_test(a_deep_list_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
