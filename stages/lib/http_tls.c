/* http_tls - see http_tls.h */
#include "stages/lib/http_tls.h"

#include <string.h>

#include <openssl/ssl.h>

bool http_tls_multiplexes(CURL *easy)
{
    const struct curl_tlssessioninfo *session = NULL;
    const unsigned char *protocol = NULL;
    unsigned size = 0;

    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == NULL ||
        session->backend != CURLSSLBACKEND_OPENSSL || session->internals == NULL)
        return false;
    SSL_get0_alpn_selected(session->internals, &protocol, &size);
    return size == 2 && memcmp(protocol, "h2", 2) == 0;
}
