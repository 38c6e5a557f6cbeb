/* ocr_lines - the words that OCR has read, put together as the lines of a page
 *
 * Pure.  Words come in reading order, each with its box and the recogniser's confidence.
 */
#ifndef STAGES_VISION_TEXT_OCR_LINES_H
#define STAGES_VISION_TEXT_OCR_LINES_H

#include <stdbool.h>

#include "stages/lib/text/page.h"

struct ocr_word {
    const char *text; /* valid UTF-8 */
    int x, y, w, h;   /* pixels */
    float confidence; /* percent */
    bool begins_line, begins_paragraph;
};

struct ocr_lines;

/* Lines are added to the page, which stays the caller's, if their mean confidence is at least min percent. */
struct ocr_lines *ocr_lines_new(struct page *page, float min);

/* Takes the next word; one without visible text is passed over. */
void ocr_lines_add(struct ocr_lines *lines, const struct ocr_word *word);

/* What was read in all, also on lines that were left out: confidence is the mean over letters, 0 without any.
 */
struct ocr_quality {
    float confidence;
    unsigned letters, kept; /* kept: letters of the lines in the page */
    unsigned lying;         /* letters of words that are taller than wide: the picture lies on its side */
};

/* Ends the last line, evens out the sizes of letters, and frees the lines. */
struct ocr_quality ocr_lines_end(struct ocr_lines **lines);

#endif
