/* signed_link - signatures of download links of the local store: one hand makes them, another checks them
 *
 * Signed text: the key, LF, the second of expiry in decimal; HMAC-SHA256, lower-case hex.  The key is the
 * object's own name, not its percent-encoded form.
 */
#ifndef STAGES_LIB_SIGNED_LINK_H
#define STAGES_LIB_SIGNED_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/digest.h"

enum { SIGNED_LINK_TEXT = DIGEST_TEXT };

void signed_link_sign(const char *secret, const char *key, int64_t expires_s, char hex[SIGNED_LINK_TEXT]);

/* Takes the same time for every wrong signature. Whether the link has expired is for the caller to see. */
bool signed_link_valid(const char *secret, const char *key, int64_t expires_s, const char *hex);

#endif
