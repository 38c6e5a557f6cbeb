/* request_target - the target of a request (RFC 9112 3.2): its path and query, and the API key that its path
 * may begin with (pure)
 *
 * Some callers are given nothing but a base URL: they send no header, and fetch() refuses a URL with user and
 * password. So /k/KEY/process is /process with that key. Slashes that such a base URL ends with are dropped
 * here, too.
 */
#ifndef FRONT_REQUEST_TARGET_H
#define FRONT_REQUEST_TARGET_H

#include <stdbool.h>
#include <stddef.h>

/* Points into the text of the target; the query without "?", it may be empty. */
struct target {
    const char *path, *query;
    size_t path_size, query_size;
};

/* Takes the target apart: origin or absolute form, only visible ASCII, whole percent escapes. NULL, or one
 * sentence that says what is wrong. */
const char *target_check(const char *text, struct target *target);

/* Undoes percent escapes (RFC 3986 2.1); to has room for size + 1 bytes. Returns the length, or -1 if an
 * escape is broken. The text may have NULs then. */
long percent_decode(char *to, const char *from, size_t size);

/* Finds name in the query; its value, decoded, goes to value (room with its NUL). Returns its length, -1 if
 * it is not there, -2 if it does not fit or is broken. The first one counts. */
long target_query(const struct target *target, const char *name, char *value, size_t room);

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
