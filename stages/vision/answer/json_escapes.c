/* json_escapes - see json_escapes.h */
#include "stages/vision/answer/json_escapes.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ESCAPE = 6, NONE = -1 }; /* \u and four digits */

/* The value of the escape at the beginning of the text; NONE: there is none. */
static long value_of(const char *text, size_t size)
{
    char digits[5] = "";

    if (size < ESCAPE || text[0] != '\\' || text[1] != 'u')
        return NONE;
    for (int i = 0; i < 4; i++)
        if (!isxdigit((unsigned char)text[2 + i]))
            return NONE;
    memcpy(digits, text + 2, 4);
    return strtol(digits, NULL, 16);
}

static bool is_first(long value)
{
    return value >= 0xd800 && value <= 0xdbff;
}

static bool is_second(long value)
{
    return value >= 0xdc00 && value <= 0xdfff;
}

void json_escapes_mend(char *json, size_t size)
{
    size_t at = 0;

    while (at < size) {
        long value = value_of(json + at, size - at);

        if (value == NONE) {
            at += json[at] == '\\' ? 2 : 1;
            continue;
        }
        if (is_first(value) && is_second(value_of(json + at + ESCAPE, size - at - ESCAPE)))
            at += ESCAPE;
        else if (value == 0)
            memcpy(json + at, "\\u0001", ESCAPE);
        else if (is_first(value) || is_second(value))
            memcpy(json + at, "\\ufffd", ESCAPE);
        at += ESCAPE;
    }
}
