/* multipart - a strict reader of multipart/form-data (RFC 7578), fed piece by piece (pure)
 *
 * It keeps only the head of the part at hand; the bytes of parts go to the sink as they come, uncopied.
 * Strict: no preamble, nothing but CRLF behind the end, every part named, no transfer encodings. Trouble:
 * after the first fault, its own or the sink's, everything further is refused.
 */
#ifndef FRONT_MULTIPART_H
#define FRONT_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/front/fault.h"

enum {
    BOUNDARY_MOST = 70,
    PART_NAME_MOST = 64,
    PART_FILENAME_MOST = 1024,
    PARTS_MOST = 32,
    PART_HEAD_MOST = 4096
};

struct multipart_sink {
    /* A part begins; filename is NULL if it has none. All return 0, or -1 after setting the fault. */
    int (*part)(void *arg, const char *name, const char *filename, size_t filename_size, struct fault *fault);
    int (*data)(void *arg, const char *data, size_t size, struct fault *fault);
    int (*end)(void *arg, struct fault *fault);
};

struct multipart {
    const struct multipart_sink *sink;
    void *arg;
    char mark[4 + BOUNDARY_MOST + 1]; /* CR LF - - boundary */
    size_t mark_size, matched;
    int state;
    unsigned parts;
    char head[PART_HEAD_MOST];
    size_t head_size;
};

/* The boundary of a Content-Type; -1: it is not multipart/form-data with a proper one. */
int multipart_boundary(const char *content_type, char boundary[BOUNDARY_MOST + 1]);

void multipart_start(struct multipart *reader, const char *boundary, const struct multipart_sink *sink,
                     void *arg);
int multipart_feed(struct multipart *reader, const char *data, size_t size, struct fault *fault);
/* The body is over: was it whole? */
int multipart_finish(const struct multipart *reader, struct fault *fault);

#endif
