/* auth - see auth.h */
#include "supervisor/front/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "proto/panic.h"

enum { HASH = 32 };

struct auth {
    size_t count;
    unsigned char hashes[][HASH];
};

static void hash(const char *text, size_t size, unsigned char to[HASH])
{
    must(EVP_Digest(text, size, to, NULL, EVP_sha256(), NULL) == 1);
}

struct auth *auth_new(char *list)
{
    size_t most = 1, whole = strlen(list);
    struct auth *auth;

    for (const char *c = list; *c != '\0'; c++)
        most += *c == ',';
    auth = need_zero(1, sizeof *auth + most * HASH);
    while (*list != '\0') {
        size_t step = strcspn(list, ","), blanks = strspn(list, " \t"), size;

        size = blanks > step ? 0 : step - blanks;
        while (size > 0 && strchr(" \t\r\n", list[blanks + size - 1]) != NULL)
            size--;
        if (size > 0)
            hash(list + blanks, size, auth->hashes[auth->count++]);
        list += step + (list[step] == ',');
    }
    OPENSSL_cleanse(list - whole, whole);
    return auth;
}

void auth_free(struct auth **auth)
{
    free(*auth);
    *auth = NULL;
}

bool auth_is_open(const struct auth *auth)
{
    return auth->count == 0;
}

static bool hash_given(const char *authorization, unsigned char given[HASH])
{
    if (authorization == NULL || strncasecmp(authorization, "Bearer ", 7) != 0)
        return false;
    authorization += 7;
    authorization += strspn(authorization, " ");
    hash(authorization, strlen(authorization), given);
    return true;
}

void auth_client(const struct auth *auth, const char *authorization, char client[CLIENT_ROOM])
{
    unsigned char given[HASH];

    client[0] = '\0';
    if (auth->count == 0 || !hash_given(authorization, given))
        return;
    for (size_t i = 0; i < (CLIENT_ROOM - 1) / 2; i++)
        snprintf(client + 2 * i, 3, "%02x", given[i]);
}

int auth_find(const struct auth *auth, const char *authorization)
{
    unsigned char given[HASH];
    int found = -1;

    if (auth->count == 0)
        return 0;
    if (!hash_given(authorization, given))
        return -1;
    for (size_t i = 0; i < auth->count; i++) /* all of them, so that time does not tell which */
        if (CRYPTO_memcmp(given, auth->hashes[i], HASH) == 0)
            found = (int)i;
    return found;
}

size_t auth_count(const struct auth *auth)
{
    return auth->count == 0 ? 1 : auth->count;
}
