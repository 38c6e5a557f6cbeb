/* formula_token - what a formula is written in: characters, commands, braces; and the nodes that need no more
 */
#include "stages/assembler/formula/formula_tree.h"

#include <string.h>

#include "proto/utf8.h"

static bool blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* At least one byte, whatever stands there. */
static size_t character_size(const char *text, size_t size)
{
    uint32_t c;
    size_t step = utf8_next(text, size, &c);

    return step > 0 ? step : 1;
}

/* A backslash and letters, or one character that is none; any blank is a blank. A backslash at the end is a
 * character. */
static struct token command(const char *from, const char *end)
{
    struct token token = {.kind = TOKEN_COMMAND, .text = from + 1, .from = from};
    const char *past = from + 1;

    if (past == end)
        return (struct token){TOKEN_CHARACTER, from, 1, from, end};
    while (past < end && letter(*past))
        past++;
    if (past == from + 1)
        past += character_size(past, (size_t)(end - past));
    token.size = (size_t)(past - token.text);
    token.past = past;
    if (blank(*token.text))
        token.text = " ";
    if (*token.text == '\\')
        token.kind = TOKEN_LINE;
    return token;
}

struct token token_peek(struct parser *parser)
{
    struct token token = {0};

    while (parser->at < parser->end && blank(*parser->at))
        parser->at++;
    token.text = token.from = token.past = parser->at;
    if (parser->at == parser->end)
        return token;
    if (*parser->at == '\\')
        return command(parser->at, parser->end);
    token.size = character_size(parser->at, (size_t)(parser->end - parser->at));
    token.past += token.size;
    token.kind = *parser->at == '{'   ? TOKEN_OPEN
                 : *parser->at == '}' ? TOKEN_CLOSE
                 : *parser->at == '&' ? TOKEN_CELL
                                      : TOKEN_CHARACTER;
    return token;
}

/* Asked of long tables: the first letter mostly tells. */
static bool is_text(const struct token *token, const char *text)
{
    return token->size > 0 && *text == *token->text && strlen(text) == token->size &&
           memcmp(token->text, text, token->size) == 0;
}

bool token_is(const struct token *token, const char *command)
{
    return token->kind == TOKEN_COMMAND && is_text(token, command);
}

bool token_shows(const struct token *token, const char *character)
{
    return token->kind == TOKEN_CHARACTER && is_text(token, character);
}

/* ---- nodes */

struct node *node_new(struct parser *parser, enum node_kind kind)
{
    struct node *node = pool_get(parser->pool, 1, sizeof *node);

    node->kind = kind;
    node->font = parser->font;
    return node;
}

char *text_kept(struct parser *parser, const char *text, size_t size)
{
    char *kept = pool_get(parser->pool, size + 1, 1);

    memcpy(kept, text, size);
    return kept;
}

char *text_joined(struct parser *parser, const char *text, const char *more)
{
    char *joined = pool_get(parser->pool, strlen(text) + strlen(more) + 1, 1);

    memcpy(joined, text, strlen(text));
    memcpy(joined + strlen(text), more, strlen(more));
    return joined;
}

struct node *node_text(struct parser *parser, enum node_kind kind, const char *text, size_t size)
{
    struct node *node = node_new(parser, kind);

    node->text = text_kept(parser, text, size);
    return node;
}

void grasp_limit(struct parser *parser, enum grasp grasp)
{
    if (parser->grasp < grasp)
        parser->grasp = grasp;
}

struct node *node_raw(struct parser *parser, const char *from, const char *past)
{
    grasp_limit(parser, GRASP_NONE);
    return node_text(parser, NODE_RAW, from, (size_t)(past - from));
}

struct node *node_unknown(struct parser *parser, const struct token *token)
{
    grasp_limit(parser, GRASP_PART);
    return node_text(parser, NODE_RAW, token->from, (size_t)(token->past - token->from));
}

struct node *node_nothing(struct parser *parser)
{
    struct node *node = node_new(parser, NODE_SPACE);

    node->text = node->tex = "";
    return node;
}

static enum node_kind kind_of(enum symbol_class class)
{
    switch (class) {
    case CLASS_LARGE:
    case CLASS_INTEGRAL:
        return NODE_LARGE;
    case CLASS_FUNCTION:
    case CLASS_LIMIT:
        return NODE_FUNCTION;
    case CLASS_SPACE:
    case CLASS_STYLE:
        return NODE_SPACE;
    default:
        return NODE_ATOM;
    }
}

static const char *spelled(struct parser *parser, const struct symbol *symbol)
{
    if (symbol->spelling == SPELLED_LITERAL)
        return symbol->name;
    if (symbol->spelling == SPELLED_OURS)
        return symbol->class == CLASS_SPACE ? "\\;" : NULL;
    return text_joined(parser, "\\", symbol->name);
}

struct node *node_symbol(struct parser *parser, const struct symbol *symbol)
{
    struct node *node = node_new(parser, kind_of(symbol->class));

    node->class = symbol->class;
    node->text = symbol->text;
    node->tex = spelled(parser, symbol);
    if (symbol->class == CLASS_LARGE || symbol->class == CLASS_LIMIT)
        node->limits = parser->displayed ? LIMITS_ALWAYS : LIMITS_DISPLAYED;
    return node;
}

void list_add(struct list *list, struct node *row)
{
    if (list->end == NULL)
        list->end = &list->first;
    *list->end = row;
    while (*list->end != NULL)
        list->end = &(*list->end)->next;
}

bool row_is_void(const struct node *row)
{
    for (; row != NULL && row->kind != NODE_MIDDLE; row = row->next)
        if (row->kind == NODE_GROUP ? row->body != NULL : row->kind != NODE_SPACE || *row->text != '\0')
            return false;
    return true;
}
