/* formula_mathml - a formula for browsers: MathML Core
 *
 * What Core leaves to CSS (frames, lines, how columns align) has classes, which html_style.c knows.
 */
#include "stages/assembler/formula/formula_tree.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

struct mathml {
    struct xml *xml;
    bool displayed;
};

static void write_row(struct mathml *mathml, const struct node *row);
static void write_node(struct mathml *mathml, const struct node *node);

/* ---- leaves */

static void write_sign(struct mathml *mathml, const char *text, const char *attribute, const char *value)
{
    xml_open(mathml->xml, "mo");
    if (attribute != NULL)
        xml_attr(mathml->xml, attribute, value);
    xml_text(mathml->xml, text);
    xml_close(mathml->xml);
}

static bool is_letter(const struct node *node)
{
    return node != NULL && node->kind == NODE_ATOM && node->class == CLASS_ORDINARY;
}

/* Upright letters that stand together are one name. Returns the last of them. */
static const struct node *write_letters(struct mathml *mathml, const struct node *node)
{
    bool upright = node->font == FONT_UPRIGHT || font_is_capital_greek(node->text);
    struct bytes text = {0};

    font_add(&text, node->text, node->font == FONT_ITALIC ? FONT_AUTO : node->font);
    while (node->font == FONT_UPRIGHT && is_letter(node->next) && node->next->font == FONT_UPRIGHT) {
        node = node->next;
        bytes_add_text(&text, node->text);
    }
    xml_open(mathml->xml, "mi");
    if (upright && node->font <= FONT_UPRIGHT)
        xml_attr(mathml->xml, "mathvariant", "normal");
    xml_text(mathml->xml, bytes_text(&text));
    xml_close(mathml->xml);
    bytes_drop(&text);
    return node;
}

static const struct node *write_atom(struct mathml *mathml, const struct node *node)
{
    struct bytes text = {0};

    if (node->class == CLASS_ORDINARY)
        return write_letters(mathml, node);
    if (node->class == CLASS_NUMBER) {
        font_add(&text, node->text, node->font);
        xml_leaf(mathml->xml, "mn", bytes_text(&text));
        bytes_drop(&text);
    } else if (node->class == CLASS_OPEN || node->class == CLASS_CLOSE || node->class == CLASS_DELIMITER)
        write_sign(mathml, node->text, "stretchy", "false");
    else
        write_sign(mathml, node->text, NULL, NULL);
    return node;
}

static void write_words(struct mathml *mathml, const struct node *node)
{
    size_t size = strlen(node->text), first = node->text[0] == ' ',
           last = size > 1 && node->text[size - 1] == ' ';
    char *inner = strndup(node->text + first, size - first - last);
    struct bytes text = {0};

    must(inner != NULL);
    bytes_add_text(&text, first ? "\u00a0" : ""); /* blanks at an end would not be seen */
    font_add(&text, inner, node->kind == NODE_TEXT ? node->font : FONT_AUTO);
    bytes_add_text(&text, last ? "\u00a0" : "");
    xml_open(mathml->xml, "mtext");
    if (node->kind == NODE_RAW)
        xml_attr(mathml->xml, "class", "raw");
    xml_text(mathml->xml, bytes_text(&text));
    xml_close(mathml->xml);
    bytes_drop(&text);
    free(inner);
}

static void write_space(struct mathml *mathml, const char *text)
{
    static const char *const widths[][2] = {
        {"\u2009", "0.167em"}, {"\u205f", "0.222em"}, {"\u2004", "0.278em"},   {"\u00a0", "0.333em"},
        {"\u2002", "0.5em"},   {"\u2003", "1em"},     {"\u2003\u2003", "2em"},
    };

    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        if (strcmp(widths[i][0], text) == 0) {
            xml_open(mathml->xml, "mspace");
            xml_attr(mathml->xml, "width", widths[i][1]);
            xml_close(mathml->xml);
        }
}

/* ---- parts: one element each */

static void write_part(struct mathml *mathml, const struct node *row)
{
    xml_open(mathml->xml, "mrow");
    write_row(mathml, row);
    xml_close(mathml->xml);
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

static void write_script(struct mathml *mathml, const struct node *node)
{
    bool above = node->limits == LIMITS_ALWAYS || (node->limits == LIMITS_DISPLAYED && mathml->displayed);

    if (above)
        xml_open(mathml->xml, node->under == NULL ? "mover" : node->over == NULL ? "munder" : "munderover");
    else
        xml_open(mathml->xml, node->under == NULL ? "msup" : node->over == NULL ? "msub" : "msubsup");
    write_alone(mathml, node->body);
    if (node->under != NULL)
        write_small(mathml, node->under);
    if (node->over != NULL)
        write_small(mathml, node->over);
    xml_close(mathml->xml);
}

static void write_arrow(struct mathml *mathml, const struct node *node)
{
    bool both = node->under != NULL && node->over != NULL, any = node->under != NULL || node->over != NULL;

    if (any)
        xml_open(mathml->xml, both ? "munderover" : node->over != NULL ? "mover" : "munder");
    write_sign(mathml, node->text, "stretchy", "true");
    if (node->under != NULL)
        write_small(mathml, node->under);
    if (node->over != NULL)
        write_small(mathml, node->over);
    if (any)
        xml_close(mathml->xml);
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
    write_sign(mathml, accent(node->text), "stretchy", strncmp(node->tex, "wide", 4) == 0 ? "true" : "false");
    xml_close(mathml->xml);
}

static void write_classed(struct mathml *mathml, const struct node *row, const char *name)
{
    xml_open(mathml->xml, "mrow");
    xml_attr(mathml->xml, "class", name);
    write_row(mathml, row);
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
    write_sign(mathml, node->text, "stretchy", "true");
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

static void write_node(struct mathml *mathml, const struct node *node)
{
    switch (node->kind) {
    case NODE_ATOM:
        write_atom(mathml, node);
        break;
    case NODE_FUNCTION:
        if (node->class == CLASS_OPERATOR) /* mod */
            write_sign(mathml, node->text, NULL, NULL);
        else
            xml_leaf(mathml->xml, "mi", node->text);
        break;
    case NODE_LARGE:
        write_sign(mathml, node->text, NULL, NULL);
        break;
    case NODE_TEXT:
    case NODE_RAW:
        write_words(mathml, node);
        break;
    case NODE_SPACE:
        write_space(mathml, node->text);
        break;
    case NODE_GROUP:
    case NODE_CHEMISTRY:
        write_row(mathml, node->body);
        break;
    case NODE_SCRIPT:
        write_script(mathml, node);
        break;
    case NODE_FRACTION:
        write_fraction(mathml, node);
        break;
    case NODE_RADICAL:
        write_radical(mathml, node);
        break;
    case NODE_ACCENT:
        write_accent(mathml, node);
        break;
    case NODE_BRACE:
        write_brace(mathml, node);
        break;
    case NODE_ARROW:
        write_arrow(mathml, node);
        break;
    case NODE_FENCE:
        write_fence(mathml, node);
        break;
    case NODE_TABLE:
        write_table(mathml, node);
        break;
    case NODE_BOX:
        write_classed(mathml, node->body, "boxed");
        break;
    case NODE_CANCEL:
        write_classed(mathml, node->body, "cancelled");
        break;
    case NODE_PHANTOM:
        write_phantom(mathml, node);
        break;
    case NODE_MIDDLE:
    case NODE_CELL:
        break;
    }
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
        write_space(mathml, "\u2009");
    write_node(mathml, name);
    if (name->next == NULL || name->next->kind == NODE_MIDDLE)
        return;
    write_sign(mathml, "\u2061", NULL, NULL);
    if (!is_closed(name->next))
        write_space(mathml, "\u2009");
}

/* Up to its end, or to a \middle, which is the fence's. */
static void write_row(struct mathml *mathml, const struct node *row)
{
    for (const struct node *before = NULL; row != NULL && row->kind != NODE_MIDDLE;
         before = row, row = row->next)
        if (row->kind == NODE_ATOM)
            row = write_atom(mathml, row);
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
