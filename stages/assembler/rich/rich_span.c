/* rich_span - what stands within a block: bold, italic, code, formulas, gaps; see rich_internal.h
 *
 * First the text is cut into tokens, then stars find their partners, then tokens become spans.  A star
 * without a partner is a star.
 */
#include "stages/assembler/rich/rich_internal.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/assembler/lib/text.h"

enum kind { TOKEN_TEXT, TOKEN_SPAN, TOKEN_EMPHASIS, TOKEN_GAP };

struct token {
    enum kind kind;
    const char *text; /* TOKEN_TEXT, TOKEN_EMPHASIS: as it is written */
    size_t size;
    struct span span;                 /* TOKEN_SPAN, not text */
    struct gap gap;                   /* TOKEN_SPAN, TOKEN_GAP: where we are from here on */
    bool opens, closes, begins, ends; /* TOKEN_EMPHASIS: what it could do, what it does */
};

struct cutting {
    struct reader *reader;
    struct ends ends;
    const char *text, *from; /* from: of the text that is no token yet */
    struct bytes tokens;     /* of struct token */
};

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool word_char(char c)
{
    return letter(c) || (c >= '0' && c <= '9');
}

/* ---- marks ---- */

/* Goes over the mark at at; returns what is behind it. */
static const char *mark_read(struct reader *reader, const char *at)
{
    size_t size;
    char *hint;

    if (*at != MARK_OPEN || at[1] < '1' || at[1] > '9') {
        reader->gap = (struct gap){0};
        return at + 1;
    }
    size = strcspn(at + 2, "\003\n");
    hint = pool_get(reader->pool, size + 1, 1);
    memcpy(hint, at + 2, size);
    reader->gap = (struct gap){(unsigned)(at[1] - '0'), size > 0 ? hint : NULL};
    at += 2 + size;
    return *at == MARK_HINT ? at + 1 : at;
}

/* The text without marks, in the pool. The gap is the one it stands in, or the first it opens itself; after
 * it the reader is where its marks say. */
static char *unmarked(struct reader *reader, const char *text, size_t size, struct gap *gap)
{
    char *copy = pool_get(reader->pool, size + 1, 1), *to = copy;
    const char *end = text + size;

    *gap = reader->gap;
    while (text < end) {
        if ((unsigned char)*text > MARK_HINT) {
            *to++ = *text++;
            continue;
        }
        text = mark_read(reader, text);
        if (gap->number == 0)
            *gap = reader->gap;
    }
    return copy;
}

/* ---- what is to be seen ---- */

static bool text_seen(const char *text)
{
    size_t size = strlen(text), step;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
        if (!text_blank(c))
            return true;
    return false;
}

bool rich_seen(const struct spans *spans)
{
    for (size_t i = 0; i < spans->count; i++)
        if (spans->item[i].kind != SPAN_BREAK && text_seen(spans->item[i].text))
            return true;
    return false;
}

/* ---- formulas ---- */

static bool formula_seen(const struct formula *formula)
{
    struct bytes plain = {0};
    bool seen;

    formula_plain(formula, &plain);
    seen = text_seen(bytes_text(&plain));
    bytes_drop(&plain);
    return seen;
}

bool rich_formula(struct reader *reader, const char *tex, size_t size, struct span *span)
{
    struct gap gap;
    char *copy;

    while (size > 0 && rich_blank(tex) > 0 && rich_blank(tex) <= size) {
        size -= rich_blank(tex);
        tex += rich_blank(tex);
    }
    while (size > 0 && (tex[size - 1] == ' ' || tex[size - 1] == '\n' || tex[size - 1] == '\t'))
        size--;
    copy = unmarked(reader, tex, size, &gap);
    *span = (struct span){.kind = SPAN_FORMULA, .gap = gap.number, .hint = gap.hint, .text = copy};
    if (*copy == '\0')
        return false;
    span->formula = formula_parse(reader->pool, copy, strlen(copy));
    span->doubt = !formula_whole(span->formula);
    if (formula_sound(span->formula))
        return formula_seen(span->formula);
    span->kind = SPAN_CODE;
    span->formula = NULL;
    return true;
}

/* ---- cutting into tokens ---- */

static void token_add(struct cutting *cutting, const struct token *token)
{
    bytes_add(&cutting->tokens, token, sizeof *token);
}

/* What lies between the last token and at is text. */
static void text_until(struct cutting *cutting, const char *at)
{
    if (at > cutting->from)
        token_add(
            cutting,
            &(struct token){.kind = TOKEN_TEXT, .text = cutting->from, .size = (size_t)(at - cutting->from)});
    cutting->from = at;
}

static const char *span_add(struct cutting *cutting, const char *at, const struct span *span, const char *end)
{
    text_until(cutting, at);
    token_add(cutting, &(struct token){.kind = TOKEN_SPAN, .span = *span, .gap = cutting->reader->gap});
    cutting->from = end;
    return end;
}

/* A span for each stretch between marks: in code, too, a gap is no more than what stands in it. */
static void code_cut(struct cutting *cutting, const char *code, const char *end)
{
    while (code < end) {
        size_t size = 0;
        char *text;

        while (code + size < end && (unsigned char)code[size] > MARK_HINT)
            size++;
        if (size == 0) {
            code = mark_read(cutting->reader, code);
            token_add(cutting, &(struct token){.kind = TOKEN_GAP, .gap = cutting->reader->gap});
            continue;
        }
        text = pool_get(cutting->reader->pool, size + 1, 1);
        memcpy(text, code, size);
        token_add(cutting, &(struct token){.kind = TOKEN_SPAN,
                                           .span = {.kind = SPAN_CODE, .text = text},
                                           .gap = cutting->reader->gap});
        code += size;
    }
}

/* A blank on both sides of `` ` `` belongs to the backticks. */
static const char *code_add(struct cutting *cutting, const char *at, const struct found *found)
{
    size_t blank =
        found->inner_size > 2 && found->inner[0] == ' ' && found->inner[found->inner_size - 1] == ' ';

    text_until(cutting, at);
    code_cut(cutting, found->inner + blank, found->inner + found->inner_size - blank);
    return cutting->from = found->end;
}

static const char *formula_add(struct cutting *cutting, const char *at, const struct found *found)
{
    struct span span;

    if (rich_formula(cutting->reader, found->inner, found->inner_size, &span))
        return span_add(cutting, at, &span, found->end);
    text_until(cutting, at);
    return cutting->from = found->end;
}

static bool has(const char *text, size_t size, const char *what)
{
    return memmem(text, size, what, strlen(what)) != NULL;
}

/* A command outside of all delimiters: with what it hangs together it is a formula, if it can be read as one
 * (but no path of Windows, and no \n). Else it is shown as what it is. */
static const char *command_add(struct cutting *cutting, const char *at)
{
    const char *begin = at, *end;
    struct found found;
    struct span span;

    while (begin > cutting->from && begin[-1] > ' ' && begin[-1] < 0x7f &&
           (begin[-1] != '(' || (begin - 1 > cutting->from && word_char(begin[-2]))))
        begin--;
    end = rich_find_command(begin, at);
    found = (struct found){begin, end, (size_t)(end - begin)};
    if (end > at + 2 && letter(at[1]) && letter(at[2]) && !has(begin, found.inner_size, ":\\") &&
        !has(begin, found.inner_size, "\\\\") &&
        rich_formula(cutting->reader, begin, found.inner_size, &span) && !span.doubt)
        return span_add(cutting, begin, &span, end);
    return code_add(cutting, begin, &found);
}

static const char *backslash(struct cutting *cutting, const char *at)
{
    struct found found;

    if (rich_find_formula(&cutting->ends, cutting->text, at, &found))
        return formula_add(cutting, at, &found);
    if (at[1] != '\0' && strchr("*_`#$|<>~[](){}&%", at[1]) != NULL) {
        text_until(cutting, at); /* the sign behind it is only a sign */
        cutting->from = at + 1;
        return at + 2;
    }
    return command_add(cutting, at);
}

static const char *dollar(struct cutting *cutting, const char *at)
{
    struct found found;

    if (rich_find_formula(&cutting->ends, cutting->text, at, &found))
        return formula_add(cutting, at, &found);
    return at + strspn(at, "$");
}

static const char *backtick(struct cutting *cutting, const char *at)
{
    struct found found;

    if (rich_find_code(&cutting->ends, at, &found))
        return code_add(cutting, at, &found);
    return at + strspn(at, "`");
}

static const char *line_break(struct cutting *cutting, const char *at)
{
    return span_add(cutting, at, &(struct span){.kind = SPAN_BREAK, .text = "\n"}, at + 1);
}

static const char *angle(struct cutting *cutting, const char *at)
{
    static const char *const breaks[] = {"<br>", "<br/>", "<br />"};

    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++)
        if (strncmp(at, breaks[i], strlen(breaks[i])) == 0)
            return span_add(cutting, at, &(struct span){.kind = SPAN_BREAK, .text = "\n"},
                            at + strlen(breaks[i]));
    return at + 1;
}

static const char *mark(struct cutting *cutting, const char *at)
{
    text_until(cutting, at);
    cutting->from = mark_read(cutting->reader, at);
    token_add(cutting, &(struct token){.kind = TOKEN_GAP, .gap = cutting->reader->gap});
    return cutting->from;
}

/* ---- stars ---- */

/* The byte before at that has a width, '\0' if there is none. */
static char before(const struct cutting *cutting, const char *at)
{
    while (at > cutting->text && (unsigned char)at[-1] <= MARK_HINT)
        if (*--at == MARK_HINT)
            while (at > cutting->text && *at != MARK_OPEN)
                at--;
    return at > cutting->text ? at[-1] : '\0';
}

static char after(const char *at)
{
    while (*at != '\0' && (unsigned char)*at <= MARK_HINT)
        at += *at == MARK_OPEN ? strcspn(at, "\003") : 1;
    return *at;
}

static bool is_blank(char c)
{
    return c == '\0' || c == ' ' || c == '\n' || c == '\t';
}

/* It opens before a word and closes behind one. 2*3*4, f(**args) and snake_case have none that do. */
static const char *emphasis(struct cutting *cutting, const char *at)
{
    size_t size = strspn(at, *at == '*' ? "*" : "_");
    char left = before(cutting, at), right = after(at + size);
    bool underscore = *at == '_', strong = size >= 2;
    struct token token = {.kind = TOKEN_EMPHASIS, .text = at, .size = size};

    if (size > (underscore ? 1 : 3))
        return at + size;
    token.opens = !is_blank(right) && !word_char(left) && left != ')' && left != ']' && left != '/' &&
                  !(underscore && (left & 0x80));
    token.closes = !is_blank(left) && !(strong ? right >= '0' && right <= '9' : word_char(right)) &&
                   !(underscore && (right & 0x80));
    if (!token.opens && !token.closes)
        return at + size;
    text_until(cutting, at);
    token_add(cutting, &token);
    return cutting->from = at + size;
}

static void cut(struct cutting *cutting)
{
    const char *at = cutting->text;

    while (*(at += strcspn(at, "\\$`\n<*_\001\002\003")) != '\0')
        switch (*at) {
        case '\\':
            at = backslash(cutting, at);
            break;
        case '$':
            at = dollar(cutting, at);
            break;
        case '`':
            at = backtick(cutting, at);
            break;
        case '\n':
            at = line_break(cutting, at);
            break;
        case '<':
            at = angle(cutting, at);
            break;
        case '*':
        case '_':
            at = emphasis(cutting, at);
            break;
        default:
            at = mark(cutting, at);
        }
    text_until(cutting, at);
}

/* ---- partners ---- */

static size_t sort_of(const struct token *token)
{
    return *token->text == '_' ? 0 : token->size;
}

/* The innermost open one of the same sort is the partner; those opened since then have none. */
static void pair(struct token *tokens, size_t count)
{
    size_t *open = need(count * sizeof *open + 1), depth = 0, waiting[4] = {0};

    for (size_t i = 0; i < count; i++) {
        struct token *token = &tokens[i];

        if (token->kind != TOKEN_EMPHASIS)
            continue;
        if (token->closes && waiting[sort_of(token)] > 0) {
            struct token *partner;

            do {
                partner = &tokens[open[--depth]];
                waiting[sort_of(partner)]--;
            } while (sort_of(partner) != sort_of(token));
            partner->begins = token->ends = true;
        } else if (token->opens) {
            waiting[sort_of(token)]++;
            open[depth++] = i;
        }
    }
    free(open);
}

/* ---- spans ---- */

struct joining {
    struct reader *reader;
    struct bytes spans; /* of struct span */
    struct bytes text;
    struct gap gap;
    unsigned bold, italic;
};

/* In a gap, only the first span has the hint. */
static void span_join(struct joining *joining, struct span span)
{
    if (joining->gap.number > 0) {
        span.gap = joining->gap.number;
        span.hint = joining->gap.hint;
        joining->gap.hint = NULL;
    }
    span.bold = joining->bold > 0;
    span.italic = joining->italic > 0;
    bytes_add(&joining->spans, &span, sizeof span);
}

static void text_end(struct joining *joining)
{
    char *text;

    if (joining->text.size == 0)
        return;
    text = pool_get(joining->reader->pool, joining->text.size + 1, 1);
    memcpy(text, joining->text.data, joining->text.size);
    span_join(joining, (struct span){.kind = SPAN_TEXT, .text = text});
    joining->text.size = 0;
}

static void emphasis_join(struct joining *joining, const struct token *token)
{
    unsigned strong = *token->text == '*' && token->size >= 2, slanted = token->size != 2;

    text_end(joining);
    joining->bold += token->begins ? strong : -strong;
    joining->italic += token->begins ? slanted : -slanted;
}

static void token_join(struct joining *joining, const struct token *token)
{
    if (token->kind == TOKEN_TEXT || (token->kind == TOKEN_EMPHASIS && !token->begins && !token->ends)) {
        bytes_add(&joining->text, token->text, token->size);
        return;
    }
    if (token->kind == TOKEN_EMPHASIS) {
        emphasis_join(joining, token);
        return;
    }
    text_end(joining);
    if (token->kind == TOKEN_SPAN)
        span_join(joining, token->span);
    if (token->kind == TOKEN_GAP || token->gap.number != joining->gap.number)
        joining->gap = token->gap;
}

static struct spans join(struct reader *reader, const struct token *tokens, size_t count, struct gap gap)
{
    struct joining joining = {.reader = reader, .gap = gap};
    struct spans spans = {0};

    for (size_t i = 0; i < count; i++)
        token_join(&joining, &tokens[i]);
    text_end(&joining);
    spans.count = joining.spans.size / sizeof *spans.item;
    spans.item = pool_get(reader->pool, spans.count, sizeof *spans.item);
    if (spans.count > 0)
        memcpy(spans.item, joining.spans.data, joining.spans.size);
    bytes_drop(&joining.spans);
    bytes_drop(&joining.text);
    return spans;
}

static struct spans cutting_take(struct cutting *cutting, struct gap gap)
{
    struct token *tokens = (struct token *)(void *)cutting->tokens.data;
    size_t count = cutting->tokens.size / sizeof *tokens;
    struct spans spans;

    pair(tokens, count);
    spans = join(cutting->reader, tokens, count, gap);
    bytes_drop(&cutting->tokens);
    return spans;
}

struct spans rich_spans(struct reader *reader, const char *text)
{
    struct cutting cutting = {.reader = reader, .text = text, .from = text};
    struct gap gap = reader->gap;

    cut(&cutting);
    return cutting_take(&cutting, gap);
}

struct spans rich_code(struct reader *reader, const char *code, size_t size)
{
    struct cutting cutting = {.reader = reader};
    struct gap gap = reader->gap;

    code_cut(&cutting, code, code + size);
    return cutting_take(&cutting, gap);
}
