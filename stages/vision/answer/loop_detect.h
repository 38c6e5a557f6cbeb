/* loop_detect - is a text going round in circles?
 *
 * Pure.  Small models fall into a loop and say one phrase until their room is used up.  No honest text does
 * what is looked for here; rules, leaders of dots, tables of numbers and refrains are left in peace.
 */
#ifndef STAGES_VISION_ANSWER_LOOP_DETECT_H
#define STAGES_VISION_ANSWER_LOOP_DETECT_H

#include <stdbool.h>
#include <stddef.h>

/* Does one phrase come many times in a row? For size bytes of any text, also of one that was cut and is no
 * JSON any more. */
bool loop_detect_at_end(const char *text, size_t size);

/* Do the texts (paragraphs, points) say the same sentences over and over? */
bool loop_detect_among(const char *const *texts, size_t count);

/* Are there three texts or more, and all of them the same? */
bool loop_detect_alike(const char *const *texts, size_t count);

#endif
