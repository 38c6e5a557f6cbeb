/* formula_omml - a formula for Word: ECMA-376 part 1, 22.1
 *
 * Letters that stand together are one run. Bold letters and those of other alphabets are written as Unicode's
 * own, which all programs show, while few heed the properties m:scr and m:sty.  Nothing may be empty, or Word
 * shows a box to be filled: a blank of no width stands in its place.
 */
#include "stages/assembler/formula_tree.h"

#include <string.h>

#define NO_WIDTH "\u200b"

enum { OPERANDS = 8 }; /* a sum of sums of sums: deeper, what follows stands beside, not inside */

struct omml {
    struct xml *xml;
    bool displayed;
    bool begins; /* a row: nothing stands before */
    bool bare;   /* a sign by itself, not between two things */
    unsigned operands;
};

static void write_row(struct omml *omml, const struct node *row);

/* ---- runs */

static void property(struct omml *omml, const char *name, const char *value)
{
    xml_open(omml->xml, name);
    xml_attr(omml->xml, "m:val", value);
    xml_close(omml->xml);
}

struct look {
    const char *style; /* NULL: Word's own way with letters */
    bool words, bold, italic;
};

static void run(struct omml *omml, const char *text, struct look look)
{
    xml_open(omml->xml, "m:r");
    if (look.words)
        xml_raw(omml->xml, "<m:rPr><m:nor/></m:rPr>");
    else if (look.style != NULL) {
        xml_open(omml->xml, "m:rPr");
        property(omml, "m:sty", look.style);
        xml_close(omml->xml);
    }
    xml_raw(omml->xml, "<w:rPr><w:rFonts w:ascii=\"Cambria Math\" w:hAnsi=\"Cambria Math\"/>");
    if (look.bold)
        xml_raw(omml->xml, "<w:b/>");
    if (look.italic)
        xml_raw(omml->xml, "<w:i/>");
    xml_raw(omml->xml, "</w:rPr>");
    xml_open(omml->xml, "m:t");
    xml_attr(omml->xml, "xml:space", "preserve");
    xml_text(omml->xml, text);
    xml_close(omml->xml);
    xml_close(omml->xml);
}

static void empty_run(struct omml *omml)
{
    run(omml, NO_WIDTH, (struct look){0});
}

static bool is_upright(const struct node *node)
{
    if (node->kind == NODE_SPACE || node->font == FONT_ITALIC)
        return false;
    return node->font != FONT_AUTO || font_is_capital_greek(node->text);
}

static bool in_run(const struct node *node)
{
    return node->kind == NODE_ATOM || (node->kind == NODE_SPACE && *node->text != '\0');
}

/* Letters of a name are words: without properties of formulas, all programs have them upright.  So are wide
 * spaces, and parentheses that nobody closes, lest a program look for their other half. */
static bool is_name(const struct node *node)
{
    if (node->kind == NODE_SPACE)
        return strncmp(node->text, "\u2003", 3) == 0;
    return (node->font == FONT_UPRIGHT && node->class == CLASS_ORDINARY) || node->class == CLASS_OPEN ||
           node->class == CLASS_CLOSE;
}

/* An operator or relation that stands between two things. At an end of its row it gets a blank of no width
 * for one of them: its spaces are right then, and programs that read formulas as expressions find an operand.
 */
static bool is_sign(const struct node *node)
{
    static const char *const alone[] = {"+", "−", "±", "∓"};

    if (node == NULL || node->kind != NODE_ATOM)
        return false;
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        if (strcmp(node->text, alone[i]) == 0)
            return node->next == NULL;
    return node->class == CLASS_OPERATOR || node->class == CLASS_RELATION || node->class == CLASS_DELIMITER;
}

static void add_letters(struct bytes *text, const struct node *node)
{
    if (node->class == CLASS_DELIMITER && strcmp(node->text, "|") == 0)
        bytes_add_text(text, "∣"); /* a bar that has no other half divides */
    else
        font_add(text, node->text, node->font == FONT_ITALIC ? FONT_AUTO : node->font);
}

/* Writes all that can stand in one run from node on; returns what is after it. */
static const struct node *write_run(struct omml *omml, const struct node *node)
{
    bool upright = is_upright(node), name = is_name(node);
    struct bytes text = {0};

    if (omml->begins && !omml->bare && is_sign(node))
        bytes_add_text(&text, NO_WIDTH);
    do {
        add_letters(&text, node);
        if (!omml->bare && is_sign(node) && (node->next == NULL || node->next->kind == NODE_MIDDLE))
            bytes_add_text(&text, NO_WIDTH);
        node = node->next;
    } while (node != NULL && in_run(node) && is_upright(node) == upright && is_name(node) == name);
    run(omml, bytes_text(&text), (struct look){.style = upright ? "p" : NULL, .words = name});
    bytes_drop(&text);
    return node;
}

static void write_words(struct omml *omml, const struct node *node)
{
    struct look look = {.words = true, .bold = node->font == FONT_BOLD, .italic = node->font == FONT_ITALIC};
    struct bytes text = {0};

    font_add(&text, node->text, node->font >= FONT_SANS ? node->font : FONT_AUTO);
    run(omml, bytes_text(&text), look);
    bytes_drop(&text);
}

/* ---- elements */

static void write_part(struct omml *omml, const char *name, const struct node *row)
{
    xml_open(omml->xml, name);
    write_row(omml, row);
    xml_close(omml->xml);
}

/* Parts of it are set smaller: sums have their limits beside them there. */
static void write_small(struct omml *omml, const char *name, const struct node *row)
{
    bool displayed = omml->displayed;

    omml->displayed = false;
    write_part(omml, name, row);
    omml->displayed = displayed;
}

static void open_fence(struct omml *omml, const char *open, const char *middle, const char *close)
{
    xml_open(omml->xml, "m:d");
    xml_open(omml->xml, "m:dPr");
    property(omml, "m:begChr", open);
    property(omml, "m:sepChr", middle);
    property(omml, "m:endChr", close);
    xml_close(omml->xml);
}

/* One <m:e> between two \middle. OMML has one separator for all. */
static void write_fence(struct omml *omml, const struct node *node)
{
    const struct node *middle = node->body;

    while (middle != NULL && middle->kind != NODE_MIDDLE)
        middle = middle->next;
    open_fence(omml, node->text, middle == NULL ? "" : middle->text, node->close);
    xml_open(omml->xml, "m:e");
    write_row(omml, node->body);
    for (; middle != NULL && middle->kind == NODE_MIDDLE;) {
        xml_close(omml->xml);
        xml_open(omml->xml, "m:e");
        write_row(omml, middle->next);
        for (middle = middle->next; middle != NULL && middle->kind != NODE_MIDDLE;)
            middle = middle->next;
    }
    xml_close(omml->xml);
    xml_close(omml->xml);
}

static void write_fraction(struct omml *omml, const struct node *node)
{
    xml_open(omml->xml, "m:f");
    if (node->plain) {
        xml_open(omml->xml, "m:fPr");
        property(omml, "m:type", "noBar");
        xml_close(omml->xml);
    }
    write_small(omml, "m:num", node->over);
    write_small(omml, "m:den", node->under);
    xml_close(omml->xml);
}

static void write_radical(struct omml *omml, const struct node *node)
{
    xml_open(omml->xml, "m:rad");
    if (node->over == NULL) {
        xml_open(omml->xml, "m:radPr");
        property(omml, "m:degHide", "1");
        xml_close(omml->xml);
        xml_empty(omml->xml, "m:deg");
    } else
        write_small(omml, "m:deg", node->over);
    write_part(omml, "m:e", node->body);
    xml_close(omml->xml);
}

static void write_accent(struct omml *omml, const struct node *node)
{
    xml_open(omml->xml, "m:acc");
    xml_open(omml->xml, "m:accPr");
    property(omml, "m:chr", node->text);
    xml_close(omml->xml);
    write_part(omml, "m:e", node->body);
    xml_close(omml->xml);
}

/* A line is a bar, anything else a character that grows. */
static void write_brace(struct omml *omml, const struct node *node)
{
    const char *place = node->class == CLASS_OVER ? "top" : "bot";
    bool line = strcmp(node->text, "¯") == 0 || strcmp(node->text, "_") == 0;

    xml_open(omml->xml, line ? "m:bar" : "m:groupChr");
    xml_open(omml->xml, line ? "m:barPr" : "m:groupChrPr");
    if (!line)
        property(omml, "m:chr", node->text);
    property(omml, "m:pos", place);
    if (!line)
        property(omml, "m:vertJc", node->class == CLASS_OVER ? "bot" : "top");
    xml_close(omml->xml);
    write_part(omml, "m:e", node->body);
    xml_close(omml->xml);
}

static void write_box(struct omml *omml, const struct node *node)
{
    static const char *const hidden[] = {"m:hideTop", "m:hideBot", "m:hideLeft", "m:hideRight"};

    xml_open(omml->xml, "m:borderBox");
    if (node->kind == NODE_CANCEL) {
        xml_open(omml->xml, "m:borderBoxPr");
        for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
            property(omml, hidden[i], "1");
        property(omml, "m:strikeBLTR", "1");
        xml_close(omml->xml);
    }
    write_part(omml, "m:e", node->body);
    xml_close(omml->xml);
}

static void write_phantom(struct omml *omml, const struct node *node)
{
    xml_open(omml->xml, "m:phant");
    xml_open(omml->xml, "m:phantPr");
    property(omml, "m:show", "0");
    if (node->tex[0] == 'v')
        property(omml, "m:zeroWid", "1");
    if (node->tex[0] == 'h') {
        property(omml, "m:zeroAsc", "1");
        property(omml, "m:zeroDesc", "1");
    }
    xml_close(omml->xml);
    write_part(omml, "m:e", node->body);
    xml_close(omml->xml);
}

/* ---- tables */

static void write_columns(struct omml *omml, const struct table *table)
{
    xml_open(omml->xml, "m:mPr");
    property(omml, "m:baseJc", "center");
    property(omml, "m:plcHide", "1");
    if (strcmp(table->environment->columns, "rl") == 0) {
        property(omml, "m:cGpRule", "3"); /* what is aligned stands side by side: a gap of exactly */
        property(omml, "m:cGp", "0");
    }
    xml_open(omml->xml, "m:mcs");
    for (size_t i = 0; i < table->columns; i++) {
        xml_open(omml->xml, "m:mc");
        xml_open(omml->xml, "m:mcPr");
        property(omml, "m:count", "1");
        property(omml, "m:mcJc",
                 table->align[i] == 'l'   ? "left"
                 : table->align[i] == 'r' ? "right"
                                          : "center");
        xml_close(omml->xml);
        xml_close(omml->xml);
    }
    xml_close(omml->xml);
    xml_close(omml->xml);
}

static void write_table(struct omml *omml, const struct node *node)
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
            run(omml, "\u2003", (struct look){.words = true}); /* between pairs */
        write_row(omml, cell->body);
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

/* ---- scripts, and what takes what follows it */

static bool above(const struct omml *omml, enum limits limits)
{
    return limits == LIMITS_ALWAYS || (limits == LIMITS_DISPLAYED && omml->displayed);
}

static void write_base(struct omml *omml, const struct node *base)
{
    struct node alone;

    if (base == NULL) {
        write_part(omml, "m:e", NULL);
        return;
    }
    alone = *base;
    alone.next = NULL;
    write_part(omml, "m:e", &alone);
}

static void write_beside(struct omml *omml, const struct node *base, const struct node *under,
                         const struct node *over)
{
    xml_open(omml->xml, under == NULL ? "m:sSup" : over == NULL ? "m:sSub" : "m:sSubSup");
    write_base(omml, base);
    if (under != NULL)
        write_small(omml, "m:sub", under);
    if (over != NULL)
        write_small(omml, "m:sup", over);
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
    property(omml, "m:opEmu", "1");
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
        write_small(omml, "m:lim", under);
        xml_close(omml->xml);
    }
    if (both)
        xml_close(omml->xml);
    if (over != NULL) {
        write_small(omml, "m:lim", over);
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
        run(omml, node->text, (struct look){0});
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
    property(omml, "m:chr", core_of(node)->text);
    property(omml, "m:limLoc", above(omml, limits) ? "undOvr" : "subSup");
    if (under == NULL)
        property(omml, "m:subHide", "1");
    if (over == NULL)
        property(omml, "m:supHide", "1");
    xml_close(omml->xml);
    if (under == NULL)
        xml_empty(omml->xml, "m:sub");
    else
        write_small(omml, "m:sub", under);
    if (over == NULL)
        xml_empty(omml->xml, "m:sup");
    else
        write_small(omml, "m:sup", over);
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
        write_run(omml, &alone);
        break;
    case NODE_FUNCTION:
        run(omml, node->text, (struct look){.words = true});
        break;
    case NODE_LARGE:
        run(omml, node->text, (struct look){0});
        break;
    case NODE_TEXT:
        write_words(omml, node);
        break;
    case NODE_RAW:
        run(omml, node->text, (struct look){.words = true});
        break;
    case NODE_GROUP:
    case NODE_CHEMISTRY:
        if (!row_is_void(node->body))
            write_row(omml, node->body);
        break;
    case NODE_SCRIPT:
        write_script(omml, node);
        break;
    case NODE_FRACTION:
        write_fraction(omml, node);
        break;
    case NODE_RADICAL:
        write_radical(omml, node);
        break;
    case NODE_ACCENT:
        write_accent(omml, node);
        break;
    case NODE_BRACE:
        write_brace(omml, node);
        break;
    case NODE_ARROW:
        write_arrow(omml, node);
        break;
    case NODE_FENCE:
        write_fence(omml, node);
        break;
    case NODE_TABLE:
        write_table(omml, node);
        break;
    case NODE_BOX:
    case NODE_CANCEL:
        write_box(omml, node);
        break;
    case NODE_PHANTOM:
        write_phantom(omml, node);
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

    if (in_run(node))
        return write_run(omml, node);
    if (what != NULL && omml->operands < OPERANDS && is_nary(core))
        return write_sum(omml, node, what);
    if (what != NULL && omml->operands < OPERANDS && core->kind == NODE_FUNCTION)
        return write_function(omml, node, what);
    write_node(omml, node);
    return node->next;
}

/* Up to its end, or to a \middle, which is the fence's. */
static void write_row(struct omml *omml, const struct node *row)
{
    if (row_is_void(row))
        empty_run(omml);
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
    write_row(&omml, formula->row);
    xml_close(xml);
    if (display)
        xml_close(xml);
}
