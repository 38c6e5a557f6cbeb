/* hex - bytes as hexadecimal digits
 *
 * Pure. Two digits a byte, the high half first (RFC 4648, section 8), in lower case.
 */
#ifndef PROTO_HEX_H
#define PROTO_HEX_H

#include <stddef.h>

/* Room for that many bytes as text, the NUL included. */
#define HEX_ROOM(bytes) (2 * (bytes) + 1)

/* Writes 2 * size digits and a NUL to text, which has HEX_ROOM(size) bytes. */
void hex_encode(char *text, const void *bytes, size_t size);

/* The value of a digit in either case, 0 to 15; -1: c is no hexadecimal digit. */
int hex_digit(char c);

#endif
