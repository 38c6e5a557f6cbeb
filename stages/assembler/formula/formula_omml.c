/* formula_omml - a formula for Word: ECMA-376 part 1, 22.1
 *
 * Letters that stand together are one run. Bold letters and those of other alphabets are written as Unicode's
 * own, which all programs show, while few heed the properties m:scr and m:sty.  Nothing may be empty, or Word
 * shows a box to be filled: a blank of no width stands in its place.
 */
#include "stages/assembler/formula/formula_omml_writer.h"

#include <string.h>

enum { OPERANDS = 8 }; /* a sum of sums of sums: deeper, what follows stands beside, not inside */

/* ---- scripts, and what takes what follows it */

static bool above(const struct omml *omml, enum limits limits)
{
    return limits == LIMITS_ALWAYS || (limits == LIMITS_DISPLAYED && omml->displayed);
}

static void write_base(struct omml *omml, const struct node *base)
{
    struct node alone;

    if (base == NULL) {
        omml_part(omml, "m:e", NULL);
        return;
    }
    alone = *base;
    alone.next = NULL;
    omml_part(omml, "m:e", &alone);
}

static void write_beside(struct omml *omml, const struct node *base, const struct node *under,
                         const struct node *over)
{
    xml_open(omml->xml, under == NULL ? "m:sSup" : over == NULL ? "m:sSub" : "m:sSubSup");
    write_base(omml, base);
    if (under != NULL)
        omml_small(omml, "m:sub", under);
    if (over != NULL)
        omml_small(omml, "m:sup", over);
    xml_close(omml->xml);
}

/* An operator with something over it is an operator, with an operator's spaces. */
static bool open_operator(struct omml *omml, const struct node *base)
{
    if (base == NULL || base->kind != NODE_ATOM ||
        (base->class != CLASS_OPERATOR && base->class != CLASS_RELATION))
        return false;
    xml_open(omml->xml, "m:box");
    xml_open(omml->xml, "m:boxPr");
    omml_property(omml, "m:opEmu", "1");
    xml_close(omml->xml);
    xml_open(omml->xml, "m:e");
    return true;
}

static void write_limits(struct omml *omml, const struct node *base, const struct node *under,
                         const struct node *over)
{
    bool sign = open_operator(omml, base), both = under != NULL && over != NULL;

    if (over != NULL)
        xml_open(omml->xml, "m:limUpp");
    if (both)
        xml_open(omml->xml, "m:e");
    if (under != NULL)
        xml_open(omml->xml, "m:limLow");
    omml->bare = sign;
    write_base(omml, base);
    omml->bare = false;
    if (under != NULL) {
        omml_small(omml, "m:lim", under);
        xml_close(omml->xml);
    }
    if (both)
        xml_close(omml->xml);
    if (over != NULL) {
        omml_small(omml, "m:lim", over);
        xml_close(omml->xml);
    }
    if (sign) {
        xml_close(omml->xml);
        xml_close(omml->xml);
    }
}

static void write_script(struct omml *omml, const struct node *node)
{
    if (above(omml, node->limits))
        write_limits(omml, node->body, node->under, node->over);
    else
        write_beside(omml, node->body, node->under, node->over);
}

static void write_arrow(struct omml *omml, const struct node *node)
{
    struct node arrow = {.kind = NODE_ATOM, .class = CLASS_RELATION, .text = node->text};

    if (node->under == NULL && node->over == NULL)
        omml_run(omml, node->text, (struct look){0});
    else
        write_limits(omml, &arrow, node->under, node->over);
}

/* What a sum or a function applies to: the next node, if it can be that. */
static const struct node *operand(const struct node *node)
{
    const struct node *core;

    while (node != NULL && node->kind == NODE_SPACE)
        node = node->next;
    core = node != NULL && node->kind == NODE_SCRIPT ? node->body : node;
    if (node == NULL || node->kind == NODE_MIDDLE || node->kind == NODE_RAW || node->kind == NODE_ARROW ||
        node->kind == NODE_TEXT)
        return NULL;
    if (core != NULL && core->kind == NODE_ATOM && core->class >= CLASS_OPERATOR)
        return NULL;
    return node;
}

static void write_node(struct omml *omml, const struct node *node);
static const struct node *write_one(struct omml *omml, const struct node *node);

/* What follows and is written inside: may itself take what follows. */
static const struct node *write_operand(struct omml *omml, const struct node *node)
{
    const struct node *rest;

    xml_open(omml->xml, "m:e");
    omml->operands++;
    rest = node->kind == NODE_ATOM ? node->next : write_one(omml, node);
    if (node->kind == NODE_ATOM)
        write_node(omml, node);
    omml->operands--;
    xml_close(omml->xml);
    return rest;
}

static const struct node *core_of(const struct node *node)
{
    return node->kind == NODE_SCRIPT && node->body != NULL ? node->body : node;
}

/* Sums, products and integrals are; programs other than Word drop all else. */
static bool is_nary(const struct node *node)
{
    static const char *const signs[] = {"∑", "∏", "∐", "∫", "∬", "∭", "∮"};

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (node->kind == NODE_LARGE && strcmp(node->text, signs[i]) == 0)
            return true;
    return false;
}

static const struct node *write_sum(struct omml *omml, const struct node *node, const struct node *what)
{
    const struct node *under = node->kind == NODE_SCRIPT ? node->under : NULL;
    const struct node *over = node->kind == NODE_SCRIPT ? node->over : NULL;
    enum limits limits = node->limits;

    xml_open(omml->xml, "m:nary");
    xml_open(omml->xml, "m:naryPr");
    omml_property(omml, "m:chr", core_of(node)->text);
    omml_property(omml, "m:limLoc", above(omml, limits) ? "undOvr" : "subSup");
    if (under == NULL)
        omml_property(omml, "m:subHide", "1");
    if (over == NULL)
        omml_property(omml, "m:supHide", "1");
    xml_close(omml->xml);
    if (under == NULL)
        xml_empty(omml->xml, "m:sub");
    else
        omml_small(omml, "m:sub", under);
    if (over == NULL)
        xml_empty(omml->xml, "m:sup");
    else
        omml_small(omml, "m:sup", over);
    what = write_operand(omml, what);
    xml_close(omml->xml);
    return what;
}

static const struct node *write_function(struct omml *omml, const struct node *node, const struct node *what)
{
    struct node alone = *node;

    alone.next = NULL;
    xml_open(omml->xml, "m:func");
    xml_open(omml->xml, "m:fName");
    write_node(omml, &alone);
    xml_close(omml->xml);
    what = write_operand(omml, what);
    xml_close(omml->xml);
    return what;
}

/* ---- rows */

static void write_node(struct omml *omml, const struct node *node)
{
    struct node alone = *node;

    switch (node->kind) {
    case NODE_ATOM:
        alone.next = NULL;
        omml_letters(omml, &alone);
        break;
    case NODE_FUNCTION:
        omml_run(omml, node->text, (struct look){.words = true});
        break;
    case NODE_LARGE:
        omml_run(omml, node->text, (struct look){0});
        break;
    case NODE_TEXT:
        omml_words(omml, node);
        break;
    case NODE_RAW:
        omml_run(omml, node->text, (struct look){.words = true, .code = true});
        break;
    case NODE_GROUP:
    case NODE_CHEMISTRY:
        if (!row_is_void(node->body))
            omml_row(omml, node->body);
        break;
    case NODE_SCRIPT:
        write_script(omml, node);
        break;
    case NODE_FRACTION:
        omml_fraction(omml, node);
        break;
    case NODE_RADICAL:
        omml_radical(omml, node);
        break;
    case NODE_ACCENT:
        omml_accent(omml, node);
        break;
    case NODE_BRACE:
        omml_brace(omml, node);
        break;
    case NODE_ARROW:
        write_arrow(omml, node);
        break;
    case NODE_FENCE:
        omml_fence(omml, node);
        break;
    case NODE_TABLE:
        omml_table(omml, node);
        break;
    case NODE_BOX:
    case NODE_CANCEL:
        omml_box(omml, node);
        break;
    case NODE_PHANTOM:
        omml_phantom(omml, node);
        break;
    case NODE_SPACE:
    case NODE_MIDDLE:
    case NODE_CELL:
        break;
    }
}

/* Writes this node and what it takes with it; returns what is after that. */
static const struct node *write_one(struct omml *omml, const struct node *node)
{
    const struct node *core = core_of(node), *what = operand(node->next);

    if (omml_in_run(node))
        return omml_letters(omml, node);
    if (what != NULL && omml->operands < OPERANDS && is_nary(core))
        return write_sum(omml, node, what);
    if (what != NULL && omml->operands < OPERANDS && core->kind == NODE_FUNCTION)
        return write_function(omml, node, what);
    write_node(omml, node);
    return node->next;
}

void omml_row(struct omml *omml, const struct node *row)
{
    if (row_is_void(row))
        omml_nothing(omml);
    omml->begins = true;
    while (row != NULL && row->kind != NODE_MIDDLE) {
        row = write_one(omml, row);
        omml->begins = false;
    }
}

void formula_omml(const struct formula *formula, struct xml *xml, bool display)
{
    struct omml omml = {.xml = xml, .displayed = display};

    if (display)
        xml_open(xml, "m:oMathPara");
    xml_open(xml, "m:oMath");
    omml_row(&omml, formula->row);
    xml_close(xml);
    if (display)
        xml_close(xml);
}
