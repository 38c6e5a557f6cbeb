/* api_keys - the API keys as the operator lists them, kept as hashes; and whose they are (pure)
 *
 * The operator writes a list: KEY, NAME:KEY or :KEY, separated by commas. The first colon ends the name, so
 * that a key may have colons of its own if a name, or nothing, stands before the first. Blanks and line
 * breaks around names and keys do not count; empty entries neither. Keys with the same name belong to one
 * tenant; keys without a name belong to the tenant "". Admin keys belong to no tenant and see all of them.
 */
#ifndef CONF_API_KEYS_H
#define CONF_API_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/tenant.h"

struct api_key {
    char name[TENANT_ROOM]; /* "": it has none */
    const char *text;       /* in the list, not ended by NUL */
    size_t size;
};

/* May a tenant have that name? */
bool api_keys_tenant_fits(const char *name, size_t size);

/* Reads the next entry of *list, which moves behind it. NULL: key is filled; key->text is NULL at the end of
 * the list. Else what is wrong with the entry, without any of its text. */
const char *api_keys_next(const char **list, struct api_key *key);

enum { KEY_HASH = 32, API_KEYS_ERROR_ROOM = 256 };

struct known_key {
    unsigned char hash[KEY_HASH]; /* SHA-256 */
    char tenant[TENANT_ROOM];     /* "" of an admin key, too */
    bool admin;
};

struct api_keys {
    size_t count; /* 0: everybody may */
    bool divided; /* there are tenants beside the one without a name, or admins */
    struct known_key keys[];
};

/* keys, admin_keys: the two lists; no key in them: everybody may. They are wiped: from here on there are
 * only hashes. NULL: they cannot be used; why says which entry of which list, and what to do. */
struct api_keys *api_keys_new(char *keys, char *admin_keys, char why[API_KEYS_ERROR_ROOM]);
void api_keys_free(struct api_keys **table);

/* Why those lists cannot be used, or NULL; why holds the text. They stay as they are. */
const char *api_keys_fault(const char *keys, const char *admin_keys, char why[API_KEYS_ERROR_ROOM]);

#endif
