/* utf8 - one step through UTF-8, as RFC 3629 has it */
#ifndef PROTO_UTF8_H
#define PROTO_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns the length in bytes (1-4) of the character that text begins with, and its number in *c; 0 if the
 * bytes are not UTF-8 (overlong, a surrogate, above U+10FFFF, cut off). size must be at least 1. */
size_t utf8_next(const char *text, size_t size, uint32_t *c);

/* Whether all size bytes are UTF-8 without NUL. */
bool utf8_valid(const char *text, size_t size);

/* The largest length up to max at which text can be cut without splitting a character. text must be valid
 * UTF-8. */
size_t utf8_cut(const char *text, size_t size, size_t max);

/* The precision for "%.*s" that shows at most max bytes of text without splitting a character. text need not
 * be UTF-8. */
int utf8_head(const char *text, size_t max);

/* Replaces each byte that is not part of UTF-8 by '?', in place. */
void utf8_mend(char *text);

/* Writes the character in one to four bytes, returns how many. */
size_t utf8_put(char to[4], uint32_t c);

#endif
