/* formula_parse - rows, groups and characters; scripts are formula_script.c's, what commands build is
 * formula_command.c's
 *
 * Every row and every argument goes one level deeper, and at FORMULA_DEPTH what would be deeper stays as
 * written.  So neither we nor those who write the tree need more stack than that.
 */
#include "stages/assembler/formula/formula_tree.h"

#include <string.h>

#include "proto/utf8.h"

/* ---- what a row is made of */

/* The content of {...}; with the brace itself in front if nobody closes it. */
struct node *parse_braces(struct parser *parser, const struct token *token)
{
    struct list list = {0};
    struct node *row;
    const char *past;

    if (parser->depth >= FORMULA_DEPTH) {
        braces_end(token->from, parser->end, &past);
        parser->at = past;
        return node_raw(parser, token->from, past);
    }
    parser->at = token->past;
    row = parse_scope(parser, (struct scope){0});
    if (token_peek(parser).kind == TOKEN_CLOSE) {
        parser->at++;
        return row;
    }
    list_add(&list, node_raw(parser, token->from, token->past));
    list_add(&list, row);
    return list.first;
}

static struct node *read_group(struct parser *parser, const struct token *token)
{
    struct node *group = node_new(parser, NODE_GROUP);

    group->body = parse_braces(parser, token);
    return group;
}

static bool digit(const char *at, const char *end)
{
    return at < end && *at >= '0' && *at <= '9';
}

/* 3.14 is one number, 1,000 is not: f(1,2). */
static struct node *read_number(struct parser *parser, const struct token *token, bool single)
{
    const char *past = token->past;
    struct node *node;

    while (!single &&
           (digit(past, parser->end) || (past < parser->end && *past == '.' && digit(past + 1, parser->end))))
        past++;
    node = node_text(parser, NODE_ATOM, token->from, (size_t)(past - token->from));
    node->class = CLASS_NUMBER;
    parser->at = past;
    return node;
}

/* Characters that neither fonts for formulas nor MathJax take for formulas: other scripts, coins, pictures.
 */
static bool foreign(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } known[] = {{0, 0x24f},       {0x2b0, 0x3ff},   {0x1d00, 0x209f},
                 {0x2100, 0x23ff}, {0x2460, 0x2bff}, {0x1d400, 0x1d7ff}};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (c >= known[i].first && c <= known[i].last)
            return false;
    return true;
}

static struct node *read_foreign(struct parser *parser, const struct token *token)
{
    const char *past = token->past;
    uint32_t c;
    size_t step;

    while (past < parser->end && (step = utf8_next(past, (size_t)(parser->end - past), &c)) > 0 && foreign(c))
        past += step;
    parser->at = past;
    return node_text(parser, NODE_TEXT, token->from, (size_t)(past - token->from));
}

static struct node *read_root_sign(struct parser *parser)
{
    struct node *node = node_new(parser, NODE_RADICAL);

    node->body = parse_argument(parser);
    return node;
}

static struct node *read_character(struct parser *parser, const struct token *token, bool single)
{
    const struct symbol *symbol = symbol_literal(token->text, token->size);
    struct node *node;
    uint32_t c = 0;

    if (digit(token->from, parser->end))
        return read_number(parser, token, single);
    if (utf8_next(token->text, token->size, &c) > 0 && foreign(c))
        return read_foreign(parser, token);
    parser->at = token->past;
    if (c == ':' && token->past < parser->end && *token->past == '=') { /* one sign, not two */
        parser->at++;
        node = node_text(parser, NODE_ATOM, token->from, 2);
        node->class = CLASS_RELATION;
        node->tex = node->text;
        return node;
    }
    if (c == 0x221a)
        return read_root_sign(parser);
    if (symbol == NULL && c >= 0x80)
        symbol = symbol_shown(token->text, token->size);
    if (symbol != NULL)
        return node_symbol(parser, symbol);
    if (*token->text == '\\') /* at the end: a command without a name */
        return node_raw(parser, token->from, token->past);
    node = node_text(parser, NODE_ATOM, token->text, token->size);
    node->tex = *token->text == '%' || *token->text == '#' || *token->text == '$' ? NULL : node->text;
    return node;
}

static struct node *read_command(struct parser *parser, const struct token *token)
{
    const struct symbol *symbol = symbol_named(token->text, token->size);
    struct node *node;

    parser->at = token->past;
    node = parse_command(parser, token);
    if (node != NULL)
        return node;
    if (symbol == NULL)
        return node_unknown(parser, token);
    if (symbol->class == CLASS_STYLE)
        parser->displayed = token_is(token, "displaystyle");
    return node_symbol(parser, symbol);
}

/* ---- pairs of parentheses */

static struct node *pair(struct parser *parser, struct node *open, struct node *content, struct node *close)
{
    struct node *fence = node_new(parser, NODE_FENCE);

    fence->plain = true;
    fence->text = open->text;
    fence->tex = open->tex;
    fence->close = close->text;
    fence->close_tex = close->tex;
    fence->body = content;
    return fence;
}

/* (...) is one thing if it is closed in the same row, else it is its parts. */
static struct node *read_pair(struct parser *parser, struct node *open)
{
    struct opened opened = {open->text, parser->scope.opened};
    struct list list = {0};
    struct node *content;
    struct token token;
    bool closed;

    if (parser->depth >= FORMULA_DEPTH)
        return open;
    parser->scope.opened = &opened;
    content = parse_row(parser);
    token = token_peek(parser);
    closed = fence_closes(parser, &token) == &opened;
    parser->scope.opened = opened.outer;
    if (closed)
        return pair(parser, open, content, parse_item(parser, &token, true));
    list_add(&list, open);
    list_add(&list, content);
    return list.first;
}

/* A bar opens where an operand is missing: |x| + |y|, but a | b. */
static bool opens(const struct parser *parser, const struct node *node)
{
    return node != NULL && node->kind == NODE_ATOM &&
           (node->class == CLASS_OPEN || (node->class == CLASS_DELIMITER && !parser->operand));
}

/* Takes at least one token, unless that is a script. */
struct node *parse_item(struct parser *parser, const struct token *token, bool single)
{
    struct node *node;

    if (token->kind == TOKEN_OPEN)
        return read_group(parser, token);
    if (token->kind == TOKEN_COMMAND)
        node = read_command(parser, token);
    else if (token->kind == TOKEN_CHARACTER)
        node = read_character(parser, token, single);
    else {
        parser->at = token->past;
        if (token->kind == TOKEN_LINE) /* where there are no lines */
            return node_symbol(parser, symbol_named("quad", 4));
        return node_raw(parser, token->from, token->past);
    }
    return !single && opens(parser, node) ? read_pair(parser, node) : node;
}

/* ---- rows */

/* Do other operands stand behind an operator after this? */
static bool is_operand(const struct node *node)
{
    const struct node *core = node->kind == NODE_SCRIPT && node->body != NULL ? node->body : node;

    if (core->kind == NODE_ATOM)
        return core->class < CLASS_OPERATOR || core->class >= CLASS_CLOSE;
    return core->kind != NODE_FUNCTION && core->kind != NODE_LARGE && core->kind != NODE_MIDDLE &&
           core->kind != NODE_ARROW;
}

static void note_operand(struct parser *parser, const struct node *row)
{
    for (; row != NULL; row = row->next)
        if (row->kind != NODE_SPACE)
            parser->operand = is_operand(row);
}

bool parse_stops(struct parser *parser, const struct token *token)
{
    switch (token->kind) {
    case TOKEN_END:
    case TOKEN_CLOSE:
        return true;
    case TOKEN_CELL:
    case TOKEN_LINE:
        return parser->scope.lines;
    case TOKEN_COMMAND:
        if (token_is(token, "right"))
            return parser->scope.fences > 0;
        if (token_is(token, "end"))
            return parser->scope.ends;
        break;
    default:
        break;
    }
    return fence_closes(parser, token) != NULL;
}

/* a \over b: what was read is the numerator, the rest of the row the denominator. */
static struct node *read_infix(struct parser *parser, const struct token *token, struct node *over)
{
    struct node *fraction, *fence;

    parser->at = token->past;
    fraction = node_new(parser, NODE_FRACTION);
    fraction->plain = !token_is(token, "over");
    fraction->over = over;
    fraction->under = parse_row(parser);
    if (!token_is(token, "choose"))
        return fraction;
    fence = node_new(parser, NODE_FENCE);
    fence->text = "(";
    fence->close = ")";
    fence->body = fraction;
    return fence;
}

static bool is_infix(const struct token *token)
{
    return token_is(token, "over") || token_is(token, "choose") || token_is(token, "atop");
}

struct node *parse_row(struct parser *parser)
{
    struct list list = {0};
    struct token token;
    struct node *item;
    enum font font = parser->font;
    bool displayed = parser->displayed;

    parser->depth++;
    parser->operand = false;
    for (token = token_peek(parser); !parse_stops(parser, &token); token = token_peek(parser)) {
        if (is_infix(&token) && parser->depth < FORMULA_DEPTH) {
            list = (struct list){.first = read_infix(parser, &token, list.first)};
            continue;
        }
        item = parse_scripts(parser, script_begins(&token) ? NULL : parse_item(parser, &token, false));
        list_add(&list, item);
        note_operand(parser, item);
    }
    parser->depth--;
    parser->font = font;
    parser->displayed = displayed;
    return list.first;
}

struct node *parse_scope(struct parser *parser, struct scope scope)
{
    struct scope outer = parser->scope;
    struct node *row;

    parser->scope = scope;
    row = parse_row(parser);
    parser->scope = outer;
    return row;
}

struct node *parse_inner(struct parser *parser, const char *text, size_t size)
{
    struct parser inner = *parser;
    struct list list = {0};
    struct token token;

    if (parser->depth >= FORMULA_DEPTH)
        return node_raw(parser, text, text + size);
    inner.at = text_kept(parser, text, size);
    inner.end = inner.at + size;
    inner.scope = (struct scope){0};
    inner.depth++;
    for (token = token_peek(&inner); token.kind != TOKEN_END; token = token_peek(&inner))
        list_add(&list, token.kind == TOKEN_CLOSE ? parse_item(&inner, &token, false) : parse_row(&inner));
    grasp_limit(parser, inner.grasp);
    return list.first;
}

/* ---- all of it */

const struct formula *formula_parse(struct pool *pool, const char *tex, size_t size)
{
    struct formula *formula = pool_get(pool, 1, sizeof *formula);
    struct parser parser = {.pool = pool, .at = tex, .end = tex + size};
    struct list list = {0};
    struct token token;

    if (size > FORMULA_SIZE)
        list_add(&list, node_raw(&parser, tex, parser.end));
    else
        for (token = token_peek(&parser); token.kind != TOKEN_END; token = token_peek(&parser))
            list_add(&list, token.kind == TOKEN_CLOSE ? parse_item(&parser, &token, false)
                                                      : parse_lines(&parser, "aligned"));
    formula->row = list.first;
    formula->grasp = parser.grasp;
    return formula;
}

bool formula_whole(const struct formula *formula)
{
    return formula->grasp == GRASP_WHOLE;
}

bool formula_sound(const struct formula *formula)
{
    return formula->grasp != GRASP_NONE;
}
