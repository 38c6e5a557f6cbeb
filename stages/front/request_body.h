/* request_body - what comes behind a request's head: JSON kept as it is, a form read on the way, all else
 * passed over
 *
 * It bounds what is taken: each body by its kind, and all forms under way together (front->uploads,
 * front->upload_bytes) by number and bytes.  Not here: what the fields mean (job_request.c), how a form is
 * read (upload.c).
 */
#ifndef FRONT_REQUEST_BODY_H
#define FRONT_REQUEST_BODY_H

#include "stages/front/request_error.h"
#include "stages/front/front.h"
#include "stages/front/headers.h"
#include "stages/front/job_request.h"
#include "stages/front/upload.h"

/* All zero: no body is expected yet. */
struct request_body {
    uint64_t max, seen;
    bool kept;  /* for a job; else it is read to its end, and left at that */
    char *text; /* JSON */
    size_t size, room;
    struct upload *upload; /* a form */
    uint64_t reserved;     /* of front->upload_bytes */
};

/* The head is there. type: Content-Type or NULL. foreign: a page in a browser sends it that may not use the
 * API; from those only application/json is taken, for which browsers ask first. 0, or -1 with the error. */
int request_body_expect(struct request_body *body, struct front *front, bool kept, const char *type,
                        bool foreign, const struct framing *framing, struct request_error *error);
bool request_body_is_form(const struct request_body *body);

/* Counts a piece; false: that is more than was allowed. */
bool request_body_fits(struct request_body *body, size_t size);
/* 0, or -1 with the error. */
int request_body_feed(struct request_body *body, const char *data, size_t size, struct request_error *error);

/* It is whole: the checked record, what makes it the same as another, and the PDF, if it brought one, as a
 * frame of message. 0, or -1 with the error. */
int request_body_finish(struct request_body *body, bool estimate, struct job_request *job_request,
                        char digest[DIGEST_HEX + 1], struct wire *message, struct request_error *error);

void request_body_clear(struct request_body *body, struct front *front);

#endif
