/* callback_signature - see callback_signature.h */
#include "stages/courier/callback_signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "proto/digest.h"
#include "proto/panic.h"

static const char prefix[] = "whsec_";

void callback_signature_worker(const char *secret, const void *body, size_t size, char hex[DIGEST_TEXT])
{
    digest_hmac_text(secret, strlen(secret), body, size, hex);
}

/* Bytes of the key in out (room for strlen(secret)). A whsec_ secret that is not base64 is taken as it
 * stands. */
static int key_of(const char *secret, unsigned char *out)
{
    int got = -1;

    if (strncmp(secret, prefix, sizeof prefix - 1) == 0) {
        const char *coded = secret + sizeof prefix - 1;
        size_t size = strlen(coded);

        got = EVP_DecodeBlock(out, (const unsigned char *)coded, (int)size);
        for (size_t i = size; got > 0 && i > 0 && size - i < 2 && coded[i - 1] == '='; i--)
            got--;
    }
    if (got > 0)
        return got;
    memcpy(out, secret, strlen(secret));
    return (int)strlen(secret);
}

void callback_signature_standard(const char *secret, const char *id, int64_t timestamp_s, const void *body,
                                 size_t size, char out[48])
{
    unsigned char *key = need(strlen(secret) + 1), mac[DIGEST_BYTES];
    int key_size = key_of(secret, key), head;
    char *text = need(strlen(id) + 24 + size);

    head = sprintf(text, "%s.%lld.", id, (long long)timestamp_s);
    memcpy(text + head, body, size);
    digest_hmac(key, (size_t)key_size, text, (size_t)head + size, mac);
    OPENSSL_cleanse(key, strlen(secret));
    OPENSSL_cleanse(text, (size_t)head + size);
    free(key);
    free(text);
    memcpy(out, "v1,", 3);
    EVP_EncodeBlock((unsigned char *)out + 3, mac, sizeof mac);
}

static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == strlen(host));
}

bool callback_url_is_private(const char *url)
{
    CURLU *parts = curl_url();
    char *scheme = NULL, *host = NULL;
    bool private = false;

    must(parts != NULL);
    if (curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK)
    private = strcmp(scheme, "https") == 0 || is_loopback(host);
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(parts);
    return private;
}

char *callback_with_secret(const char *secret, const void *body, size_t size, size_t *size_out)
{
    json_t *value = json_stringn(secret, strlen(secret));
    const char *text = body;
    char *quoted, *out;
    bool empty;

    while (size > 0 && strchr(" \t\r\n", text[size - 1]) != NULL)
        size--;
    if (value == NULL || size < 2 || text[0] != '{' || text[size - 1] != '}') {
        json_decref(value);
        return NULL;
    }
    quoted = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    json_decref(value);
    must(quoted != NULL);
    empty = strspn(text + 1, " \t\r\n") == size - 2;
    out = need(size + strlen(quoted) + sizeof ",\"secret\":}");
    memcpy(out, text, size - 1);
    *size_out = size - 1 + (size_t)sprintf(out + size - 1, "%s\"secret\":%s}", empty ? "" : ",", quoted);
    OPENSSL_cleanse(quoted, strlen(quoted));
    free(quoted);
    return out;
}
