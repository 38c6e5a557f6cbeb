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
    bool open, quote;
    struct bytes spans, text; /* of struct span; of the span that is being read */
    struct span line_break;   /* comes before the next span, if it is due */
    bool break_due;
    struct gap gap;
    unsigned looks[MD_SPAN_U + 1]; /* how many spans of each of md4c's kinds are open */
    unsigned next[LEVELS], depth;  /* of the lists that are open the number of the next item; 0: bullets */
    struct bytes cells;            /* of struct spans */
};

/* ---- spans ---- */

/* In a gap, only the first span has the hint. */
static struct span dressed(struct build *build, struct span span)
{
    span.gap = build->gap.number;
    span.hint = build->gap.hint;
    build->gap.hint = NULL;
    span.bold = build->looks[MD_SPAN_STRONG] > 0;
    span.italic = build->looks[MD_SPAN_EM] > 0;
    span.strike = build->looks[MD_SPAN_DEL] > 0;
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
    size_t size = build->text.size;

    build->text.size = 0;
    if (size > 0)
        span_add(build, (struct span){.kind = build->looks[MD_SPAN_CODE] > 0 ? SPAN_CODE : SPAN_TEXT,
                                      .text = pool_copy(build->reader->pool, build->text.data, size)});
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
    struct spans spans;

    text_end(build);
    spans.count = build->spans.size / sizeof *spans.item;
    spans.item = pool_copy(build->reader->pool, build->spans.data, build->spans.size);
    build->spans.size = 0;
    build->break_due = false;
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
    block->spans = spans_take(build);
    build->open = false;
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

/* ---- text ---- */

static void gap_set(struct build *build, struct gap gap)
{
    text_end(build);
    build->gap = gap;
}

static void text_add(struct build *build, const char *text, size_t size);

/* A formula on lines of its own, or its code, is a block. */
static void formula_add(struct build *build, const struct piece *piece)
{
    text_end(build);
    if (piece->kind == PIECE_DISPLAY)
        block_begin(build, (struct block){.kind = BLOCK_PARAGRAPH});
    span_add(build, piece->span);
    if (piece->kind == PIECE_DISPLAY && piece->span.kind == SPAN_CODE)
        build->block.kind = BLOCK_CODE;
    if (piece->kind == PIECE_DISPLAY)
        block_end(build);
}

/* A formula stands in the gap that is open before it, or in the first that opens in it. */
static void piece_add(struct build *build, const struct piece *piece)
{
    struct gap gap = build->gap;
    bool left = false; /* the text behind it is not in its gap */

    if (build->looks[MD_SPAN_CODE] > 0) {
        text_add(build, piece->source, piece->size);
        return;
    }
    for (const char *at = piece->source, *end = at + piece->size; at < end;) {
        if ((unsigned char)*at > GAP_CLOSE) {
            at++;
            continue;
        }
        at = rich_mark(build->reader, at, &gap);
        left = build->gap.number > 0;
        if (!left)
            gap_set(build, gap);
    }
    if (piece->kind == PIECE_BREAK)
        break_add(build);
    else
        formula_add(build, piece);
    if (left)
        gap_set(build, gap);
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
        struct gap gap;

        if (*text == *PIECE_OPEN) {
            text++;
            piece_add(build, piece_at(build, &text));
        } else if ((unsigned char)*text <= GAP_CLOSE) {
            text = rich_mark(build->reader, text, &gap);
            gap_set(build, gap);
        } else {
            bytes_add(&build->text, text, *text != *AS_LETTER && *text != *AS_BLANK);
            text++;
        }
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

static int on_span_enter(MD_SPANTYPE type, void *detail, void *arg)
{
    struct build *build = arg;

    (void)detail;
    text_end(build);
    build->looks[type]++;
    return 0;
}

static int on_span_leave(MD_SPANTYPE type, void *detail, void *arg)
{
    struct build *build = arg;

    (void)detail;
    text_end(build);
    build->looks[type]--;
    return 0;
}

/* ---- md4c's blocks ---- */

/* The list that is open; those beyond LEVELS are as deep as that. */
static unsigned level_of(const struct build *build)
{
    return (build->depth < LEVELS ? build->depth : LEVELS) - 1;
}

static void list_begin(struct build *build, unsigned first)
{
    build->depth++;
    build->next[level_of(build)] = first;
}

static void item_begin(struct build *build)
{
    unsigned level = level_of(build), number = build->next[level];

    build->next[level] += number > 0;
    block_begin(build, (struct block){.kind = BLOCK_ITEM, .level = level, .number = number});
}

/* Paragraphs of one item or quote are one block. */
static void paragraph_begin(struct build *build)
{
    if (build->open)
        break_add(build);
    else
        block_begin(build, (struct block){.kind = build->quote ? BLOCK_QUOTE : BLOCK_PARAGRAPH});
}

static void code_end(struct build *build)
{
    struct bytes *text = &build->text;

    while (text->size > 0 && (text->data[text->size - 1] == '\n' || text->data[text->size - 1] == ' '))
        text->size--;
    block_end(build);
    build->looks[MD_SPAN_CODE] = 0;
}

static void cell_end(struct build *build)
{
    struct spans spans = spans_take(build);

    bytes_add(&build->cells, &spans, sizeof spans);
}

static void table_end(struct build *build)
{
    struct block *block = &build->block;

    build->open = false;
    block->rows = build->cells.size / sizeof *block->cells / block->columns;
    block->cells = pool_copy(build->reader->pool, build->cells.data, build->cells.size);
    build->cells.size = 0;
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
        list_begin(build, 0);
        break;
    case MD_BLOCK_OL:
        list_begin(build, ((MD_BLOCK_OL_DETAIL *)detail)->start);
        break;
    case MD_BLOCK_LI:
        item_begin(build);
        break;
    case MD_BLOCK_P:
        paragraph_begin(build);
        break;
    case MD_BLOCK_H:
        block_begin(build,
                    (struct block){.kind = BLOCK_HEADING, .level = ((MD_BLOCK_H_DETAIL *)detail)->level - 1});
        break;
    case MD_BLOCK_CODE:
        block_begin(build, (struct block){.kind = BLOCK_CODE});
        build->looks[MD_SPAN_CODE] = 1;
        break;
    case MD_BLOCK_TABLE:
        block_begin(build, (struct block){.kind = BLOCK_TABLE,
                                          .columns = ((MD_BLOCK_TABLE_DETAIL *)detail)->col_count});
        break;
    default:
        break;
    }
    return 0;
}

/* An item goes on behind a paragraph in it, and so does a quote. */
static int on_block_leave(MD_BLOCKTYPE type, void *detail, void *arg)
{
    struct build *build = arg;

    (void)detail;
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
        build->depth--;
    else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD)
        cell_end(build);
    else if (type == MD_BLOCK_TABLE)
        table_end(build);
    else if (type == MD_BLOCK_CODE)
        code_end(build);
    else if (type == MD_BLOCK_QUOTE || type == MD_BLOCK_LI || type == MD_BLOCK_H ||
             (type == MD_BLOCK_P && build->block.kind == BLOCK_PARAGRAPH))
        block_end(build);
    build->quote = build->quote && type != MD_BLOCK_QUOTE;
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
