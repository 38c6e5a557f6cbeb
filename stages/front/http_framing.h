/* http_framing - the strict reading of an HTTP/1.1 message: its headers, and where its body ends (pure)
 *
 * libmicrohttpd lets through forms that two parties can read in two ways: several hosts, several lengths,
 * both framings, a blank before the colon, chunks that end anyhow. Whoever reads differently from us could
 * smuggle a request past us; so we refuse them all (RFC 9112 5, 6 and 7.1, RFC 9110 5 and 7.2).
 */
#ifndef FRONT_HTTP_FRAMING_H
#define FRONT_HTTP_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct header {
    const char *name, *value;
    size_t name_size, value_size;
};

/* Is that a token (RFC 9110 5.6.2)? */
bool http_is_token(const char *text, size_t size);

/* Takes a line without its end apart as name and value; false: it has no colon, or the name is none. */
bool header_split(const char *line, size_t size, struct header *header);

/* How the body comes, once the check has passed. */
struct framing {
    bool chunked;
    uint64_t length; /* Content-Length; 0 if none */
};

/* Checks all headers of a request, and fills framing. NULL, or one sentence that says what is wrong. */
const char *headers_check(const struct header *headers, size_t count, bool http11, struct framing *framing);

/* The form of a chunked body (RFC 9112 7.1), byte by byte as it comes. Stricter than most readers: a size is
 * 1 to 15 hexadecimal digits, every line ends with CR LF, and a line has at most 256 bytes. */
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
