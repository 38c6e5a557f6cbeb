/* list_cloze - an answer that is a list becomes a text with one gap for each of its entries
 *
 * Nobody remembers a list at once: one note with the gaps c1, c2, ... asks for its entries one by one. Only
 * what is plainly a list of 3 to 9 short entries is taken for one, never a sentence or code.
 */
#ifndef STAGES_ASSEMBLER_CARDS_LIST_CLOZE_H
#define STAGES_ASSEMBLER_CARDS_LIST_CLOZE_H

#include "stages/assembler/lecture/lecture_model.h"

/* All cards of the lecture. New texts live in its pool. */
void list_cloze_open(struct lecture *lecture);

/* The text with gaps that a question and its answer come to; NULL: the answer is no list. malloced. */
char *list_cloze_text(const char *front, const char *back);

#endif
