/* vault - see vault.h */
#include "supervisor/store/vault.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "proto/digest.h"
#include "proto/panic.h"
#include "supervisor/store/state_folder.h"

enum { KEY_BYTES = DIGEST_BYTES, NONCE_BYTES = 12, TAG_BYTES = 16, EXTRA_BYTES = NONCE_BYTES + TAG_BYTES };

struct vault {
    unsigned char seal_key[KEY_BYTES], mark_key[KEY_BYTES];
};

struct vault *vault_open(void)
{
    struct vault *vault = need_zero(1, sizeof *vault);
    char key[STATE_FOLDER_SECRET_ROOM];

    state_folder_secret("password.key", key);
    digest_hmac(key, strlen(key), "seal", strlen("seal"), vault->seal_key);
    digest_hmac(key, strlen(key), "mark", strlen("mark"), vault->mark_key);
    OPENSSL_cleanse(key, sizeof key);
    return vault;
}

void vault_free(struct vault **vault)
{
    OPENSSL_cleanse(*vault, sizeof **vault);
    free(*vault);
    *vault = NULL;
}

/* ---- sealing ---- */

/* bytes: nonce, text, tag. true: the text is in place; opening finds out whether the tag fits. */
static bool cipher(const struct vault *vault, const char *job, unsigned char *bytes, int text, bool seal)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    unsigned char *middle = bytes + NONCE_BYTES, *tag = middle + text;
    int size;
    bool good;

    must(ctx != NULL);
    must(EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, vault->seal_key, bytes, seal) == 1);
    must(seal || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, tag) == 1);
    must(EVP_CipherUpdate(ctx, NULL, &size, (const unsigned char *)job, (int)strlen(job)) == 1);
    must(EVP_CipherUpdate(ctx, middle, &size, middle, text) == 1);
    good = EVP_CipherFinal_ex(ctx, middle + text, &size) == 1;
    must(!seal || (good && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, tag) == 1));
    EVP_CIPHER_CTX_free(ctx);
    return good;
}

char *vault_seal(const struct vault *vault, const char *job, const char *password)
{
    size_t text = strlen(password), size = text + EXTRA_BYTES;
    unsigned char *bytes = need(size);
    char *hex = need(2 * size + 1);

    must(RAND_bytes(bytes, NONCE_BYTES) == 1);
    memcpy(bytes + NONCE_BYTES, password, text);
    must(cipher(vault, job, bytes, (int)text, true));
    hex_encode(hex, bytes, size);
    free(bytes);
    return hex;
}

char *vault_unseal(const struct vault *vault, const char *job, const char *sealed)
{
    long size;
    unsigned char *bytes = OPENSSL_hexstr2buf(sealed, &size);
    char *password = NULL;

    if (bytes != NULL && size > EXTRA_BYTES && cipher(vault, job, bytes, (int)size - EXTRA_BYTES, false)) {
        bytes[size - TAG_BYTES] = '\0';
        password = need_dup((char *)bytes + NONCE_BYTES);
    }
    OPENSSL_clear_free(bytes, bytes == NULL ? 0 : (size_t)size);
    return password;
}

void vault_mark(const struct vault *vault, const char *digest, const char *password, char mark[65])
{
    char *text;

    if (asprintf(&text, "%s %s", digest, password) == -1)
        panic("out of memory");
    digest_hmac_text(vault->mark_key, sizeof vault->mark_key, text, strlen(text), mark);
    OPENSSL_cleanse(text, strlen(text));
    free(text);
}
