/* phrases - what documents say of a lecture in the same words: verdicts, reasons, steps, doubts
 *
 * Text, without markup: each writer escapes it for its own format.
 */
#ifndef STAGES_ASSEMBLER_LECTURE_PHRASES_H
#define STAGES_ASSEMBLER_LECTURE_PHRASES_H

#include <stdbool.h>

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"

/* Has the slide a heading and a picture of its own? A step towards another slide has not. */
bool phrase_shows(const struct lecture *lecture, const struct slide *slide);

/* Under the title: file and model, "" if there is nothing to say. The caller frees what has a char *. */
char *phrase_origin(const struct lecture *lecture);

/* What the picture shows, for those who do not see it. */
char *phrase_picture(const struct slide *slide, const struct language *language);

/* What the outcome of this slide means, as a sentence and as a word; NULL if there is nothing to say. */
const char *phrase_verdict(const struct slide *slide, const struct language *language);
const char *phrase_word(const struct slide *slide, const struct language *language);

/* Why it is so, in one sentence; NULL as above. */
const char *phrase_reason(const struct slide *slide, const struct language *language);

/* Is the slide told of at the end, among what is missing? Is any? */
bool phrase_reports(const struct lecture *lecture, const struct slide *slide,
                    const struct language *language);
bool phrase_reported(const struct lecture *lecture, const struct language *language);

/* Which slides are steps towards this one; NULL: none. */
char *phrase_steps(const struct lecture *lecture, const struct slide *slide, const struct language *language);

/* Under the title, for the whole lecture: that no model was used, that text was read by OCR. NULL: nothing.
 */
char *phrase_notice(const struct lecture *lecture, const struct language *language);

/* What a reader of an explained slide should check: that the words were read by OCR or could not be read, or
 * some letters are unknown; what the answer says and the slide's text does not, formulas among it as they
 * were written. To be read as rich text; NULL: nothing. */
char *phrase_cautions(const struct slide *slide, const struct language *language);

/* On which slides there are formulas that were not understood; NULL: on none. */
char *phrase_formulas(const struct lecture *lecture, const struct language *language);

/* On which slides cards of the model could not be kept, but for those that were one too many or asked twice;
 * NULL: on none. */
char *phrase_left_out(const struct lecture *lecture, const struct language *language);

/* How many of the answer's cards can be told in words: not those that cover parts of the picture. */
size_t phrase_cards(const struct answer *answer);

/* "3–7, 12": slides in a row as one. */
char *phrase_numbers(const struct chapter *chapter);

/* What it cost; NULL: nothing that is known. */
char *phrase_cost(const struct lecture *lecture);

#endif
