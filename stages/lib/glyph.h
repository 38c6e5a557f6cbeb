/* glyph - what kind of character it is, as far as reading slides needs it
 *
 * Ranges, not the whole Unicode database: a wrong guess costs a line break, never a word.
 */
#ifndef STAGES_LIB_GLYPH_H
#define STAGES_LIB_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool glyph_letter(uint32_t c); /* of any script */
bool glyph_digit(uint32_t c);
bool glyph_lower(uint32_t c); /* small letter: Latin, Greek, Cyrillic */
bool glyph_wide(uint32_t c);  /* Chinese, Japanese, Korean syllables: written without spaces between words */
bool glyph_leftwards(
    uint32_t c); /* of a script that is written from right to left: Hebrew, Arabic, Syriac … */
bool glyph_bullet(uint32_t c); /* stands before a list entry */
bool glyph_ends(uint32_t c);   /* ends a sentence */

/* First and last character of a text; 0 if it is empty. text must be valid UTF-8. */
uint32_t glyph_first(const char *text);
uint32_t glyph_last(const char *text);

/* The small letter of a capital (Latin, Greek, Cyrillic), ASCII for full-width forms; all others as they are.
 */
uint32_t glyph_small(uint32_t c);

#endif
