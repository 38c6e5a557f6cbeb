/* rich_plain - see rich_plain.h */
#include "stages/assembler/rich/rich_plain.h"

#include <string.h>

/* part: between lines. */
static void span_add(const struct span *span, const char *part, struct bytes *to)
{
    switch (span->kind) {
    case SPAN_FORMULA:
        formula_plain(span->formula, to);
        break;
    case SPAN_BREAK:
        bytes_add_text(to, part);
        break;
    default:
        for (const char *c = span->text; *c != '\0'; c++)
            bytes_add_text(to, *c == '\n' ? part : (const char[]){*c, '\0'});
    }
}

static void spans_add(const struct spans *spans, const char *part, struct bytes *to)
{
    for (size_t i = 0; i < spans->count; i++)
        span_add(&spans->item[i], part, to);
}

void rich_plain_spans(const struct spans *spans, struct bytes *to)
{
    spans_add(spans, " ", to);
}

static void table_add(const struct block *block, const char *part, struct bytes *to)
{
    for (size_t i = 0; i < block->rows * block->columns; i++) {
        if (i > 0)
            bytes_add_text(to, i % block->columns == 0 ? part : ", ");
        spans_add(&block->cells[i], " ", to);
    }
}

static void all_add(const struct rich *rich, const char *part, struct bytes *to)
{
    for (size_t i = 0; i < rich->count; i++) {
        const struct block *block = &rich->blocks[i];

        if (i > 0)
            bytes_add_text(to, part);
        if (block->kind == BLOCK_ITEM && block->number > 0)
            bytes_add_format(to, "%u. ", block->number);
        else if (block->kind == BLOCK_ITEM)
            bytes_add_text(to, "• ");
        if (block->kind == BLOCK_TABLE)
            table_add(block, part, to);
        else
            spans_add(&block->spans, part, to);
    }
}

void rich_plain_line(const struct rich *rich, struct bytes *to)
{
    all_add(rich, " ", to);
}

void rich_plain_lines(const struct rich *rich, struct bytes *to)
{
    all_add(rich, "\n", to);
}
