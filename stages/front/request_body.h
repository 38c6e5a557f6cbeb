/* request_body - what comes behind a request's head: JSON kept as it is, a form read on the way, all else
 * passed over
 *
 * It bounds what is taken: each body by its kind, and all forms under way together by number and bytes
 * (struct upload_quota). The PDF of a form goes into a memory file that ends up, sealed and mapped, as the
 * frame for the supervisor: its bytes are written once, never copied, and hashed on the way. Not here: what
 * the fields mean (job_request.c), how a form is cut into parts (multipart.c).
 */
#ifndef FRONT_REQUEST_BODY_H
#define FRONT_REQUEST_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "proto/wire.h"
#include "stages/front/http_framing.h"
#include "stages/front/job_request.h"
#include "stages/front/request_error.h"

/* The forms under way in this process. */
struct upload_quota {
    unsigned count;
    uint64_t bytes; /* that they may come to */
};

/* What the head says of the body. */
struct request_body_kind {
    bool kept;    /* it is for a job; else it is read to its end, and left at that */
    bool foreign; /* a page in a browser sends it that may not use the API: only application/json is taken,
                     for which browsers ask first (Fetch 2.2.2, CORS-safelisted request-header) */
    const char *type;   /* Content-Type, or NULL */
    const char *coding; /* Content-Encoding, or NULL */
    struct framing framing;
};

struct upload;

/* All zero: no body is expected yet. */
struct request_body {
    uint64_t max, seen;
    bool kept;
    bool coded; /* refused, for it has a content coding (RFC 9110 8.4), which is not undone here */
    char *text; /* JSON */
    size_t size, room;
    struct upload *upload; /* a form */
    uint64_t reserved;     /* of the quota */
};

/* The head is there. 0, or -1 with the error; the quota is taken until request_body_clear(). */
int request_body_expect(struct request_body *body, const struct conf *conf, struct upload_quota *quota,
                        const struct request_body_kind *kind, struct request_error *error);
bool request_body_is_form(const struct request_body *body);

/* Counts a piece; false: that is more than may come. */
bool request_body_fits(struct request_body *body, size_t size);
/* Takes the piece. 0, or -1 with the error; then no more may be fed. */
int request_body_feed(struct request_body *body, const char *data, size_t size, struct request_error *error);

/* The body is whole: the checked record, the digest that two equal requests share, and the PDF, if it brought
 * one, as a frame of message. estimate: see job_request_json(). 0, or -1 with the error. */
int request_body_finish(struct request_body *body, bool estimate, struct job_request *job_request,
                        char digest[DIGEST_HEX + 1], struct wire *message, struct request_error *error);

/* Frees and wipes what was kept, and gives the quota back. */
void request_body_clear(struct request_body *body, struct upload_quota *quota);

#endif
