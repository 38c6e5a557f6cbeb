/* formula_plain - a formula as one line of Unicode
 *
 * (a + b)/2, x², √n, ∑ᵢ₌₁ⁿ i. Operators between two things and relations have blanks around them, scripts
 * have none; scripts are small letters where Unicode has all of them, else ^(...) and _(...).
 */
#include "stages/assembler/formula/formula_tree.h"

#include <string.h>

#include "proto/utf8.h"

/* What the next thing has to know of the last. */
enum before { BEFORE_NOTHING, BEFORE_THING, BEFORE_SIGN, BEFORE_NAME };

struct plain {
    struct bytes *to;
    enum before before;
    bool blank; /* one is due before the next thing */
    bool tight; /* no blanks */
};

static void write_row(struct plain *plain, const struct node *row);

static void text_put(struct plain *plain, const char *text, enum before leaves)
{
    if (*text == '\0')
        return;
    if (plain->blank && !plain->tight && plain->to->size > 0)
        bytes_add_text(plain->to, " ");
    plain->blank = false;
    bytes_add_text(plain->to, text);
    plain->before = leaves;
}

/* A row for itself, without blanks if tight. The caller drops it. */
static struct bytes rendered(const struct node *row, bool tight)
{
    struct bytes to = {0};
    struct plain plain = {.to = &to, .tight = tight};

    write_row(&plain, row);
    bytes_text(&to);
    return to;
}

static size_t characters(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

/* In parentheses where it would fall apart without. */
static void put_closed(struct plain *plain, const char *text, bool open)
{
    text_put(plain, open ? "(" : "", BEFORE_NOTHING);
    text_put(plain, text, BEFORE_THING);
    text_put(plain, open ? ")" : "", BEFORE_THING);
}

/* ---- atoms */

static void put_atom(struct plain *plain, const struct node *node)
{
    struct bytes text = {0};
    bool sign = node->class == CLASS_RELATION || node->class == CLASS_OPERATOR;
    bool unary = node->class == CLASS_OPERATOR && plain->before != BEFORE_THING;

    font_add(&text, node->text, node->font >= FONT_BLACKBOARD ? node->font : FONT_AUTO);
    if (sign && !unary)
        plain->blank = true;
    else if (node->class == CLASS_CLOSE || node->class == CLASS_PUNCTUATION ||
             (plain->before == BEFORE_NAME && node->class == CLASS_OPEN))
        plain->blank = false;
    text_put(plain, bytes_text(&text), sign || node->class == CLASS_OPEN ? BEFORE_SIGN : BEFORE_THING);
    if ((sign && !unary) || node->class == CLASS_PUNCTUATION)
        plain->blank = true;
    if (node->class == CLASS_PUNCTUATION)
        plain->before = BEFORE_SIGN;
    bytes_drop(&text);
}

/* sin x, but sin(x); 2 sin x */
static void put_name(struct plain *plain, const struct node *node)
{
    plain->blank = plain->blank || plain->before == BEFORE_THING;
    text_put(plain, node->text, BEFORE_NAME);
    plain->blank = true;
}

static void put_fence(struct plain *plain, const struct node *node)
{
    if (plain->before == BEFORE_NAME && *node->text == '(')
        plain->blank = false;
    text_put(plain, node->text, BEFORE_SIGN);
    for (const struct node *row = node->body; row != NULL;) {
        write_row(plain, row);
        while (row != NULL && row->kind != NODE_MIDDLE)
            row = row->next;
        if (row == NULL)
            break;
        plain->blank = true;
        text_put(plain, row->text, BEFORE_SIGN);
        plain->blank = true;
        row = row->next;
    }
    plain->blank = plain->blank && *node->close == '\0';
    text_put(plain, node->close, BEFORE_THING);
    plain->before = BEFORE_THING;
}

/* ---- scripts */

/* All of it in small letters; false: there are none for some of it. */
static bool put_small(struct plain *plain, const char *text, bool raised)
{
    struct bytes small = {0};
    size_t size = strlen(text), step = 0, at = 0;
    uint32_t c, letter = 1;
    char put_to[4];

    for (; at < size && letter != 0 && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        letter = script_letter(c, raised);
        bytes_add(&small, put_to, utf8_put(put_to, letter));
    }
    if (letter != 0 && size > 0) {
        plain->blank = false;
        text_put(plain, bytes_text(&small), BEFORE_THING);
    }
    bytes_drop(&small);
    return letter != 0;
}

static void put_script(struct plain *plain, const struct node *row, bool raised)
{
    struct bytes text = rendered(row, true);
    const char *degree = "∘";

    if (raised && strcmp(text.data, degree) == 0) {
        plain->blank = false;
        text_put(plain, "°", BEFORE_THING);
    } else if (!put_small(plain, text.data, raised)) {
        plain->blank = false;
        text_put(plain, raised ? "^" : "_", BEFORE_SIGN);
        put_closed(plain, text.data, characters(text.data) > 1);
    }
    bytes_drop(&text);
}

static bool takes_what_follows(const struct node *node)
{
    return node != NULL && (node->kind == NODE_FUNCTION || node->kind == NODE_LARGE);
}

static void put_scripted(struct plain *plain, const struct node *node)
{
    struct node base;

    if (node->body != NULL) {
        base = *node->body;
        base.next = NULL;
        write_row(plain, &base);
    }
    if (node->under != NULL)
        put_script(plain, node->under, false);
    if (node->over != NULL)
        put_script(plain, node->over, true);
    if (takes_what_follows(node->body)) {
        plain->blank = true;
        plain->before = BEFORE_NAME;
    }
    if (node->body != NULL && (node->body->kind == NODE_ATOM || node->body->kind == NODE_ARROW) &&
        node->body->class == CLASS_RELATION) {
        plain->blank = true;
        plain->before = BEFORE_SIGN;
    }
}

/* ---- fractions, roots */

static void put_fraction(struct plain *plain, const struct node *node)
{
    struct bytes over = rendered(node->over, plain->tight), under = rendered(node->under, plain->tight);
    const struct node *one = node->under;

    if (node->plain) {
        text_put(plain, over.data, BEFORE_THING);
        text_put(plain, ";", BEFORE_THING);
        plain->blank = true;
        text_put(plain, under.data, BEFORE_THING);
    } else {
        put_closed(plain, over.data, strpbrk(over.data, " +/") != NULL || strstr(over.data, "−") != NULL);
        text_put(plain, "/", BEFORE_SIGN);
        put_closed(plain, under.data,
                   strpbrk(under.data, " +/") != NULL ||
                       (one != NULL && one->next != NULL && strchr(under.data, '(') == NULL));
    }
    bytes_drop(&over);
    bytes_drop(&under);
}

static void put_root(struct plain *plain, const struct node *node)
{
    struct bytes body = rendered(node->body, plain->tight), degree = rendered(node->over, true);

    if (strcmp(degree.data, "3") == 0 || strcmp(degree.data, "4") == 0)
        text_put(plain, *degree.data == '3' ? "∛" : "∜", BEFORE_SIGN);
    else {
        if (node->over != NULL && !put_small(plain, degree.data, true))
            put_closed(plain, degree.data, true);
        text_put(plain, "√", BEFORE_SIGN);
    }
    put_closed(plain, body.data, characters(body.data) > 1 && node->body->next != NULL);
    bytes_drop(&body);
    bytes_drop(&degree);
}

/* ---- marks */

/* Does it stand on the character before it? */
static bool combining(uint32_t c)
{
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x20d0 && c <= 0x20ff);
}

/* The mark after each character that is no blank, and no mark itself. */
static void put_marked(struct plain *plain, const struct node *row, const char *mark)
{
    struct bytes body = rendered(row, plain->tight), marked = {0};
    size_t step;
    uint32_t c;

    for (size_t at = 0; at < body.size && (step = utf8_next(body.data + at, body.size - at, &c)) > 0;
         at += step) {
        bytes_add(&marked, body.data + at, step);
        if (c != ' ' && !combining(c))
            bytes_add_text(&marked, mark);
    }
    text_put(plain, bytes_text(&marked), BEFORE_THING);
    bytes_drop(&marked);
    bytes_drop(&body);
}

static void put_accent(struct plain *plain, const struct node *node, const char *mark)
{
    struct bytes body = rendered(node->body, plain->tight);
    bool open = characters(body.data) > 1 && node->body->next != NULL;

    put_closed(plain, body.data, open);
    bytes_add_text(plain->to, mark);
    bytes_drop(&body);
}

static void put_accented(struct plain *plain, const struct node *node)
{
    put_accent(plain, node, node->text);
}

static void put_wide(struct plain *plain, const struct node *node)
{
    static const struct {
        const char *text, *mark;
        bool line;
    } rows[] = {{"¯", "\u0305", true},
                {"_", "\u0332", true},
                {"→", "\u20d7", false},
                {"←", "\u20d6", false},
                {"↔", "\u20e1", false}};
    struct bytes body;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(node->text, rows[i].text) == 0) {
            if (rows[i].line)
                put_marked(plain, node->body, rows[i].mark);
            else
                put_accent(plain, node, rows[i].mark);
            return;
        }
    body = rendered(node->body, plain->tight);
    put_closed(plain, body.data, strchr(body.data, ' ') != NULL);
    bytes_drop(&body);
}

/* ---- tables */

static void put_table(struct plain *plain, const struct node *node)
{
    const struct environment *environment = node->table->environment;
    bool aligned = *environment->columns == 'r';
    size_t here = 0;

    plain->blank = plain->blank || (*environment->open == '\0' && plain->before == BEFORE_THING);
    text_put(plain, environment->open, BEFORE_SIGN);
    for (const struct node *cell = node->body; cell != NULL; cell = cell->next) {
        bool bar = node->table->rules[here] == '|';

        if (here == 0 && cell != node->body) {
            plain->blank = false;
            text_put(plain, ";", BEFORE_SIGN);
            plain->blank = true;
        } else if (here > 0 && !aligned && (bar || !row_is_void(cell->body))) {
            plain->blank = bar;
            text_put(plain, bar ? "|" : ",", BEFORE_SIGN);
            plain->blank = true;
        } else if (here > 0 && aligned && here % 2 == 0)
            plain->blank = true;
        write_row(plain, cell->body);
        here = (here + 1) % node->table->columns;
    }
    plain->blank = *environment->close == '\0';
    text_put(plain, environment->close, BEFORE_THING);
    plain->before = BEFORE_THING;
}

/* ---- the whole */

static void put_words(struct plain *plain, const struct node *node)
{
    if (plain->before == BEFORE_SIGN && plain->blank && *node->text == ' ')
        plain->blank = false;
    text_put(plain, node->text, BEFORE_THING);
}

static void put_space(struct plain *plain, const struct node *node)
{
    plain->blank = plain->blank || *node->text != '\0';
}

static void put_content(struct plain *plain, const struct node *node)
{
    write_row(plain, node->body);
}

static void put_cancelled(struct plain *plain, const struct node *node)
{
    put_marked(plain, node->body, "\u0336");
}

static void put_arrow(struct plain *plain, const struct node *node)
{
    plain->blank = true;
    text_put(plain, node->text, BEFORE_SIGN);
    if (node->under != NULL)
        put_script(plain, node->under, false);
    if (node->over != NULL)
        put_script(plain, node->over, true);
    plain->blank = true;
    plain->before = BEFORE_SIGN;
}

/* NULL: it shows nothing, or another writes it. */
static void (*const writers[])(struct plain *, const struct node *) = {
    [NODE_ATOM] = put_atom,         [NODE_FUNCTION] = put_name,
    [NODE_LARGE] = put_name,        [NODE_TEXT] = put_words,
    [NODE_RAW] = put_words,         [NODE_SPACE] = put_space,
    [NODE_GROUP] = put_content,     [NODE_CHEMISTRY] = put_content,
    [NODE_BOX] = put_content,       [NODE_SCRIPT] = put_scripted,
    [NODE_FRACTION] = put_fraction, [NODE_RADICAL] = put_root,
    [NODE_ACCENT] = put_accented,   [NODE_BRACE] = put_wide,
    [NODE_ARROW] = put_arrow,       [NODE_FENCE] = put_fence,
    [NODE_TABLE] = put_table,       [NODE_CANCEL] = put_cancelled,
    [NODE_MIDDLE] = NULL,           [NODE_CELL] = NULL,
    [NODE_PHANTOM] = NULL,
};

/* Up to its end, or to a \middle, which is the fence's. */
static void write_row(struct plain *plain, const struct node *row)
{
    for (; row != NULL && row->kind != NODE_MIDDLE; row = row->next)
        if (writers[row->kind] != NULL)
            writers[row->kind](plain, row);
}

void formula_plain(const struct formula *formula, struct bytes *to)
{
    struct bytes line = rendered(formula->row, false);

    bytes_add_text(to, line.data);
    bytes_drop(&line);
}
