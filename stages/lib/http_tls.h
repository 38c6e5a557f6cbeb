/* http_tls - what a handshake has settled, which libcurl does not tell
 *
 * https://curl.se/libcurl/c/CURLINFO_TLS_SSL_PTR.html; ALPN: RFC 7301.
 */
#ifndef STAGES_LIB_HTTP_TLS_H
#define STAGES_LIB_HTTP_TLS_H

#include <stdbool.h>

#include <curl/curl.h>

/* Inside CURLOPT_PREREQFUNCTION: does the connection of this transfer take many at once (HTTP/2)? */
bool http_tls_multiplexes(CURL *easy);

#endif
