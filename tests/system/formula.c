/* formula - reads a formula a line, writes a JSON object a line: all that the assembler would make of it
 *
 * -i: inline, else displayed.  For test_formula.py; not part of what is installed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "stages/assembler/formula/formula.h"

typedef void (*write_xml)(const struct formula *formula, struct xml *xml, bool display);

static json_t *as_xml(const struct formula *formula, write_xml write, bool display)
{
    struct bytes bytes = {0};
    struct xml *xml = xml_new(&bytes);
    json_t *text;

    xml_open(xml, "root");
    xml_attr(xml, "xmlns:m", "http://schemas.openxmlformats.org/officeDocument/2006/math");
    xml_attr(xml, "xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");
    write(formula, xml, display);
    xml_close(xml);
    xml_end(&xml);
    text = json_stringn(bytes.data, bytes.size);
    must(text != NULL);
    bytes_drop(&bytes);
    return text;
}

static json_t *as_text(const struct formula *formula, void (*write)(const struct formula *, struct bytes *))
{
    struct bytes bytes = {0};
    json_t *text;

    write(formula, &bytes);
    text = json_stringn(bytes.data == NULL ? "" : bytes.data, bytes.size);
    must(text != NULL);
    bytes_drop(&bytes);
    return text;
}

static void tell(const char *tex, size_t size, bool display)
{
    struct pool *pool = pool_new();
    const struct formula *formula = formula_parse(pool, tex, size);
    json_t *object =
        json_pack("{s:o s:o s:o s:o s:b}", "omml", as_xml(formula, formula_omml, display), "mathml",
                  as_xml(formula, formula_mathml, display), "tex", as_text(formula, formula_tex), "plain",
                  as_text(formula, formula_plain), "whole", formula_whole(formula));

    must(object != NULL && json_dumpf(object, stdout, JSON_COMPACT) == 0);
    putchar('\n');
    json_decref(object);
    pool_free(&pool);
}

int main(int argc, char **argv)
{
    bool display = argc < 2 || strcmp(argv[1], "-i") != 0;
    char *line = NULL;
    size_t room = 0;
    ssize_t size;

    while ((size = getline(&line, &room, stdin)) != -1)
        tell(line, (size_t)(size - (line[size - 1] == '\n')), display);
    free(line);
    return 0;
}
