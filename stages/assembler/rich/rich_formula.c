/* rich_formula - formulas as spans, and the marks of gaps, see rich_internal.h */
#include "stages/assembler/rich/rich_internal.h"

#include <stdlib.h>
#include <string.h>

#include "proto/utf8.h"
#include "stages/assembler/lib/text.h"

/* ---- marks ---- */

const char *rich_mark(const struct reader *reader, const char *at, struct gap *gap)
{
    char *end;

    *gap = (struct gap){0};
    if (*at != GAP_OPEN)
        return at + 1;
    *gap = ((const struct gap *)(const void *)reader->gaps.data)[strtoul(at + 1, &end, 10)];
    return end + 1;
}

/* The text without marks, in the pool. */
static char *unmarked(struct reader *reader, const char *text, size_t size)
{
    char *copy = pool_get(reader->pool, size + 1, 1), *to = copy;
    struct gap gap;

    for (const char *end = text + size; text < end;)
        if ((unsigned char)*text <= GAP_CLOSE)
            text = rich_mark(reader, text, &gap);
        else
            *to++ = *text++;
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

static bool formula_seen(const struct formula *formula)
{
    struct bytes plain = {0};
    bool seen;

    formula_plain(formula, &plain);
    seen = text_seen(bytes_text(&plain));
    bytes_drop(&plain);
    return seen;
}

/* ---- formulas ---- */

bool rich_formula(struct reader *reader, const char *tex, size_t size, struct span *span)
{
    char *copy;

    while (size > 0 && text_blank_at(tex) > 0 && text_blank_at(tex) <= size) {
        size -= text_blank_at(tex);
        tex += text_blank_at(tex);
    }
    while (size > 0 && (tex[size - 1] == ' ' || tex[size - 1] == '\n' || tex[size - 1] == '\t'))
        size--;
    copy = unmarked(reader, tex, size);
    *span = (struct span){.kind = SPAN_FORMULA, .text = copy};
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
