/* sanitize - text out of a PDF made fit for JSON, logs and models: valid UTF-8, one line, no control
 * characters
 */
#ifndef STAGES_RASTERIZER_SANITIZE_H
#define STAGES_RASTERIZER_SANITIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* May this character stand in a line of text? Not control characters, line and direction marks, surrogates,
 * non-characters, and U+FFFD, with which the renderer says that it does not know. */
bool sanitize_allows(uint32_t c);

/* Copies what may stay, NUL-terminated, in at most room bytes (at least 1); spaces of all kinds become one
 * space, none at the ends. Returns the size without the NUL. */
size_t sanitize_text(char *to, size_t room, const char *text, size_t size);

/* The same in place for a character at a time: bytes it takes as UTF-8 in to (room for 4); 0 if it may not
 * stand. */
size_t sanitize_put(char *to, uint32_t c);

/* Is it valid UTF-8 of clean characters alone? newline: "\n" counts as clean. */
bool sanitize_is_clean(const char *text, size_t size, bool newline);

/* Letters and digits in it; above ASCII all but spaces, punctuation and symbols count as such. */
uint32_t sanitize_count_letters(const char *text, size_t size);

/* A document title without what programs put into it ("Microsoft PowerPoint - x.pptx" is "x"; "untitled" is
 * ""), in place. */
void sanitize_title(char *title);

#endif
