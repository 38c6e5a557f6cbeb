/* rich_html - see rich_html.h
 *
 * Lists are written flat from the levels of their entries: what is open is a short stack, as deep as lists
 * go.
 */
#include "stages/assembler/rich/rich_html.h"

#include <string.h>

#include "stages/assembler/lib/text.h"
#include "stages/assembler/lib/xml.h"

enum { DEPTH_MAX = 8 };

struct writing {
    struct bytes *to;
    enum rich_target target;
    bool rtl;
};

/* ---- spans ---- */

void rich_html_looks(const struct span *span, bool end, struct bytes *to)
{
    bytes_add_format(to, end ? "%3$s%2$s%1$s" : "%1$s%2$s%3$s",
                     !span->bold ? ""
                     : end       ? "</b>"
                                 : "<b>",
                     !span->italic ? ""
                     : end         ? "</i>"
                                   : "<i>",
                     !span->strike ? ""
                     : end         ? "</s>"
                                   : "<s>");
}

static void formula_add(const struct writing *writing, const struct formula *formula, bool display)
{
    struct bytes tex = {0};

    if (writing->target == RICH_PAGE) {
        struct xml *xml = xml_part(writing->to);

        formula_mathml(formula, xml, display);
        xml_end(&xml);
        while (writing->to->size > 0 && writing->to->data[writing->to->size - 1] == '\n')
            writing->to->size--; /* with which libxml2 ends a document */
        return;
    }
    bytes_add_text(&tex, display ? "[" : "("); /* with what follows, it could be a command of Anki's */
    formula_tex(formula, &tex);
    bytes_add_text(writing->to, "\\");
    text_add_html(writing->to, bytes_text(&tex), TEXT_TEX);
    bytes_add_text(writing->to, display ? "\\]" : "\\)");
    bytes_drop(&tex);
}

/* Is it code that goes on where the one before it ends? Not on a card: what stands at a span's end and at the
 * next one's begin must not meet there, or it could be a command. */
static bool goes_on(const struct writing *writing, const struct spans *spans, size_t i)
{
    const struct span *span = &spans->item[i], *before = span - 1;

    return writing->target == RICH_PAGE && i > 0 && i < spans->count && span->kind == SPAN_CODE &&
           before->kind == SPAN_CODE && span_looks(span, before);
}

static void words_add(const struct writing *writing, const struct span *span)
{
    enum text_place place = writing->target == RICH_PAGE ? TEXT_PAGE : span->gap > 0 ? TEXT_GAP : TEXT_CARD;
    struct bytes marked = {0};

    if (writing->rtl && span->kind == SPAN_TEXT)
        text_add_marked(&marked, span->text);
    text_add_html(writing->to, marked.size > 0 ? bytes_text(&marked) : span->text, place);
    bytes_drop(&marked);
}

static void text_add(const struct writing *writing, const struct spans *spans, size_t i)
{
    const struct span *span = &spans->item[i];
    bool begins = !goes_on(writing, spans, i), ends = !goes_on(writing, spans, i + 1);

    if (begins)
        rich_html_looks(span, false, writing->to);
    bytes_add_text(writing->to, begins && span->kind == SPAN_CODE ? "<code>" : "");
    words_add(writing, span);
    bytes_add_text(writing->to, ends && span->kind == SPAN_CODE ? "</code>" : "");
    if (ends)
        rich_html_looks(span, true, writing->to);
}

static void span_add(const struct writing *writing, const struct spans *spans, size_t i, bool display)
{
    const struct span *span = &spans->item[i];

    if (span->kind == SPAN_FORMULA)
        formula_add(writing, span->formula, display);
    else if (span->kind == SPAN_BREAK)
        bytes_add_text(writing->to, "<br>");
    else
        text_add(writing, spans, i);
}

/* Where the gap that begins at span i ends; a hint on a later span begins another one of the same number. */
static size_t gap_end(const struct spans *spans, size_t i)
{
    size_t end = i + 1;

    while (end < spans->count && spans->item[end].gap == spans->item[i].gap && spans->item[end].hint == NULL)
        end++;
    return end;
}

static void gap_close(const struct writing *writing, const char *hint)
{
    if (hint != NULL) {
        bytes_add_text(writing->to, "::");
        text_add_html(writing->to, hint, TEXT_GAP);
    }
    bytes_add_text(writing->to, "}}");
}

static void spans_add(const struct writing *writing, const struct spans *spans, bool display)
{
    for (size_t i = 0, end; i < spans->count; i = end) {
        const struct span *first = &spans->item[i];
        bool gap = first->gap > 0 && writing->target == RICH_CARD;

        end = gap_end(spans, i);
        if (gap)
            bytes_add_format(writing->to, "{{c%u::", first->gap);
        for (size_t k = i; k < end; k++)
            span_add(writing, spans, k, display);
        if (gap)
            gap_close(writing, first->hint);
    }
}

/* ---- lists ---- */

struct list {
    bool numbered;
    unsigned next; /* the number that its next entry has by itself */
};

struct lists {
    struct list open[DEPTH_MAX];
    size_t depth;
};

static void list_close(const struct writing *writing, struct lists *lists)
{
    bytes_add_text(writing->to, lists->open[--lists->depth].numbered ? "</li></ol>" : "</li></ul>");
}

static void lists_close(const struct writing *writing, struct lists *lists, size_t depth)
{
    while (lists->depth > depth)
        list_close(writing, lists);
}

static void list_open(const struct writing *writing, struct lists *lists, unsigned number)
{
    lists->open[lists->depth++] = (struct list){number > 0, 1};
    bytes_add_text(writing->to, number > 0 ? "<ol>" : "<ul>");
}

static void entry_open(const struct writing *writing, struct list *list, unsigned number, bool rtl)
{
    bytes_add_text(writing->to, "<li");
    if (number > 0 && number != list->next)
        bytes_add_format(writing->to, " value=\"%u\"", number);
    bytes_add_text(writing->to, rich_html_direction(rtl, writing->rtl));
    bytes_add_text(writing->to, ">");
    list->next = number + 1;
}

static void item_add(const struct writing *writing, struct lists *lists, const struct block *block)
{
    size_t depth = block->level < DEPTH_MAX - 1 ? block->level + 1 : DEPTH_MAX;
    bool rtl = spans_rtl(&block->spans, writing->rtl);

    lists_close(writing, lists, depth);
    if (lists->depth == depth && lists->open[depth - 1].numbered != (block->number > 0))
        list_close(writing, lists);
    if (lists->depth == depth)
        bytes_add_text(writing->to, "</li>");
    while (lists->depth < depth) {
        list_open(writing, lists, block->number);
        if (lists->depth < depth) /* nothing was said on that level */
            bytes_add_text(writing->to, "<li>");
    }
    entry_open(writing, &lists->open[depth - 1], block->number, rtl);
    spans_add(&(struct writing){writing->to, writing->target, rtl}, &block->spans, false);
}

/* ---- blocks ---- */

static void row_add(const struct writing *writing, const struct spans *cells, size_t columns,
                    const char *cell)
{
    bytes_add_text(writing->to, "<tr>");
    for (size_t i = 0; i < columns; i++) {
        bytes_add_format(writing->to, "<%s>", cell);
        spans_add(writing, &cells[i], false);
        bytes_add_format(writing->to, "</%s>", cell);
    }
    bytes_add_text(writing->to, "</tr>");
}

static void table_add(const struct writing *writing, const struct block *block)
{
    bytes_add_text(writing->to, "<table>");
    for (size_t row = 0; row < block->rows; row++)
        row_add(writing, block->cells + row * block->columns, block->columns, row == 0 ? "th" : "td");
    bytes_add_text(writing->to, "</table>");
}

static void code_add(const struct writing *writing, const struct block *block)
{
    bytes_add_text(writing->to, "<pre>");
    spans_add(writing, &block->spans, false);
    bytes_add_text(writing->to, "</pre>");
}

static void block_add(const struct writing *writing, const struct block *block)
{
    static const struct {
        const char *element, *before, *after;
    } rows[] = {
        [BLOCK_PARAGRAPH] = {"<p", ">", "</p>"},
        [BLOCK_HEADING] = {"<p", "><b>", "</b></p>"},
        [BLOCK_FORMULA] = {"<p", ">", "</p>"},
        [BLOCK_QUOTE] = {"<blockquote", ">", "</blockquote>"},
    };
    bool rtl = spans_rtl(&block->spans, writing->rtl);

    if (block->kind == BLOCK_TABLE)
        table_add(writing, block);
    else if (block->kind == BLOCK_CODE)
        code_add(writing, block);
    else {
        bytes_add_text(writing->to, rows[block->kind].element);
        bytes_add_text(writing->to, rich_html_direction(rtl, writing->rtl));
        bytes_add_text(writing->to, rows[block->kind].before);
        spans_add(&(struct writing){writing->to, writing->target, rtl}, &block->spans,
                  block->kind == BLOCK_FORMULA);
        bytes_add_text(writing->to, rows[block->kind].after);
    }
}

const char *rich_html_direction(bool rtl, bool around)
{
    return rtl == around ? "" : rtl ? " dir=\"rtl\"" : " dir=\"ltr\"";
}

void rich_html_spans(const struct spans *spans, enum rich_target target, bool rtl, struct bytes *to)
{
    spans_add(&(struct writing){to, target, rtl}, spans, false);
}

void rich_html(const struct rich *rich, enum rich_target target, bool rtl, struct bytes *to)
{
    struct writing writing = {to, target, rtl};
    struct lists lists = {0};

    if (rich->count == 1 &&
        (rich->blocks[0].kind == BLOCK_PARAGRAPH || rich->blocks[0].kind == BLOCK_FORMULA)) {
        spans_add(&writing, &rich->blocks[0].spans, rich->blocks[0].kind == BLOCK_FORMULA);
        return;
    }
    for (size_t i = 0; i < rich->count; i++)
        if (rich->blocks[i].kind == BLOCK_ITEM)
            item_add(&writing, &lists, &rich->blocks[i]);
        else {
            lists_close(&writing, &lists, 0);
            block_add(&writing, &rich->blocks[i]);
        }
    lists_close(&writing, &lists, 0);
}
