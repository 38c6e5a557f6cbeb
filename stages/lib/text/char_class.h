/* char_class - what kind of character it is, as far as reading slides needs it
 *
 * Pure. The Unicode Character Database answers, as libunistring has it
 * (https://www.gnu.org/software/libunistring/manual/html_node/unictype_002eh.html); only what it does not
 * know is listed here: which blocks are written without spaces, which signs stand before a list entry.
 */
#ifndef STAGES_LIB_TEXT_CHAR_CLASS_H
#define STAGES_LIB_TEXT_CHAR_CLASS_H

#include <stdbool.h>
#include <stdint.h>

bool char_is_letter(uint32_t c); /* of any script, with the signs that are part of its words */
bool char_is_digit(uint32_t c);  /* a decimal digit of any script */
bool char_is_lower(uint32_t c);  /* a small letter */
bool char_is_blank(uint32_t c);  /* a space of any width, or a tab; no line break */
/* Chinese, Japanese, Korean: written without spaces between words, or as wide as such a character. */
bool char_is_wide(uint32_t c);
/* Of a script that is written from right to left: Hebrew, Arabic, Syriac … */
bool char_is_right_to_left(uint32_t c);
bool char_is_bullet(uint32_t c); /* stands before a list entry */
bool char_ends_sentence(uint32_t c);

/* The small letter of a capital, ASCII for full-width forms; all others as they are. */
uint32_t char_to_lower(uint32_t c);

/* First and last character of a text; 0 if it is empty. text must be valid UTF-8. */
uint32_t char_first(const char *text);
uint32_t char_last(const char *text);

#endif
