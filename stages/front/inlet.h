/* inlet - what comes in on one connection, checked before the HTTP library sees it (pure)
 *
 * libmicrohttpd reads leniently: it takes line feeds without CR, folded lines, NULs, chunks that end anyhow.
 * And where it does refuse, it sends an HTML page, or closes without a word, as soon as it has seen a part of
 * a line. So each byte passes here first: a head goes on only once it is whole and was found to be good
 * (headers.c); the body follows by its length or chunk by chunk, then the trailer as a whole, and the next
 * request. From the piece on that breaks a rule nothing goes further, and the caller answers.
 */
#ifndef FRONT_INLET_H
#define FRONT_INLET_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/front/fault.h"

enum { TARGET_MOST = 8192, HEAD_MOST = 16384, HEADERS_MOST = 100 };

struct inlet;

struct inlet *inlet_new(void);
void inlet_free(struct inlet **inlet);

/* data: size bytes that have come; before them there is room for HEAD_MOST bytes more. Returns how many bytes
 * may go on, and where they begin: in data, or before it if the head they begin with came in pieces. The
 * values of cookies are overwritten: nobody here wants them, and libmicrohttpd 0.9 reads past the end of
 * some. */
size_t inlet_take(struct inlet *inlet, char *data, size_t size, char **passed);

/* Why it is shut; NULL: it is not. status: of the answer. */
const struct fault *inlet_fault(const struct inlet *inlet, unsigned *status);

/* Has a request begun to come that is not whole yet? */
bool inlet_has_begun(const struct inlet *inlet);
/* The client has taken too long: shuts the inlet if a request has begun to come and is not whole yet. false:
 * nothing of one has come, or the inlet was shut before. */
bool inlet_expire(struct inlet *inlet);

/* How many heads have come, and how many requests with their bodies. */
unsigned long inlet_heads(const struct inlet *inlet);
unsigned long inlet_whole(const struct inlet *inlet);

#endif
