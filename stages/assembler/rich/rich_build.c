/* rich_build - blocks and spans out of what md4c reports, see rich_internal.h
 *
 * https://github.com/mity/md4c/wiki: blocks and spans nest, and text comes in order.  Blocks here are flat:
 * an item knows its level, and a paragraph within it goes on after a break.
 */
#include "stages/assembler/rich/rich_internal.h"

#include <md4c.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

struct build {
    struct reader *reader;
    struct bytes blocks; /* of struct block */
    struct block block;  /* if open, the one that spans go to; in a table, the table */
    bool open, quote, code, code_block;
    struct bytes spans, text; /* of struct span; of the span that is being read */
    struct span line_break;   /* comes before the next span, if it is due */
    bool break_due;
    struct gap gap;
    unsigned bold, italic, strike;
    struct {
        unsigned next; /* 0: bullets */
    } lists[LEVELS];
    unsigned depth;
    struct bytes cells; /* of struct spans */
    size_t column;
};

/* ---- spans ---- */

/* In a gap, only the first span has the hint. */
static struct span dressed(struct build *build, struct span span)
{
    if (build->gap.number > 0) {
        span.gap = build->gap.number;
        span.hint = build->gap.hint;
        build->gap.hint = NULL;
    }
    span.bold = build->bold > 0;
    span.italic = build->italic > 0;
    span.strike = build->strike > 0;
    return span;
}

static void block_begin(struct build *build, struct block block);

static void span_add(struct build *build, struct span span)
{
    if (!build->open)
        block_begin(build, (struct block){.kind = build->quote ? BLOCK_QUOTE : BLOCK_PARAGRAPH});
    if (build->break_due && build->spans.size > 0)
        bytes_add(&build->spans, &build->line_break, sizeof span);
    build->break_due = false;
    span = dressed(build, span);
    bytes_add(&build->spans, &span, sizeof span);
}

static void text_end(struct build *build)
{
    char *text;

    if (build->text.size == 0)
        return;
    text = pool_get(build->reader->pool, build->text.size + 1, 1);
    memcpy(text, build->text.data, build->text.size);
    build->text.size = 0;
    span_add(build, (struct span){.kind = build->code ? SPAN_CODE : SPAN_TEXT, .text = text});
}

static void break_add(struct build *build)
{
    text_end(build);
    if (build->break_due || build->spans.size == 0)
        return;
    build->break_due = true;
    build->line_break = dressed(build, (struct span){.kind = SPAN_BREAK, .text = "\n"});
}

static struct spans spans_take(struct build *build)
{
    struct spans spans = {0};

    text_end(build);
    build->break_due = false;
    spans.count = build->spans.size / sizeof *spans.item;
    spans.item = pool_get(build->reader->pool, spans.count, sizeof *spans.item);
    if (spans.count > 0)
        memcpy(spans.item, build->spans.data, build->spans.size);
    build->spans.size = 0;
    return spans;
}

/* ---- blocks ---- */

/* A formula alone in its paragraph stands in the middle. */
static bool lone_formula(const struct block *block)
{
    return block->kind == BLOCK_PARAGRAPH && block->spans.count == 1 &&
           block->spans.item[0].kind == SPAN_FORMULA;
}

static void block_end(struct build *build)
{
    struct block *block = &build->block;

    if (!build->open)
        return;
    text_end(build);
    build->open = false;
    block->spans = spans_take(build);
    if (lone_formula(block))
        block->kind = BLOCK_FORMULA;
    if (block->kind == BLOCK_CODE ? block->spans.count > 0 : rich_seen(&block->spans))
        bytes_add(&build->blocks, block, sizeof *block);
}

static void block_begin(struct build *build, struct block block)
{
    block_end(build);
    build->open = true;
    build->block = block;
}

/* A formula on lines of its own, or its code. */
static void display_add(struct build *build, const struct span *span)
{
    block_begin(build, (struct block){.kind = BLOCK_PARAGRAPH});
    span_add(build, *span);
    if (span->kind == SPAN_CODE)
        build->block.kind = BLOCK_CODE;
    block_end(build);
}

/* ---- text ---- */

static void gap_set(struct build *build, struct gap gap)
{
    text_end(build);
    build->gap = gap;
}

static void text_add(struct build *build, const char *text, size_t size);

static void piece_add(struct build *build, const struct piece *piece)
{
    if (piece->kind == PIECE_GAP)
        gap_set(build, piece->gap);
    else if (piece->kind == PIECE_LITERAL || build->code)
        text_add(build, piece->source, piece->size);
    else if (piece->kind == PIECE_BREAK)
        break_add(build);
    else {
        text_end(build);
        if (piece->kind == PIECE_DISPLAY)
            display_add(build, &piece->span);
        else
            span_add(build, piece->span);
        if (piece->gap.number != build->gap.number)
            gap_set(build, piece->gap);
    }
}

/* The piece whose number begins at at; *at is behind it then. */
static const struct piece *piece_at(const struct build *build, const char **at)
{
    char *end;
    size_t number = strtoul(*at, &end, 10);

    *at = end + 1;
    return (const struct piece *)(void *)build->reader->pieces.data + number;
}

static void text_add(struct build *build, const char *text, size_t size)
{
    for (const char *end = text + size; text < end;) {
        size_t plain = 0;
        struct gap gap;

        while (text + plain < end && ((unsigned char)text[plain] > LITERAL_UNDERSCORE ||
                                      text[plain] == '\n' || text[plain] == '\t'))
            plain++;
        bytes_add(&build->text, text, plain);
        text += plain;
        if (text == end)
            break;
        if ((unsigned char)*text <= MARK_HINT) { /* code again that held a formula with a gap */
            text = rich_mark(build->reader->pool, text, &gap);
            gap_set(build, gap);
            continue;
        }
        if (*text == LITERAL_STAR || *text == LITERAL_UNDERSCORE)
            bytes_add(&build->text, *text == LITERAL_STAR ? "*" : "_", 1);
        if (*text++ == *PIECE_OPEN)
            piece_add(build, piece_at(build, &text));
    }
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *arg)
{
    if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
        break_add(arg);
    else
        text_add(arg, text, size); /* entities, too, are shown as written */
    return 0;
}

/* ---- md4c's spans ---- */

static void span_turn(struct build *build, MD_SPANTYPE type, unsigned by)
{
    text_end(build);
    if (type == MD_SPAN_STRONG)
        build->bold += by;
    else if (type == MD_SPAN_EM)
        build->italic += by;
    else if (type == MD_SPAN_DEL)
        build->strike += by;
    else if (type == MD_SPAN_CODE)
        build->code = by == 1;
}

static int on_span_enter(MD_SPANTYPE type, void *detail, void *arg)
{
    (void)detail;
    span_turn(arg, type, 1);
    return 0;
}

static int on_span_leave(MD_SPANTYPE type, void *detail, void *arg)
{
    (void)detail;
    span_turn(arg, type, -1u);
    return 0;
}

/* ---- md4c's blocks ---- */

static void list_enter(struct build *build, unsigned first)
{
    must(build->depth < LEVELS); /* rich_guard.c lets no more begin */
    build->lists[build->depth++].next = first;
}

static void item_enter(struct build *build)
{
    unsigned level = build->depth - 1, number = build->lists[level].next;

    build->lists[level].next += number > 0;
    block_begin(build, (struct block){.kind = BLOCK_ITEM, .level = level, .number = number});
}

/* Paragraphs of one item or quote are one block. */
static void paragraph_enter(struct build *build)
{
    if (build->open && (build->block.kind == BLOCK_ITEM || build->block.kind == BLOCK_QUOTE))
        break_add(build);
    else
        block_begin(build, (struct block){.kind = build->quote ? BLOCK_QUOTE : BLOCK_PARAGRAPH});
}

static void code_enter(struct build *build)
{
    block_begin(build, (struct block){.kind = BLOCK_CODE});
    build->code = true;
}

static void code_leave(struct build *build)
{
    struct bytes *text = &build->text;

    while (text->size > 0 && (text->data[text->size - 1] == '\n' || text->data[text->size - 1] == ' '))
        text->size--;
    block_end(build);
    build->code = false;
}

static void table_enter(struct build *build, const MD_BLOCK_TABLE_DETAIL *detail)
{
    block_begin(build, (struct block){.kind = BLOCK_TABLE, .columns = detail->col_count});
    build->cells.size = 0;
}

static void cell_leave(struct build *build)
{
    struct spans spans = spans_take(build);

    if (build->column++ < build->block.columns)
        bytes_add(&build->cells, &spans, sizeof spans);
}

/* Cells that a row has not are empty. */
static void row_leave(struct build *build)
{
    while (build->column < build->block.columns)
        cell_leave(build);
    build->column = 0;
}

static void table_leave(struct build *build)
{
    struct block *block = &build->block;

    build->open = false;
    block->rows = build->cells.size / sizeof *block->cells / block->columns;
    block->cells = pool_get(build->reader->pool, block->rows * block->columns, sizeof *block->cells);
    memcpy(block->cells, build->cells.data, build->cells.size);
    bytes_add(&build->blocks, block, sizeof *block);
}

static int on_block_enter(MD_BLOCKTYPE type, void *detail, void *arg)
{
    struct build *build = arg;

    switch (type) {
    case MD_BLOCK_QUOTE:
        block_end(build);
        build->quote = true;
        break;
    case MD_BLOCK_UL:
        list_enter(build, 0);
        break;
    case MD_BLOCK_OL:
        list_enter(build, ((MD_BLOCK_OL_DETAIL *)detail)->start);
        break;
    case MD_BLOCK_LI:
        item_enter(build);
        break;
    case MD_BLOCK_P:
        paragraph_enter(build);
        break;
    case MD_BLOCK_H:
        block_begin(build,
                    (struct block){.kind = BLOCK_HEADING, .level = ((MD_BLOCK_H_DETAIL *)detail)->level - 1});
        break;
    case MD_BLOCK_CODE:
        code_enter(build);
        break;
    case MD_BLOCK_TABLE:
        table_enter(build, detail);
        break;
    default:
        break;
    }
    return 0;
}

static int on_block_leave(MD_BLOCKTYPE type, void *detail, void *arg)
{
    struct build *build = arg;

    (void)detail;
    switch (type) {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        build->depth--;
        break;
    case MD_BLOCK_P:
        text_end(build);
        if (build->block.kind == BLOCK_PARAGRAPH)
            block_end(build);
        break;
    case MD_BLOCK_QUOTE:
        block_end(build);
        build->quote = false;
        break;
    case MD_BLOCK_LI:
    case MD_BLOCK_H:
        block_end(build);
        break;
    case MD_BLOCK_CODE:
        code_leave(build);
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        cell_leave(build);
        break;
    case MD_BLOCK_TR:
        row_leave(build);
        break;
    case MD_BLOCK_TABLE:
        table_leave(build);
        break;
    default:
        break;
    }
    return 0;
}

struct bytes rich_build(struct reader *reader)
{
    static const MD_PARSER parser = {.flags = MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS | MD_FLAG_TABLES |
                                              MD_FLAG_STRIKETHROUGH,
                                     .enter_block = on_block_enter,
                                     .leave_block = on_block_leave,
                                     .enter_span = on_span_enter,
                                     .leave_span = on_span_leave,
                                     .text = on_text};
    struct build build = {.reader = reader};

    bytes_text(&reader->markdown);
    must(md_parse(reader->markdown.data, (MD_SIZE)reader->markdown.size, &parser, &build) == 0);
    block_end(&build);
    bytes_drop(&build.spans);
    bytes_drop(&build.text);
    bytes_drop(&build.cells);
    return build.blocks;
}
