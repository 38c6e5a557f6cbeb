/* runes - a text as characters, in the plain forms that comparing needs
 *
 * Full-width and mathematical letters and the digits of all scripts become ASCII or Greek ones, so that one
 * spelling of a thing is like another; at[] leads back to the text.
 */
#ifndef STAGES_VISION_RUNES_H
#define STAGES_VISION_RUNES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct runes {
    uint32_t *c;
    size_t *at; /* byte each begins at; one more than count */
    size_t count;
};

struct runes *runes_of(const char *text);
void runes_free(struct runes **runes);

/* LaTeX's spellings of plain signs become those: 25\% is 25%, 1{,}000 is 1,000, 25\,000 has a blank. */
void runes_ease(struct runes *runes);

/* The text from character from up to to, malloced, with blanks at its ends cut off. */
char *runes_cut(const char *text, const struct runes *runes, size_t from, size_t to);

bool rune_digit(uint32_t c);  /* '0' to '9' */
bool rune_raised(uint32_t c); /* a superscript digit or sign */
bool rune_blank(uint32_t c);  /* a blank of any width, no line break */

#endif
