/* formula_omml_run - see formula_omml_writer.h: letters, words and signs of a formula for Word */
#include "stages/assembler/formula/formula_omml_writer.h"

#include <string.h>

void omml_property(struct omml *omml, const char *name, const char *value)
{
    xml_open(omml->xml, name);
    xml_attr(omml->xml, "m:val", value);
    xml_close(omml->xml);
}

void omml_run(struct omml *omml, const char *text, struct look look)
{
    xml_open(omml->xml, "m:r");
    if (look.words)
        xml_raw(omml->xml, "<m:rPr><m:nor/></m:rPr>");
    else if (look.style != NULL) {
        xml_open(omml->xml, "m:rPr");
        omml_property(omml, "m:sty", look.style);
        xml_close(omml->xml);
    }
    xml_raw(omml->xml, look.code ? "<w:rPr><w:rFonts w:ascii=\"Consolas\" w:hAnsi=\"Consolas\"/>"
                                 : "<w:rPr><w:rFonts w:ascii=\"Cambria Math\" w:hAnsi=\"Cambria Math\"/>");
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

void omml_nothing(struct omml *omml)
{
    omml_run(omml, NO_WIDTH, (struct look){0});
}

static bool is_upright(const struct node *node)
{
    if (node->kind == NODE_SPACE || node->font == FONT_ITALIC)
        return false;
    return node->font != FONT_AUTO || font_is_capital_greek(node->text);
}

bool omml_in_run(const struct node *node)
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

const struct node *omml_letters(struct omml *omml, const struct node *node)
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
    } while (node != NULL && omml_in_run(node) && is_upright(node) == upright && is_name(node) == name);
    omml_run(omml, bytes_text(&text), (struct look){.style = upright ? "p" : NULL, .words = name});
    bytes_drop(&text);
    return node;
}

void omml_words(struct omml *omml, const struct node *node)
{
    struct look look = {.words = true, .bold = node->font == FONT_BOLD, .italic = node->font == FONT_ITALIC};
    struct bytes text = {0};

    font_add(&text, node->text, node->font >= FONT_SANS ? node->font : FONT_AUTO);
    omml_run(omml, bytes_text(&text), look);
    bytes_drop(&text);
}
