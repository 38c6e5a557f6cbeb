/* fuzz_rich - any clean text, read in all three ways: blocks that hold what their kinds promise, and nothing
 * of it is a mark of ours */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/assembler/lib/text.h"
#include "stages/assembler/rich/rich.h"
#include "stages/assembler/rich/rich_plain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_spans(const struct spans *spans, enum rich_mode mode)
{
    for (size_t i = 0; i < spans->count; i++) {
        const struct span *span = &spans->item[i];

        must(span->text != NULL && *span->text != '\0' && utf8_valid(span->text, strlen(span->text)));
        must(strpbrk(span->text, "\001\002\003\004\005\006\v\016\017") == NULL);
        must((span->kind == SPAN_FORMULA) == (span->formula != NULL));
        must(span->gap <= (mode == RICH_CLOZE ? 9u : 0u));
        must(span->hint == NULL || (span->gap > 0 && *span->hint != '\0'));
    }
}

static void check_block(const struct block *block, enum rich_mode mode)
{
    check_spans(&block->spans, mode);
    must((block->kind == BLOCK_TABLE) == (block->rows > 0));
    must(block->kind != BLOCK_FORMULA ||
         (block->spans.count == 1 && block->spans.item[0].kind == SPAN_FORMULA));
    must(block->kind != BLOCK_CODE || (block->spans.count > 0 && block->spans.item[0].kind == SPAN_CODE));
    must(block->kind != BLOCK_CODE || block->spans.count == 1 || mode == RICH_CLOZE);
    must(block->level < 6);
    for (size_t i = 0; i < block->rows * block->columns; i++)
        check_spans(&block->cells[i], mode);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = need(size + 1);

    text_clean(text, (const char *)data, size);
    for (enum rich_mode mode = RICH_BLOCKS; mode <= RICH_CLOZE; mode++) {
        struct pool *pool = pool_new();
        const struct rich *rich = rich_parse(pool, text, mode);
        struct bytes plain = {0};

        must(mode != RICH_LINE || rich->count == 1);
        for (size_t i = 0; i < rich->count; i++)
            check_block(&rich->blocks[i], mode);
        rich_plain_line(rich, &plain);
        must(memchr(bytes_text(&plain), '\n', plain.size) == NULL);
        rich_plain_lines(rich, &plain);
        must(utf8_valid(bytes_text(&plain), plain.size));
        bytes_drop(&plain);
        pool_free(&pool);
    }
    free(text);
    return 0;
}
