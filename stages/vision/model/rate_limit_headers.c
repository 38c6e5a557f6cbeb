/* rate_limit_headers - see rate_limit_headers.h */
#include "stages/vision/model/rate_limit_headers.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { MICRO_PER_MS = 1000, MAX_DIGITS = 12 };

static const int64_t YEAR_MS = INT64_C(365) * 86400 * 1000;

static const struct unit {
    const char *name;
    int64_t micro;
} units[] = {
    /* "ms" before "m", which begins alike */
    {"d", 86400000000}, {"h", 3600000000}, {"ms", 1000}, {"m", 60000000},
    {"s", 1000000},     {"us", 1},         {"µs", 1},    {"ns", 0},
};

/* Digits with a fraction. Returns how many bytes it has, 0: none; *micro: millionths. */
static size_t read_number(const char *text, int64_t *micro)
{
    size_t whole = strspn(text, "0123456789"), part = 0;
    int64_t value = 0, unit = 1000000;

    if (whole == 0 || whole > MAX_DIGITS)
        return 0;
    for (size_t i = 0; i < whole; i++)
        value = value * 10 + (text[i] - '0');
    value *= unit;
    if (text[whole] == '.') {
        part = strspn(text + whole + 1, "0123456789");
        if (part == 0)
            return 0;
        for (size_t i = 1; i <= part; i++)
            value += (text[whole + i] - '0') * (unit /= 10);
        part++;
    }
    *micro = value;
    return whole + part;
}

/* A unit's length in micro, as far as it is one behind a number. -1: it is none. */
static int64_t read_unit(const char **at)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t size = strlen(units[i].name);

        if (strncmp(*at, units[i].name, size) != 0)
            continue;
        *at += size;
        return units[i].micro;
    }
    return -1;
}

static int64_t clamped(int64_t micro)
{
    int64_t ms = (micro + MICRO_PER_MS - 1) / MICRO_PER_MS;

    return ms > YEAR_MS ? YEAR_MS : ms;
}

static int64_t length_of(int64_t number_micro, int64_t unit_micro)
{
    __int128 micro = (__int128)number_micro * unit_micro / 1000000;

    return micro > YEAR_MS * MICRO_PER_MS ? YEAR_MS * MICRO_PER_MS : (int64_t)micro;
}

int64_t rate_limit_headers_duration_ms(const char *text)
{
    int64_t all = 0;

    if (*text == '\0')
        return -1;
    while (*text != '\0') {
        int64_t number, unit;
        size_t size = read_number(text, &number);

        if (size == 0)
            return -1;
        text += size;
        if (*text == '\0' && all == 0)
            return clamped(number); /* plain seconds */
        unit = read_unit(&text);
        if (unit == -1)
            return -1;
        all += length_of(number, unit);
        if (all > YEAR_MS * MICRO_PER_MS)
            all = YEAR_MS * MICRO_PER_MS;
    }
    return clamped(all);
}

/* A whole number; the fraction some send is dropped. false: not said. */
static bool count_read(const char *text, uint64_t *count)
{
    int64_t micro;
    size_t size = text == NULL ? 0 : read_number(text, &micro);

    if (size == 0 || text[size] != '\0')
        return false;
    *count = (uint64_t)micro / 1000000;
    return true;
}

/* left without limit, or limit without left, says nothing that can be relied on. */
static void pair_read(const char *limit_text, const char *left_text, uint64_t *limit, uint64_t *left)
{
    if (!count_read(limit_text, limit) || !count_read(left_text, left) || *limit == 0)
        *limit = *left = 0;
}

static int64_t reset_read(const char *text, uint64_t limit)
{
    return text == NULL || limit == 0 ? -1 : rate_limit_headers_duration_ms(text);
}

struct rate_limit_headers rate_limit_headers_read(const struct rate_limit_headers_texts *texts)
{
    struct rate_limit_headers r = {0};
    int64_t requests, tokens, reset;

    pair_read(texts->limit_requests, texts->left_requests, &r.limit_requests, &r.left_requests);
    pair_read(texts->limit_tokens, texts->left_tokens, &r.limit_tokens, &r.left_tokens);
    requests = reset_read(texts->reset_requests, r.limit_requests);
    tokens = reset_read(texts->reset_tokens, r.limit_tokens);
    reset = requests == -1 || (tokens != -1 && tokens < requests) ? tokens : requests;
    if (requests != -1 && r.left_requests == 0)
        reset = requests;
    if (tokens != -1 && r.left_tokens == 0 && tokens > reset)
        reset = tokens;
    r.reset_ms = reset == -1 ? 0 : (uint64_t)reset;
    return r;
}

static const char *header_of(CURL *easy, const char *name)
{
    struct curl_header *header;

    return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : NULL;
}

struct rate_limit_headers rate_limit_headers_of(CURL *easy)
{
    if (easy == NULL)
        return (struct rate_limit_headers){0};
    return rate_limit_headers_read(&(struct rate_limit_headers_texts){
        .limit_requests = header_of(easy, "x-ratelimit-limit-requests"),
        .left_requests = header_of(easy, "x-ratelimit-remaining-requests"),
        .reset_requests = header_of(easy, "x-ratelimit-reset-requests"),
        .limit_tokens = header_of(easy, "x-ratelimit-limit-tokens"),
        .left_tokens = header_of(easy, "x-ratelimit-remaining-tokens"),
        .reset_tokens = header_of(easy, "x-ratelimit-reset-tokens"),
    });
}
