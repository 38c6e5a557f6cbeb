/* formula_mathml - a formula for browsers: MathML Core
 *
 * What Core leaves to CSS (frames, lines, how columns align) has classes, which html_style.c knows.
 */
#include "stages/assembler/formula/formula_mathml_writer.h"

#include <string.h>

static void write_row(struct mathml *mathml, const struct node *row);
static void write_node(struct mathml *mathml, const struct node *node);

static void write_space(struct mathml *mathml, const struct node *node)
{
    mathml_width(mathml, node->text);
}

/* ---- parts: one element each */

/* name: a class; NULL: none. */
static void write_classed(struct mathml *mathml, const struct node *row, const char *name)
{
    xml_open(mathml->xml, "mrow");
    if (name != NULL)
        xml_attr(mathml->xml, "class", name);
    write_row(mathml, row);
    xml_close(mathml->xml);
}

static void write_part(struct mathml *mathml, const struct node *row)
{
    write_classed(mathml, row, NULL);
}

static void write_alone(struct mathml *mathml, const struct node *node)
{
    struct node alone;

    if (node == NULL) {
        xml_empty(mathml->xml, "mrow");
        return;
    }
    alone = *node;
    alone.next = NULL;
    write_part(mathml, &alone);
}

static void write_small(struct mathml *mathml, const struct node *row)
{
    bool displayed = mathml->displayed;

    mathml->displayed = false;
    write_part(mathml, row);
    mathml->displayed = displayed;
}

/* ---- scripts */

static const char *const beside[] = {"msub", "msup", "msubsup"};
static const char *const above_and_below[] = {"munder", "mover", "munderover"};

static void open_scripts(struct mathml *mathml, const struct node *node, const char *const names[])
{
    xml_open(mathml->xml, names[node->under == NULL ? 1 : node->over == NULL ? 0 : 2]);
}

static void close_scripts(struct mathml *mathml, const struct node *node)
{
    if (node->under != NULL)
        write_small(mathml, node->under);
    if (node->over != NULL)
        write_small(mathml, node->over);
    xml_close(mathml->xml);
}

static void write_script(struct mathml *mathml, const struct node *node)
{
    bool above = node->limits == LIMITS_ALWAYS || (node->limits == LIMITS_DISPLAYED && mathml->displayed);

    open_scripts(mathml, node, above ? above_and_below : beside);
    write_alone(mathml, node->body);
    close_scripts(mathml, node);
}

static void write_arrow(struct mathml *mathml, const struct node *node)
{
    bool any = node->under != NULL || node->over != NULL;

    if (any)
        open_scripts(mathml, node, above_and_below);
    mathml_sign(mathml, node->text, "stretchy", "true");
    if (any)
        close_scripts(mathml, node);
}

/* Of a combining character the one that stands alone. */
static const char *accent(const char *combining)
{
    static const char *const rows[][2] = {
        {"\u0302", "^"},      {"\u0304", "\u00af"}, {"\u0303", "\u02dc"}, {"\u20d7", "\u2192"},
        {"\u0307", "\u02d9"}, {"\u0308", "\u00a8"}, {"\u20db", "\u20db"}, {"\u030c", "\u02c7"},
        {"\u0306", "\u02d8"}, {"\u0301", "\u00b4"}, {"\u0300", "`"},      {"\u030a", "\u02da"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i][0], combining) == 0)
            return rows[i][1];
    return combining;
}

static void write_accent(struct mathml *mathml, const struct node *node)
{
    xml_open(mathml->xml, "mover");
    xml_attr(mathml->xml, "accent", "true");
    write_part(mathml, node->body);
    mathml_sign(mathml, accent(node->text), "stretchy",
                strncmp(node->tex, "wide", 4) == 0 ? "true" : "false");
    xml_close(mathml->xml);
}

/* A line is a border, which is as wide as it has to be whatever the font. */
static void write_brace(struct mathml *mathml, const struct node *node)
{
    if (strcmp(node->text, "¯") == 0 || strcmp(node->text, "_") == 0) {
        write_classed(mathml, node->body, node->class == CLASS_OVER ? "overlined" : "underlined");
        return;
    }
    xml_open(mathml->xml, node->class == CLASS_OVER ? "mover" : "munder");
    write_part(mathml, node->body);
    mathml_sign(mathml, node->text, "stretchy", "true");
    xml_close(mathml->xml);
}

/* ---- fractions, fences, boxes */

static void write_fraction(struct mathml *mathml, const struct node *node)
{
    xml_open(mathml->xml, "mfrac");
    if (node->plain)
        xml_attr(mathml->xml, "linethickness", "0");
    write_small(mathml, node->over);
    write_small(mathml, node->under);
    xml_close(mathml->xml);
}

static void write_radical(struct mathml *mathml, const struct node *node)
{
    xml_open(mathml->xml, node->over == NULL ? "msqrt" : "mroot");
    write_part(mathml, node->body);
    if (node->over != NULL)
        write_small(mathml, node->over);
    xml_close(mathml->xml);
}

static void write_delimiter(struct mathml *mathml, const char *text, bool grows, const char *form)
{
    if (*text == '\0')
        return;
    xml_open(mathml->xml, "mo");
    xml_attr(mathml->xml, "form", form);
    xml_attr(mathml->xml, "stretchy", grows ? "true" : "false");
    xml_text(mathml->xml, text);
    xml_close(mathml->xml);
}

static void write_fence(struct mathml *mathml, const struct node *node)
{
    xml_open(mathml->xml, "mrow");
    write_delimiter(mathml, node->text, !node->plain, "prefix");
    for (const struct node *row = node->body; row != NULL; row = row->next) {
        write_row(mathml, row);
        while (row->next != NULL && row->kind != NODE_MIDDLE)
            row = row->next;
        if (row->kind == NODE_MIDDLE)
            write_delimiter(mathml, row->text, !node->plain, "infix");
    }
    write_delimiter(mathml, node->close, !node->plain, "postfix");
    xml_close(mathml->xml);
}

static void write_phantom(struct mathml *mathml, const struct node *node)
{
    bool padded = node->tex[0] != 'p';

    if (padded) {
        xml_open(mathml->xml, "mpadded");
        xml_attr(mathml->xml, node->tex[0] == 'v' ? "width" : "height", "0");
        if (node->tex[0] == 'h')
            xml_attr(mathml->xml, "depth", "0");
    }
    xml_open(mathml->xml, "mphantom");
    write_row(mathml, node->body);
    xml_close(mathml->xml);
    if (padded)
        xml_close(mathml->xml);
}

/* ---- tables */

static void write_cell(struct mathml *mathml, const struct node *cell, const struct table *table, size_t here)
{
    char align = table->align[here];
    struct bytes classes = {0};

    bytes_add_text(&classes, align == 'l' ? " left" : align == 'r' ? " right" : "");
    bytes_add_text(&classes, table->rules[here] == '|' ? " ruled" : "");
    if (here + 1 == table->columns && table->rules[here + 1] == '|')
        bytes_add_text(&classes, " closed");
    xml_open(mathml->xml, "mtd");
    if (classes.size > 0)
        xml_attr(mathml->xml, "class", bytes_text(&classes) + 1);
    bytes_drop(&classes);
    write_row(mathml, cell->body);
    xml_close(mathml->xml);
}

static void write_table(struct mathml *mathml, const struct node *node)
{
    const struct table *table = node->table;
    bool displayed = mathml->displayed;
    size_t here = 0;

    xml_open(mathml->xml, "mrow");
    write_delimiter(mathml, table->environment->open, true, "prefix");
    xml_open(mathml->xml, "mtable");
    if (table->environment->displayed)
        xml_attr(mathml->xml, "displaystyle", "true");
    if (strcmp(table->environment->columns, "rl") == 0)
        xml_attr(mathml->xml, "class", "aligned");
    mathml->displayed = table->environment->displayed;
    for (const struct node *cell = node->body; cell != NULL; cell = cell->next) {
        if (here == 0)
            xml_open(mathml->xml, "mtr");
        write_cell(mathml, cell, table, here);
        here = (here + 1) % table->columns;
        if (here == 0)
            xml_close(mathml->xml);
    }
    xml_close(mathml->xml);
    mathml->displayed = displayed;
    write_delimiter(mathml, table->environment->close, true, "postfix");
    xml_close(mathml->xml);
}

/* ---- the whole */

static void write_lone_atom(struct mathml *mathml, const struct node *node)
{
    mathml_atoms(mathml, node);
}

static void write_operator(struct mathml *mathml, const struct node *node)
{
    if (node->kind == NODE_FUNCTION && node->class != CLASS_OPERATOR) /* mod is one */
        xml_leaf(mathml->xml, "mi", node->text);
    else
        mathml_sign(mathml, node->text, NULL, NULL);
}

static void write_content(struct mathml *mathml, const struct node *node)
{
    write_row(mathml, node->body);
}

static void write_box(struct mathml *mathml, const struct node *node)
{
    write_classed(mathml, node->body, node->kind == NODE_BOX ? "boxed" : "cancelled");
}

/* NULL: what stands in it is another's to write. */
static void (*const writers[])(struct mathml *, const struct node *) = {
    [NODE_ATOM] = write_lone_atom,
    [NODE_FUNCTION] = write_operator,
    [NODE_LARGE] = write_operator,
    [NODE_TEXT] = mathml_words,
    [NODE_RAW] = mathml_words,
    [NODE_SPACE] = write_space,
    [NODE_GROUP] = write_content,
    [NODE_CHEMISTRY] = write_content,
    [NODE_SCRIPT] = write_script,
    [NODE_FRACTION] = write_fraction,
    [NODE_RADICAL] = write_radical,
    [NODE_ACCENT] = write_accent,
    [NODE_BRACE] = write_brace,
    [NODE_ARROW] = write_arrow,
    [NODE_FENCE] = write_fence,
    [NODE_TABLE] = write_table,
    [NODE_BOX] = write_box,
    [NODE_CANCEL] = write_box,
    [NODE_PHANTOM] = write_phantom,
    [NODE_MIDDLE] = NULL,
    [NODE_CELL] = NULL,
};

static void write_node(struct mathml *mathml, const struct node *node)
{
    if (writers[node->kind] != NULL)
        writers[node->kind](mathml, node);
}

static const struct node *core_of(const struct node *node)
{
    return node->kind == NODE_SCRIPT && node->body != NULL ? node->body : node;
}

static bool is_name(const struct node *node)
{
    return core_of(node)->kind == NODE_FUNCTION && core_of(node)->class != CLASS_OPERATOR;
}

/* Has it spaces of its own, or needs none next to a name? */
static bool keeps_apart(const struct node *node)
{
    const struct node *core = core_of(node);

    return node->kind == NODE_MIDDLE || node->kind == NODE_SPACE || node->kind == NODE_TEXT ||
           (core->kind == NODE_ATOM && core->class >= CLASS_OPERATOR);
}

static bool is_closed(const struct node *node)
{
    return core_of(node)->kind == NODE_FENCE || keeps_apart(node);
}

/* A function is applied to what follows: sin x, 2 sin x, sin(x). */
static void write_name(struct mathml *mathml, const struct node *before, const struct node *name)
{
    if (before != NULL && !keeps_apart(before) && !is_name(before))
        mathml_width(mathml, "\u2009");
    write_node(mathml, name);
    if (name->next == NULL || name->next->kind == NODE_MIDDLE)
        return;
    mathml_sign(mathml, "\u2061", NULL, NULL);
    if (!is_closed(name->next))
        mathml_width(mathml, "\u2009");
}

/* Up to its end, or to a \middle, which is the fence's. */
static void write_row(struct mathml *mathml, const struct node *row)
{
    for (const struct node *before = NULL; row != NULL && row->kind != NODE_MIDDLE;
         before = row, row = row->next)
        if (row->kind == NODE_ATOM)
            row = mathml_atoms(mathml, row);
        else if (is_name(row))
            write_name(mathml, before, row);
        else
            write_node(mathml, row);
}

void formula_mathml(const struct formula *formula, struct xml *xml, bool display)
{
    struct mathml mathml = {.xml = xml, .displayed = display};

    xml_open(xml, "math");
    xml_attr(xml, "xmlns", "http://www.w3.org/1998/Math/MathML");
    if (display)
        xml_attr(xml, "display", "block");
    write_row(&mathml, formula->row);
    xml_close(xml);
}
