/* s3_request - the bucket we speak to, what was learned about it, and requests and links signed for it
 *
 * All transfers share its region and clock: what one of them was taught, the next request of each uses.
 */
#ifndef STAGES_COURIER_S3_REQUEST_H
#define STAGES_COURIER_S3_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include <curl/curl.h>

#include "conf/conf.h"
#include "stages/courier/sigv4.h"

struct s3;

/* NULL after logging why: the endpoint is no URL. conf outlives it. */
struct s3 *s3_open(const struct conf *conf);
void s3_close(struct s3 **s3);

/* Writes the names of the parameters that are missing, separated by ", "; "" if none is. */
void s3_lacks(const struct conf *conf, char *out, size_t room);

struct s3_request {
    const char *method, *key, *content_type, *range; /* content_type, range NULL: none */
    const void *body;
    size_t size;
    struct sigv4_pair query[2];
    size_t query_count;
};

/* Returns the request's URL (the caller frees) and appends its headers to *headers, signed with this moment's
 * date (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html). */
char *s3_sign(struct s3 *s3, const struct s3_request *request, struct curl_slist **headers);

/* A URL that lets anybody who has it fetch one object for ttl_s seconds from now; the caller frees it
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html). filename: the name under
 * which a browser is to save it; "": the key's last component. */
char *s3_presign(const struct s3 *s3, const char *key, const char *filename, time_t now, unsigned ttl_s);

/* The time as the store has it (Unix time). */
time_t s3_now(const struct s3 *s3);

/* Has an answer shown that region and clock are right? s3_prove() notes that one has. */
bool s3_proven(const struct s3 *s3);
void s3_prove(struct s3 *s3);

/* The region that requests are signed for now; borrowed until the next s3_learn_region(). */
const char *s3_region(const struct s3 *s3);

/* Takes the region from the answer (x-amz-bucket-region, or the body's Region). Returns whether the region
 * now differs from asked, the one the request was signed for. */
bool s3_learn_region(struct s3 *s3, const char *asked, CURL *easy, const char *body_region);

/* Takes the time from the answer's Date; false: it has none. */
bool s3_learn_clock(struct s3 *s3, CURL *easy);

#endif
