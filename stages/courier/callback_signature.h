/* callback_signature - what a receiver checks a callback by: two signatures over the same bytes, and the
 * secret in the body
 *
 * Pure. X-Worker-Signature is the documented contract; webhook-signature follows Standard Webhooks.
 */
#ifndef STAGES_COURIER_CALLBACK_SIGNATURE_H
#define STAGES_COURIER_CALLBACK_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/digest.h"

/* Lower-case hex HMAC-SHA256 of the body; the key is the secret as it was given. */
void callback_signature_worker(const char *secret, const void *body, size_t size, char hex[DIGEST_TEXT]);

/* "v1," and 44 characters over id.timestamp.body; a whsec_ secret is decoded first, another is taken as its
 * bytes. */
void callback_signature_standard(const char *secret, const char *id, int64_t timestamp_s, const void *body,
                                 size_t size, char out[48]);

/* May a secret go there in the body: https, or plain http to this machine itself? */
bool callback_url_is_private(const char *url);

/* The body with "secret" as its last member; NULL if it is not a JSON object. *size_out: its bytes. */
char *callback_with_secret(const char *secret, const void *body, size_t size, size_t *size_out);

#endif
