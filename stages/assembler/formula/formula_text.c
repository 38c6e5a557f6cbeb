/* formula_text - words among formulas, and formulas among words: \text{if $x > 0$} */
#include "stages/assembler/formula/formula_tree.h"

#include <string.h>

/* What is written with two signs or three. */
static const struct {
    const char *from, *to;
} signs[] = {
    {"---", "—"}, {"--", "–"}, {"``", "“"}, {"''", "”"}, {"`", "‘"}, {"'", "’"}, {"~", "\u00a0"},
};

struct words {
    struct parser *parser;
    struct bytes plain;
    struct list list;
    enum font font;
};

static void flush(struct words *words)
{
    struct node *node;

    if (words->plain.size == 0)
        return;
    node = node_text(words->parser, NODE_TEXT, words->plain.data, words->plain.size);
    node->font = words->font;
    list_add(&words->list, node);
    words->plain.size = 0;
}

/* A formula from its opening sign up to the closing one; where that is missing, the sign is a sign. */
static const char *formula(struct words *words, const char *at, const char *end, const char *close)
{
    const char *from = at + strlen(close), *past = memmem(from, (size_t)(end - from), close, strlen(close));

    if (past == NULL) {
        bytes_add(&words->plain, at + strlen(close) - 1, 1);
        return from;
    }
    flush(words);
    list_add(&words->list, parse_inner(words->parser, from, (size_t)(past - from)));
    return past + strlen(close);
}

/* \textbf{...} in a text, a symbol, an escaped sign. */
static const char *command(struct words *words, const char *at, const char *end)
{
    struct parser inner = *words->parser;
    struct token token;
    const struct symbol *symbol;
    struct node *node;

    inner.at = at;
    inner.end = end;
    token = token_peek(&inner);
    symbol = token.kind == TOKEN_COMMAND ? symbol_named(token.text, token.size) : NULL;
    if (token.kind == TOKEN_LINE || (symbol != NULL && symbol->class <= CLASS_INTEGRAL) ||
        (symbol != NULL && symbol->class == CLASS_SPACE)) {
        bytes_add_text(&words->plain, token.kind == TOKEN_LINE ? " " : symbol->text);
        return token.past + (token.size > 1 && token.past < end && *token.past == ' ');
    }
    if (token.kind == TOKEN_COMMAND && token.size == 1 && strchr("-/@", *token.text) != NULL)
        return token.past;
    inner.at = token.past;
    inner.depth++;
    node = inner.depth < FORMULA_DEPTH ? parse_command(&inner, &token) : NULL;
    if (node == NULL)
        node = node_unknown(&inner, &token);
    grasp_limit(words->parser, inner.grasp);
    flush(words);
    list_add(&words->list, node);
    return inner.at;
}

static const char *sign(struct words *words, const char *at, const char *end)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t size = strlen(signs[i].from);

        if ((size_t)(end - at) >= size && memcmp(at, signs[i].from, size) == 0) {
            bytes_add_text(&words->plain, signs[i].to);
            return at + size;
        }
    }
    if (*at != '{' && *at != '}')
        bytes_add(&words->plain, *at == '\n' || *at == '\t' ? " " : at, 1);
    return at + 1;
}

struct node *parse_text(struct parser *parser, const char *text, size_t size, enum font font)
{
    struct words words = {.parser = parser, .font = font};
    const char *end = text + size;

    for (const char *at = text; at < end;) {
        if (*at == '$')
            at = formula(&words, at, end, "$");
        else if (*at == '\\' && at + 1 < end && at[1] == '(')
            at = formula(&words, at, end, "\\)");
        else if (*at == '\\')
            at = command(&words, at, end);
        else
            at = sign(&words, at, end);
    }
    flush(&words);
    bytes_drop(&words.plain);
    return words.list.first;
}
