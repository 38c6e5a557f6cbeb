/* prompt_quote - strangers' text in a prompt: every line of it stands behind a bar
 *
 * Nothing quoted can look like the end of the quotation, or like a line of ours.
 */
#ifndef STAGES_VISION_MODEL_PROMPT_QUOTE_H
#define STAGES_VISION_MODEL_PROMPT_QUOTE_H

#include <stddef.h>
#include <stdio.h>

#include "stages/lib/text/page.h"

/* Writes each line of the text behind "| ", control characters as blanks, cut to max bytes between
 * characters. */
void prompt_quote(FILE *out, const char *text, size_t max);

/* Writes the text layer of a slide under a line that says what it is; a very long one is cut. */
void prompt_quote_text_layer(FILE *out, const struct page *page);

#endif
