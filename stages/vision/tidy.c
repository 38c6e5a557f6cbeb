/* tidy - see tidy.h */
#include "stages/vision/tidy.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"

/* Drops controls but LF and TAB, DEL, and C1; trims blanks at both ends. NULL: nothing is left. */
static char *tidy(const char *text)
{
    size_t size = strlen(text), used = 0, step;
    char *out = need(size + 1);
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        if ((c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0xfffe || c == 0xffff)
            continue;
        if (used == 0 && (c == ' ' || c == '\n' || c == '\t'))
            continue;
        memcpy(out + used, text + at, step);
        used += step;
    }
    while (used > 0 && strchr(" \n\t", out[used - 1]) != NULL)
        used--;
    out[used] = '\0';
    if (used > 0)
        return out;
    free(out);
    return NULL;
}

json_t *tidy_text(const json_t *value, size_t most, const char **why)
{
    const char *raw = json_string_value(value);
    char *clean;
    json_t *text;

    *why = raw == NULL ? "a text is missing or not a string" : "a text is too long";
    if (raw == NULL || json_string_length(value) > most)
        return NULL;
    clean = tidy(raw);
    text = json_string(clean == NULL ? "" : clean);
    free(clean);
    return text;
}
