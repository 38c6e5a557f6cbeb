/* formula_chemistry - \ce{2H2 + O2 -> 2H2O}: chemists' shorthand, as the package mhchem has it
 *
 * Digits after an element are lowered, a sign at its end is a charge, arrows may carry texts. What mhchem
 * knows beyond that is read as it stands.
 */
#include "stages/assembler/formula/formula_tree.h"

#include <string.h>

struct reaction {
    struct parser *parser;
    const char *at, *end;
    struct list list;
    struct node **last; /* what scripts belong to; NULL: nothing stands right before */
    bool begins;        /* a word: digits are a number of molecules */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static char following(const struct reaction *reaction, size_t offset)
{
    return (size_t)(reaction->end - reaction->at) > offset ? reaction->at[offset] : ' ';
}

static void node_add(struct reaction *reaction, struct node *node)
{
    struct node **slot = reaction->list.end == NULL ? &reaction->list.first : reaction->list.end;

    list_add(&reaction->list, node);
    reaction->last = node == NULL ? NULL : slot;
    reaction->begins = false;
}

static void add_atom(struct reaction *reaction, const char *text, const char *tex, enum symbol_class class)
{
    struct node *node = node_text(reaction->parser, NODE_ATOM, text, strlen(text));

    node->class = class;
    node->font = FONT_UPRIGHT;
    node->tex = tex;
    node_add(reaction, node);
}

static void add_run(struct reaction *reaction, size_t size, enum symbol_class class)
{
    char *text = text_kept(reaction->parser, reaction->at, size);

    add_atom(reaction, text, text, class);
    reaction->at += size;
}

/* ---- scripts */

/* The script to fill: of what stands right before, or of nothing. */
static struct node *script(struct reaction *reaction, bool raised)
{
    struct node *base = reaction->last == NULL ? NULL : *reaction->last, *node;

    if (base != NULL && base->kind == NODE_SCRIPT && (raised ? base->over : base->under) == NULL)
        return base;
    if (base != NULL && base->kind == NODE_SCRIPT)
        base = NULL;
    node = node_new(reaction->parser, NODE_SCRIPT);
    if (base == NULL) {
        node_add(reaction, node);
        return node;
    }
    node->body = base;
    *reaction->last = node;
    reaction->list.end = &node->next;
    return node;
}

static void add_script(struct reaction *reaction, bool raised, const char *text, size_t size)
{
    enum font outer = reaction->parser->font;
    struct node *node = script(reaction, raised);

    reaction->parser->font = FONT_UPRIGHT;
    *(raised ? &node->over : &node->under) = parse_inner(reaction->parser, text, size);
    reaction->parser->font = outer;
}

static void read_digits(struct reaction *reaction)
{
    size_t size = 1;

    while (is_digit(following(reaction, size)) ||
           (reaction->begins && strchr("./", following(reaction, size)) != NULL &&
            is_digit(following(reaction, size + 1))))
        size++;
    if (reaction->begins || reaction->last == NULL) {
        add_run(reaction, size, CLASS_NUMBER);
        reaction->last = NULL;
        return;
    }
    add_script(reaction, false, reaction->at, size);
    reaction->at += size;
}

/* ^{2-}, ^2+, _{n}; standing alone, ^ is a gas that goes up. */
static void read_script(struct reaction *reaction)
{
    bool raised = *reaction->at++ == '^';
    const char *from = reaction->at, *close;

    if (following(reaction, 0) == '{') {
        close = memchr(from, '}', (size_t)(reaction->end - from));
        if (close != NULL) {
            add_script(reaction, raised, from + 1, (size_t)(close - from) - 1);
            reaction->at = close + 1;
            return;
        }
    }
    while (reaction->at < reaction->end && (is_digit(*reaction->at) || strchr("+-*.", *reaction->at) != NULL))
        reaction->at++;
    if (reaction->at == from && raised)
        add_atom(reaction, "↑", "\\uparrow", CLASS_ORDINARY);
    else if (reaction->at > from)
        add_script(reaction, raised, from, (size_t)(reaction->at - from));
}

/* ---- arrows */

static struct node *read_arrow_text(struct reaction *reaction)
{
    const char *from = reaction->at + 1, *close;

    if (following(reaction, 0) != '[')
        return NULL;
    close = memchr(from, ']', (size_t)(reaction->end - from));
    if (close == NULL)
        return NULL;
    reaction->at = close + 1;
    return reaction->parser->depth < FORMULA_DEPTH
               ? parse_chemistry(reaction->parser, from, (size_t)(close - from))->body
               : NULL;
}

static bool read_arrow(struct reaction *reaction)
{
    static const struct {
        const char *from, *to, *tex;
    } rows[] = {
        {"<=>>", "⇌", NULL}, {"<<=>", "⇌", NULL},        {"<=>", "⇌", NULL},        {"<-->", "⇄", NULL},
        {"<->", "↔", NULL},  {"->", "→", "xrightarrow"}, {"<-", "←", "xleftarrow"},
    };
    struct node *node;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = strlen(rows[i].from);

        if ((size_t)(reaction->end - reaction->at) < size || memcmp(reaction->at, rows[i].from, size) != 0)
            continue;
        reaction->at += size;
        node = node_new(reaction->parser, NODE_ARROW);
        node->text = rows[i].to;
        node->tex = rows[i].tex;
        node->class = CLASS_ARROW;
        node->over = read_arrow_text(reaction);
        node->under = read_arrow_text(reaction);
        node_add(reaction, node);
        reaction->last = NULL;
        reaction->begins = true;
        return true;
    }
    return false;
}

/* ---- all that is one sign */

/* A sign at the end of a word, or before (aq), is its charge; among blanks it is an operator, else a bond. */
static void read_sign(struct reaction *reaction)
{
    bool plus = *reaction->at == '+', ends = strchr(" ,)]}", following(reaction, 1)) != NULL;
    bool state = following(reaction, 1) == '(' && is_lower(following(reaction, 2));
    bool bond = !plus && reaction->last != NULL;

    if (reaction->last != NULL && (ends || state)) {
        add_script(reaction, true, reaction->at++, 1);
        return;
    }
    reaction->at++;
    add_atom(reaction, plus ? "+" : "−", plus ? "+" : "-", bond ? CLASS_ORDINARY : CLASS_OPERATOR);
    reaction->begins = plus;
    reaction->last = NULL;
}

static bool read_mark(struct reaction *reaction)
{
    static const struct {
        const char *to, *tex;
        enum symbol_class class;
        char from;
        bool begins;
    } rows[] = {
        {"⋅", "\\cdot", CLASS_ORDINARY, '*', true}, {"⋅", "\\cdot", CLASS_ORDINARY, '.', true},
        {"=", "{=}", CLASS_ORDINARY, '=', false},   {"≡", "{\\equiv}", CLASS_ORDINARY, '#', false},
        {"(", "(", CLASS_ORDINARY, '(', false},     {")", ")", CLASS_ORDINARY, ')', false},
        {"[", "[", CLASS_ORDINARY, '[', false},     {"]", "]", CLASS_ORDINARY, ']', false},
        {",", ",", CLASS_PUNCTUATION, ',', false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (*reaction->at == rows[i].from) {
            add_atom(reaction, rows[i].to, rows[i].tex, rows[i].class);
            reaction->begins = rows[i].begins;
            reaction->at++;
            return true;
        }
    return false;
}

/* A formula's own language: $...$, a command with what it takes, any other character. */
static void read_formula(struct reaction *reaction)
{
    struct parser inner = *reaction->parser;
    const char *from = reaction->at + 1, *close = NULL;
    struct token token;
    struct node *node;

    if (*reaction->at == '$')
        close = memchr(from, '$', (size_t)(reaction->end - from));
    if (close != NULL) {
        node_add(reaction, parse_inner(reaction->parser, from, (size_t)(close - from)));
        reaction->at = close + 1;
        return;
    }
    inner.at = reaction->at;
    inner.end = reaction->end;
    inner.scope = (struct scope){0};
    token = token_peek(&inner);
    node = parse_argument(&inner);
    if (node != NULL)
        grasp_limit(reaction->parser, inner.grasp);
    else /* a sign that is no argument: ² */
        node = parse_inner(reaction->parser, token.from, (size_t)(token.past - token.from));
    node_add(reaction, node);
    reaction->at = inner.at > token.past ? inner.at : token.past;
}

static void read_letters(struct reaction *reaction)
{
    size_t size = 1;

    while (is_lower(following(reaction, size)))
        size++;
    if (reaction->begins && *reaction->at == 'v' && following(reaction, 1) == ' ') {
        reaction->at++;
        add_atom(reaction, "↓", "\\downarrow", CLASS_ORDINARY);
    } else
        add_run(reaction, size, CLASS_ORDINARY);
}

static void read_next(struct reaction *reaction)
{
    char c = *reaction->at;

    if (strchr(" \n\t", c) != NULL) {
        reaction->at++;
        reaction->last = NULL;
        reaction->begins = true;
    } else if (read_arrow(reaction))
        return;
    else if (is_upper(c) || is_lower(c))
        read_letters(reaction);
    else if (is_digit(c))
        read_digits(reaction);
    else if (c == '^' || c == '_')
        read_script(reaction);
    else if (c == '+' || c == '-')
        read_sign(reaction);
    else if (!read_mark(reaction))
        read_formula(reaction);
}

/* Only what mhchem surely reads; all else is written from the tree. A script is raised or lowered by what
 * follows it, and braces are a script's. */
static bool is_plain(const char *text, size_t size)
{
    static const char signs[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 +-=<>()[].*,/^_{}";
    bool inside = false;
    char before = ' ';

    for (size_t i = 0; i < size; before = text[i++]) {
        if (text[i] == '\0' || strchr(signs, text[i]) == NULL)
            return false;
        if ((before == '^' || before == '_') && !(is_digit(text[i]) || strchr("{+-", text[i]) != NULL))
            return false;
        if (text[i] == '{' ? inside || (before != '^' && before != '_')
                           : text[i] == '}' && (!inside || before == '{'))
            return false;
        inside = text[i] == '{' || (inside && text[i] != '}');
        if (inside && strchr("^_<>[]()", text[i]) != NULL)
            return false;
    }
    return !inside && before != '^' && before != '_';
}

struct node *parse_chemistry(struct parser *parser, const char *text, size_t size)
{
    struct reaction reaction = {.parser = parser, .at = text, .end = text + size, .begins = true};
    struct node *node = node_new(parser, NODE_CHEMISTRY);

    parser->depth++;
    while (reaction.at < reaction.end)
        read_next(&reaction);
    parser->depth--;
    node->body = reaction.list.first;
    if (is_plain(text, size))
        node->tex = text_kept(parser, text, size);
    return node;
}
