/* auth - the API keys, kept as hashes, compared in constant time */
#ifndef FRONT_AUTH_H
#define FRONT_AUTH_H

#include <stdbool.h>
#include <stddef.h>

struct auth;

/* list: keys separated by commas, blanks around them dropped; empty: everybody may. It is wiped: from here on
 * there are only hashes. */
struct auth *auth_new(char *list);
void auth_free(struct auth **auth);
bool auth_is_open(const struct auth *auth);

/* The number of the key in a request's Authorization header (NULL: none), from 0; -1: it may not pass. Where
 * everybody may, all have number 0. */
int auth_find(const struct auth *auth, const char *authorization);
/* How many numbers there are. */
size_t auth_count(const struct auth *auth);

/* Which key that is: the beginning of its hash in hex; "" if none is needed. */
enum { CLIENT_ROOM = 17 };
void auth_client(const struct auth *auth, const char *authorization, char client[CLIENT_ROOM]);

#endif
