/* digest - see digest.h */
#include "proto/digest.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "proto/panic.h"

struct digest {
    EVP_MD_CTX *context;
};

void digest_of(const void *data, size_t size, unsigned char sum[DIGEST_BYTES])
{
    must(EVP_Digest(data, size, sum, NULL, EVP_sha256(), NULL) == 1);
}

void digest_text_of(const void *data, size_t size, char text[DIGEST_TEXT])
{
    unsigned char sum[DIGEST_BYTES];

    digest_of(data, size, sum);
    hex_encode(text, sum, sizeof sum);
}

void digest_hmac(const void *key, size_t key_size, const void *data, size_t size,
                 unsigned char mac[DIGEST_BYTES])
{
    must(key_size <= INT_MAX);
    must(HMAC(EVP_sha256(), key, (int)key_size, data, size, mac, NULL) != NULL);
}

void digest_hmac_text(const void *key, size_t key_size, const void *data, size_t size, char text[DIGEST_TEXT])
{
    unsigned char mac[DIGEST_BYTES];

    digest_hmac(key, key_size, data, size, mac);
    hex_encode(text, mac, sizeof mac);
}

struct digest *digest_begin(void)
{
    struct digest *digest = need(sizeof *digest);

    digest->context = EVP_MD_CTX_new();
    must(digest->context != NULL && EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) == 1);
    return digest;
}

void digest_add(struct digest *digest, const void *data, size_t size)
{
    must(EVP_DigestUpdate(digest->context, data, size) == 1);
}

void digest_add_text(struct digest *digest, const char *text)
{
    digest_add(digest, text, strlen(text) + 1);
}

void digest_end(struct digest **digest, unsigned char sum[DIGEST_BYTES])
{
    must(EVP_DigestFinal_ex((*digest)->context, sum, NULL) == 1);
    digest_drop(digest);
}

void digest_end_text(struct digest **digest, char text[DIGEST_TEXT])
{
    unsigned char sum[DIGEST_BYTES];

    digest_end(digest, sum);
    hex_encode(text, sum, sizeof sum);
}

void digest_drop(struct digest **digest)
{
    if (*digest != NULL)
        EVP_MD_CTX_free((*digest)->context);
    free(*digest);
    *digest = NULL;
}
