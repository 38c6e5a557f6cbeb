/* http_framing - see http_framing.h */
#include "stages/front/http_framing.h"

#include <string.h>
#include <strings.h>

#include "proto/hex.h"

/* ---- the headers ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool http_is_token(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!is_digit(text[i]) && !is_letter(text[i]) &&
            (text[i] == '\0' || strchr("!#$%&'*+-.^_`|~", text[i]) == NULL))
            return false;
    return size > 0;
}

static bool is_value(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f)
            return false;
    return true;
}

bool header_split(const char *line, size_t size, struct header *header)
{
    const char *colon = memchr(line, ':', size), *value = colon == NULL ? line : colon + 1;

    while (value < line + size && (*value == ' ' || *value == '\t'))
        value++;
    *header = (struct header){line, value, colon == NULL ? 0 : (size_t)(colon - line),
                              (size_t)(line + size - value)};
    return http_is_token(line, header->name_size);
}

static bool is_named(const struct header *header, const char *name)
{
    return header->name_size == strlen(name) && strncasecmp(header->name, name, header->name_size) == 0;
}

static const char *check_host(const struct header *header)
{
    size_t colon, end = header->value_size;
    const char *host = header->value;

    for (colon = end; colon > 0 && is_digit(host[colon - 1]); colon--)
        ;
    if (colon > 0 && host[colon - 1] == ':')
        end = colon - 1;
    if (end == 0)
        return "the Host header is empty";
    if (host[0] == '[') {
        if (end < 4 || host[end - 1] != ']')
            return "the Host header is not a host";
        for (size_t i = 1; i < end - 1; i++)
            if (!is_digit(host[i]) && !is_letter(host[i]) && strchr(":.", host[i]) == NULL)
                return "the Host header is not a host";
        return NULL;
    }
    for (size_t i = 0; i < end; i++)
        if (!is_digit(host[i]) && !is_letter(host[i]) && (host[i] == '\0' || strchr("-._~", host[i]) == NULL))
            return "the Host header has characters that no host has";
    return NULL;
}

static const char *check_length(const struct header *header, uint64_t *length)
{
    uint64_t value = 0;

    if (header->value_size == 0 || header->value_size > 19)
        return "Content-Length is not a length";
    for (size_t i = 0; i < header->value_size; i++) {
        if (!is_digit(header->value[i]))
            return "Content-Length is not a decimal number";
        value = value * 10 + (uint64_t)(header->value[i] - '0');
    }
    if (value > INT64_MAX)
        return "Content-Length is not a length";
    *length = value;
    return NULL;
}

static const char *check_chunked(const struct header *header)
{
    return header->value_size == 7 && strncasecmp(header->value, "chunked", 7) == 0
               ? NULL
               : "Transfer-Encoding is something else than chunked";
}

static const char *check_expect(const struct header *header)
{
    return header->value_size == 12 && strncasecmp(header->value, "100-continue", 12) == 0
               ? NULL
               : "Expect is something else than 100-continue";
}

/* Headers that may come once at most, because two of them mean two things. */
enum once { HOST, LENGTH, ENCODING, TYPE, AUTHORIZATION, EXPECT, ORIGIN, ONCES };
static const struct {
    const char *name, *twice;
} onces[ONCES] = {
    [HOST] = {"Host", "there are several Host headers"},
    [LENGTH] = {"Content-Length", "there are several Content-Length headers"},
    [ENCODING] = {"Transfer-Encoding", "there are several Transfer-Encoding headers"},
    [TYPE] = {"Content-Type", "there are several Content-Type headers"},
    [AUTHORIZATION] = {"Authorization", "there are several Authorization headers"},
    [EXPECT] = {"Expect", "there are several Expect headers"},
    [ORIGIN] = {"Origin", "there are several Origin headers"},
};

static const char *find_onces(const struct header *headers, size_t count, const struct header *found[ONCES])
{
    for (size_t i = 0; i < count; i++) {
        if (!http_is_token(headers[i].name, headers[i].name_size))
            return "a header name is empty or has characters that no name has (a blank before the colon?)";
        if (!is_value(headers[i].value, headers[i].value_size))
            return "a header value has control characters";
        for (int once = 0; once < ONCES; once++) {
            if (!is_named(&headers[i], onces[once].name))
                continue;
            if (found[once] != NULL)
                return onces[once].twice;
            found[once] = &headers[i];
        }
    }
    return NULL;
}

const char *headers_check(const struct header *headers, size_t count, bool http11, struct framing *framing)
{
    const struct header *found[ONCES] = {NULL};
    const char *why = find_onces(headers, count, found);

    *framing = (struct framing){.chunked = found[ENCODING] != NULL};
    if (why != NULL)
        return why;
    if (http11 && found[HOST] == NULL)
        return "there is no Host header";
    if (found[ENCODING] != NULL && !http11)
        return "Transfer-Encoding needs HTTP/1.1";
    if (found[ENCODING] != NULL && found[LENGTH] != NULL)
        return "there are both Transfer-Encoding and Content-Length";
    if (found[HOST] != NULL)
        why = check_host(found[HOST]);
    if (why == NULL && found[LENGTH] != NULL)
        why = check_length(found[LENGTH], &framing->length);
    if (why == NULL && found[ENCODING] != NULL)
        why = check_chunked(found[ENCODING]);
    if (why == NULL && found[EXPECT] != NULL)
        why = check_expect(found[EXPECT]);
    return why;
}

/* ---- a chunked body ---- */

enum { MAX_DIGITS = 15, MAX_LINE = 256 };

static int on_size(struct chunks *chunks, char c)
{
    int digit = hex_digit(c);

    if (digit >= 0 && chunks->digits < MAX_DIGITS) {
        chunks->left = chunks->left * 16 + (uint64_t)digit;
        chunks->digits++;
        return 0;
    }
    if (chunks->digits == 0 || (c != ';' && c != '\r'))
        return -1;
    chunks->phase = c == ';' ? CHUNK_EXTENSION : CHUNK_LF;
    return 0;
}

static int on_extension(struct chunks *chunks, char c)
{
    if (c == '\r')
        chunks->phase = CHUNK_LF;
    else if (((unsigned char)c < 0x20 && c != '\t') || c == 0x7f)
        return -1;
    return 0;
}

/* A byte of the lines around a chunk's data. */
static int on_byte(struct chunks *chunks, char c)
{
    if (++chunks->line > MAX_LINE)
        return -1;
    switch (chunks->phase) {
    case CHUNK_SIZE:
        return on_size(chunks, c);
    case CHUNK_EXTENSION:
        return on_extension(chunks, c);
    case CHUNK_LF:
        chunks->phase = chunks->left == 0 ? CHUNKS_ENDED : CHUNK_DATA;
        return c == '\n' ? 0 : -1;
    case CHUNK_DATA_CR:
        chunks->phase = CHUNK_DATA_LF;
        return c == '\r' ? 0 : -1;
    case CHUNK_DATA_LF:
        *chunks = (struct chunks){.phase = CHUNK_SIZE};
        return c == '\n' ? 0 : -1;
    case CHUNK_DATA:
    case CHUNKS_ENDED:
        break;
    }
    return -1;
}

long chunks_take(struct chunks *chunks, const char *data, size_t size)
{
    size_t at = 0;

    while (at < size && chunks->phase != CHUNKS_ENDED) {
        if (chunks->phase == CHUNK_DATA) {
            size_t step = size - at < chunks->left ? size - at : (size_t)chunks->left;

            chunks->left -= step;
            at += step;
            if (chunks->left == 0)
                chunks->phase = CHUNK_DATA_CR;
        } else if (on_byte(chunks, data[at++]) == -1) {
            return -1;
        }
    }
    return (long)at;
}
