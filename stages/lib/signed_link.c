/* signed_link - see signed_link.h */
#include "stages/lib/signed_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/digest.h"
#include "proto/panic.h"

void signed_link_sign(const char *secret, const char *key, int64_t expires_s, char hex[SIGNED_LINK_TEXT])
{
    size_t room = strlen(key) + sizeof "\n-9223372036854775808";
    char *text = need(room);
    int size = snprintf(text, room, "%s\n%lld", key, (long long)expires_s);

    digest_hmac_text(secret, strlen(secret), text, (size_t)size, hex);
    free(text);
}

bool signed_link_valid(const char *secret, const char *key, int64_t expires_s, const char *hex)
{
    char right[SIGNED_LINK_TEXT];

    signed_link_sign(secret, key, expires_s, right);
    return strlen(hex) == SIGNED_LINK_TEXT - 1 && CRYPTO_memcmp(hex, right, SIGNED_LINK_TEXT - 1) == 0;
}
