/* auth - whose key a request shows: hashes of keys are compared in constant time (pure) */
#ifndef FRONT_AUTH_H
#define FRONT_AUTH_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/api_keys.h"

enum { CLIENT_ROOM = 17 };

/* Who sends a request. */
struct caller {
    size_t number;            /* of its key, from 0; all have 0 where everybody may */
    char client[CLIENT_ROOM]; /* which key that is: the beginning of its hash in hex; "" if none is needed */
    char tenant[TENANT_ROOM]; /* "" of an admin key, too */
    bool admin;
};

/* Is no key needed? */
bool auth_is_open(const struct api_keys *keys);

/* Are there tenants beside the one without a name, or admins? Then what is told of the service as a whole is
 * for admins. */
bool auth_is_divided(const struct api_keys *keys);

/* Finds whose key an Authorization header (NULL: there is none) holds. false: the request is not allowed. */
bool auth_admit(const struct api_keys *keys, const char *authorization, struct caller *caller);

/* Does the header show a key with its name before it, as it stands in the list? It opens nothing, for
 * NAME:KEY may have been a whole key before names were known: whoever shows it is to be told. */
bool auth_shows_name(const struct api_keys *keys, const char *authorization);

/* How many numbers there are. */
size_t auth_count(const struct api_keys *keys);

/* Whose key of that number is: true unless it is an admin's, or there are none. */
bool auth_owner(const struct api_keys *keys, size_t number, struct caller *caller);

#endif
