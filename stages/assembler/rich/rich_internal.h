/* rich_internal - the parts of the reading of rich text, private to rich*.c
 *
 * A text goes through three hands.  rich_guard.c goes through its lines, and rich_protect.c through what
 * stands in them: what is not Markdown (formulas, commands) is replaced by a numbered piece, and signs that
 * only look like Markdown (products, pointers, paths) are escaped.  md4c reads the Markdown that is left, and
 * rich_build.c makes blocks and spans of what it reports.  A piece in code becomes again what was written.
 *
 * A text is read once from its beginning to its end.  A search for an end (of a formula, of code between
 * backticks) is remembered in `ends`, so that none is made twice: hostile texts cost no more than long ones.
 *
 * Control characters do not occur in clean text.  Gaps of a cloze text are replaced by them first: GAP_OPEN,
 * the index of the gap in decimal, GAP_STOP, what is in it, GAP_CLOSE.  Such marks have no width.
 */
#ifndef STAGES_ASSEMBLER_RICH_RICH_INTERNAL_H
#define STAGES_ASSEMBLER_RICH_RICH_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/rich/rich.h"

enum { GAP_OPEN = 1, GAP_STOP = 2, GAP_CLOSE = 3 };

/* In the Markdown that md4c reads: a piece is its number in decimal between the first two; the others have no
 * width and are a letter and a blank to md4c. */
#define PIECE_OPEN  "\004"
#define PIECE_CLOSE "\005"
#define AS_LETTER   "\006"
#define AS_BLANK    "\v"

enum { LEVELS = 6, TICKS_MAX = 8, ENVIRONMENTS_MAX = 32 };

/* What stands between two marks. */
struct gap {
    unsigned number; /* 0: no gap */
    const char *hint;
};

struct piece {
    enum { PIECE_SPAN, PIECE_DISPLAY, PIECE_BREAK } kind;
    const char *source; /* as written, borrowed from the marked text */
    size_t size;
    struct span span; /* a formula, or its code */
};

/* Of one text: where the next end of each kind is (behind the text: nowhere), NULL if nobody has looked, or
 * from where on there is none. */
struct ends {
    const char *paren, *bracket, *dollars, *blank_line;
    const char *no_environment[ENVIRONMENTS_MAX], *no_code[TICKS_MAX + 1];
};

/* How far a leaf (a paragraph, item, quote, heading or row of a table) reaches. */
enum leaf {
    LEAF_LINE,     /* to the end of its line */
    LEAF_LINES,    /* into the next lines; a formula on lines of its own stays within */
    LEAF_PARAGRAPH /* into the next lines; a formula on lines of its own parts it */
};

enum open { OPEN_NOTHING, OPEN_PARAGRAPH, OPEN_QUOTE, OPEN_ITEM };

struct reader {
    struct pool *pool;
    const char *text;      /* the marked text */
    struct bytes gaps;     /* of struct gap */
    struct bytes pieces;   /* of struct piece */
    struct bytes markdown; /* what md4c reads */
    struct ends ends;

    /* of the line that is being read */
    const char *from; /* what lies between it and the place that is read is not in the Markdown yet */
    enum leaf leaf;
    const char *leaf_end;       /* what begins in the leaf ends in it, too */
    enum open open;             /* what the line before left open */
    bool list;                  /* what is indented may belong to an item */
    size_t waiting[2][4];       /* of stars and of underscores, the runs of 1 to 3 that wait for their end */
    size_t columns, cells_left; /* of the table; 0: there is none */
    unsigned indent;            /* of the table */
};

/* ---- lines (rich_guard.c) ---- */

void rich_guard(struct reader *reader);

/* A leaf begins at at: nothing that was opened before ends in it. */
void rich_leaf_begin(struct reader *reader, const char *at);

/* ---- within lines (rich_protect.c) ---- */

/* The rest of the paragraph, item, heading or row that begins here. Returns where it stopped: at an LF, or
 * where a formula on lines of its own has ended. */
const char *rich_protect(struct reader *reader, const char *at);

/* ---- blocks and spans out of Markdown (rich_build.c) ---- */

/* The blocks of what reader->markdown says. */
struct bytes rich_build(struct reader *reader);

/* Is there anything to see? */
bool rich_seen(const struct spans *spans);

/* ---- formulas and gaps (rich_formula.c) ---- */

/* A span of a formula, or of its code where it cannot be set; false if there is nothing to see in it. */
bool rich_formula(struct reader *reader, const char *tex, size_t size, struct span *span);

/* Goes over the mark at at; returns what is behind it, *gap is where the text is then. */
const char *rich_mark(const struct reader *reader, const char *at, struct gap *gap);

/* ---- where things end (rich_tex.c) ---- */

struct found {
    const char *inner, *end; /* what is between the delimiters; behind the last one */
    size_t inner_size;
};

/* A formula that begins at the backslash or dollar at at: \( \) that no blank line parts, one between
 * dollars, or one that may stand on lines of its own (*display).  at is in text. */
bool rich_find_formula(struct ends *ends, const char *text, const char *at, struct found *found,
                       bool *display);

/* Code between as many backticks. */
bool rich_find_code(struct ends *ends, const char *at, struct found *found);

/* The end of a word outside of all formulas that has a backslash at at. */
const char *rich_find_command(const char *word, const char *at);

#endif
