/* rich - an answer's text with its formatting: paragraphs, lists, code, tables, formulas
 *
 * Answers should be plain text with LaTeX between \( \) or \[ \]; models slip in Markdown and dollar signs
 * all the same.  Here both become structure, once, for all that is written of it: DOCX, cards, HTML,
 * Markdown. What only looks like markup (a price in dollars, 2 * 3 * 4, snake_case, C's *p) stays text.
 *
 * Strangers' text that passed text_clean. Everything lives in the pool; texts are borrowed or copied into it.
 */
#ifndef STAGES_ASSEMBLER_RICH_RICH_H
#define STAGES_ASSEMBLER_RICH_RICH_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/assembler/formula/formula.h"
#include "stages/assembler/lib/pool.h"

enum span_kind { SPAN_TEXT, SPAN_CODE, SPAN_FORMULA, SPAN_BREAK };

struct span {
    enum span_kind kind;
    bool bold, italic, strike;
    unsigned gap;     /* of a cloze card: number of the gap it stands in, 0: none; a gap is a run of spans */
    const char *hint; /* of the gap, on its first span; NULL: none */
    bool doubt;       /* a formula that was not all understood; SPAN_CODE if it cannot be set at all */
    const char *text; /* SPAN_TEXT, SPAN_CODE; of a formula the LaTeX as written, without delimiters */
    const struct formula *formula; /* SPAN_FORMULA */
};

struct spans {
    struct span *item;
    size_t count;
};

enum block_kind {
    BLOCK_PARAGRAPH,
    BLOCK_HEADING,
    BLOCK_ITEM,
    BLOCK_CODE,
    BLOCK_TABLE,
    BLOCK_FORMULA,
    BLOCK_QUOTE
};

struct block {
    enum block_kind kind;
    unsigned level;  /* of BLOCK_HEADING and BLOCK_ITEM, from 0 */
    unsigned number; /* of a BLOCK_ITEM that is numbered, from 1; 0: a bullet */
    struct spans
        spans; /* all but BLOCK_TABLE; of BLOCK_FORMULA one; of BLOCK_CODE code alone, with its LFs */
    struct spans *cells; /* BLOCK_TABLE: rows * columns, the first row is the header */
    size_t rows, columns;
};

struct rich {
    struct block *blocks;
    size_t count;
};

enum rich_mode { RICH_BLOCKS, RICH_LINE, RICH_CLOZE };

/* Reads clean UTF-8 of any kind; there is no error.  Cost grows with the length of the text, not with its
 * square.
 *
 * RICH_LINE: one paragraph whatever stands there (titles, cards' points). RICH_CLOZE: blocks, and {{c1::...}}
 * are gaps (stages/lib/text/cloze.h), also around and inside formatting; a gap inside a formula is one around
 * it.
 */
const struct rich *rich_parse(struct pool *pool, const char *text, enum rich_mode mode);

/* Are both bold or not, italic or not, struck out or not? */
bool span_looks(const struct span *one, const struct span *other);

/* The direction of what stands there (text_words_rtl), true: from right to left. Formulas and code do not
 * count. */
bool spans_rtl(const struct spans *spans, bool document_rtl);
bool rich_rtl(const struct rich *rich, bool document_rtl);

/* Calls on_formula for each formula that was not all understood, with its LaTeX as it was written. */
void rich_doubts(const struct rich *rich, void (*on_formula)(void *arg, const char *tex), void *arg);

#endif
