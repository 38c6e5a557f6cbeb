/* docx_rich - rich text as paragraphs, see docx_internal.h
 *
 * Code runs from left to right in every language.
 */
#include "stages/assembler/docx/docx_internal.h"

#include <stdlib.h>
#include <string.h>

#include "stages/assembler/rich/rich_plain.h"

void docx_spans(struct writing *to, const struct spans *spans, unsigned run, bool rtl)
{
    for (size_t i = 0; i < spans->count; i++) {
        const struct span *span = &spans->item[i];
        unsigned all = run | (span->bold ? RUN_BOLD : 0u) | (span->italic ? RUN_ITALIC : 0u) |
                       (span->strike ? RUN_STRIKE : 0u);

        if (span->kind == SPAN_FORMULA)
            formula_omml(span->formula, to->xml, false);
        else if (span->kind == SPAN_CODE)
            docx_code(to, span->text, all, rtl);
        else
            docx_run(to, span->text, all, rtl);
    }
}

/* ---- lists ---- */

/* The w:num of this item: that of the item before it on its level, if it goes on from there. */
static unsigned list_of(struct docx_lists *lists, const struct block *item)
{
    unsigned level = item->level;

    for (unsigned deeper = level + 1; deeper < DOCX_LEVELS; deeper++)
        lists->open[deeper].num = 0;
    if (item->number == 0) {
        lists->open[level].num = 0;
        return 1;
    }
    if (lists->open[level].num == 0 || item->number != lists->open[level].last + 1) {
        bytes_add(&lists->begun, &(struct docx_list){level, item->number}, sizeof(struct docx_list));
        lists->open[level].num = 1 + (unsigned)(lists->begun.size / sizeof(struct docx_list));
    }
    lists->open[level].last = item->number;
    return lists->open[level].num;
}

/* ---- blocks ---- */

static void paragraph_add(struct writing *to, const struct block *block, const char *style)
{
    struct paragraph paragraph = {.style = style, .rtl = spans_rtl(&block->spans, to->language->rtl)};

    if (block->kind == BLOCK_ITEM) {
        paragraph.style = block->number > 0 ? "ListNumber" : "ListBullet";
        paragraph.list = list_of(&to->lists, block);
        paragraph.level = block->level;
    }
    docx_paragraph_open(to, &paragraph);
    docx_spans(to, &block->spans, RUN_PLAIN, paragraph.rtl);
    xml_close(to->xml);
}

static void code_add(struct writing *to, const struct block *block)
{
    docx_paragraph_open(to, &(struct paragraph){.style = "Code"});
    docx_run(to, block->spans.item[0].text, RUN_PLAIN, false);
    xml_close(to->xml);
}

static void display_add(struct writing *to, const struct block *block)
{
    docx_paragraph_open(to, &(struct paragraph){.style = "Formula"});
    formula_omml(block->spans.item[0].formula, to->xml, true);
    xml_close(to->xml);
}

static void block_add(struct writing *to, const struct block *block, const char *style)
{
    switch (block->kind) {
    case BLOCK_TABLE:
        docx_table(to, block);
        break;
    case BLOCK_CODE:
        code_add(to, block);
        break;
    case BLOCK_FORMULA:
        display_add(to, block);
        break;
    case BLOCK_HEADING:
        paragraph_add(to, block, "Topic");
        break;
    case BLOCK_QUOTE:
        paragraph_add(to, block, "Quote");
        break;
    default:
        paragraph_add(to, block, style);
    }
}

void docx_rich(struct writing *to, const char *text, const char *style)
{
    const struct rich *rich = rich_parse(to->pool, text, RICH_BLOCKS);

    for (size_t i = 0; i < rich->count; i++)
        block_add(to, &rich->blocks[i], style);
}

void docx_line(struct writing *to, const char *text, unsigned run, bool rtl)
{
    const struct rich *rich = rich_parse(to->pool, text, RICH_LINE);

    docx_spans(to, &rich->blocks[0].spans, run, rtl);
}

char *docx_plain(struct writing *to, const char *text)
{
    struct bytes plain = {0};
    size_t size;

    rich_plain_line(rich_parse(to->pool, text, RICH_LINE), &plain);
    bytes_text(&plain);
    return bytes_take(&plain, &size);
}
