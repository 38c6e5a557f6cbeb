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

/* Writes all lines of a text layer, max bytes of them in all. */
void prompt_quote_page(FILE *out, const struct page *page, size_t max);

#endif
