/* keys - a list of API keys as the operator writes it: KEY, NAME:KEY or :KEY, separated by commas (pure)
 *
 * The first colon ends the name, so that a key may have colons of its own if a name, or nothing, stands
 * before the first.  Blanks and line breaks around names and keys do not count; empty entries neither.
 */
#ifndef FRONT_KEYS_H
#define FRONT_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/tenant.h"

struct key {
    char name[TENANT_ROOM]; /* "": it has none */
    const char *text;       /* in the list, not ended by NUL */
    size_t size;
};

/* May a tenant have that name? */
bool keys_name_fits(const char *name, size_t size);

/* The next entry of *list, which moves behind it. NULL: key is filled; key->text is NULL at the end of the
 * list. Else what is wrong with the entry, without any of its text. */
const char *keys_next(const char **list, struct key *key);

#endif
