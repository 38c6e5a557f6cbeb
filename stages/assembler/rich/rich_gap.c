/* rich_gap - see rich_gap.h */
#include "stages/assembler/rich/rich_gap.h"

#include <string.h>

static bool has_gap(const struct spans *spans)
{
    for (size_t i = 0; i < spans->count; i++)
        if (spans->item[i].gap > 0 && spans->item[i].kind != SPAN_BREAK)
            return true;
    return false;
}

bool rich_has_gap(const struct rich *rich)
{
    for (size_t i = 0; i < rich->count; i++) {
        const struct block *block = &rich->blocks[i];
        size_t cells = block->kind == BLOCK_TABLE ? block->rows * block->columns : 0;

        for (size_t k = 0; k < cells; k++)
            if (has_gap(&block->cells[k]))
                return true;
        if (has_gap(&block->spans))
            return true;
    }
    return false;
}

static const char *gap_text(struct pool *pool, const char *hint)
{
    size_t size = hint == NULL ? 0 : strlen(hint);
    char *text;

    if (size == 0)
        return "[…]";
    text = pool_get(pool, size + 3, 1);
    text[0] = '[';
    memcpy(text + 1, hint, size);
    text[size + 1] = ']';
    return text;
}

/* A gap is a run of spans; a hint on a later one begins another. */
static struct spans spans_emptied(struct pool *pool, const struct spans *spans)
{
    struct spans empty = {pool_get(pool, spans->count, sizeof *empty.item), 0};

    for (size_t i = 0; i < spans->count; i++) {
        const struct span *span = &spans->item[i];
        bool goes_on = i > 0 && span->gap > 0 && span->gap == spans->item[i - 1].gap && span->hint == NULL;

        if (goes_on)
            continue;
        empty.item[empty.count++] =
            span->gap == 0 ? *span
                           : (struct span){.kind = span->kind == SPAN_CODE ? SPAN_CODE : SPAN_TEXT,
                                           .bold = span->kind != SPAN_CODE,
                                           .text = gap_text(pool, span->hint)};
    }
    return empty;
}

/* What was a formula of its own may be a gap now. */
static struct block block_emptied(struct pool *pool, const struct block *block)
{
    struct block empty = *block;
    size_t cells = block->kind == BLOCK_TABLE ? block->rows * block->columns : 0;

    if (cells > 0)
        empty.cells = pool_get(pool, cells, sizeof *empty.cells);
    for (size_t i = 0; i < cells; i++)
        empty.cells[i] = spans_emptied(pool, &block->cells[i]);
    empty.spans = spans_emptied(pool, &block->spans);
    if (block->kind == BLOCK_FORMULA && block->spans.count > 0 && block->spans.item[0].gap > 0)
        empty.kind = BLOCK_PARAGRAPH;
    return empty;
}

const struct rich *rich_gaps_empty(struct pool *pool, const struct rich *rich)
{
    struct rich *empty = pool_get(pool, 1, sizeof *empty);

    empty->count = rich->count;
    empty->blocks = pool_get(pool, rich->count, sizeof *empty->blocks);
    for (size_t i = 0; i < rich->count; i++)
        empty->blocks[i] = block_emptied(pool, &rich->blocks[i]);
    return empty;
}
