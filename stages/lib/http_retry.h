/* http_retry - how long to wait before a request is sent again, after an answer of 429 or 5xx, or none */
#ifndef STAGES_LIB_HTTP_RETRY_H
#define STAGES_LIB_HTTP_RETRY_H

#include <stdint.h>

#include <curl/curl.h>

/* Milliseconds to wait after so many tries (from 1): base_ms, doubled with each try up to max_ms, less up to
 * a quarter at random; told_ms instead (what the server asked for, 0: nothing) if that is longer. */
int64_t http_backoff_ms(unsigned tries, int64_t base_ms, int64_t max_ms, int64_t told_ms);

/* Milliseconds that the answer's retry-after-ms or Retry-After (seconds or an HTTP date, RFC 9110 10.2.3) ask
 * for; 0: it has neither, or one that cannot be read. */
int64_t http_retry_after_ms(CURL *easy);

#endif
