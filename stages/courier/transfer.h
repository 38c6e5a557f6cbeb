/* transfer - one lease in the courier's hands, from the moment it comes until it is answered
 *
 * A transfer either waits for its time (start_at_ms) or has an HTTP request under way (http). The store or
 * the callback gives it `start`. transfer_settle(), transfer_fail(), transfer_linked() and transfer_fetched()
 * each answer the lease and free the transfer: whoever calls one must not touch the transfer afterwards. Not
 * here: what is sent to whom (s3.c, local_store.c, callback.c).
 */
#ifndef STAGES_COURIER_TRANSFER_H
#define STAGES_COURIER_TRANSFER_H

#include <stdbool.h>

#include "stages/lib/http_client.h"
#include "stages/lib/stage.h"

struct transfer;
struct s3;

/* What all transfers share. */
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
    int64_t born_ms, start_at_ms;               /* stage_now_ms() */
    void (*start)(struct transfer *transfer);   /* sends the next request */
    void (*release)(struct transfer *transfer); /* frees what the store keeps below; NULL: nothing */
    struct http_transfer *http;                 /* NULL: waiting */
    struct s3_upload *upload;                   /* S3: a multipart upload under way, or NULL */
    char *asked_region;                         /* S3: the region the request under way was signed for */
    unsigned tries;                             /* requests sent, of the step at hand */
    unsigned status;   /* HTTP status of the last answer, 0: none; told with a failure */
    bool moved, reset; /* S3: region, clock were corrected once already */
};

/* The number of the lease, and the job it belongs to (borrowed from the lease). */
uint64_t transfer_lease(const struct transfer *transfer);
const char *transfer_job(const struct transfer *transfer);
/* The object's key, "" for a callback; and the name under which a browser is to save what is stored or linked
 * (STORE and LINK only). Borrowed from the lease. */
const char *transfer_key(const struct transfer *transfer);
const char *transfer_filename(const struct transfer *transfer);

/* How many milliseconds the next request may take: max_ms, but never past the lease's own deadline. 0: it is
 * too late for one. */
int64_t transfer_time_ms(const struct transfer *transfer, int64_t max_ms);

/* Answers the lease with result (taken over), which is the UP message of its type. */
void transfer_settle(struct transfer *transfer, struct wire *result);
/* Answers FAILED. told_ms: how long the other side asked to wait, 0: it did not. detail: one sentence for a
 * person; NULL: the code's own. */
void transfer_fail(struct transfer *transfer, enum code code, bool retryable, int64_t told_ms,
                   const char *detail);

/* Answers STORED, or LINKED if only a link was asked for. expires_s: when the URL ceases to work (Unix time).
 */
void transfer_linked(struct transfer *transfer, const char *url, int64_t expires_s);

/* Does the transfer read from the store (FETCH, REVISIT)? Then: how many bytes it may take, and the code of
 * its failure if the object has more. */
bool transfer_reads(const struct transfer *transfer);
size_t transfer_max(const struct transfer *transfer);
enum code transfer_too_large(const struct transfer *transfer);

/* Answers FETCHED with the body (malloced, taken over) if it is a PDF, else fails with UNSUPPORTED_TYPE or
 * another code of proto/pdf_sniff.h. A REVISIT is answered whatever the body is. */
void transfer_fetched(struct transfer *transfer, char *body, size_t size);

#endif
