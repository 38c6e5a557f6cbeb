/* transfer - one lease in the courier's hands, from the moment it comes until it is answered
 *
 * A transfer either waits for its time (start_at_ms), or has a transfer under way.  Store and callback give
 * it its `start`; everything that ends a transfer goes through the three verbs below, which answer the lease
 * and free it.
 */
#ifndef STAGES_COURIER_TRANSFER_H
#define STAGES_COURIER_TRANSFER_H

#include <stdbool.h>

#include "stages/lib/http_client.h"
#include "stages/lib/stage.h"

struct transfer;
struct s3;

struct courier {
    const struct conf *conf;
    struct http_client *net;
    struct s3 *s3; /* NULL: the local store */
    int store;     /* folder of the local store; -1: none */
    struct transfer *first;
};

struct transfer {
    struct transfer *next;
    struct courier *courier;
    struct stage *stage;
    struct wire lease;
    int64_t born_ms, start_at_ms;
    void (*start)(struct transfer *transfer); /* sends the next request */
    struct http_transfer *http;               /* NULL: waiting */
    struct s3_upload *upload;                 /* the store's own: a multipart upload under way, or NULL */
    char *asked_region; /* the store's own: the region the request under way was signed for */
    unsigned tries;
    unsigned status;   /* of the answer heard last, 0: none; goes along with a failure */
    bool moved, reset; /* region, clock: put right once already */
};

uint64_t transfer_lease(const struct transfer *transfer);
const char *transfer_job(const struct transfer *transfer);
const char *transfer_key(const struct transfer *transfer);      /* "" for a callback */
const char *transfer_filename(const struct transfer *transfer); /* of what is stored or linked */

/* Milliseconds the next transfer may take: the parameter, but never past the lease's own deadline; 0: too
 * late. */
int64_t transfer_time_ms(const struct transfer *transfer, int64_t max_ms);

void transfer_settle(struct transfer *transfer, struct wire *result);
void transfer_fail(struct transfer *transfer, enum code code, bool retryable, int64_t told_ms,
                   const char *detail);

/* Answers STORED, or LINKED if only a link was asked for. */
void transfer_linked(struct transfer *transfer, const char *url, int64_t expires_s);

/* Does it read from the store (FETCH, REVISIT)? Then: most bytes it may take, and the code if there are more.
 */
bool transfer_reads(const struct transfer *transfer);
size_t transfer_max(const struct transfer *transfer);
enum code transfer_too_large(const struct transfer *transfer);

/* Answers FETCHED with the body (taken over), if it is a PDF; else UNSUPPORTED_TYPE. A REVISIT takes whatever
 * it is. */
void transfer_fetched(struct transfer *transfer, char *body, size_t size);

#endif
