/* auth - see auth.h */
#include "stages/front/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>

#include "proto/digest.h"
#include "proto/panic.h"

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

/* ---- what the operator writes ---- */

struct span {
    const char *text;
    size_t size;
};

static bool is_blank(char c)
{
    return c != '\0' && strchr(" \t\r\n", c) != NULL;
}

static struct span trim(const char *text, size_t size)
{
    while (size > 0 && is_blank(*text))
        text++, size--;
    while (size > 0 && is_blank(text[size - 1]))
        size--;
    return (struct span){text, size};
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool auth_tenant_fits(const char *name, size_t size)
{
    if (size > MAX_TENANT || (size > 0 && !is_letter_or_digit(*name)))
        return false;
    for (size_t i = 0; i < size; i++)
        if (!is_letter_or_digit(name[i]) && name[i] != '_' && name[i] != '-')
            return false;
    return true;
}

/* No header can carry it, so it would never be met. */
static bool has_control(struct span key)
{
    for (size_t i = 0; i < key.size; i++)
        if ((unsigned char)key.text[i] < 0x20 || key.text[i] == 0x7f)
            return true;
    return false;
}

static const char *read_entry(struct span entry, struct auth_key *key)
{
    const char *colon = memchr(entry.text, ':', entry.size);
    struct span name = {entry.text, 0}, text = entry;

    if (colon != NULL) {
        name = trim(entry.text, (size_t)(colon - entry.text));
        text = trim(colon + 1, (size_t)(entry.text + entry.size - colon - 1));
    }
    if (!auth_tenant_fits(name.text, name.size))
        return "what stands before its first colon is no name (1 to 32 letters, digits, _ and -); if the "
               "colon is "
               "the key's own, write :KEY";
    if (text.size == 0)
        return "it has a colon, but no key behind it";
    if (has_control(text))
        return "it has a line break or another control character; separate keys by commas";
    memcpy(key->name, name.text, name.size);
    key->name[name.size] = '\0';
    key->text = text.text;
    key->size = text.size;
    return NULL;
}

const char *auth_key_next(const char **list, struct auth_key *key)
{
    *key = (struct auth_key){.name = ""};
    while (**list != '\0') {
        size_t step = strcspn(*list, ",");
        struct span entry = trim(*list, step);

        *list += step + ((*list)[step] == ',');
        if (entry.size > 0)
            return read_entry(entry, key);
    }
    return NULL;
}

/* ---- the lists ---- */

/* One more, unless it is there. NULL, or why it cannot be. */
static const char *add_key(struct auth *auth, const struct auth_key *key, bool admin)
{
    struct known *known = &auth->keys[auth->count];

    *known = (struct known){.admin = admin};
    digest_of(key->text, key->size, known->hash);
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
    struct auth_key key;

    for (unsigned entry = 1;; entry++) {
        error = auth_key_next(&list, &key);
        if (error == NULL && key.text == NULL)
            return 0;
        if (error == NULL)
            error = add_key(auth, &key, admin);
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

static size_t entries_in(const char *list)
{
    size_t max = 1;

    for (; *list != '\0'; list++)
        max += *list == ',';
    return max;
}

struct auth *auth_new(char *keys, char *admin_keys, char why[AUTH_ERROR_ROOM])
{
    struct auth *auth =
        need_zero(1, sizeof *auth + (entries_in(keys) + entries_in(admin_keys)) * sizeof *auth->keys);

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
static size_t find_key(const struct auth *auth, const char *token)
{
    unsigned char given[HASH];
    size_t found = auth->count;

    digest_of(token, strlen(token), given);
    for (size_t i = 0; i < auth->count; i++) /* all of them, so that time does not tell which */
        if (CRYPTO_memcmp(given, auth->keys[i].hash, HASH) == 0)
            found = i;
    return found;
}

static void describe_caller(const struct auth *auth, size_t number, struct caller *caller)
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
        found = find_key(auth, token);
    if (found == auth->count)
        return false;
    describe_caller(auth, found, caller);
    return true;
}

bool auth_shows_name(const struct auth *auth, const char *authorization)
{
    const char *token = token_of(authorization), *colon = token == NULL ? NULL : strchr(token, ':');
    size_t found = colon == NULL ? auth->count : find_key(auth, colon + 1);

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
    describe_caller(auth, number, caller);
    return true;
}
