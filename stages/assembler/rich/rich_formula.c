/* rich_formula - formulas as spans, and the marks of gaps, see rich_internal.h */
#include "stages/assembler/rich/rich_internal.h"

#include <string.h>

#include "proto/utf8.h"
#include "stages/assembler/lib/text.h"

/* ---- marks ---- */

const char *rich_mark(struct pool *pool, const char *at, struct gap *gap)
{
    size_t size;
    char *hint;

    if (*at != MARK_OPEN || at[1] < '1' || at[1] > '9') {
        *gap = (struct gap){0};
        return at + 1;
    }
    size = strcspn(at + 2, "\003\n");
    hint = pool_get(pool, size + 1, 1);
    memcpy(hint, at + 2, size);
    *gap = (struct gap){(unsigned)(at[1] - '0'), size > 0 ? hint : NULL};
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
        text = rich_mark(reader->pool, text, &reader->gap);
        if (gap->number == 0)
            *gap = reader->gap;
    }
    return copy;
}

/* ---- what is to be seen ---- */

bool rich_text_seen(const char *text)
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
        if (spans->item[i].kind != SPAN_BREAK && rich_text_seen(spans->item[i].text))
            return true;
    return false;
}

static bool formula_seen(const struct formula *formula)
{
    struct bytes plain = {0};
    bool seen;

    formula_plain(formula, &plain);
    seen = rich_text_seen(bytes_text(&plain));
    bytes_drop(&plain);
    return seen;
}

/* ---- formulas ---- */

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
