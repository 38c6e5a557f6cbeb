/* signed_link - signatures of download links of the local store: the courier makes them, front checks them
 * (pure)
 *
 * The signature is the HMAC-SHA256, in lower-case hex, of the key, LF, and the second of expiry (Unix time)
 * in decimal. The key is the object's own name, not its percent-encoded form.
 */
#ifndef STAGES_LIB_SIGNED_LINK_H
#define STAGES_LIB_SIGNED_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/digest.h"

enum { SIGNED_LINK_TEXT = DIGEST_TEXT };

/* secret: link_secret of the configuration. */
void signed_link_sign(const char *secret, const char *key, int64_t expires_s, char hex[SIGNED_LINK_TEXT]);

/* Is hex the signature of that key and expiry? Takes the same time for every wrong one. The caller checks
 * whether the link has expired. */
bool signed_link_valid(const char *secret, const char *key, int64_t expires_s, const char *hex);

#endif
