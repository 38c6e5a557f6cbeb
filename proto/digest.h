/* digest - SHA-256 and HMAC-SHA256 by OpenSSL, of bytes at hand or piece by piece
 *
 * A call that OpenSSL refuses ends the process: it has no memory, or no SHA-256.
 * https://docs.openssl.org/3.0/man3/EVP_DigestInit/, https://docs.openssl.org/3.0/man3/HMAC/
 */
#ifndef PROTO_DIGEST_H
#define PROTO_DIGEST_H

#include <stddef.h>

#include "proto/hex.h"

enum { DIGEST_BYTES = 32, DIGEST_TEXT = HEX_ROOM(DIGEST_BYTES) };

/* SHA-256 of size bytes. */
void digest_of(const void *data, size_t size, unsigned char sum[DIGEST_BYTES]);
/* The same as lower-case hexadecimal digits. */
void digest_text_of(const void *data, size_t size, char text[DIGEST_TEXT]);

/* HMAC-SHA256 (RFC 2104) of size bytes under that key. */
void digest_hmac(const void *key, size_t key_size, const void *data, size_t size,
                 unsigned char mac[DIGEST_BYTES]);
/* The same as lower-case hexadecimal digits. */
void digest_hmac_text(const void *key, size_t key_size, const void *data, size_t size,
                      char text[DIGEST_TEXT]);

/* SHA-256 of what comes in pieces. The caller owns it until digest_end() or digest_drop(). */
struct digest;
struct digest *digest_begin(void);
void digest_add(struct digest *digest, const void *data, size_t size);
/* A text with its NUL, so that "ab", "c" is not "a", "bc". */
void digest_add_text(struct digest *digest, const char *text);
/* Writes the sum and frees *digest, which becomes NULL. */
void digest_end(struct digest **digest, unsigned char sum[DIGEST_BYTES]);
/* The same as lower-case hexadecimal digits. */
void digest_end_text(struct digest **digest, char text[DIGEST_TEXT]);
/* Frees *digest, which becomes NULL, without a sum; *digest may be NULL. */
void digest_drop(struct digest **digest);

#endif
