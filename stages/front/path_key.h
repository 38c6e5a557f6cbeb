/* path_key - an API key as the first part of a path: /k/KEY/process (pure)
 *
 * Some callers are given nothing but a base URL: they send no header, and fetch() refuses a URL with user and
 * password. Slashes that such a base URL ends with are dropped here, too.
 */
#ifndef FRONT_PATH_KEY_H
#define FRONT_PATH_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/front/headers.h"

struct path_key {
    const char *text; /* percent-encoded, within the target */
    size_t size;
};

/* Of several slashes at the beginning of the path one is left ("//process"). Then, if the path begins with
 * /k/KEY/, the key is taken out of it and the target's path is what follows; false: it has none. */
bool path_key_find(struct target *target, struct path_key *key);

/* "Bearer KEY", malloced. A key that holds NUL becomes an empty one, which fits none. */
char *path_key_header(const struct path_key *key);
/* Wiped before it is freed; NULL is allowed. */
void path_key_free(char **header);

#endif
