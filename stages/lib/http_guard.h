/* http_guard - what every transfer of ours may and may not do, as options of libcurl
 *
 * http and https only, TLS verified, no redirects, no proxy from the environment, no signals, a time to
 * connect, and probes that find out that a silent peer is gone.
 * https://curl.se/libcurl/c/curl_easy_setopt.html
 */
#ifndef STAGES_LIB_HTTP_GUARD_H
#define STAGES_LIB_HTTP_GUARD_H

#include <curl/curl.h>

#include "stages/lib/http_trust.h"

/* Sets them. An option that the library does not have ends the process. */
void http_guard(CURL *easy, struct http_trust *trust);

#endif
