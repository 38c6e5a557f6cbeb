/* question - what a question asks for: its words in order, without those that only hold a sentence together
 *
 * No word of any language is known here.  Which words hold sentences together is seen in the lecture's own
 * questions: many have them, and no title does.  A number, a sign, a name and a rare word always count.
 */
#ifndef STAGES_ASSEMBLER_CARDS_QUESTION_H
#define STAGES_ASSEMBLER_CARDS_QUESTION_H

#include <stddef.h>
#include <stdint.h>

/* The words of the questions and titles of a lecture. */
struct questions;

struct questions *questions_new(void);
void questions_free(struct questions **questions);

/* Takes note of a question, or of a title; all texts are valid UTF-8. */
void questions_add(struct questions *questions, const char *question);
void questions_add_title(struct questions *questions, const char *title);

/* The same for two questions, all of which have been added, that ask for the same. 0: all words hold it
 * together. */
uint64_t question_key(struct questions *questions, const char *question);

/* The same for two texts that have the same numbers and signs in the same order. */
uint64_t question_signs(const char *text);

#endif
