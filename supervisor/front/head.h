/* head - a request's head as the library holds it: all of it seen, and strictly checked
 *
 * What may stand in a head is headers.c's; here is how it is got out of libmicrohttpd without losing what
 * that hides.
 */
#ifndef FRONT_HEAD_H
#define FRONT_HEAD_H

#include <stddef.h>

#include <microhttpd.h>

#include "supervisor/front/headers.h"

/* text: the request target as the library holds it, for its address; text_size is up to its first NUL.
 * NULL, or one sentence that says what is wrong; status is then the answer's, 0 for the code's own. */
const char *head_check(struct MHD_Connection *connection, const char *text, size_t text_size,
                       const char *version, struct framing *framing, unsigned *status);

#endif
