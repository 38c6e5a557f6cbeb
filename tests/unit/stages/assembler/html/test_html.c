/* test_html - the page as libxml2's HTML parser reads it, whatever strangers wrote */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libxml/HTMLparser.h>
#include <libxml/xpath.h>

#include "stages/assembler/html/html.h"
#include "stages/assembler/html/html_internal.h"
#include "tests/unit/stages/assembler/sample.h"

static double count(htmlDocPtr page, const char *expression)
{
    xmlXPathContextPtr context = xmlXPathNewContext(page);
    xmlXPathObjectPtr found = xmlXPathEvalExpression(BAD_CAST expression, context);
    double number = xmlXPathCastToNumber(found);

    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    return number;
}

static void check(const char *words, const char *name)
{
    struct language language;
    struct lecture *lecture = sample_of(words, name, &language);
    struct bytes html = {0};
    htmlDocPtr page;

    html_make(lecture, &language, &html);
    page = htmlReadMemory(html.data, (int)html.size, NULL, "UTF-8",
                          HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    assert_non_null(page);
    /* nothing runs, nothing is fetched, links stay within */
    assert_true(count(page, "count(//script | //iframe | //object | //form | //base)") == 0);
    assert_true(count(page, "count(//@*[starts-with(name(), 'on')])") == 0);
    assert_true(count(page, "count(//img[not(starts-with(@src, 'data:image/jpeg;base64,'))])") == 0);
    assert_true(count(page, "count(//a[@href][not(starts-with(@href, '#'))])") == 0);
    assert_true(count(page, "count(//img)") >= 1);
    assert_true(count(page, "count(//style)") == 1);
    assert_true(count(page, "count(/html[@dir='rtl'])") == (language.rtl ? 1 : 0));
    assert_non_null(strstr(html.data, "default-src 'none'"));
    xmlFreeDoc(page);
    bytes_drop(&html);
    lecture_free(&lecture);
}

static void strangers_words_are_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(sample_hostile); i++)
        check(sample_hostile[i], i == 4 ? "he" : "en");
}

static void a_huge_answer_is_a_page(void **state)
{
    char *huge = sample_huge();

    (void)state;
    check(huge, "zh");
    free(huge);
}

/* ---- its parts ---- */

static void parts_escape_what_they_are_given(void **state)
{
    struct slide slides[] = {{.number = 1, .see_slide = 2}, {.number = 2}};
    struct lecture lecture = {.slides = slides, .slide_count = 2};
    struct language language;
    struct bytes to = {0};
    struct page page = {.to = &to, .pool = pool_new(), .lecture = &lecture, .language = &language};

    (void)state;
    language_find(&language, "en");
    html_put(&page, "<p>", "<b> & \"'", "</p>");
    html_put_taken(&page, "<i>", NULL, "</i>"); /* nothing */
    html_put_taken(&page, "<i>", need_dup("x"), "</i>");
    html_rich_line(&page, "<h2>", "**a** <u>", "</h2>");
    html_link(&page, 1, "one"); /* is told of under slide 2 */
    html_heading(&page, &slides[1]);
    html_rich(&page, "b");
    assert_string_equal(bytes_text(&to),
                        "<p>&lt;b&gt; &amp; &quot;&#39;</p><i>x</i><h2><b>a</b> &lt;u&gt;</h2>"
                        "<a href=\"#slide-2\">one</a>Slide 2<p>b</p>\n");
    assert_string_equal(html_label(&page, LABEL_GLOSSARY), "Glossary");
    pool_free(&page.pool);
    bytes_drop(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strangers_words_are_text),
        cmocka_unit_test(a_huge_answer_is_a_page),
        cmocka_unit_test(parts_escape_what_they_are_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
