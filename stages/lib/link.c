/* link - see link.h */
#include "stages/lib/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "proto/panic.h"

void link_sign(const char *secret, const char *key, int64_t expires_s, char hex[LINK_HEX])
{
    size_t room = strlen(key) + sizeof "\n-9223372036854775808";
    char *text = need(room);
    unsigned char mac[32];
    int size = snprintf(text, room, "%s\n%lld", key, (long long)expires_s);

    must(HMAC(EVP_sha256(), secret, (int)strlen(secret), (unsigned char *)text, (size_t)size, mac, NULL) !=
         NULL);
    free(text);
    for (size_t i = 0; i < sizeof mac; i++)
        snprintf(hex + 2 * i, 3, "%02x", mac[i]);
}

bool link_valid(const char *secret, const char *key, int64_t expires_s, const char *hex)
{
    char right[LINK_HEX];

    link_sign(secret, key, expires_s, right);
    return strlen(hex) == LINK_HEX - 1 && CRYPTO_memcmp(hex, right, LINK_HEX - 1) == 0;
}
