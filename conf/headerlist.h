/* headerlist - more headers for an endpoint, as configured: "Name: value; Name: value"
 *
 * Pure.  A name is an HTTP token, a value visible ASCII and blanks without ";".  Refused is what would break
 * or bend the request: line ends, headers of the connection or of the body, and those that carry the key.
 */
#ifndef CONF_HEADERLIST_H
#define CONF_HEADERLIST_H

#include <stddef.h>

/* Why the list cannot be used, or NULL. The text lives until the next call. */
const char *headerlist_fault(const char *list);

/* Copies the next header as "Name: value" and goes behind it; list is without fault. NULL: there is no more.
 * The caller frees it. */
char *headerlist_next(const char **list);

#endif
