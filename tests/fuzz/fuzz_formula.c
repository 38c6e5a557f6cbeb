/* fuzz_formula - any text as a formula: read, and written in all ways */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

#include "proto/panic.h"
#include "stages/assembler/formula/formula.h"
#include "stages/assembler/lib/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A document that a parser takes, with its limit of depth. */
static void check_xml(const struct formula *formula, bool display)
{
    struct bytes bytes = {0};
    struct xml *xml = xml_new(&bytes);
    xmlDocPtr document;

    xml_open(xml, "root");
    xml_attr(xml, "xmlns:m", "http://schemas.openxmlformats.org/officeDocument/2006/math");
    xml_attr(xml, "xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");
    formula_omml(formula, xml, display);
    formula_mathml(formula, xml, display);
    xml_close(xml);
    xml_end(&xml);
    document = xmlReadMemory(bytes.data, (int)bytes.size, NULL, NULL, XML_PARSE_NONET);
    must(document != NULL);
    xmlFreeDoc(document);
    bytes_drop(&bytes);
}

/* Braces that are closed where they should be, and nothing that ends a gap. */
static void check_tex(const char *tex)
{
    int open = 0;

    must(strstr(tex, "}}") == NULL && strstr(tex, "{{") == NULL && strstr(tex, "::") == NULL);
    for (; *tex != '\0'; tex++)
        if (*tex == '\\' && tex[1] != '\0')
            tex++;
        else {
            open += (*tex == '{') - (*tex == '}');
            must(open >= 0);
        }
    must(open == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = need(size + 1);
    size_t clean = text_clean(text, (const char *)data, size);
    struct pool *pool = pool_new();
    const struct formula *formula = formula_parse(pool, text, clean);
    struct bytes tex = {0}, plain = {0};

    check_xml(formula, size % 2 == 0);
    formula_tex(formula, &tex);
    check_tex(bytes_text(&tex));
    formula_plain(formula, &plain);
    must(plain.size == 0 || memchr(plain.data, '\0', plain.size) == NULL);
    must(formula_whole(formula_parse(pool, tex.data, tex.size)) || !formula_whole(formula));
    bytes_drop(&tex);
    bytes_drop(&plain);
    pool_free(&pool);
    free(text);
    return 0;
}
