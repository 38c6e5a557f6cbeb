/* multipart - a strict reader of multipart/form-data (RFC 7578, RFC 2046 5.1), fed piece by piece (pure)
 *
 * It keeps only the head of the part at hand; the bytes of parts go to the sink as they come, uncopied.
 * Strict: no preamble, nothing but CRLF behind the end, every part named, no transfer encodings. Trouble:
 * after the first error, its own or the sink's, it refuses everything further.
 */
#ifndef FRONT_MULTIPART_H
#define FRONT_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/front/request_error.h"

enum {
    MAX_BOUNDARY = 70,
    MAX_PART_NAME = 64,
    MAX_PART_FILENAME = 1024,
    MAX_PARTS = 32,
    MAX_PART_HEAD = 4096
};

struct multipart_sink {
    /* A part begins; filename is NULL if it has none. All return 0, or -1 after setting the error. */
    int (*part)(void *arg, const char *name, const char *filename, size_t filename_size,
                struct request_error *error);
    int (*data)(void *arg, const char *data, size_t size, struct request_error *error);
    int (*end)(void *arg, struct request_error *error);
};

struct multipart {
    const struct multipart_sink *sink;
    void *arg;
    char mark[4 + MAX_BOUNDARY + 1]; /* CR LF - - boundary */
    size_t mark_size, matched;
    int state;
    unsigned parts;
    char head[MAX_PART_HEAD];
    size_t head_size;
};

/* The boundary of a Content-Type; -1: it is not multipart/form-data with a proper one. */
int multipart_boundary(const char *content_type, char boundary[MAX_BOUNDARY + 1]);

/* boundary: of multipart_boundary(). sink and arg outlive the reader, which holds nothing that must be freed.
 */
void multipart_start(struct multipart *reader, const char *boundary, const struct multipart_sink *sink,
                     void *arg);
/* 0, or -1 with the error. */
int multipart_feed(struct multipart *reader, const char *data, size_t size, struct request_error *error);
/* The body is over. 0: it was whole; -1 with the error. */
int multipart_finish(const struct multipart *reader, struct request_error *error);

#endif
