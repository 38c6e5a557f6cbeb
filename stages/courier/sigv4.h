/* sigv4 - AWS Signature Version 4: canonical request, string to sign, signature; header form and presigned
 * query (pure)
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. Paths are
 * encoded once and never normalised, as S3 wants it. Not here: what is sent where (s3.c), who keeps the
 * credentials.
 */
#ifndef STAGES_COURIER_SIGV4_H
#define STAGES_COURIER_SIGV4_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "proto/digest.h"

enum { SIGV4_STAMP = 17 };

struct sigv4_pair {
    const char *name, *value;
};

struct sigv4_key {
    const char *access, *secret, *token; /* token "": permanent credentials */
    const char *region, *service;
};

/* The request as it will be sent: path and query as plain bytes, every header that is to be signed. The
 * signer adds x-amz-date and x-amz-security-token (header form) or the X-Amz- parameters (query form) by
 * itself. */
struct sigv4_request {
    const char *method, *path;
    const struct sigv4_pair *query, *headers;
    size_t query_count, header_count;
    const char *payload; /* lower-case hex SHA-256 of the body, or UNSIGNED-PAYLOAD */
};

struct sigv4_signed {
    char *path, *query; /* as they must stand on the wire; in query form the signature is in the query */
    char *canonical, *to_sign, *authorization; /* authorization: NULL in query form */
    char signature[DIGEST_TEXT];
};

/* Percent-encodes all but A-Z a-z 0-9 - _ . ~ and, if wanted, the slash; the caller frees the text. */
char *sigv4_encode(const char *text, bool keep_slash);

/* Writes the time (Unix time) as YYYYMMDDTHHMMSSZ. */
void sigv4_stamp(time_t at, char stamp[SIGV4_STAMP]);

/* Fills out, which sigv4_clear() gives back: for a request with an Authorization header, or for a link that
 * works for expires_s seconds from the stamp. stamp: of sigv4_stamp(). */
void sigv4_sign_header(const struct sigv4_key *key, const char *stamp, const struct sigv4_request *request,
                       struct sigv4_signed *out);
void sigv4_sign_query(const struct sigv4_key *key, const char *stamp, unsigned expires_s,
                      const struct sigv4_request *request, struct sigv4_signed *out);
void sigv4_clear(struct sigv4_signed *out);

#endif
