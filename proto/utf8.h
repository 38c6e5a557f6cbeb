/* utf8 - one step through UTF-8, as RFC 3629 has it */
#ifndef PROTO_UTF8_H
#define PROTO_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the character that text begins with (1-4), its number in *c; 0 if the bytes are not UTF-8
 * (overlong, surrogate, above U+10FFFF, cut). size must be at least 1. */
size_t utf8_next(const char *text, size_t size, uint32_t *c);

/* Is all of it UTF-8 without NUL? */
bool utf8_valid(const char *text, size_t size);

/* Largest length <= most at which text can be cut without splitting a character. text must be valid UTF-8. */
size_t utf8_cut(const char *text, size_t size, size_t max);

/* Bytes of text to show, at most that many, without splitting a character: for "%.*s". What is not UTF-8 is
 * shown as it is. */
int utf8_head(const char *text, size_t max);

/* Puts a question mark where a byte is not UTF-8, so that one bad byte does not cost the sentence. */
void utf8_mend(char *text);

/* Writes the character in one to four bytes, returns how many. */
size_t utf8_put(char to[4], uint32_t c);

#endif
