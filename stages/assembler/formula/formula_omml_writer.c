/* formula_omml_writer - see formula_omml_writer.h: fences, fractions, roots, accents, boxes, tables for Word
 */
#include "stages/assembler/formula/formula_omml_writer.h"

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

/* Columns of a table between two bars, or all of them. */
struct strip {
    size_t from, to;
};

static bool is_ruled(const struct table *table, struct strip strip, size_t column)
{
    return column > strip.from && table->rules[column] == '|';
}

static void write_column(struct omml *omml, char align)
{
    xml_open(omml->xml, "m:mc");
    xml_open(omml->xml, "m:mcPr");
    omml_property(omml, "m:count", "1");
    omml_property(omml, "m:mcJc", align == 'l' ? "left" : align == 'r' ? "right" : "center");
    xml_close(omml->xml);
    xml_close(omml->xml);
}

static void write_columns(struct omml *omml, const struct table *table, struct strip strip)
{
    xml_open(omml->xml, "m:mPr");
    omml_property(omml, "m:baseJc", "center");
    omml_property(omml, "m:plcHide", "1");
    if (strcmp(table->environment->columns, "rl") == 0) {
        omml_property(omml, "m:cGpRule", "3"); /* what is aligned stands side by side: a gap of exactly */
        omml_property(omml, "m:cGp", "0");
    }
    xml_open(omml->xml, "m:mcs");
    for (size_t i = strip.from; i < strip.to; i++) {
        if (is_ruled(table, strip, i))
            write_column(omml, 'c');
        write_column(omml, table->align[i]);
    }
    xml_close(omml->xml);
    xml_close(omml->xml);
}

static void write_cell(struct omml *omml, const struct table *table, struct strip strip, size_t column,
                       const struct node *cell)
{
    if (is_ruled(table, strip, column)) {
        xml_open(omml->xml, "m:e");
        omml_run(omml, "|", (struct look){.words = true});
        xml_close(omml->xml);
    }
    xml_open(omml->xml, "m:e");
    if (column > 0 && column % 2 == 0 && strcmp(table->environment->columns, "rl") == 0)
        omml_run(omml, "\u2003", (struct look){.words = true}); /* between pairs */
    omml_row(omml, cell->body);
    xml_close(omml->xml);
}

static void write_strip(struct omml *omml, const struct node *node, struct strip strip)
{
    const struct table *table = node->table;
    size_t here = 0;

    xml_open(omml->xml, "m:m");
    write_columns(omml, table, strip);
    for (const struct node *cell = node->body; cell != NULL; cell = cell->next) {
        if (here == strip.from)
            xml_open(omml->xml, "m:mr");
        if (here >= strip.from && here < strip.to)
            write_cell(omml, table, strip, here, cell);
        if (++here == strip.to)
            xml_close(omml->xml);
        if (here == table->columns)
            here = 0;
    }
    xml_close(omml->xml);
}

/* Are all lines as high as letters are? */
static bool is_even(const struct node *node)
{
    for (const struct node *cell = node->body; cell != NULL; cell = cell->next)
        for (const struct node *part = cell->body; part != NULL; part = part->next)
            if (part->kind == NODE_FRACTION || part->kind == NODE_TABLE || part->kind == NODE_LARGE)
                return false;
    return true;
}

/* Word draws no bars between columns. They are what parts a fence around two tables; where the lines of those
 * would not be as high as each other, they are a column of their own. */
static void write_fenced(struct omml *omml, const struct node *node)
{
    const struct table *table = node->table;
    const char *open = table->environment->open, *close = table->environment->close;
    struct strip strip = {0};
    bool even = is_even(node);

    open_fence(omml, *open == '\0' && table->rules[0] == '|' ? "|" : open, "|",
               *close == '\0' && table->rules[table->columns] == '|' ? "|" : close);
    for (size_t i = 1; i <= table->columns; i++) {
        if (i < table->columns && !(even && table->rules[i] == '|'))
            continue;
        strip.to = i;
        xml_open(omml->xml, "m:e");
        write_strip(omml, node, strip);
        xml_close(omml->xml);
        strip.from = i;
    }
    xml_close(omml->xml);
}

void omml_table(struct omml *omml, const struct node *node)
{
    const struct table *table = node->table;
    const struct environment *environment = table->environment;
    bool displayed = omml->displayed;

    omml->displayed = environment->displayed;
    if (*environment->open != '\0' || *environment->close != '\0' ||
        memchr(table->rules, '|', table->columns + 1) != NULL)
        write_fenced(omml, node);
    else
        write_strip(omml, node, (struct strip){0, table->columns});
    omml->displayed = displayed;
}
