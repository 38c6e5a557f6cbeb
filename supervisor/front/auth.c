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

struct auth *auth_new(const char *list)
{
    size_t most = 1;
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

bool auth_allows(const struct auth *auth, const char *authorization)
{
    unsigned char given[HASH];
    int found = 0;

    if (auth->count == 0)
        return true;
    if (!hash_given(authorization, given))
        return false;
    for (size_t i = 0; i < auth->count; i++) /* all of them, so that time does not tell which */
        found |= CRYPTO_memcmp(given, auth->hashes[i], HASH) == 0;
    return found != 0;
}
