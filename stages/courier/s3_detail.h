/* s3_detail - one sentence for a person about a request that the store did not grant
 *
 * Pure.  It quotes what the store said (its status, Code and Message, where a redirect points to) and adds
 * what the operator can change where the answer alone would mislead.
 */
#ifndef STAGES_COURIER_S3_DETAIL_H
#define STAGES_COURIER_S3_DETAIL_H

#include <stdbool.h>

#include "stages/courier/s3_error.h"

struct s3_refusal {
    const char *key, *bucket, *endpoint; /* endpoint: as configured, "" for AWS */
    long status;                         /* HTTP status */
    const struct s3_xml *xml;            /* what the body says */
    const char *location;                /* Location of a redirect, or "" */
};

/* The sentence; the caller frees it. A Location is quoted without its query, which may hold a signature. */
char *s3_detail_refusal(const struct s3_refusal *refusal);

/* The same for a request that got no answer; why: libcurl's own words. */
char *s3_detail_silence(const char *key, const char *why);

/* Does the endpoint's host begin with the bucket, or its path end with it? Then every request names the
 * bucket twice. */
bool s3_detail_names_bucket(const char *endpoint, const char *bucket);

#endif
