/* inlet - what comes in on one connection, checked before the HTTP library sees it (pure)
 *
 * libmicrohttpd reads leniently: it takes line feeds without CR, folded lines, NULs, chunks that end anyhow,
 * and where it does refuse, its answers are HTML pages. So each byte passes here first: the lines of a head,
 * the head as a whole (headers.c), then the body by its length or chunk by chunk, and the next request. From
 * the piece on that breaks a rule nothing goes further; the library goes on waiting for the end of a line,
 * and whoever holds the inlet answers.
 */
#ifndef FRONT_INLET_H
#define FRONT_INLET_H

#include <stdbool.h>
#include <stddef.h>

#include "supervisor/front/fault.h"

enum { TARGET_MOST = 8192, HEAD_MOST = 16384, HEADERS_MOST = 100 };

struct inlet;

struct inlet *inlet_new(void);
void inlet_free(struct inlet **inlet);

/* How many of the bytes may go on; fewer than size: the inlet is shut, and takes nothing more. The values of
 * cookies are overwritten: nobody here wants them, and libmicrohttpd 0.9 reads past the end of some. */
size_t inlet_take(struct inlet *inlet, char *data, size_t size);

/* Why it is shut; NULL: it is not. status: of the answer. */
const struct fault *inlet_fault(const struct inlet *inlet, unsigned *status);

/* The client has taken too long: shuts the inlet if a request has begun to come and is not whole yet. false:
 * nothing of one has come, or the inlet was shut before. */
bool inlet_expire(struct inlet *inlet);

/* How many heads have come, and how many requests with their bodies. */
unsigned long inlet_heads(const struct inlet *inlet);
unsigned long inlet_whole(const struct inlet *inlet);

#endif
