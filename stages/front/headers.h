/* headers - the strict check of a request's head (pure)
 *
 * libmicrohttpd lets through forms that two parties can read in two ways: several hosts, several lengths,
 * both framings, a blank before the colon.  Whoever reads differently from us could smuggle a request past
 * us; so we refuse them all.
 */
#ifndef FRONT_HEADERS_H
#define FRONT_HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct header {
    const char *name, *value;
    size_t name_size, value_size;
};

/* A line without its end, as name and value; false: it has no colon, or the name is none. */
bool header_split(const char *line, size_t size, struct header *header);

/* How the body comes, once the check has passed. */
struct framing {
    bool chunked;
    uint64_t length; /* Content-Length; 0 if none */
};

/* NULL, or one sentence that says what is wrong. */
const char *headers_check(const struct header *headers, size_t count, bool http11, struct framing *framing);

/* A request target (RFC 9112 3.2): origin or absolute form, only visible ASCII, whole percent escapes. On
 * success path and query (without "?", may be empty) point into target. NULL, or one sentence that says what
 * is wrong. */
struct target {
    const char *path, *query;
    size_t path_size, query_size;
};
const char *target_check(const char *text, struct target *target);

/* Undoes percent escapes; to has room for size + 1 bytes. Returns the length, or -1 if an escape is broken.
 */
long unescape(char *to, const char *from, size_t size);

/* Finds name in a query; its value, unescaped, goes to value (room with its NUL). Returns its length, -1 if
 * it is not there, -2 if it does not fit or is broken. The first one counts. */
long query_find(const struct target *target, const char *name, char *value, size_t room);

#endif
