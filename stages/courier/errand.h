/* errand - one lease in the courier's hands, from the moment it comes until it is answered
 *
 * An errand either waits for its time (start_at_ms), or has a transfer under way.  Store and callback give it
 * its `start`; everything that ends an errand goes through the three verbs below, which answer the lease and
 * free it.
 */
#ifndef STAGES_COURIER_ERRAND_H
#define STAGES_COURIER_ERRAND_H

#include <stdbool.h>

#include "stages/lib/net.h"
#include "stages/lib/stage.h"

struct errand;
struct s3;

struct courier {
    const struct conf *conf;
    struct net *net;
    struct s3 *s3; /* NULL: the local store */
    int store;     /* folder of the local store; -1: none */
    struct errand *first;
};

struct errand {
    struct errand *next;
    struct courier *courier;
    struct stage *stage;
    struct wire lease;
    int64_t born_ms, start_at_ms;
    void (*start)(struct errand *errand); /* sends the next request */
    struct net_transfer *transfer;        /* NULL: waiting */
    struct upload *upload;                /* the store's own: a multipart upload under way, or NULL */
    char *asked_region; /* the store's own: the region the request under way was signed for */
    unsigned tries;
    unsigned status;   /* of the answer heard last, 0: none; goes along with a failure */
    bool moved, reset; /* region, clock: put right once already */
};

uint64_t errand_lease(const struct errand *errand);
const char *errand_job(const struct errand *errand);
const char *errand_key(const struct errand *errand);      /* "" for a callback */
const char *errand_filename(const struct errand *errand); /* of what is stored or linked */

/* Milliseconds the next transfer may take: the parameter, but never past the lease's own deadline; 0: too
 * late. */
int64_t errand_time_ms(const struct errand *errand, int64_t most_ms);

void errand_settle(struct errand *errand, struct wire *result);
void errand_fail(struct errand *errand, enum code code, bool retryable, int64_t told_ms, const char *detail);

/* Answers STORED, or LINKED if only a link was asked for. */
void errand_linked(struct errand *errand, const char *url, int64_t expires_s);

/* Does it read from the store (FETCH, REVISIT)? Then: most bytes it may take, and the code if there are more.
 */
bool errand_reads(const struct errand *errand);
size_t errand_most(const struct errand *errand);
enum code errand_too_large(const struct errand *errand);

/* Answers FETCHED with the body (taken over), if it is a PDF; else UNSUPPORTED_TYPE. A REVISIT takes whatever
 * it is. */
void errand_fetched(struct errand *errand, char *body, size_t size);

#endif
