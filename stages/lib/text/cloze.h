/* cloze - texts with gaps, as Anki writes them: "The {{c1::heap}} grows upwards"
 *
 * Pure.  Braces inside a gap belong to it if they come in pairs, so that a formula can be one.
 */
#ifndef STAGES_LIB_TEXT_CLOZE_H
#define STAGES_LIB_TEXT_CLOZE_H

#include <stdbool.h>
#include <stddef.h>

struct cloze {
    size_t at, size; /* the whole gap, with its braces */
    unsigned number; /* 1-9 */
    size_t inner, inner_size;
};

/* The first gap at or after byte from. */
bool cloze_next(const char *text, size_t from, struct cloze *gap);

/* At least one gap, something to learn in each and something to read around them, and no half of one. */
bool cloze_valid(const char *text);

/* Does it try to be one, well or not? */
bool cloze_meant(const char *text);

#endif
