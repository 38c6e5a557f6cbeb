/* headers - see headers.h */
#include "stages/front/headers.h"

#include <string.h>
#include <strings.h>

#include "proto/hex.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_token(const char *text, size_t size)
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
    return is_token(line, header->name_size);
}

static bool is_named(const struct header *header, const char *name)
{
    return header->name_size == strlen(name) && strncasecmp(header->name, name, header->name_size) == 0;
}

static const char *host_check(const struct header *header)
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

static const char *length_check(const struct header *header, uint64_t *length)
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

static const char *chunked_check(const struct header *header)
{
    return header->value_size == 7 && strncasecmp(header->value, "chunked", 7) == 0
               ? NULL
               : "Transfer-Encoding is something else than chunked";
}

static const char *expect_check(const struct header *header)
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

static const char *collect(const struct header *headers, size_t count, const struct header *found[ONCES])
{
    for (size_t i = 0; i < count; i++) {
        if (!is_token(headers[i].name, headers[i].name_size))
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
    const char *why = collect(headers, count, found);

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
        why = host_check(found[HOST]);
    if (why == NULL && found[LENGTH] != NULL)
        why = length_check(found[LENGTH], &framing->length);
    if (why == NULL && found[ENCODING] != NULL)
        why = chunked_check(found[ENCODING]);
    if (why == NULL && found[EXPECT] != NULL)
        why = expect_check(found[EXPECT]);
    return why;
}

/* ---- the target ---- */

/* Behind "http://authority" of an absolute target; the text itself otherwise. */
static const char *behind_authority(const char *text)
{
    size_t scheme = strncasecmp(text, "http://", 7) == 0 ? 7 : strncasecmp(text, "https://", 8) == 0 ? 8 : 0;
    size_t host;

    if (scheme == 0)
        return text;
    host = strcspn(text + scheme, "/?");
    if (host == 0)
        return text;
    text += scheme + host;
    return *text == '\0' ? "/" : text;
}

const char *target_check(const char *text, struct target *target)
{
    const char *end;

    for (const char *c = text; *c != '\0'; c++) {
        if (*c <= 0x20 || *c >= 0x7f || *c == '#' || *c == '\\')
            return "the request target has characters that must be percent-encoded";
        if (*c == '%' && (hex_digit(c[1]) < 0 || hex_digit(c[2]) < 0))
            return "the request target has a broken percent escape";
    }
    text = behind_authority(text);
    if (*text != '/')
        return "the request target is not a path";
    end = text + strcspn(text, "?");
    target->path = text;
    target->path_size = (size_t)(end - text);
    target->query = *end == '?' ? end + 1 : end;
    target->query_size = strlen(target->query);
    return NULL;
}

long unescape(char *to, const char *from, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        if (from[i] != '%') {
            to[used++] = from[i];
            continue;
        }
        if (i + 2 >= size || hex_digit(from[i + 1]) < 0 || hex_digit(from[i + 2]) < 0)
            return -1;
        to[used++] = (char)(hex_digit(from[i + 1]) * 16 + hex_digit(from[i + 2]));
        i += 2;
    }
    to[used] = '\0';
    return (long)used;
}

static long value_of(const char *text, size_t size, char *value, size_t room)
{
    long length = size < room ? unescape(value, text, size) : -1;

    return length < 0 ? -2 : length;
}

long query_find(const struct target *target, const char *name, char *value, size_t room)
{
    size_t length = strlen(name);

    for (size_t at = 0; at < target->query_size;) {
        const char *pair = target->query + at;
        const char *amp = memchr(pair, '&', target->query_size - at);
        size_t size = amp == NULL ? target->query_size - at : (size_t)(amp - pair);

        if (size > length && pair[length] == '=' && memcmp(pair, name, length) == 0)
            return value_of(pair + length + 1, size - length - 1, value, room);
        at += size + 1;
    }
    return -1;
}
