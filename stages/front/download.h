/* download - an object of the local store behind a signed link, as the answer that sends it
 *
 * Not here: the signature itself (stages/lib/signed_link.h).
 */
#ifndef FRONT_DOWNLOAD_H
#define FRONT_DOWNLOAD_H

#include <stddef.h>
#include <stdint.h>

#include <microhttpd.h>

#include "stages/front/request_error.h"
#include "stages/front/request_target.h"
#include "proto/field_check.h"

struct download {
    int fd; /* the caller's */
    uint64_t size;
    const char *type;                   /* media type, static */
    char disposition[4 * MAX_FILENAME]; /* value of Content-Disposition */
};

/* Checks the link (tail: the raw key of the target) and opens what it names, beneath folder only. now_s: Unix
 * time. 0, or -1 with the error. */
int download_open(struct download *file, const char *folder, const char *secret, const struct target *target,
                  const char *tail, size_t tail_size, int64_t now_s, struct request_error *error);

/* The library's response, which closes the file; NULL, and the file is closed: no memory. */
struct MHD_Response *download_response(const struct download *file);

#endif
