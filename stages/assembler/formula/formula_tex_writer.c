/* formula_tex_writer - see formula_tex_writer.h */
#include "stages/assembler/formula/formula_tex_writer.h"

#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void tex_add(struct tex *tex, const char *piece)
{
    size_t size = strlen(piece);
    char last = tex->to->size > tex->begin ? tex->to->data[tex->to->size - 1] : '\0';

    if (size == 0)
        return;
    if ((last == *piece && strchr("{}:", last) != NULL) || (tex->word && is_letter(*piece)))
        bytes_add_text(tex->to, " ");
    bytes_add(tex->to, piece, size);
    tex->word = *piece == '\\' && size > 1 && is_letter(piece[1]) && is_letter(piece[size - 1]);
}

void tex_command(struct tex *tex, const char *name)
{
    struct bytes command = {0};

    bytes_add_format(&command, "\\%s", name);
    tex_add(tex, bytes_text(&command));
    bytes_drop(&command);
}

/* What means something to TeX or to Anki stands for itself outside of \text only. */
static const char *escaped(char c)
{
    static const char *const signs[][2] = {
        {"\\", "\\backslash"}, {"{", "\\{"}, {"}", "\\}"}, {"$", "\\$"}, {"%", "\\%"},
        {"#", "\\#"},          {"&", "\\&"}, {"_", "\\_"}, {":", "{:}"}, {"~", "{\\sim}"},
    };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (*signs[i][0] == c)
            return signs[i][1];
    return NULL;
}

static const char *text_command(enum font font)
{
    switch (font) {
    case FONT_BOLD:
        return "\\textbf{";
    case FONT_ITALIC:
        return "\\textit{";
    case FONT_SANS:
        return "\\textsf{";
    case FONT_MONO:
        return "\\texttt{";
    default:
        return "\\text{";
    }
}

void tex_words(struct tex *tex, const char *text, enum font font)
{
    bool open = false;
    char one[2] = "";

    for (; *text != '\0'; text++) {
        if (escaped(*text) != NULL) {
            if (open)
                tex_add(tex, "}");
            open = false;
            tex_add(tex, escaped(*text));
            continue;
        }
        if (!open)
            tex_add(tex, text_command(font));
        open = true;
        one[0] = *text;
        bytes_add(tex->to, one, 1);
        tex->word = false;
    }
    if (open)
        tex_add(tex, "}");
}

/* ---- atoms */

static const char *const fonts[] = {
    [FONT_AUTO] = "",          [FONT_UPRIGHT] = "mathrm",         [FONT_ITALIC] = "mathit",
    [FONT_BOLD] = "mathbf",    [FONT_BOLD_ITALIC] = "boldsymbol", [FONT_BLACKBOARD] = "mathbb",
    [FONT_SCRIPT] = "mathcal", [FONT_FRAKTUR] = "mathfrak",       [FONT_SANS] = "mathsf",
    [FONT_MONO] = "mathtt",
};

static void add_character(struct tex *tex, const struct node *node)
{
    if (node->tex != NULL)
        tex_add(tex, node->tex);
    else if (node->text[0] != '\0' && node->text[1] == '\0' && escaped(*node->text) != NULL)
        tex_add(tex, escaped(*node->text));
    else
        tex_add(tex, node->text);
}

const struct node *tex_atoms(struct tex *tex, const struct node *node)
{
    enum font font = node->font;

    if (font == FONT_AUTO) {
        add_character(tex, node);
        return node;
    }
    tex_command(tex, fonts[font]);
    tex_add(tex, "{");
    add_character(tex, node);
    for (; node->next != NULL && node->next->kind == NODE_ATOM && node->next->font == font; node = node->next)
        add_character(tex, node->next);
    tex_add(tex, "}");
    return node;
}

void tex_function(struct tex *tex, const struct node *node)
{
    char one[2] = "";

    if (node->tex != NULL) {
        tex_add(tex, node->tex);
        return;
    }
    tex_add(tex, node->limits != LIMITS_BESIDE ? "\\operatorname*" : "\\operatorname");
    tex->word = false;
    tex_add(tex, "{");
    for (const char *at = node->text; *at != '\0'; at++) {
        one[0] = *at;
        if ((*at & 0x80) != 0)
            bytes_add(tex->to, at, 1);
        else
            tex_add(tex, *at == ' ' ? "\\," : escaped(*at) != NULL ? escaped(*at) : one);
    }
    tex_add(tex, "}");
}
