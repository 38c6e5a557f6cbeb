/* rate_limit_headers - what an API's x-ratelimit-* headers say, as numbers
 *
 * Pure.  https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers, and what compatible
 * servers make of it: durations (1s, 120ms, 6m0s, 1h2m3.5s) or plain seconds. What cannot be read counts as
 * not said.
 */
#ifndef STAGES_VISION_MODEL_RATE_LIMIT_HEADERS_H
#define STAGES_VISION_MODEL_RATE_LIMIT_HEADERS_H

#include <stdint.h>

#include <curl/curl.h>

struct rate_limit_headers {
    uint64_t limit_requests, left_requests; /* left only counts if limit > 0 */
    uint64_t limit_tokens, left_tokens;
    uint64_t
        reset_ms; /* until the one that is used up, else the first of both, is whole again; 0: not said */
};

/* The headers of a finished transfer; NULL: all zero. */
struct rate_limit_headers rate_limit_headers_of(CURL *easy);

/* The same from the headers' texts, each NULL if absent. */
struct rate_limit_headers_texts {
    const char *limit_requests, *left_requests, *reset_requests;
    const char *limit_tokens, *left_tokens, *reset_tokens;
};
struct rate_limit_headers rate_limit_headers_read(const struct rate_limit_headers_texts *texts);

/* "1h2m3.5s" in ms, rounded up, at most a year; -1: it is not a duration. */
int64_t rate_limit_headers_duration_ms(const char *text);

#endif
