/* headerlist - further headers for an endpoint, as configured: "Name: value; Name: value"
 *
 * Pure.  A name is an HTTP token (RFC 9110, section 5.6.2); a value is visible ASCII and blanks without ";".
 * What would change the request is refused: line ends, headers of the connection or of the body, and those
 * that carry the key.
 */
#ifndef CONF_HEADERLIST_H
#define CONF_HEADERLIST_H

#include <stddef.h>

/* Returns why the list cannot be used, valid until the next call; NULL if it can. */
const char *headerlist_fault(const char *list);

/* Returns a copy of the next header as "Name: value", which the caller frees, and moves *list behind it; NULL
 * at the end. The list must be without fault. */
char *headerlist_next(const char **list);

#endif
