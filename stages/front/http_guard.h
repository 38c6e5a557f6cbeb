/* http_guard - what comes in on one connection, checked before the HTTP library sees it (pure)
 *
 * libmicrohttpd reads leniently: it takes line feeds without CR, folded lines, NULs, chunks that end anyhow.
 * And where it does refuse, it sends an HTML page, or closes without a word, as soon as it has seen a part of
 * a line. So each byte passes here first: a head goes on only once it is whole and well-formed
 * (http_framing.h); the body follows by its length or chunk by chunk, then the trailer as a whole, and the
 * next request. Nothing goes on from the piece that breaks a rule: the guard is shut, and the caller answers.
 */
#ifndef FRONT_HTTP_GUARD_H
#define FRONT_HTTP_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/front/request_error.h"

enum { MAX_TARGET = 8192, MAX_HEAD = 16384, MAX_HEADERS = 100 };

struct http_guard;

struct http_guard *http_guard_new(void);
void http_guard_free(struct http_guard **guard);

/* data: size bytes that have come; before them there is room for MAX_HEAD bytes more. Returns how many bytes
 * may go on, and where they begin: in data, or before it if the head they begin with came in pieces. The
 * values of cookies are overwritten: nobody here wants them, and libmicrohttpd 0.9 reads past the end of
 * some. */
size_t http_guard_take(struct http_guard *guard, char *data, size_t size, char **passed);

/* Why it is shut; NULL: it is not. status: of the answer. */
const struct request_error *http_guard_error(const struct http_guard *guard, unsigned *status);

/* Has a request begun to come that is not whole yet? */
bool http_guard_has_begun(const struct http_guard *guard);
/* The client has taken too long: shuts the guard if a request has begun to come and is not whole yet. false:
 * nothing of one has come, or the guard was shut before. */
bool http_guard_expire(struct http_guard *guard);

/* How many heads have come, and how many requests with their bodies. */
unsigned long http_guard_heads(const struct http_guard *guard);
unsigned long http_guard_whole(const struct http_guard *guard);

#endif
