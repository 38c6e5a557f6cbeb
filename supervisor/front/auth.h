/* auth - the API keys, kept as hashes, compared in constant time */
#ifndef FRONT_AUTH_H
#define FRONT_AUTH_H

#include <stdbool.h>

struct auth;

/* list: keys separated by commas, blanks around them dropped; empty: everybody may. */
struct auth *auth_new(const char *list);
void auth_free(struct auth **auth);
bool auth_is_open(const struct auth *auth);

/* May a request with this Authorization header (NULL: none) pass? */
bool auth_allows(const struct auth *auth, const char *authorization);

/* Which key that is: the beginning of its hash in hex; "" if none is needed. */
enum { CLIENT_ROOM = 17 };
void auth_client(const struct auth *auth, const char *authorization, char client[CLIENT_ROOM]);

#endif
