/* test_docx - a document as libzip and libxml2 read it, whatever strangers wrote */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libxml/parser.h>
#include <libxml/xpathInternals.h>
#include <zip.h>

#include "stages/assembler/docx/docx.h"
#include "stages/assembler/docx/docx_internal.h"
#include "stages/assembler/lib/text.h"
#include "tests/unit/stages/assembler/sample.h"

static zip_t *opened(const struct bytes *package)
{
    zip_error_t error;
    zip_t *archive;

    zip_error_init(&error);
    archive = zip_open_from_source(zip_source_buffer_create(package->data, package->size, 0, &error),
                                   ZIP_RDONLY | ZIP_CHECKCONS, &error);
    assert_non_null(archive);
    return archive;
}

static xmlDocPtr part(zip_t *archive, const char *name)
{
    zip_stat_t stat;
    zip_file_t *file = zip_fopen(archive, name, 0);
    xmlDocPtr document;
    char *data;

    assert_non_null(file);
    assert_int_equal(zip_stat(archive, name, 0, &stat), 0);
    data = need(stat.size + 1);
    assert_int_equal(zip_fread(file, data, stat.size), stat.size);
    zip_fclose(file);
    document = xmlReadMemory(data, (int)stat.size, name, NULL, XML_PARSE_NONET | XML_PARSE_HUGE);
    assert_non_null(document);
    free(data);
    return document;
}

/* What the expression comes to as a number. */
static double count(xmlDocPtr document, const char *expression)
{
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    xmlXPathObjectPtr found;
    double number;

    xmlXPathRegisterNs(context, BAD_CAST "w",
                       BAD_CAST "http://schemas.openxmlformats.org/wordprocessingml/2006/main");
    found = xmlXPathEvalExpression(BAD_CAST expression, context);
    assert_non_null(found);
    number = xmlXPathCastToNumber(found);
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    return number;
}

static bool is_xml(const char *name)
{
    size_t size = strlen(name);

    return strcmp(name + size - 4, ".xml") == 0 || strcmp(name + size - 5, ".rels") == 0;
}

static void check(const char *words, const char *name)
{
    struct language language;
    struct lecture *lecture = sample_of(words, name, &language);
    struct bytes package = {0}, again = {0};
    xmlDocPtr document;
    xmlChar *text;
    zip_t *archive;

    docx_make(lecture, &language, &package);
    docx_make(lecture, &language, &again);
    assert_int_equal(package.size, again.size);
    assert_memory_equal(package.data, again.data, package.size);
    archive = opened(&package);
    for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); i++)
        if (is_xml(zip_get_name(archive, (zip_uint64_t)i, 0)))
            xmlFreeDoc(part(archive, zip_get_name(archive, (zip_uint64_t)i, 0)));
    assert_true(zip_name_locate(archive, "word/media/slide-1.jpeg", 0) >= 0);
    document = part(archive, "word/document.xml");
    text = xmlNodeGetContent(xmlDocGetRootElement(document));
    if (strstr(words, "alert(1)") != NULL) /* what was written is shown */
        assert_non_null(strstr((const char *)text, "alert(1)"));
    xmlFree(text);
    assert_true(count(document, "count(//w:p)") > 5);
    assert_true(count(document, "count(//*[local-name()='script' or local-name()='img'])") == 0);
    assert_true(count(document, "count(//w:hyperlink[not(@w:anchor)])") == 0); /* none leads out of it */
    assert_int_equal(count(document, "count(//w:bidi) > 0"), language.rtl);
    xmlFreeDoc(document);
    zip_close(archive);
    bytes_drop(&package);
    bytes_drop(&again);
    lecture_free(&lecture);
}

static void strangers_words_are_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(sample_hostile); i++)
        if (i != 4) /* has paragraphs that go the other way */
            check(sample_hostile[i], "en");
    check(sample_hostile[4], "ar");
    check("x", "ja");
}

static void a_huge_answer_is_a_document(void **state)
{
    char *huge = sample_huge();

    (void)state;
    check(huge, "en");
    free(huge);
}

/* ---- its parts: ECMA-376 part 1, 17.3 ---- */

static void runs_have_one_direction_each(void **state)
{
    struct lecture lecture = {0};
    struct language language;
    struct bytes bytes = {0};
    struct writing to = {
        .xml = xml_new(&bytes), .lecture = &lecture, .language = &language, .pool = pool_new()};
    xmlDocPtr document;
    xmlChar *text;
    char *plain;

    (void)state;
    language_find(&language, "ar");
    xml_open(to.xml, "root");
    docx_namespaces(to.xml);
    docx_paragraph_open(&to, &(struct paragraph){.style = "Normal", .rtl = true});
    docx_run(&to, "\u0644\u063a\u0629 C++ <&>\n\u0642", RUN_BOLD, true);
    xml_close(to.xml);
    docx_say(&to, "Normal", "x\ty");
    plain = docx_plain(&to, "**a** \\(x^2\\)\n- b");
    assert_string_equal(plain, "a x\u00b2 - b");
    free(plain);
    xml_end(&to.xml);
    document = xmlReadMemory(bytes.data, (int)bytes.size, NULL, NULL, XML_PARSE_NONET);
    assert_non_null(document);
    text = xmlNodeGetContent(xmlDocGetRootElement(document));
    assert_non_null(strstr((const char *)text, "C++" LEFT_TO_RIGHT_MARK)); /* its signs stay behind it */
    assert_non_null(strstr((const char *)text, "<&>"));
    xmlFree(text);
    assert_true(count(document, "count(//w:p)") == 2);
    assert_true(count(document, "count(//w:p[1]/w:r)") == 3); /* there and back */
    assert_true(count(document, "count(//w:p[1]/w:r[w:rPr/w:b])") == 3);
    assert_true(count(document, "count(//w:p[1]/w:r[w:rPr/w:rtl])") == 2);
    assert_true(count(document, "count(//w:br)") == 1);
    assert_true(count(document, "count(//w:tab)") == 1);
    xmlFreeDoc(document);
    pool_free(&to.pool);
    bytes_drop(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strangers_words_are_text),
        cmocka_unit_test(a_huge_answer_is_a_document),
        cmocka_unit_test(runs_have_one_direction_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
