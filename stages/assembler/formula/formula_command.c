/* formula_command - what commands build: fractions, roots, accents, fonts, boxes; others have files of their
 * own */
#include "stages/assembler/formula/formula_command.h"

#include <string.h>

/* ---- fractions, roots */

/* value: without a line; text: what it stands between. */
static READER(read_fraction)
{
    struct node *fraction = node_new(parser, NODE_FRACTION);

    UNUSED(token);
    skip_option(parser); /* \cfrac[l] */
    fraction->plain = command->value != 0;
    fraction->over = parse_argument(parser);
    fraction->under = parse_argument(parser);
    return command->text == NULL ? fraction : fence_new(parser, command->text, command->close, fraction);
}

static READER(read_root)
{
    struct node *node = node_new(parser, NODE_RADICAL);

    UNUSED(command);
    UNUSED(token);
    parse_option(parser, &node->over);
    node->body = parse_argument(parser);
    return node;
}

/* ---- over and under */

static struct node *stacked(struct parser *parser, struct node *base, struct node *under, struct node *over)
{
    struct node *node = node_new(parser, NODE_SCRIPT);

    node->limits = LIMITS_ALWAYS;
    node->body = base;
    node->under = under;
    node->over = over;
    return node;
}

/* \overset{over}{base}; value: below. */
static READER(read_stacked)
{
    struct node *mark = parse_argument(parser), *base = parse_argument(parser);

    UNUSED(token);
    return command->value != 0 ? stacked(parser, base, mark, NULL) : stacked(parser, base, NULL, mark);
}

static struct node *read_wide(struct parser *parser, const struct symbol *symbol)
{
    struct node *node = node_new(parser, symbol->class == CLASS_ACCENT  ? NODE_ACCENT
                                         : symbol->class == CLASS_ARROW ? NODE_ARROW
                                                                        : NODE_BRACE);

    node->class = symbol->class;
    node->text = symbol->text;
    if (symbol->spelling == SPELLED_COMMAND)
        node->tex = symbol->name;
    if (node->kind == NODE_ARROW) {
        parse_option(parser, &node->under);
        node->over = parse_argument(parser);
        return node;
    }
    node->body = parse_argument(parser);
    if (node->kind == NODE_BRACE)
        node->limits = LIMITS_ALWAYS;
    return node;
}

/* ---- words and fonts */

static READER(read_text)
{
    const char *text;
    size_t size;

    if (!parse_words(parser, &text, &size))
        return node_raw(parser, token->from, token->past);
    return parse_text(parser, text, size, (enum font)command->value);
}

static struct node *grouped(struct parser *parser, struct node *row)
{
    struct node *group = node_new(parser, NODE_GROUP);

    group->body = row;
    return group;
}

static READER(read_font)
{
    UNUSED(token);
    return grouped(parser, parse_in_font(parser, (enum font)command->value));
}

/* {\bf x}: up to the end of the row. */
static READER(read_font_switch)
{
    UNUSED(token);
    parser->font = (enum font)command->value;
    return node_nothing(parser);
}

/* Letters, blanks and dashes of a name; anything else makes it a group of upright letters. */
static bool name_of(const struct node *row, struct bytes *name)
{
    for (const struct node *node = row; node != NULL; node = node->next) {
        if (node->kind != NODE_ATOM && node->kind != NODE_SPACE && node->kind != NODE_FUNCTION &&
            node->kind != NODE_TEXT)
            return false;
        bytes_add_text(name, node->kind == NODE_SPACE ? " " : node->text);
    }
    return row != NULL;
}

static READER(read_operator_name)
{
    struct token star = token_peek(parser);
    struct node *row, *node;
    struct bytes name = {0};

    UNUSED(command);
    UNUSED(token);
    if (token_shows(&star, "*"))
        parser->at = star.past;
    row = parse_in_font(parser, FONT_UPRIGHT);
    node = node_new(parser, NODE_FUNCTION);
    node->class = CLASS_FUNCTION;
    if (name_of(row, &name))
        node->text = text_kept(parser, name.data, name.size);
    else
        node = grouped(parser, row);
    bytes_drop(&name);
    if (token_shows(&star, "*"))
        node->limits = LIMITS_DISPLAYED;
    return node;
}

/* \mathop, \mathrel and so on; value: the class. */
static READER(read_class)
{
    struct node *group;

    if (token_is(token, "smash"))
        skip_option(parser);
    group = grouped(parser, parse_argument(parser));
    group->class = (enum symbol_class)command->value;
    if (group->class == CLASS_LARGE)
        group->limits = LIMITS_DISPLAYED;
    return group;
}

/* ---- boxes */

/* value: its kind. */
static READER(read_box)
{
    struct node *node = node_new(parser, (enum node_kind)command->value);

    UNUSED(token);
    node->tex = command->name;
    node->body = parse_argument(parser);
    return node;
}

static READER(read_text_box)
{
    struct node *node = node_new(parser, NODE_BOX);
    const char *text;
    size_t size;

    UNUSED(command);
    if (!parse_words(parser, &text, &size))
        return node_raw(parser, token->from, token->past);
    node->body = parse_text(parser, text, size, FONT_AUTO);
    return node;
}

/* ---- what only its argument is kept of, or nothing */

/* value: so many arguments go. */
static READER(read_dropped)
{
    const char *text;
    size_t size;

    UNUSED(token);
    skip_option(parser);
    for (int i = 0; i < command->value; i++)
        parse_words(parser, &text, &size);
    return node_nothing(parser);
}

static READER(read_space)
{
    struct node *node = node_nothing(parser);
    const char *text;
    size_t size;

    UNUSED(command);
    skip_star(parser);
    if (!parse_words(parser, &text, &size))
        return node_raw(parser, token->from, token->past);
    if (size > 0 && *text != '-') {
        node->text = "\u2003";
        node->tex = "\\quad";
    }
    return node;
}

static READER(read_tag)
{
    struct list list = {0};
    const char *text;
    size_t size;

    UNUSED(command);
    skip_star(parser);
    if (!parse_words(parser, &text, &size))
        return node_raw(parser, token->from, token->past);
    list_add(&list, node_symbol(parser, symbol_named("qquad", 5)));
    list_add(&list, node_text(parser, NODE_TEXT, "(", 1));
    list_add(&list, parse_text(parser, text, size, FONT_AUTO));
    list_add(&list, node_text(parser, NODE_TEXT, ")", 1));
    return list.first;
}

/* ---- negation */

/* \not and what follows; a character of its own where Unicode has one. */
static READER(read_not)
{
    static const char *const pairs[][2] = {
        {"=", "≠"}, {"∈", "∉"}, {"∋", "∌"}, {"≡", "≢"}, {"∼", "≁"}, {"≈", "≉"}, {"≅", "≇"},
        {"<", "≮"}, {">", "≯"}, {"≤", "≰"}, {"≥", "≱"}, {"⊂", "⊄"}, {"⊃", "⊅"}, {"⊆", "⊈"},
        {"⊇", "⊉"}, {"∣", "∤"}, {"|", "∤"}, {"∥", "∦"}, {"⊢", "⊬"}, {"⊨", "⊭"}, {"∃", "∄"},
        {"→", "↛"}, {"←", "↚"}, {"⇒", "⇏"}, {"⇔", "⇎"}, {"≃", "≄"}, {"≺", "⊀"}, {"≻", "⊁"},
    };
    struct node *node = parse_argument(parser);

    UNUSED(command);
    if (node == NULL || node->kind != NODE_ATOM || node->next != NULL) {
        struct list list = {0};

        list_add(&list, node_raw(parser, token->from, token->past));
        list_add(&list, node);
        return list.first;
    }
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(pairs[i][0], node->text) == 0) {
            const struct symbol *symbol = symbol_shown(pairs[i][1], strlen(pairs[i][1]));

            if (symbol != NULL)
                return node_symbol(parser, symbol);
            node->text = node->tex = pairs[i][1];
            return node;
        }
    node->tex = node->tex == NULL ? NULL : text_joined(parser, "\\not ", node->tex);
    node->text = text_joined(parser, node->text, "\u0338");
    return node;
}

/* ---- remainders */

static READER(read_mod)
{
    struct node *name = node_text(parser, NODE_FUNCTION, "mod", 3), *node;
    struct list list = {0};

    UNUSED(token);
    name->class = CLASS_OPERATOR;
    name->tex = "\\bmod";
    if (command->value == 0)
        return name;
    name->class = CLASS_FUNCTION;
    name->tex = NULL;
    list_add(&list, name);
    list_add(&list, parse_argument(parser));
    if (command->value == 1) {
        node = fence_new(parser, "(", ")", list.first);
        node->plain = true;
        node->tex = "(";
        node->close_tex = ")";
        list = (struct list){.first = node};
    }
    node = node_symbol(parser, symbol_named("quad", 4));
    node->next = list.first;
    return node;
}

/* ---- environments, chemistry */

static READER(read_environment)
{
    UNUSED(command);
    return parse_environment(parser, token);
}

/* \end without its \begin, \right without its \left. */
static READER(read_end)
{
    const char *text;
    size_t size;

    UNUSED(command);
    if (!parse_words(parser, &text, &size))
        return node_raw(parser, token->from, token->past);
    return node_raw(parser, token->from, parser->at);
}

static READER(read_substack)
{
    struct token brace = token_peek(parser);
    struct scope outer = parser->scope;
    struct node *node;

    UNUSED(command);
    if (brace.kind != TOKEN_OPEN || parser->depth >= FORMULA_DEPTH)
        return node_raw(parser, token->from, token->past);
    parser->at = brace.past;
    parser->scope = (struct scope){.lines = true};
    node = parse_lines(parser, "substack");
    parser->scope = outer;
    if (token_peek(parser).kind == TOKEN_CLOSE)
        parser->at++;
    else
        grasp_limit(parser, GRASP_PART);
    return node;
}

static READER(read_chemistry)
{
    const char *text;
    size_t size;

    UNUSED(command);
    if (!parse_words(parser, &text, &size))
        return node_raw(parser, token->from, token->past);
    return parse_chemistry(parser, text, size);
}

/* A name that people define themselves, read as what they mean by it. */
static READER(read_alias)
{
    UNUSED(token);
    return parse_inner(parser, command->text, strlen(command->text));
}

#define COMMAND(name, read, text, close, value) {name, read, text, close, value},
static const struct command commands[] = {
#include "stages/assembler/formula/formula_commands.def"
};
#undef COMMAND

struct node *parse_command(struct parser *parser, const struct token *token)
{
    const struct symbol *symbol = symbol_named(token->text, token->size);
    struct node *node;

    if (symbol != NULL && symbol->class >= CLASS_ACCENT && symbol->class <= CLASS_ARROW)
        return read_wide(parser, symbol);
    node = fence_sized(parser, token);
    if (node != NULL)
        return node;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (token_is(token, commands[i].name))
            return commands[i].read(parser, &commands[i], token);
    return NULL;
}
