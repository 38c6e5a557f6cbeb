/* auth - see auth.h */
#include "stages/front/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>

#include "proto/digest.h"
#include "proto/panic.h"
#include "stages/front/keys.h"

enum { HASH = 32 };

struct known {
    unsigned char hash[HASH];
    char tenant[TENANT_ROOM];
    bool admin;
};

struct auth {
    size_t count;
    bool divided;
    struct known keys[];
};

static void hash(const char *text, size_t size, unsigned char to[HASH])
{
    digest_of(text, size, to);
}

/* ---- the lists ---- */

/* One more, unless it is there. NULL, or why it cannot be. */
static const char *add(struct auth *auth, const struct key *key, bool admin)
{
    struct known *known = &auth->keys[auth->count];

    *known = (struct known){.admin = admin};
    hash(key->text, key->size, known->hash);
    if (!admin)
        memcpy(known->tenant, key->name, sizeof known->tenant);
    for (const struct known *other = auth->keys; other < known; other++)
        if (memcmp(other->hash, known->hash, HASH) == 0)
            return other->admin == admin && strcmp(other->tenant, known->tenant) == 0
                       ? NULL
                       : "the same key stands in another entry with another name, or as an admin key; a key "
                         "belongs to one";
    auth->divided = auth->divided || admin || key->name[0] != '\0';
    auth->count++;
    return NULL;
}

/* 0, or -1 with what is wrong with which entry. */
static int add_list(struct auth *auth, const char *list, bool admin, char why[AUTH_ERROR_ROOM])
{
    const char *error;
    struct key key;

    for (unsigned entry = 1;; entry++) {
        error = keys_next(&list, &key);
        if (error == NULL && key.text == NULL)
            return 0;
        if (error == NULL)
            error = add(auth, &key, admin);
        if (error == NULL)
            continue;
        snprintf(why, AUTH_ERROR_ROOM, "entry %u of %s: %s", entry,
                 admin ? "SLIDEMILL_ADMIN_KEYS" : "SLIDEMILL_API_KEYS", error);
        return -1;
    }
}

static int add_lists(struct auth *auth, const char *keys, const char *admin_keys, char why[AUTH_ERROR_ROOM])
{
    size_t posting;

    if (add_list(auth, keys, false, why) == -1)
        return -1;
    posting = auth->count;
    if (add_list(auth, admin_keys, true, why) == -1)
        return -1;
    if (posting > 0 || auth->count == 0)
        return 0;
    snprintf(
        why, AUTH_ERROR_ROOM,
        "SLIDEMILL_ADMIN_KEYS is set, but SLIDEMILL_API_KEYS has no key that may post jobs; set both, or "
        "neither");
    return -1;
}

static size_t max_in(const char *list)
{
    size_t max = 1;

    for (; *list != '\0'; list++)
        max += *list == ',';
    return max;
}

struct auth *auth_new(char *keys, char *admin_keys, char why[AUTH_ERROR_ROOM])
{
    struct auth *auth = need_zero(1, sizeof *auth + (max_in(keys) + max_in(admin_keys)) * sizeof *auth->keys);

    if (add_lists(auth, keys, admin_keys, why) == -1)
        auth_free(&auth);
    OPENSSL_cleanse(keys, strlen(keys));
    OPENSSL_cleanse(admin_keys, strlen(admin_keys));
    return auth;
}

void auth_free(struct auth **auth)
{
    free(*auth);
    *auth = NULL;
}

const char *auth_fault(const char *keys, const char *admin_keys, char why[AUTH_ERROR_ROOM])
{
    char *copies[] = {OPENSSL_strdup(keys), OPENSSL_strdup(admin_keys)};
    struct auth *auth;
    bool fits;

    must(copies[0] != NULL && copies[1] != NULL);
    auth = auth_new(copies[0], copies[1], why);
    fits = auth != NULL;
    auth_free(&auth);
    OPENSSL_free(copies[0]); /* auth_new has wiped them */
    OPENSSL_free(copies[1]);
    return fits ? NULL : why;
}

bool auth_is_open(const struct auth *auth)
{
    return auth->count == 0;
}

bool auth_is_divided(const struct auth *auth)
{
    return auth->divided;
}

/* ---- who asks ---- */

/* What stands behind "Bearer"; NULL: nothing does. */
static const char *token_of(const char *authorization)
{
    if (authorization == NULL || strncasecmp(authorization, "Bearer ", 7) != 0)
        return NULL;
    return authorization + 7 + strspn(authorization + 7, " ");
}

/* The number of that key; auth->count: it is none of ours. */
static size_t find(const struct auth *auth, const char *token)
{
    unsigned char given[HASH];
    size_t found = auth->count;

    hash(token, strlen(token), given);
    for (size_t i = 0; i < auth->count; i++) /* all of them, so that time does not tell which */
        if (CRYPTO_memcmp(given, auth->keys[i].hash, HASH) == 0)
            found = i;
    return found;
}

static void fill(const struct auth *auth, size_t number, struct caller *caller)
{
    const struct known *known = &auth->keys[number];

    *caller = (struct caller){.number = number, .admin = known->admin};
    hex_encode(caller->client, known->hash, (CLIENT_ROOM - 1) / 2);
    memcpy(caller->tenant, known->tenant, sizeof caller->tenant);
}

bool auth_admit(const struct auth *auth, const char *authorization, struct caller *caller)
{
    const char *token = token_of(authorization);
    size_t found = auth->count;

    *caller = (struct caller){.number = 0};
    if (auth->count == 0)
        return true;
    if (token != NULL)
        found = find(auth, token);
    if (found == auth->count)
        return false;
    fill(auth, found, caller);
    return true;
}

bool auth_shows_name(const struct auth *auth, const char *authorization)
{
    const char *token = token_of(authorization), *colon = token == NULL ? NULL : strchr(token, ':');
    size_t found = colon == NULL ? auth->count : find(auth, colon + 1);

    return found < auth->count && strlen(auth->keys[found].tenant) == (size_t)(colon - token) &&
           strncmp(auth->keys[found].tenant, token, (size_t)(colon - token)) == 0;
}

size_t auth_count(const struct auth *auth)
{
    return auth->count == 0 ? 1 : auth->count;
}

bool auth_owner(const struct auth *auth, size_t number, struct caller *caller)
{
    if (number >= auth->count || auth->keys[number].admin)
        return false;
    fill(auth, number, caller);
    return true;
}
