/* s3_request - the bucket we speak to, with what was learned about it: requests signed for it
 *
 * Region and clock are shared by all transfers: what one of them was taught, the next request of each uses.
 */
#ifndef STAGES_COURIER_S3_REQUEST_H
#define STAGES_COURIER_S3_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include <curl/curl.h>

#include "stages/courier/s3_url.h"
#include "stages/courier/sigv4.h"

struct s3;

struct s3_request {
    const char *method, *key, *content_type, *range; /* content_type, range NULL: none */
    const void *body;
    size_t size;
    struct sigv4_pair query[2];
    size_t query_count;
};

/* The URL (the caller frees) and the headers, both signed with this moment's date. */
char *s3_sign(struct s3 *s3, const struct s3_request *request, struct curl_slist **headers);

/* The time as the store has it. */
time_t s3_now(const struct s3 *s3);

/* Has an answer shown that region and clock are right? s3_prove() says that one has. */
bool s3_proven(const struct s3 *s3);
void s3_prove(struct s3 *s3);

const char *s3_region(const struct s3 *s3);
const struct s3_url *s3_url(const struct s3 *s3);
struct sigv4_key s3_key(const struct s3 *s3);

/* Takes the region from the answer (x-amz-bucket-region, or the body's Region). Is it another than the one
 * asked with? */
bool s3_learn_region(struct s3 *s3, const char *asked, CURL *easy, const char *body_region);

/* Takes the time from the answer's Date. */
bool s3_learn_clock(struct s3 *s3, CURL *easy);

#endif
