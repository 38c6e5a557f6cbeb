/* object_key - see object_key.h */
#include "stages/courier/object_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/courier/sigv4.h"

enum { MAX_KEY = 1024 };

static bool component_ok(const char *part, size_t size)
{
    return size > 0 && !(size == 1 && part[0] == '.') && !(size == 2 && part[0] == '.' && part[1] == '.');
}

bool object_key_is_path(const char *key)
{
    size_t size = strlen(key);

    if (size == 0 || size > MAX_KEY || !utf8_valid(key, size))
        return false;
    for (const char *c = key; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return false;
    }
    for (;;) {
        size_t part = strcspn(key, "/");

        if (!component_ok(key, part))
            return false;
        if (key[part] == '\0')
            return true;
        key += part + 1;
    }
}

bool object_key_climbs(const char *key)
{
    for (;;) {
        size_t part = strcspn(key, "/");

        if (part == 2 && memcmp(key, "..", 2) == 0)
            return true;
        if (key[part] == '\0')
            return false;
        key += part + 1;
    }
}

/* For readers that know no filename*: one underscore for each character that could be misread. */
static char *ascii_of(const char *name)
{
    char *out = need(strlen(name) + 1), *at = out;
    size_t left = strlen(name), step;
    uint32_t c;

    for (; left > 0; name += step, left -= step) {
        step = utf8_next(name, left, &c);
        if (step == 0)
            step = 1, c = 0;
        *at++ = c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '%' ? '_' : (char)c;
    }
    *at = '\0';
    return out;
}

char *object_key_disposition(const char *key, const char *filename)
{
    const char *slash = strrchr(key, '/');
    const char *name = *filename != '\0' ? filename : slash == NULL ? key : slash + 1;
    char *ascii = ascii_of(name), *encoded = sigv4_encode(name, false), *out;

    must(asprintf(&out, "attachment; filename=\"%s\"; filename*=UTF-8''%s", ascii, encoded) != -1);
    free(ascii);
    free(encoded);
    return out;
}
