/* cors - which web origins' pages may use the API from a browser (pure;
 * https://fetch.spec.whatwg.org/#http-cors-protocol)
 *
 * A list (http.cors_origins) names origins as browsers send them, "https://app.example" or
 * "http://localhost:3000", separated by commas and blanks; * stands for all. Front compares them byte by
 * byte, and never asks for the browser's own credentials (cookies): the page sends a key.
 */
#ifndef FRONT_CORS_H
#define FRONT_CORS_H

#include <stdbool.h>

#include <microhttpd.h>

/* NULL, or what is wrong with the list. */
const char *cors_error(const char *list);

/* The value of Access-Control-Allow-Origin for a request with that Origin (NULL: it has none); NULL: the
 * response has no such header. */
const char *cors_answer(const char *list, const char *origin);

/* Does a page send this that may not use the API: neither one of the list nor one that came from here itself?
 * origin: its Origin, site: its Sec-Fetch-Site (Fetch Metadata 2.4), host: the Host it was sent to; each NULL
 * if it has none. What no page sends has no Origin. */
bool cors_is_foreign(const char *list, const char *origin, const char *site, const char *host);

/* Adds the headers that let a page of that origin read the response, if the list allows it, and Vary, so that
 * no cache gives the response to a page of another origin. */
void cors_add(const char *list, const char *origin, struct MHD_Response *response);

/* The answer to a preflight for a route with these methods, the caller's; NULL: no memory. */
struct MHD_Response *cors_preflight(const char *methods);

#endif
