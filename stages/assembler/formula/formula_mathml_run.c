/* formula_mathml_run - see formula_mathml_writer.h: letters, words, signs and spaces of a formula for
 * browsers */
#include "stages/assembler/formula/formula_mathml_writer.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

void mathml_sign(struct mathml *mathml, const char *text, const char *attribute, const char *value)
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

const struct node *mathml_atoms(struct mathml *mathml, const struct node *node)
{
    struct bytes text = {0};

    if (node->class == CLASS_ORDINARY)
        return write_letters(mathml, node);
    if (node->class == CLASS_NUMBER) {
        font_add(&text, node->text, node->font);
        xml_leaf(mathml->xml, "mn", bytes_text(&text));
        bytes_drop(&text);
    } else if (node->class == CLASS_OPEN || node->class == CLASS_CLOSE || node->class == CLASS_DELIMITER)
        mathml_sign(mathml, node->text, "stretchy", "false");
    else
        mathml_sign(mathml, node->text, NULL, NULL);
    return node;
}

void mathml_words(struct mathml *mathml, const struct node *node)
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

void mathml_width(struct mathml *mathml, const char *text)
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
