/* auth - the API keys, kept as hashes, compared in constant time; and whose they are (pure)
 *
 * The operator writes a list: KEY, NAME:KEY or :KEY, separated by commas. The first colon ends the name, so
 * that a key may have colons of its own if a name, or nothing, stands before the first. Blanks and line
 * breaks around names and keys do not count; empty entries neither. Keys with the same name belong to one
 * tenant; keys without a name belong to the tenant "". Admin keys belong to no tenant and see all of them.
 */
#ifndef FRONT_AUTH_H
#define FRONT_AUTH_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/tenant.h"

struct auth;

struct auth_key {
    char name[TENANT_ROOM]; /* "": it has none */
    const char *text;       /* in the list, not ended by NUL */
    size_t size;
};

/* May a tenant have that name? */
bool auth_tenant_fits(const char *name, size_t size);

/* Reads the next entry of *list, which moves behind it. NULL: key is filled; key->text is NULL at the end of
 * the list. Else what is wrong with the entry, without any of its text. */
const char *auth_key_next(const char **list, struct auth_key *key);

enum { CLIENT_ROOM = 17, AUTH_ERROR_ROOM = 256 };

/* Who sends a request. */
struct caller {
    size_t number;            /* of its key, from 0; all have 0 where everybody may */
    char client[CLIENT_ROOM]; /* which key that is: the beginning of its hash in hex; "" if none is needed */
    char tenant[TENANT_ROOM]; /* "" of an admin key, too */
    bool admin;
};

/* keys, admin_keys: the two lists; no key in them: everybody may. They are wiped: from here on there are
 * only hashes. NULL: they cannot be used; why says which entry of which list, and what to do. */
struct auth *auth_new(char *keys, char *admin_keys, char why[AUTH_ERROR_ROOM]);
/* Why those lists cannot be used, or NULL; why holds the text. They stay as they are. */
const char *auth_fault(const char *keys, const char *admin_keys, char why[AUTH_ERROR_ROOM]);
void auth_free(struct auth **auth);
bool auth_is_open(const struct auth *auth);

/* Are there tenants beside the one without a name, or admins? Then what is told of the service as a whole is
 * for admins. */
bool auth_is_divided(const struct auth *auth);

/* Finds whose key an Authorization header (NULL: there is none) holds. false: the request is not allowed. */
bool auth_admit(const struct auth *auth, const char *authorization, struct caller *caller);

/* Does the header show a key with its name before it, as it stands in the list? It opens nothing, for
 * NAME:KEY may have been a whole key before names were known: whoever shows it is to be told. */
bool auth_shows_name(const struct auth *auth, const char *authorization);

/* How many numbers there are. */
size_t auth_count(const struct auth *auth);

/* Whose key of that number is: true unless it is an admin's, or there are none. */
bool auth_owner(const struct auth *auth, size_t number, struct caller *caller);

#endif
