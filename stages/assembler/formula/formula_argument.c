/* formula_argument - what commands take: formulas, words, options */
#include "stages/assembler/formula/formula_tree.h"

#include <string.h>

enum { OPTION_SIZE = 256 };

/* Up to the brace that closes the one at from, or the end; whether there is one. */
bool braces_end(const char *from, const char *end, const char **past)
{
    size_t open = 0;

    for (const char *at = from; at < end; at++)
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (*at == '{')
            open++;
        else if (*at == '}' && --open == 0) {
            *past = at + 1;
            return true;
        }
    *past = end;
    return false;
}

struct node *parse_argument(struct parser *parser)
{
    struct token token = token_peek(parser);
    struct node *node;

    if (token.kind == TOKEN_OPEN)
        return parse_braces(parser, &token);
    if ((token.kind != TOKEN_CHARACTER && token.kind != TOKEN_COMMAND) || script_begins(&token) ||
        parse_stops(parser, &token))
        return NULL;
    if (parser->depth >= FORMULA_DEPTH) {
        parser->at = token.past;
        return node_raw(parser, token.from, token.past);
    }
    parser->depth++;
    node = parse_item(parser, &token, true);
    parser->depth--;
    return node;
}

struct node *parse_in_font(struct parser *parser, enum font font)
{
    enum font outer = parser->font;
    struct node *row;

    parser->font = font;
    row = parse_argument(parser);
    parser->font = outer;
    return row;
}

bool parse_words(struct parser *parser, const char **text, size_t *size)
{
    struct token token = token_peek(parser);
    const char *past;

    if (token.kind != TOKEN_OPEN) {
        if (token.kind != TOKEN_CHARACTER)
            return false;
        *text = token.text;
        *size = token.size;
        parser->at = token.past;
        return true;
    }
    if (!braces_end(token.from, parser->end, &past))
        return false;
    *text = token.past;
    *size = (size_t)(past - 1 - token.past);
    parser->at = past;
    return true;
}

/* Of the ] for the [ at from, not far away and not inside braces; NULL: there is none. */
static const char *bracket_end(const char *from, const char *end)
{
    int brackets = 0, braces = 0;

    if (end - from > OPTION_SIZE)
        end = from + OPTION_SIZE;
    for (const char *at = from; at < end && braces >= 0; at++) {
        brackets += braces == 0 ? (*at == '[') - (*at == ']') : 0;
        braces += (*at == '{') - (*at == '}');
        if (brackets == 0)
            return at;
    }
    return NULL;
}

void skip_star(struct parser *parser)
{
    struct token star = token_peek(parser);

    if (token_shows(&star, "*"))
        parser->at = star.past;
}

bool skip_option(struct parser *parser)
{
    struct token token = token_peek(parser);
    const char *end = token_shows(&token, "[") ? bracket_end(token.from, parser->end) : NULL;

    if (end == NULL)
        return false;
    parser->at = end + 1;
    return true;
}

bool parse_option(struct parser *parser, struct node **row)
{
    struct token token = token_peek(parser);

    *row = NULL;
    if (!skip_option(parser))
        return false;
    *row = parse_inner(parser, token.past, (size_t)(parser->at - 1 - token.past));
    return true;
}
