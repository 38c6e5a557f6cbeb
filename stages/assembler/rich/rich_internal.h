/* rich_internal - the parts of rich's reader, private to rich*.c
 *
 * A text is read once from its beginning to its end.  Whoever looks for the end of something (a formula, code
 * between backticks) remembers in `ends` what was found, so that nobody looks twice: hostile texts cost no
 * more than long ones.
 *
 * Before anything else, gaps of a cloze text are replaced by control characters, which no clean text has;
 * they have no width: MARK_OPEN, the gap's number as a digit, its hint, MARK_HINT, what is in it, MARK_CLOSE.
 */
#ifndef STAGES_ASSEMBLER_RICH_RICH_INTERNAL_H
#define STAGES_ASSEMBLER_RICH_RICH_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/rich/rich.h"

enum { MARK_OPEN = 1, MARK_CLOSE = 2, MARK_HINT = 3 };
enum { LEVELS = 6, TICKS_MAX = 8, ENVIRONMENTS_MAX = 32 };

/* Where the text is, between gaps or in one. */
struct gap {
    unsigned number; /* 0: in none */
    const char *hint;
};

/* Of one text: where the next end of each kind is (behind the text: nowhere), NULL if nobody has looked, or
 * from where on there is none. */
struct ends {
    const char *paren, *bracket, *dollars, *blank_line;
    const char *no_environment[ENVIRONMENTS_MAX], *no_code[TICKS_MAX + 1];
};

struct reader {
    struct pool *pool;
    enum rich_mode mode;
    struct bytes blocks; /* of struct block */
    struct bytes text;   /* of the block that is being read */
    struct block block;
    bool open; /* is one being read? */
    struct gap gap;
    unsigned indents[LEVELS], depth; /* of the lists around it */
    struct ends ends;                /* of the whole text */
};

/* ---- blocks (rich_block.c) ---- */

void rich_blocks(struct reader *reader, const char *text);
void rich_block_add(struct reader *reader, const struct block *block);
void rich_block_end(struct reader *reader); /* finishes the one that is being read */
const char *rich_line_end(const char *line);

/* Reads the table that may begin at this line; where it ends, NULL if there is none (rich_table.c). */
const char *rich_table(struct reader *reader, const char *line);

/* ---- within a block (rich_span.c) ---- */

struct spans rich_spans(struct reader *reader, const char *text);
struct spans rich_code(struct reader *reader, const char *code, size_t size); /* all of it code */

/* Is there anything to see? */
bool rich_seen(const struct spans *spans);

/* A span of a formula, or of its code where it cannot be set; false if there is nothing to see in it. */
bool rich_formula(struct reader *reader, const char *tex, size_t size, struct span *span);

/* ---- where things end (rich_tex.c) ---- */

struct found {
    const char *inner, *end; /* what is between the delimiters; behind the last one */
    size_t inner_size;
};

/* A formula in a line, and one that may stand in lines of its own. at is in text. */
bool rich_find_formula(struct ends *ends, const char *text, const char *at, struct found *found);
bool rich_find_display(struct ends *ends, const char *at, struct found *found);

/* One that begins at a backslash or dollar in a line, of \( \) that a blank line does not part or of dollars
 * in it. */
bool rich_find_inline(struct ends *ends, const char *text, const char *at, struct found *found);

/* Code between as many backticks. */
bool rich_find_code(struct ends *ends, const char *at, struct found *found);

/* The end of a word outside of all formulas that has a backslash at at. */
const char *rich_find_command(const char *word, const char *at);

/* Bytes of the blank that at points to; 0: none. */
size_t rich_blank(const char *at);

#endif
