/* http_retry - how long to wait before a request is sent again */
#ifndef STAGES_LIB_HTTP_RETRY_H
#define STAGES_LIB_HTTP_RETRY_H

#include <stdint.h>

#include <curl/curl.h>

/* Wait before try number tries (from 1): base doubled each time up to most, less up to a quarter at random;
 * told_ms > 0 (Retry-After and the like) is honoured instead, if longer. Pure but for the random part. */
int64_t http_backoff_ms(unsigned tries, int64_t base_ms, int64_t max_ms, int64_t told_ms);

/* Milliseconds that retry-after-ms or Retry-After (seconds or HTTP date, RFC 9110 10.2.3) ask for; 0: not
 * given. */
int64_t http_retry_after_ms(CURL *easy);

#endif
