/* formula_fence - delimiters: \left, \right and \middle, \big and its sizes, and what they stand around */
#include "stages/assembler/formula/formula_command.h"

#include <string.h>

struct node *fence_new(struct parser *parser, const char *open, const char *close, struct node *content)
{
    struct node *node = node_new(parser, NODE_FENCE);

    node->text = open;
    node->close = close;
    node->body = content;
    return node;
}

struct delimiter {
    const char *text, *tex;
    enum symbol_class class;
};

/* After \left, \big and so on: something that opens or closes, an arrow, a slash, or a point for nothing. */
static bool read_delimiter(struct parser *parser, struct delimiter *delimiter)
{
    struct token token = token_peek(parser);
    const struct symbol *symbol = token.kind == TOKEN_COMMAND     ? symbol_named(token.text, token.size)
                                  : token.kind == TOKEN_CHARACTER ? symbol_literal(token.text, token.size)
                                                                  : NULL;
    bool point = token_shows(&token, ".");

    if (token.kind == TOKEN_CHARACTER && symbol == NULL)
        symbol = symbol_shown(token.text, token.size);
    if (token_shows(&token, "<") || token_shows(&token, ">"))
        symbol = token_shows(&token, "<") ? symbol_named("langle", 6) : symbol_named("rangle", 6);
    if (symbol == NULL ||
        !(point || (symbol->class >= CLASS_OPEN && symbol->class <= CLASS_DELIMITER) ||
          strcmp(symbol->text, "/") == 0 || strcmp(symbol->text, "\\") == 0 ||
          strstr(symbol->name, "parrow") != NULL || strstr(symbol->name, "downarrow") != NULL))
        return false;
    delimiter->class = symbol->class;
    delimiter->text = point ? "" : symbol->text;
    delimiter->tex = node_symbol(parser, symbol)->tex;
    parser->at = token.past;
    return true;
}

READER(read_left)
{
    struct delimiter open, close;
    struct node *node;
    struct list list = {0};
    struct token right;

    UNUSED(command);
    if (parser->depth >= FORMULA_DEPTH || !read_delimiter(parser, &open))
        return node_raw(parser, token->from, token->past);
    node = fence_new(parser, open.text, "",
                     parse_scope(parser, (struct scope){.fences = parser->scope.fences + 1,
                                                        .lines = parser->scope.lines,
                                                        .ends = parser->scope.ends}));
    right = token_peek(parser);
    if (token_is(&right, "right")) {
        parser->at = right.past;
        if (read_delimiter(parser, &close)) {
            node->close = close.text;
            node->tex = open.tex;
            node->close_tex = close.tex;
            return node;
        }
        parser->at = right.from;
    }
    list_add(&list, node_raw(parser, token->from, token->past));
    list_add(&list, node_text(parser, NODE_ATOM, open.text, strlen(open.text)));
    list_add(&list, node->body);
    return list.first;
}

READER(read_middle)
{
    struct delimiter delimiter;
    struct node *node;

    UNUSED(command);
    if (!read_delimiter(parser, &delimiter))
        return node_raw(parser, token->from, token->past);
    node = node_new(parser, parser->scope.fences > 0 ? NODE_MIDDLE : NODE_ATOM);
    node->class = CLASS_RELATION;
    node->text = delimiter.text;
    node->tex = delimiter.tex;
    return node;
}

static bool is_big(const struct token *token)
{
    static const char *const sizes[] = {"big", "Big", "bigg", "Bigg"};
    size_t size = token->size;

    if (token->kind != TOKEN_COMMAND)
        return false;
    if (size > 3 && strchr("lrm", token->text[size - 1]) != NULL)
        size--;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (strlen(sizes[i]) == size && memcmp(sizes[i], token->text, size) == 0)
            return true;
    return false;
}

/* \bigl( opens, \bigr| closes, \big( does what ( does. */
static enum symbol_class big_class(const struct token *token, enum symbol_class class)
{
    switch (token->text[token->size - 1]) {
    case 'l':
        return CLASS_OPEN;
    case 'r':
        return CLASS_CLOSE;
    case 'm':
        return CLASS_RELATION;
    default:
        return class;
    }
}

struct node *fence_sized(struct parser *parser, const struct token *token)
{
    struct delimiter delimiter;
    struct node *node;
    size_t size = (size_t)(token->past - token->from);

    if (!is_big(token))
        return NULL;
    if (!read_delimiter(parser, &delimiter))
        return node_raw(parser, token->from, token->past);
    if (*delimiter.text == '\0') /* \big. */
        return node_nothing(parser);
    node = node_new(parser, NODE_ATOM);
    node->class = big_class(token, delimiter.class);
    node->text = delimiter.text;
    node->tex = text_joined(parser, text_kept(parser, token->from, size), delimiter.tex);
    return node;
}

/* What the token shows as a delimiter, of whatever size; false: it is none. */
static bool look_ahead(struct parser *parser, const struct token *token, struct delimiter *delimiter)
{
    struct parser ahead = *parser;
    bool big = is_big(token);

    if (token->kind != TOKEN_CHARACTER && token->kind != TOKEN_COMMAND)
        return false;
    if (token_shows(token, "<") || token_shows(token, ">")) /* after \left only */
        return false;
    ahead.at = big ? token->past : token->from;
    if (!read_delimiter(&ahead, delimiter))
        return false;
    if (big)
        delimiter->class = big_class(token, delimiter->class);
    return true;
}

static bool is_pair(const char *open, const char *close)
{
    static const char *const pairs[][2] = {
        {"(", ")"}, {"(", "]"}, {"[", "]"}, {"[", ")"}, {"{", "}"}, {"⟨", "⟩"},
        {"⌊", "⌋"}, {"⌈", "⌉"}, {"⌜", "⌝"}, {"|", "|"}, {"|", "⟩"}, {"‖", "‖"},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(pairs[i][0], open) == 0 && strcmp(pairs[i][1], close) == 0)
            return true;
    return false;
}

const struct opened *fence_closes(struct parser *parser, const struct token *token)
{
    const struct opened *opened = parser->scope.opened;
    struct delimiter delimiter;

    if (opened == NULL || !look_ahead(parser, token, &delimiter))
        return NULL;
    if (delimiter.class != CLASS_CLOSE && (delimiter.class != CLASS_DELIMITER || !parser->operand))
        return NULL;
    while (opened != NULL && !is_pair(opened->text, delimiter.text))
        opened = opened->outer;
    return opened;
}

/* \abs{x}, \ket{x} */
READER(read_fenced)
{
    struct node *node;

    UNUSED(token);
    node = fence_new(parser, command->text, command->close, parse_argument(parser));
    node->plain = command->value != 0;
    return node;
}
