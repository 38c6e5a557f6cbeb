/* http_trust - the certificates that servers are checked against, read once for all connections
 *
 * libcurl gives each connection a trust store of its own, if there is a folder of certificates, as Debian has
 * one: with a store of 140 certificates that is 1 MB and 40 ms of CPU each.  Here all connections share one,
 * made of the same file and folder and with the same flags, so that what is trusted stays the same.
 * https://curl.se/libcurl/c/CURLOPT_SSL_CTX_FUNCTION.html
 */
#ifndef STAGES_LIB_HTTP_TRUST_H
#define STAGES_LIB_HTTP_TRUST_H

#include <curl/curl.h>

struct http_trust;

struct http_trust *http_trust_new(void);
void http_trust_free(struct http_trust **trust);

/* Has the transfer check its server against the certificates that SSL_CERT_FILE and SSL_CERT_DIR name, or
 * libcurl's own defaults.  They are read when the first connection is made, and anew when the file has
 * changed.  A file that cannot be read ends the transfer with CURLE_SSL_CACERT_BADFILE.  trust must outlive
 * it. */
void http_trust_set(CURL *easy, struct http_trust *trust);

#endif
