/* formula_template - commands of the physics, derivative and siunitx packages, written as what they stand for
 *
 * https://ctan.org/pkg/physics, https://ctan.org/pkg/derivative, https://ctan.org/pkg/siunitx
 */
#include "stages/assembler/formula/formula_command.h"

#include <string.h>

enum { ARGUMENTS_MAX = 3 };

struct words {
    const char *text;
    size_t size;
};

/* Arguments in braces, as many as there are and at most most; how many in *count. */
static void arguments(struct parser *parser, struct words words[ARGUMENTS_MAX], size_t max, size_t *count)
{
    *count = 0;
    while (*count < max && token_peek(parser).kind == TOKEN_OPEN &&
           parse_words(parser, &words[*count].text, &words[*count].size))
        ++*count;
}

/* [...] as it is written; empty if there is none. */
static struct words option(struct parser *parser)
{
    const char *from = parser->at;
    struct words words = {from, 0};

    if (!skip_option(parser))
        return words;
    while (from < parser->at && *from != '[')
        from++;
    words.text = from + 1;
    words.size = (size_t)(parser->at - words.text) - 1;
    return words;
}

static struct node *parsed(struct parser *parser, struct bytes *tex)
{
    struct node *row = parse_inner(parser, bytes_text(tex), tex->size), *group = node_new(parser, NODE_GROUP);

    bytes_drop(tex);
    group->body = row;
    return group;
}

/* text: a formula in which #1 to #3 are the arguments; value: how many there are. */
READER(read_template)
{
    struct words words[ARGUMENTS_MAX];
    struct bytes tex = {0};
    size_t count;

    skip_star(parser);
    skip_option(parser);
    arguments(parser, words, (size_t)command->value, &count);
    if (count < (size_t)command->value) {
        parser->at = token->past;
        return node_raw(parser, token->from, token->past);
    }
    for (const char *at = command->text; *at != '\0'; at++) {
        if (*at != '#') {
            bytes_add(&tex, at, 1);
            continue;
        }
        at++;
        bytes_add(&tex, words[*at - '1'].text, words[*at - '1'].size);
    }
    return parsed(parser, &tex);
}

static void add_power(struct bytes *tex, const struct words *power)
{
    if (power->size == 0)
        return;
    bytes_add_text(tex, "^{");
    bytes_add(tex, power->text, power->size);
    bytes_add_text(tex, "}");
}

/* \dv[2]{f}{x} is d^2 f over d x^2, \dv{x} is d over d x, \pdv{f}{x}{y} has both below. text: the d. */
READER(read_derivative)
{
    struct words words[ARGUMENTS_MAX], power, twice = {"2", 1};
    struct bytes tex = {0};
    size_t count;

    skip_star(parser);
    power = option(parser);
    arguments(parser, words, ARGUMENTS_MAX, &count);
    if (count == 0) {
        parser->at = token->past;
        return node_raw(parser, token->from, token->past);
    }
    bytes_add_format(&tex, "\\frac{%s", command->text);
    add_power(&tex, count == ARGUMENTS_MAX && power.size == 0 ? &twice : &power);
    bytes_add_text(&tex, " ");
    if (count > 1)
        bytes_add(&tex, words[0].text, words[0].size);
    bytes_add_text(&tex, "}{");
    for (size_t i = count == 1 ? 0 : 1; i < count; i++) {
        bytes_add_format(&tex, "%s ", command->text);
        bytes_add(&tex, words[i].text, words[i].size);
    }
    if (count < ARGUMENTS_MAX)
        add_power(&tex, &power);
    bytes_add_text(&tex, "}");
    return parsed(parser, &tex);
}

/* \braket{a|b}, and \braket{a}{b} of the physics package. */
READER(read_braket)
{
    struct words words[ARGUMENTS_MAX];
    struct bytes tex = {0};
    struct node *node;
    size_t count;

    arguments(parser, words, 2, &count);
    if (count < 2) {
        parser->at = token->past;
        node = fence_new(parser, command->text, command->close, parse_argument(parser));
        node->plain = command->value != 0;
        return node;
    }
    bytes_add_text(&tex, "\\langle ");
    bytes_add(&tex, words[0].text, words[0].size);
    bytes_add_text(&tex, "|");
    bytes_add(&tex, words[1].text, words[1].size);
    bytes_add_text(&tex, "\\rangle ");
    return parsed(parser, &tex);
}

/* ---- quantities */

/* 6.02e23 is 6.02 times ten to the 23rd. */
static struct node *read_quantity_number(struct parser *parser)
{
    struct bytes tex = {0};
    struct node *row = NULL;
    const char *text, *exponent;
    size_t size;

    if (!parse_words(parser, &text, &size))
        return NULL;
    exponent = memchr(text, 'e', size);
    if (exponent == NULL)
        bytes_add(&tex, text, size);
    else {
        bytes_add(&tex, text, (size_t)(exponent - text));
        bytes_add_text(&tex, exponent > text ? "\\times 10^{" : "10^{");
        bytes_add(&tex, exponent + 1, size - (size_t)(exponent - text) - 1);
        bytes_add_text(&tex, "}");
    }
    row = parse_inner(parser, bytes_text(&tex), tex.size);
    bytes_drop(&tex);
    return row;
}

/* \SI{9.81}{m/s^2}; value: 1 a number, 2 a unit, 3 both. Before a parenthesis, \qty is another's, and says
 * how large that is. */
READER(read_quantity)
{
    struct list list = {0};

    skip_option(parser);
    if (token_peek(parser).kind != TOKEN_OPEN) {
        parser->at = token->past;
        return node_nothing(parser);
    }
    if ((command->value & 1) != 0)
        list_add(&list, read_quantity_number(parser));
    if (command->value == 3)
        list_add(&list, node_symbol(parser, symbol_named(",", 1)));
    if ((command->value & 2) != 0)
        list_add(&list, parse_in_font(parser, FONT_UPRIGHT));
    return list.first != NULL ? list.first : node_nothing(parser);
}
