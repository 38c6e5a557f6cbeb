/* formula_script - what is raised and lowered: ^ and _, primes, Unicode's own small digits, \limits */
#include "stages/assembler/formula/formula_tree.h"

#include <string.h>

#include "proto/utf8.h"

struct scripts {
    struct node *under;
    struct list over; /* primes, and what comes after them */
    bool has_under, has_over, primes;
};

static bool is_prime(const struct token *token)
{
    return token_shows(token, "'") || token_shows(token, "′") || token_shows(token, "’");
}

bool script_begins(const struct token *token)
{
    uint32_t c = 0;
    bool raised;

    if (token->kind != TOKEN_CHARACTER)
        return false;
    utf8_next(token->text, token->size, &c);
    return token_shows(token, "^") || token_shows(token, "_") || is_prime(token) ||
           script_plain(c, &raised) != 0;
}

static struct node *read_prime(struct parser *parser)
{
    return node_symbol(parser, symbol_named("prime", 5));
}

/* Nothing after ^: the sign itself, raised. */
static struct node *read_script(struct parser *parser, const struct token *token)
{
    struct token next = token_peek(parser);

    if (next.kind == TOKEN_OPEN || next.kind == TOKEN_COMMAND ||
        (next.kind == TOKEN_CHARACTER && !script_begins(&next)))
        return parse_argument(parser);
    if (is_prime(&next)) {
        parser->at = next.past;
        return read_prime(parser);
    }
    return node_raw(parser, token->from, token->past);
}

/* x²³ */
static struct node *read_raised(struct parser *parser, bool raised)
{
    struct list list = {0};
    struct token token;
    uint32_t c, plain;
    bool is_raised;
    char text[5];

    for (token = token_peek(parser); token.kind == TOKEN_CHARACTER; token = token_peek(parser)) {
        if (utf8_next(token.text, token.size, &c) == 0)
            break;
        plain = script_plain(c, &is_raised);
        if (plain == 0 || is_raised != raised || is_prime(&token))
            break;
        parser->at = token.past;
        text[utf8_put(text, plain)] = '\0';
        list_add(&list, parse_inner(parser, text, strlen(text)));
    }
    return list.first;
}

/* One more script; false: it is none, or the second of its kind. */
static bool add_script(struct parser *parser, struct scripts *scripts, const struct token *token)
{
    bool raised = token_shows(token, "^") || is_prime(token);
    uint32_t c = 0;

    if (!script_begins(token))
        return false;
    utf8_next(token->text, token->size, &c);
    if (c >= 0x80 && !is_prime(token))
        script_plain(c, &raised);
    if (raised ? scripts->has_over && !scripts->primes : scripts->has_under)
        return false;
    if (c < 0x80 || is_prime(token))
        parser->at = token->past;
    if (!raised) {
        scripts->under = c == '_' ? read_script(parser, token) : read_raised(parser, false);
        scripts->has_under = true;
        return true;
    }
    list_add(&scripts->over, is_prime(token) ? read_prime(parser)
                             : c == '^'      ? read_script(parser, token)
                                             : read_raised(parser, true));
    scripts->primes = is_prime(token);
    scripts->has_over = true;
    return true;
}

/* \limits and its like: where the base wants them. */
static bool set_limits(struct parser *parser, struct node *base, const struct token *token)
{
    static const struct {
        const char *name;
        enum limits limits;
    } rows[] = {{"limits", LIMITS_ALWAYS}, {"nolimits", LIMITS_BESIDE}, {"displaylimits", LIMITS_DISPLAYED}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (token_is(token, rows[i].name)) {
            if (base != NULL)
                base->limits = rows[i].limits;
            parser->at = token->past;
            return true;
        }
    return false;
}

struct node *parse_scripts(struct parser *parser, struct node *base)
{
    struct scripts scripts = {0};
    struct token token = token_peek(parser);
    struct node *script, *group;

    while (set_limits(parser, base, &token) || add_script(parser, &scripts, &token))
        token = token_peek(parser);
    if (scripts.under == NULL && scripts.over.first == NULL)
        return base;
    if (base != NULL && base->next != NULL) {
        group = node_new(parser, NODE_GROUP);
        group->body = base;
        base = group;
    }
    script = node_new(parser, NODE_SCRIPT);
    script->body = base;
    script->under = scripts.under;
    script->over = scripts.over.first;
    script->limits = base != NULL ? base->limits : LIMITS_BESIDE;
    return script;
}
