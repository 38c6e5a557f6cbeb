/* callback_signature - what a receiver checks a callback by: two signatures over the same bytes, and the
 * secret in the body (pure)
 *
 * X-Worker-Signature is the contract that README.md describes; webhook-signature follows Standard Webhooks
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
#ifndef STAGES_COURIER_CALLBACK_SIGNATURE_H
#define STAGES_COURIER_CALLBACK_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/digest.h"

/* X-Worker-Signature: lower-case hex HMAC-SHA256 of the body; the key is the secret as it was given. */
void callback_signature_worker(const char *secret, const void *body, size_t size, char hex[DIGEST_TEXT]);

/* webhook-signature: "v1," and the Base64 of an HMAC-SHA256 of id.timestamp.body, 44 characters. The key is
 * what a whsec_ secret decodes to; any other secret is the key itself. */
void callback_signature_standard(const char *secret, const char *id, int64_t timestamp_s, const void *body,
                                 size_t size, char out[48]);

/* May a secret go to that URL in the body: by https, or by plain http to this machine itself? */
bool callback_url_is_private(const char *url);

/* The body with "secret" as its last member, *size_out bytes; the caller frees it. NULL: it is no JSON
 * object. */
char *callback_with_secret(const char *secret, const void *body, size_t size, size_t *size_out);

#endif
