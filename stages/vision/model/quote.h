/* quote - strangers' text in a prompt: every line of it stands behind a bar
 *
 * Nothing quoted can look like the end of the quotation, or like a line of ours.
 */
#ifndef STAGES_VISION_MODEL_QUOTE_H
#define STAGES_VISION_MODEL_QUOTE_H

#include <stddef.h>
#include <stdio.h>

#include "stages/vision/text/page.h"

/* Each line behind "| ", controls as blanks, cut to most bytes between characters. */
void quote(FILE *out, const char *text, size_t max);

/* All lines of a text layer, each one line, most bytes in all. */
void quote_page(FILE *out, const struct page *page, size_t max);

#endif
