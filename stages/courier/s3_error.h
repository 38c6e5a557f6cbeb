/* s3_error - what an S3 answer says, what the courier does about it, and how it tells a person (pure)
 *
 * Bodies are XML of strangers: bounded, without entities, without network. A table decides what follows
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). The sentence for a person quotes
 * what the store said (its status, Code and Message, where a redirect points to) and adds what the operator
 * can change where the answer alone would mislead.
 */
#ifndef STAGES_COURIER_S3_ERROR_H
#define STAGES_COURIER_S3_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/codes.h"

/* The texts of the few elements we look for below the root, cut to fit; "" where there is none. */
struct s3_xml {
    char root[48], code[64], message[256], region[64], upload[1024], to_sign[512];
};

/* Fills xml from the body of an answer; what is no XML, or has a DTD, leaves it empty. */
void s3_xml_parse(const char *body, size_t size, struct s3_xml *xml);

enum s3_deed {
    S3_AGAIN,   /* later, the same */
    S3_MOVE,    /* with the region the answer names */
    S3_RESET,   /* with the clock the answer shows */
    S3_RESTART, /* the upload is gone: begin it anew */
    S3_GIVE_UP  /* with the code */
};

/* What follows from an answer that granted nothing. status: of HTTP, 0: there was no answer. code: the Code
 * of the body, or "". *give_up: the code of the lease's failure, if it comes to that. */
enum s3_deed s3_error_judge(long status, const char *code, enum code *give_up);

/* A request that the store refused. */
struct s3_refusal {
    const char *key, *bucket, *endpoint; /* endpoint: as configured, "" for AWS */
    long status;                         /* HTTP status */
    const struct s3_xml *xml;            /* what the body says */
    const char *location;                /* Location of a redirect, or "" */
};

/* One sentence about it; the caller frees it. A Location is quoted without its query, which may hold a
 * signature. */
char *s3_error_refusal(const struct s3_refusal *refusal);

/* The same for a request that got no answer; why: libcurl's own words. */
char *s3_error_silence(const char *key, const char *why);

/* Does the endpoint's host begin with the bucket, or its path end with it? Then every request names the
 * bucket twice. */
bool s3_error_bucket_twice(const char *endpoint, const char *bucket);

#endif
