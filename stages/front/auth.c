/* auth - see auth.h */
#include "stages/front/auth.h"

#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>

#include "proto/digest.h"

bool auth_is_open(const struct api_keys *keys)
{
    return keys->count == 0;
}

bool auth_is_divided(const struct api_keys *keys)
{
    return keys->divided;
}

/* ---- who asks ---- */

/* What stands behind "Bearer"; NULL: nothing does. */
static const char *token_of(const char *authorization)
{
    if (authorization == NULL || strncasecmp(authorization, "Bearer ", 7) != 0)
        return NULL;
    return authorization + 7 + strspn(authorization + 7, " ");
}

/* The number of that key; keys->count: it is none of ours. */
static size_t find_key(const struct api_keys *keys, const char *token)
{
    unsigned char given[KEY_HASH];
    size_t found = keys->count;

    digest_of(token, strlen(token), given);
    for (size_t i = 0; i < keys->count; i++) /* all of them, so that time does not tell which */
        if (CRYPTO_memcmp(given, keys->keys[i].hash, KEY_HASH) == 0)
            found = i;
    return found;
}

static void describe_caller(const struct api_keys *keys, size_t number, struct caller *caller)
{
    const struct known_key *known = &keys->keys[number];

    *caller = (struct caller){.number = number, .admin = known->admin};
    hex_encode(caller->client, known->hash, (CLIENT_ROOM - 1) / 2);
    memcpy(caller->tenant, known->tenant, sizeof caller->tenant);
}

bool auth_admit(const struct api_keys *keys, const char *authorization, struct caller *caller)
{
    const char *token = token_of(authorization);
    size_t found = keys->count;

    *caller = (struct caller){.number = 0};
    if (keys->count == 0)
        return true;
    if (token != NULL)
        found = find_key(keys, token);
    if (found == keys->count)
        return false;
    describe_caller(keys, found, caller);
    return true;
}

bool auth_shows_name(const struct api_keys *keys, const char *authorization)
{
    const char *token = token_of(authorization), *colon = token == NULL ? NULL : strchr(token, ':');
    size_t found = colon == NULL ? keys->count : find_key(keys, colon + 1);

    return found < keys->count && strlen(keys->keys[found].tenant) == (size_t)(colon - token) &&
           strncmp(keys->keys[found].tenant, token, (size_t)(colon - token)) == 0;
}

size_t auth_count(const struct api_keys *keys)
{
    return keys->count == 0 ? 1 : keys->count;
}

bool auth_owner(const struct api_keys *keys, size_t number, struct caller *caller)
{
    if (number >= keys->count || keys->keys[number].admin)
        return false;
    describe_caller(keys, number, caller);
    return true;
}
