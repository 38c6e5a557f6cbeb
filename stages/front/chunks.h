/* chunks - the form of a chunked body (RFC 9112 7.1), byte by byte as it comes (pure)
 *
 * Stricter than most readers: a size is 1 to 15 hexadecimal digits, every line ends with CR LF, and a line is
 * short. What two parties could read in two ways has no place here.
 */
#ifndef FRONT_CHUNKS_H
#define FRONT_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chunks {
    enum {
        CHUNK_SIZE,
        CHUNK_EXTENSION,
        CHUNK_LF,
        CHUNK_DATA,
        CHUNK_DATA_CR,
        CHUNK_DATA_LF,
        CHUNKS_ENDED
    } phase;
    uint64_t left;   /* bytes of the chunk's data that are still to come */
    unsigned digits; /* of its size */
    unsigned line;   /* bytes of its line */
};

/* Starts from {0}. Returns how many of the bytes belong to the chunks: all of them, or those up to the line
 * of the last chunk, after which the trailer follows. -1: the bytes are malformed. */
long chunks_take(struct chunks *chunks, const char *data, size_t size);

#endif
