/* http_retry - see http_retry.h */
#include "stages/lib/http_retry.h"

#include <stdlib.h>
#include <time.h>

#include "proto/backoff.h"

int64_t http_backoff_ms(unsigned tries, int64_t base_ms, int64_t max_ms, int64_t told_ms)
{
    int64_t wait = backoff_ms(tries > 0 ? tries - 1 : 0, base_ms, max_ms, backoff_jitter());

    return told_ms > wait ? told_ms : wait;
}

static const char *header_of(CURL *easy, const char *name)
{
    struct curl_header *header;

    return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : NULL;
}

/* A number of that many ms each; a decimal fraction counts. -1: not a number. */
static int64_t scaled(const char *text, double ms)
{
    char *end;
    double value;

    if (*text < '0' || *text > '9')
        return -1;
    value = strtod(text, &end) * ms;
    if (*end != '\0' || !(value >= 0))
        return -1;
    return value > 1e15 ? (int64_t)1e15 : (int64_t)value;
}

int64_t http_retry_after_ms(CURL *easy)
{
    const char *after = header_of(easy, "retry-after-ms");
    int64_t wait = after == NULL ? -1 : scaled(after, 1);
    time_t date;

    if (wait >= 0)
        return wait;
    after = header_of(easy, "Retry-After");
    if (after == NULL)
        return 0;
    wait = scaled(after, 1000);
    if (wait >= 0)
        return wait;
    date = curl_getdate(after, NULL);
    return date == (time_t)-1 || date <= time(NULL) ? 0 : (int64_t)(date - time(NULL)) * 1000;
}
