/* label_position - where on a slide's picture a label stands, by the page's own text
 *
 * Pure.  A label is found where its words make up a line, a part of one, or up to three lines under each
 * other; capitals, signs around words (stages/lib/text/fold.h) and hyphens at the ends of lines do not
 * matter. What is found more than once is not found: nobody could tell which one is meant.
 */
#ifndef STAGES_ASSEMBLER_CARDS_LABEL_POSITION_H
#define STAGES_ASSEMBLER_CARDS_LABEL_POSITION_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/assembler/lecture/lecture_model.h"

enum { LABEL_LINES_MAX = 3 };

struct label_position {
    bool found;
    size_t lines[LABEL_LINES_MAX]; /* all of each, or a part of the only one */
    size_t line_count;
    size_t from, to; /* bytes of the only line's text that are the label */
    size_t letters;  /* bytes of its words, folded */
};

/* Fills one position for each of the labels; words of a longer label are no place of a shorter one. */
void label_positions_find(struct label_position *places, const struct texts *labels,
                          const struct slide *slide);

/* Bytes of all words of a line, folded: to compare label_position.letters with. */
size_t label_line_letters(const struct line *line);

#endif
