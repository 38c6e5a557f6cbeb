/* plain_chars - a text as characters, in the plain forms that comparing needs
 *
 * Full-width and mathematical letters and the digits of all scripts become ASCII or Greek ones, so that one
 * spelling of a thing is like another; at[] leads back to the text.
 */
#ifndef STAGES_VISION_GROUNDING_PLAIN_CHARS_H
#define STAGES_VISION_GROUNDING_PLAIN_CHARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plain_chars {
    uint32_t *c;
    size_t *at; /* byte each begins at; one more than count */
    size_t count;
};

/* The characters of a NUL-terminated text, up to the first byte that is no UTF-8; the caller frees them. */
struct plain_chars *plain_chars_of(const char *text);
void plain_chars_free(struct plain_chars **chars);

/* LaTeX's spellings of plain signs become those: 25\% is 25%, 1{,}000 is 1,000, 25\,000 has a blank. */
void plain_chars_unescape(struct plain_chars *chars);

/* The text from character from up to to, malloced, with blanks at its ends cut off. */
char *plain_chars_cut(const char *text, const struct plain_chars *chars, size_t from, size_t to);

bool plain_is_digit(uint32_t c);       /* '0' to '9' */
bool plain_is_superscript(uint32_t c); /* a superscript digit or sign */

#endif
