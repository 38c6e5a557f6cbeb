/* formula_omml_part - see formula_omml_part.h: fences, fractions, roots, accents, boxes, tables for Word */
#include "stages/assembler/formula_omml_part.h"

#include <string.h>

void omml_part(struct omml *omml, const char *name, const struct node *row)
{
    xml_open(omml->xml, name);
    omml_row(omml, row);
    xml_close(omml->xml);
}

void omml_small(struct omml *omml, const char *name, const struct node *row)
{
    bool displayed = omml->displayed;

    omml->displayed = false;
    omml_part(omml, name, row);
    omml->displayed = displayed;
}

static void open_fence(struct omml *omml, const char *open, const char *middle, const char *close)
{
    xml_open(omml->xml, "m:d");
    xml_open(omml->xml, "m:dPr");
    omml_property(omml, "m:begChr", open);
    omml_property(omml, "m:sepChr", middle);
    omml_property(omml, "m:endChr", close);
    xml_close(omml->xml);
}

/* One <m:e> between two \middle. OMML has one separator for all. */
void omml_fence(struct omml *omml, const struct node *node)
{
    const struct node *middle = node->body;

    while (middle != NULL && middle->kind != NODE_MIDDLE)
        middle = middle->next;
    open_fence(omml, node->text, middle == NULL ? "" : middle->text, node->close);
    xml_open(omml->xml, "m:e");
    omml_row(omml, node->body);
    for (; middle != NULL && middle->kind == NODE_MIDDLE;) {
        xml_close(omml->xml);
        xml_open(omml->xml, "m:e");
        omml_row(omml, middle->next);
        for (middle = middle->next; middle != NULL && middle->kind != NODE_MIDDLE;)
            middle = middle->next;
    }
    xml_close(omml->xml);
    xml_close(omml->xml);
}

void omml_fraction(struct omml *omml, const struct node *node)
{
    xml_open(omml->xml, "m:f");
    if (node->plain) {
        xml_open(omml->xml, "m:fPr");
        omml_property(omml, "m:type", "noBar");
        xml_close(omml->xml);
    }
    omml_small(omml, "m:num", node->over);
    omml_small(omml, "m:den", node->under);
    xml_close(omml->xml);
}

void omml_radical(struct omml *omml, const struct node *node)
{
    xml_open(omml->xml, "m:rad");
    if (node->over == NULL) {
        xml_open(omml->xml, "m:radPr");
        omml_property(omml, "m:degHide", "1");
        xml_close(omml->xml);
        xml_empty(omml->xml, "m:deg");
    } else
        omml_small(omml, "m:deg", node->over);
    omml_part(omml, "m:e", node->body);
    xml_close(omml->xml);
}

void omml_accent(struct omml *omml, const struct node *node)
{
    xml_open(omml->xml, "m:acc");
    xml_open(omml->xml, "m:accPr");
    omml_property(omml, "m:chr", node->text);
    xml_close(omml->xml);
    omml_part(omml, "m:e", node->body);
    xml_close(omml->xml);
}

/* A line is a bar, anything else a character that grows. */
void omml_brace(struct omml *omml, const struct node *node)
{
    const char *place = node->class == CLASS_OVER ? "top" : "bot";
    bool line = strcmp(node->text, "¯") == 0 || strcmp(node->text, "_") == 0;

    xml_open(omml->xml, line ? "m:bar" : "m:groupChr");
    xml_open(omml->xml, line ? "m:barPr" : "m:groupChrPr");
    if (!line)
        omml_property(omml, "m:chr", node->text);
    omml_property(omml, "m:pos", place);
    if (!line)
        omml_property(omml, "m:vertJc", node->class == CLASS_OVER ? "bot" : "top");
    xml_close(omml->xml);
    omml_part(omml, "m:e", node->body);
    xml_close(omml->xml);
}

void omml_box(struct omml *omml, const struct node *node)
{
    static const char *const hidden[] = {"m:hideTop", "m:hideBot", "m:hideLeft", "m:hideRight"};

    xml_open(omml->xml, "m:borderBox");
    if (node->kind == NODE_CANCEL) {
        xml_open(omml->xml, "m:borderBoxPr");
        for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
            omml_property(omml, hidden[i], "1");
        omml_property(omml, "m:strikeBLTR", "1");
        xml_close(omml->xml);
    }
    omml_part(omml, "m:e", node->body);
    xml_close(omml->xml);
}

void omml_phantom(struct omml *omml, const struct node *node)
{
    xml_open(omml->xml, "m:phant");
    xml_open(omml->xml, "m:phantPr");
    omml_property(omml, "m:show", "0");
    if (node->tex[0] == 'v')
        omml_property(omml, "m:zeroWid", "1");
    if (node->tex[0] == 'h') {
        omml_property(omml, "m:zeroAsc", "1");
        omml_property(omml, "m:zeroDesc", "1");
    }
    xml_close(omml->xml);
    omml_part(omml, "m:e", node->body);
    xml_close(omml->xml);
}

/* ---- tables */

static void write_columns(struct omml *omml, const struct table *table)
{
    xml_open(omml->xml, "m:mPr");
    omml_property(omml, "m:baseJc", "center");
    omml_property(omml, "m:plcHide", "1");
    if (strcmp(table->environment->columns, "rl") == 0) {
        omml_property(omml, "m:cGpRule", "3"); /* what is aligned stands side by side: a gap of exactly */
        omml_property(omml, "m:cGp", "0");
    }
    xml_open(omml->xml, "m:mcs");
    for (size_t i = 0; i < table->columns; i++) {
        xml_open(omml->xml, "m:mc");
        xml_open(omml->xml, "m:mcPr");
        omml_property(omml, "m:count", "1");
        omml_property(omml, "m:mcJc",
                      table->align[i] == 'l'   ? "left"
                      : table->align[i] == 'r' ? "right"
                                               : "center");
        xml_close(omml->xml);
        xml_close(omml->xml);
    }
    xml_close(omml->xml);
    xml_close(omml->xml);
}

void omml_table(struct omml *omml, const struct node *node)
{
    const struct table *table = node->table;
    const struct environment *environment = table->environment;
    bool fenced = *environment->open != '\0' || *environment->close != '\0', displayed = omml->displayed;
    size_t here = 0;

    if (fenced) {
        open_fence(omml, environment->open, "", environment->close);
        xml_open(omml->xml, "m:e");
    }
    omml->displayed = environment->displayed;
    xml_open(omml->xml, "m:m");
    write_columns(omml, table);
    for (const struct node *cell = node->body; cell != NULL; cell = cell->next) {
        if (here == 0)
            xml_open(omml->xml, "m:mr");
        xml_open(omml->xml, "m:e");
        if (here > 0 && here % 2 == 0 && strcmp(environment->columns, "rl") == 0)
            omml_run(omml, "\u2003", (struct look){.words = true}); /* between pairs */
        omml_row(omml, cell->body);
        xml_close(omml->xml);
        here = (here + 1) % table->columns;
        if (here == 0)
            xml_close(omml->xml);
    }
    xml_close(omml->xml);
    omml->displayed = displayed;
    if (fenced) {
        xml_close(omml->xml);
        xml_close(omml->xml);
    }
}
