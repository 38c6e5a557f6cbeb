/* test_rich - what becomes formatting, and what only looks like it
 *
 * Rows: a sentence, the text, and what it becomes: P paragraph, H heading, I item, C code, T table, F
 * formula, Q quote, each with its spans: 'text', b bold, i italic, s struck out, `code`, $formula$, | line
 * end;
 * @1 stands in gap 1, ?hint.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "stages/assembler/rich/rich.h"
#include "stages/assembler/rich/rich_plain.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- what came of it, as one line ---- */

static void span_show(const struct span *span, struct bytes *to)
{
    static const char *const quotes[] = {
        [SPAN_TEXT] = "'", [SPAN_CODE] = "`", [SPAN_FORMULA] = "$", [SPAN_BREAK] = ""};

    bytes_add_text(to, span->bold ? " b" : " ");
    bytes_add_text(to, span->italic ? "i" : "");
    bytes_add_text(to, span->strike ? "s" : "");
    bytes_add_format(to, "%s%s%s", quotes[span->kind], span->kind == SPAN_BREAK ? "|" : span->text,
                     quotes[span->kind]);
    if (span->gap > 0)
        bytes_add_format(to, "@%u", span->gap);
    if (span->hint != NULL)
        bytes_add_format(to, "?%s", span->hint);
}

static void spans_show(const struct spans *spans, struct bytes *to)
{
    for (size_t i = 0; i < spans->count; i++)
        span_show(&spans->item[i], to);
}

static void block_show(const struct block *block, struct bytes *to)
{
    bytes_add_format(to, "%s%c", to->size > 0 ? " " : "", "PHICTFQ"[block->kind]);
    if (block->kind == BLOCK_HEADING || block->kind == BLOCK_ITEM)
        bytes_add_format(to, "%u", block->level);
    if (block->number > 0)
        bytes_add_format(to, ".%u", block->number);
    if (block->kind != BLOCK_TABLE)
        spans_show(&block->spans, to);
    for (size_t i = 0; i < block->rows * block->columns; i++) {
        bytes_add_text(to, i % block->columns == 0 ? " [" : " ,");
        spans_show(&block->cells[i], to);
    }
}

struct row {
    const char *sentence, *text, *shown;
};

static void check(enum rich_mode mode, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pool *pool = pool_new();
        const struct rich *rich = rich_parse(pool, rows[i].text, mode);
        struct bytes shown = {0};

        print_message("%s\n", rows[i].sentence);
        for (size_t k = 0; k < rich->count; k++)
            block_show(&rich->blocks[k], &shown);
        assert_string_equal(bytes_text(&shown), rows[i].shown);
        bytes_drop(&shown);
        pool_free(&pool);
    }
}

/* ---- rows ---- */

static void words_are_marked(void **state)
{
    static const struct row rows[] = {
        {"plain text", "Just text.", "P 'Just text.'"},
        {"bold, italic, both", "**a** *b* ***c***", "P b'a' ' ' i'b' ' ' bi'c'"},
        {"bold within italic and the other way", "*a **b** c* **d *e* f**",
         "P i'a ' bi'b' i' c' ' ' b'd ' bi'e' b' f'"},
        {"bold in a word", "the **key**s, 这是**重点**内容", "P 'the ' b'key' 's, 这是' b'重点' '内容'"},
        {"italic with underscores", "an _important_ word", "P 'an ' i'important' ' word'"},
        {"code", "run `ls -l` or ``a ` b``", "P 'run ' `ls -l` ' or ' `a ` b`"},
        {"nothing is marked in code", "`**a** $x$ \\n`", "P `**a** $x$ \\n`"},
        {"a star without partner is a star", "**a and *b", "P '**a and *b'"},
        {"crossed stars: the inner ones stay", "**a *b** c*", "P b'a *b' ' c*'"},
        {"paths", "/usr/*/bin/*; /* none */", "P '/usr/*/bin/*; /* none */'"},
        {"products", "2 * 3 * 4 and 2*3*4 and 2**3**4", "P '2 * 3 * 4 and 2*3*4 and 2**3**4'"},
        {"names with underscores", "snake_case_name and __init__ and _x",
         "P 'snake_case_name and __init__ and _x'"},
        {"pointers", "*p = *q; char **argv; f(*args, **kwargs)",
         "P '*p = *q; char **argv; f(*args, **kwargs)'"},
        {"escaped signs", "\\*not bold\\* and \\_ and \\# and \\$5", "P '*not bold* and _ and # and $5'"},
        {"HTML's line end", "a<br>b<br/>c < d", "P 'a' | 'b' | 'c < d'"},
        {"a backtick alone", "it`s", "P 'it`s'"},
        {"bold with underscores", "__a__ and an __important word__", "P b'a' ' and an ' b'important word'"},
        {"names with two underscores on both sides", "__name__ == '__main__'; __attribute__((x))",
         "P '__name__ == '__main__'; __attribute__((x))'"},
        {"a line to fill in", "The ___ is __ and ____.", "P 'The ___ is __ and ____.'"},
        {"three stars close one and two", "**a *b*** and *a **b***", "P b'a ' bi'b' ' and ' i'a ' bi'b'"},
        {"bold up to a wide sign", "**重点：**内容，内容**（重点）**内容",
         "P b'重点：' '内容，内容' b'（重点）' '内容'"},
        {"a row of stars", "********** a **********", "P '********** a **********'"},
        {"struck out", "a ~~b *c*~~ d", "P 'a ' s'b ' is'c' ' d'"},
        {"about and distributions are not", "~5 and ~7, X~N(0,1), Y~N(0,1), ~~~",
         "P '~5 and ~7, X~N(0,1), Y~N(0,1), ~~~'"},
    };

    (void)state;
    check(RICH_BLOCKS, rows, LENGTH(rows));
}

static void addresses_are_text(void **state)
{
    static const struct row rows[] = {
        {"a link leads nowhere", "see [the **manual**](https://a.org/b_c).",
         "P 'see [the ' b'manual' '](https://a.org/b_c).'"},
        {"an address", "<https://a.org>, <mailto:a@b.org>, https://a.org/b_c_d, www.a.org, a@b.org",
         "P '<https://a.org>, <mailto:a@b.org>, https://a.org/b_c_d, www.a.org, a@b.org'"},
        {"subscripts and intervals", "f[i](x), [0,1](a) and a[0](b)", "P 'f[i](x), [0,1](a) and a[0](b)'"},
        {"no definition vanishes", "[1]: https://a.org\n\nsee [1] and [a][1]",
         "P '[1]: https://a.org' P 'see [1] and [a][1]'"},
        {"a picture", "![a tree](https://a.org/b_c.png)", "P '![a tree](https://a.org/b_c.png)'"},
        {"HTML", "<a href=\"x\">y</a> <!-- z --> &lt;b&gt; <script>",
         "P '<a href=\"x\">y</a> <!-- z --> &lt;b&gt; <script>'"},
        {"types", "vector<int> and <std:x> and <a@b.c>", "P 'vector<int> and <std:x> and <a@b.c>'"},
    };

    (void)state;
    check(RICH_BLOCKS, rows, LENGTH(rows));
}

static void formulas_are_found(void **state)
{
    static const struct row rows[] = {
        {"in a line", "mass \\(m\\) and $E = mc^2$.", "P 'mass ' $m$ ' and ' $E = mc^2$ '.'"},
        {"prices are none", "It costs $5 and $10, US$3 or 7$", "P 'It costs $5 and $10, US$3 or 7$'"},
        {"nor is a range", "$5-$10", "P '$5-$10'"},
        {"nor shell variables", "echo $HOME $PATH", "P 'echo $HOME $PATH'"},
        {"a blank inside next to a dollar", "$ x $ and $x $", "P '$ x $ and $x $'"},
        {"on its own line", "So\n\\[ x = 1 \\]\nholds.", "P 'So' F $x = 1$ P 'holds.'"},
        {"within a line", "So \\[x\\], and $$y$$ end", "P 'So' F $x,$ P 'and' F $y$ P 'end'"},
        {"over several lines", "$$\na \\\\\n- b\n$$", "F $a \\\\\n- b$"},
        {"an environment", "We get \\begin{align} a &= b \\\\ c \\end{align}.",
         "P 'We get' F $\\begin{align} a &= b \\\\ c \\end{align}.$"},
        {"environments in one another", "\\begin{cases} \\begin{cases} a \\end{cases} \\end{cases}",
         "F $\\begin{cases} \\begin{cases} a \\end{cases} \\end{cases}$"},
        {"alone in its paragraph", "$a$", "F $a$"},
        {"in an item it stays inside", "- sum \\[a\\] here", "I0 'sum ' $a$ ' here'"},
        {"an environment in it is part of it",
         "Let \\(f = \\begin{cases}a\\end{cases}\\) and $\\begin{matrix}b\\end{matrix}$.",
         "P 'Let ' $f = \\begin{cases}a\\end{cases}$ ' and ' $\\begin{matrix}b\\end{matrix}$ '.'"},
        {"in its lines nothing begins", "So \\(f = \\begin{cases}\na \\\\\n- b\n\\end{cases}\\)\nholds",
         "P 'So ' $f = \\begin{cases}\na \\\\\n- b\n\\end{cases}$ | 'holds'"},
        {"nor in an item's", "- so \\(f = \n\\begin{cases}a\\end{cases}\\)\n- b",
         "I0 'so ' $f = \n\\begin{cases}a\\end{cases}$ I0 'b'"},
        {"prices before and behind a display take it not in", "(It is $5.)\n\\[a\\]\n($x$)",
         "P '(It is $5.)' F $a$ P '(' $x$ ')'"},
        {"a blank line ends what does not", "\\(a\n\n\\[b\\]\n\nc\\)", "P '(a' F $b$ P 'c)'"},
        {"a star in it is none", "\\(a*b\\) and \\(c*d\\)", "P $a*b$ ' and ' $c*d$"},
        {"escaped twice", "Let \\\\(\\\\frac{a}{b}\\\\) be", "P 'Let ' $\\frac{a}{b}$ ' be'"},
        {"a row that ends before a bracket is not", "$$a \\\\[2pt] b$$", "F $a \\\\[2pt] b$"},
        {"no end, no formula", "\\(x and \\[y and $$z", "P '(x and [y and $$z'"},
        {"nothing in it", "a \\( \\) b", "P 'a  b'"},
        {"a bare command", "rate \\alpha, and f(\\beta).", "P 'rate ' $\\alpha$ ', and ' $f(\\beta)$ '.'"},
        {"a bare fraction", "is \\frac{a + b}{2} here", "P 'is ' $\\frac{a + b}{2}$ ' here'"},
        {"a path is code", "in C:\\Users\\me.", "P 'in ' `C:\\Users\\me` '.'"},
        {"an escape is code", "ends with \\n or \\0", "P 'ends with ' `\\n` ' or ' `\\0`"},
        {"no command we know is code", "\\unknown{x}", "P `\\unknown{x}`"},
        {"one behind code is not part of it", "`x`\\alpha and `\\(`\\n",
         "P `x` $\\alpha$ ' and ' `\\(` `\\n`"},
        {"an unknown command in one stays", "\\(\\unknown{x}\\)", "F $\\unknown{x}$"},
        {"what nobody can set is code", "so \\(\\frac{a}{b\\) is\n\\[\\begin{new}\na\n\\]",
         "P 'so ' `\\frac{a}{b` ' is' C `\\begin{new}\na`"},
        {"bold around it", "**so \\(x\\)**", "P b'so ' b$x$"},
    };

    (void)state;
    check(RICH_BLOCKS, rows, LENGTH(rows));
}

static void lines_become_blocks(void **state)
{
    static const struct row rows[] = {
        {"nothing", "", ""},
        {"a line end counts, a blank line parts", "a\nb\n\nc", "P 'a' | 'b' P 'c'"},
        {"items", "- a\n* b\n• c\n  ◦ d", "I0 'a' I0 'b' I0 'c' I1 'd'"},
        {"numbered items", "1. a\n2) b", "I0.1 'a' I0.2 'b'"},
        {"items within items", "- a\n  - b\n    1. c\n- d", "I0 'a' I1 'b' I2.1 'c' I0 'd'"},
        {"an item of several lines", "- a\n  b\n\n  c\n\nd", "I0 'a' | 'b' | 'c' P 'd'"},
        {"a paragraph before a list", "Three:\n1. a\n2. b", "P 'Three:' I0.1 'a' I0.2 'b'"},
        {"a number that begins a line", "See page\n3. It says", "P 'See page' | '3. It says'"},
        {"years and signs are no items", "1984. A year.\n\n-5 and *x\n\n– dash",
         "P '1984. A year.' P '-5 and *x' P '– dash'"},
        {"headings", "# a\n## b ##\ntext\n#include <x>", "H0 'a' H1 'b' P 'text' | '#include <x>'"},
        {"a quote", "> a\n> b\nc", "Q 'a' | 'b' P 'c'"},
        {"comparisons and prompts are none", "> 5\n>= 4\n>>> x", "P '> 5' | '>= 4' | '>>> x'"},
        {"a rule is nothing", "a\n\n---\n\nb", "P 'a' P 'b'"},
        {"fenced code", "```python\nx = 1\n\n  *y*\n```\nend", "C `x = 1\n\n  *y*` P 'end'"},
        {"fenced code that never ends", "~~~\nx\n", "C `x`"},
        {"code within an item", "- a\n  ```\n  x\n    y\n  ```\n- b", "I0 'a' C `x\n  y` I0 'b'"},
        {"a table", "| a | b |\n|---|:-:|\n| 1 | **2** |\n| 3 |\nend",
         "T [ 'a' , 'b' [ '1' , b'2' [ '3' , P 'end'"},
        {"bars in code and formulas part nothing", "a | b\n--|--\n`x|y` | $|z|$ \\| c",
         "T [ 'a' , 'b' [ `x|y` , $|z|$ ' | c'"},
        {"a cell too many is no loss", "| a | b |\n|---|---|\n| x | p || q | y |",
         "T [ 'a' , 'b' [ 'x' , 'p || q | y'"},
        {"bars alone make no table", "P(a|b) | c\nnext", "P 'P(a|b) | c' | 'next'"},
        {"items within numbered items, by two blanks", "1. a\n  - b\n  c\n2. d\n10. e\n   - f",
         "I0.1 'a' I1 'b' | 'c' I0.2 'd' I0.3 'e' I1 'f'"},
        {"an item goes on after what stands within it", "1. a\n   - b\n\n   c\n2. d",
         "I0.1 'a' I1 'b' P 'c' I0.2 'd'"},
        {"a list goes on after code", "1. a\n```c\nx\n```\n2. b", "I0.1 'a' C `x` I0.2 'b'"},
        {"items deeper than lists go",
         "- a\n  - b\n    - c\n      - d\n        - e\n          - f\n            - g",
         "I0 'a' I1 'b' I2 'c' I3 'd' I4 'e' I5 'f' I5 'g'"},
        {"nothing begins behind a bullet", "- - a\n- # b\n- > c\n- 1. d",
         "I0 '- a' I0 '# b' I0 '> c' I0 '1. d'"},
        {"sums, signs and underlines begin nothing", "a\n+ b\n= c\n===\nd\n--\n*\n-\ne",
         "P 'a' | '+ b' | '= c' | '===' | 'd' | '--' | '*' | '-' | 'e'"},
        {"a rule below a line makes it no heading", "a\n---\nb", "P 'a' P 'b'"},
        {"a backslash at a line's end", "a\\\nb", "P 'a' | 'b'"},
        {"indented lines are no code", "a\n\n    b\n        c", "P 'a' P 'b' | 'c'"},
        {"a table below a line", "Text:\n| a | b |\n|:--|--:|\n| c | d |",
         "P 'Text:' T [ 'a' , 'b' [ 'c' , 'd'"},
        {"a table within an item", "- a\n\n  | b |\n  |---|\n  | c |\n- d", "I0 'a' T [ 'b' [ 'c' I0 'd'"},
        {"stars do not reach over cells", "| **a | b** |\n|---|---|\n| *c* | _d_ |",
         "T [ '**a' , 'b**' [ i'c' , i'd'"},
        {"commands in cells", "| \\alpha|\\beta |\n|---|---|\n| \\frac{a}{b} | x_1\\le y |",
         "T [ $\\alpha$ , $\\beta$ [ $\\frac{a}{b}$ , $x_1\\le$ ' y'"},
        {"code does not reach into another block", "it`s\n- a `b`\n> c`d\n\n`e`",
         "P 'it`s' I0 'a ' `b` Q 'c`d' P `e`"},
        {"a price does not reach into another block", "- costs $5\n- or 7$\n\n$a +\nb$ holds",
         "I0 'costs $5' I0 'or 7$' P $a +\nb$ ' holds'"},
        {"no table without as many dashes", "a | b\n---|---|---", "P 'a | b' | '---|---|---'"},
    };

    (void)state;
    check(RICH_BLOCKS, rows, LENGTH(rows));
}

static void a_line_stays_a_line(void **state)
{
    static const struct row rows[] = {
        {"line ends are blanks", "a\nb", "P 'a b'"},
        {"bullets and headings go", "- a", "P 'a'"},
        {"numbers stay", "2. Pipes", "P '2. Pipes'"},
        {"words are marked", "**Key:** \\(x\\) and \\[y\\]", "P b'Key:' ' ' $x$ ' and ' $y$"},
        {"nothing", "", "P"},
    };

    (void)state;
    check(RICH_LINE, rows, LENGTH(rows));
}

static void gaps_are_kept(void **state)
{
    static const struct row rows[] = {
        {"gaps", "A {{c1::page}} and {{c2::frame}}.", "P 'A ' 'page'@1 ' and ' 'frame'@2 '.'"},
        {"a hint, and a name that has none", "{{c1::MMU::the hardware}} {{c2::std::vector}}",
         "P 'MMU'@1?the hardware ' ' 'std::vector'@2"},
        {"around formatting", "{{c1::**a** \\(x\\)::two things}}", "P b'a'@1?two things ' '@1 $x$@1"},
        {"inside formatting", "**{{c1::a}} b** and *{{c2::c}}*", "P b'a'@1 b' b' ' and ' i'c'@2"},
        {"inside a formula it is one around it", "\\(P = {{c1::\\frac{n}{k}}} + 1\\) x",
         "P $P = \\frac{n}{k} + 1$@1 ' x'"},
        {"from inside a formula to behind it", "\\(a + {{c1::b\\) c::so it is}} d",
         "P $a + b$@1?so it is ' c'@1 ' d'"},
        {"what stands in a hint is no markup",
         "{{c1::`a::of `b` i}} `{{c2::c::the ` $d}} e` **{{c3::f::** g}}",
         "P `a`@1?of `b` i ` ` 'c'@2?the ` $d ' e` **' 'f'@3?** g"},
        {"behind nothing", "{{c2::\\(\\) a}} b", "P ' a'@2 ' b'"},
        {"inside code", "`a {{c2::b}} {{c1::c::d e}}`", "P `a ` `b`@2 ` ` `c`@1?d e"},
        {"inside code of its own", "```\na {{c2::b\nc}}\nd\n```", "C `a ` `b\nc`@2 `\nd`"},
        {"around code and into it", "{{c1::a `b}} c` d", "P 'a '@1 `b`@1 ` c` ' d'"},
        {"items", "1. {{c1::a}}\n2. {{c2::b}}", "I0.1 'a'@1 I0.2 'b'@2"},
        {"over several blocks", "{{c1::- a\n- b}} c", "P '- a'@1 I0 'b'@1 ' c'"},
        {"half a gap is text", "{{c1::a}} {{c2::b", "P 'a'@1 ' {{c2::b'"},
    };

    (void)state;
    check(RICH_CLOZE, rows, LENGTH(rows));
    check(RICH_BLOCKS, &(struct row){"but only where they are meant", "{{c1::a}}", "P '{{c1::a}}'"}, 1);
}

/* ---- the rest ---- */

static void count_doubt(void *arg, const char *tex)
{
    assert_string_equal(tex, "\\unknown x");
    ++*(unsigned *)arg;
}

static void doubts_are_told(void **state)
{
    struct pool *pool = pool_new();
    const struct rich *rich =
        rich_parse(pool, "\\(\\unknown x\\) and \\(y\\)\n\n| a |\n|---|\n| $\\unknown x$ |", RICH_BLOCKS);
    unsigned count = 0;

    (void)state;
    rich_doubts(rich, count_doubt, &count);
    assert_int_equal(count, 2);
    pool_free(&pool);
}

static void plain_text_has_no_markup(void **state)
{
    static const char text[] = "**Two** `x`\ny\n\n1. a\n2. b\n\n| c | d |\n|---|---|\n| e | f |";
    struct pool *pool = pool_new();
    const struct rich *rich = rich_parse(pool, text, RICH_BLOCKS);
    struct bytes line = {0}, lines = {0};

    (void)state;
    rich_plain_line(rich, &line);
    rich_plain_lines(rich, &lines);
    assert_string_equal(bytes_text(&line), "Two x y 1. a 2. b c, d e, f");
    assert_string_equal(bytes_text(&lines), "Two x\ny\n1. a\n2. b\nc, d\ne, f");
    bytes_drop(&line);
    bytes_drop(&lines);
    pool_free(&pool);
}

/* A megabyte of openings without an end must not take longer than one of words: seconds would be the square.
 */
static void hostile_texts_take_linear_time(void **state)
{
    static const char *const pieces[] = {"\\(",
                                         "\\[",
                                         "$",
                                         "$$x",
                                         "`",
                                         "``a```",
                                         "**",
                                         "*a ",
                                         "a* ",
                                         "_a",
                                         "{{c1::",
                                         "|",
                                         "| \n|-\n",
                                         "> ",
                                         "  - a\n",
                                         "\\a{",
                                         "\\begin{align}",
                                         "```\n",
                                         "\\",
                                         "#",
                                         "***a",
                                         "1. ",
                                         "<br",
                                         "\n\n ",
                                         "[",
                                         "[a](https://",
                                         "[a](https://b)",
                                         "[[](https://b)",
                                         "![",
                                         "]:",
                                         "~~a",
                                         "~",
                                         "<https://a",
                                         "__a",
                                         "a__ ",
                                         "- ",
                                         "> - ",
                                         "*a_",
                                         "**a*",
                                         "a**b",
                                         "| a ",
                                         "&",
                                         "&amp;",
                                         "\\(a\\)`",
                                         "| a | b |\n|---|---|\n"};
    enum { SIZE = 1 << 20 };

    (void)state;
    for (size_t i = 0; i < LENGTH(pieces); i++) {
        size_t size = strlen(pieces[i]);
        char *text = malloc(SIZE + 16);
        struct pool *pool = pool_new();
        clock_t begun = clock();

        for (size_t at = 0; at < SIZE; at += size)
            memcpy(text + at, pieces[i], size + 1);
        rich_parse(pool, text, RICH_BLOCKS);
        rich_parse(pool, text, RICH_LINE);
        print_message("%s: %.2f s\n", pieces[i], (double)(clock() - begun) / CLOCKS_PER_SEC);
        assert_true(clock() - begun < 8 * CLOCKS_PER_SEC);
        pool_free(&pool);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_marked),
        cmocka_unit_test(addresses_are_text),
        cmocka_unit_test(formulas_are_found),
        cmocka_unit_test(lines_become_blocks),
        cmocka_unit_test(a_line_stays_a_line),
        cmocka_unit_test(gaps_are_kept),
        cmocka_unit_test(doubts_are_told),
        cmocka_unit_test(plain_text_has_no_markup),
        cmocka_unit_test(hostile_texts_take_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
