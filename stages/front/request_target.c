/* request_target - see request_target.h */
#include "stages/front/request_target.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/hex.h"
#include "proto/panic.h"

/* Behind "http://authority" of an absolute target; the text itself otherwise. */
static const char *skip_authority(const char *text)
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
    text = skip_authority(text);
    if (*text != '/')
        return "the request target is not a path";
    end = text + strcspn(text, "?");
    target->path = text;
    target->path_size = (size_t)(end - text);
    target->query = *end == '?' ? end + 1 : end;
    target->query_size = strlen(target->query);
    return NULL;
}

long percent_decode(char *to, const char *from, size_t size)
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

static long decode_value(const char *text, size_t size, char *value, size_t room)
{
    long length = size < room ? percent_decode(value, text, size) : -1;

    return length < 0 ? -2 : length;
}

long target_query(const struct target *target, const char *name, char *value, size_t room)
{
    size_t length = strlen(name);

    for (size_t at = 0; at < target->query_size;) {
        const char *pair = target->query + at;
        const char *amp = memchr(pair, '&', target->query_size - at);
        size_t size = amp == NULL ? target->query_size - at : (size_t)(amp - pair);

        if (size > length && pair[length] == '=' && memcmp(pair, name, length) == 0)
            return decode_value(pair + length + 1, size - length - 1, value, room);
        at += size + 1;
    }
    return -1;
}

/* ---- the key in the path ---- */

static const char key_prefix[] = "/k/", bearer[] = "Bearer ";

static void drop_slashes(struct target *target)
{
    while (target->path_size > 1 && target->path[1] == '/') {
        target->path++;
        target->path_size--;
    }
}

bool path_key_find(struct target *target, struct path_key *key)
{
    const char *slash;

    drop_slashes(target);
    if (target->path_size < sizeof key_prefix - 1 ||
        memcmp(target->path, key_prefix, sizeof key_prefix - 1) != 0)
        return false;
    key->text = target->path + sizeof key_prefix - 1;
    key->size = target->path_size - (sizeof key_prefix - 1);
    slash = memchr(key->text, '/', key->size);
    if (slash != NULL)
        key->size = (size_t)(slash - key->text);
    target->path = key->text + key->size;
    target->path_size -= sizeof key_prefix - 1 + key->size;
    drop_slashes(target);
    return true;
}

char *path_key_header(const struct path_key *key)
{
    char *header = need(sizeof bearer + key->size), *text = header + sizeof bearer - 1;
    long size;

    memcpy(header, bearer, sizeof bearer);
    size = percent_decode(text, key->text, key->size);
    if (size < 0 || strlen(text) != (size_t)size)
        text[0] = '\0';
    return header;
}

void path_key_free(char **header)
{
    if (*header != NULL)
        explicit_bzero(*header, strlen(*header));
    free(*header);
    *header = NULL;
}
