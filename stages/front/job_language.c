/* job_language - see job_language.h */
#include "stages/front/job_language.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/language_tag.h"

static const char not_understood[] = "language was not understood, so the default was taken";

/* Controls and blanks become one blank between words, none at the ends; what is not UTF-8 ends it. malloced
 */
static char *cleaned(const char *text, size_t size)
{
    char *out = need(size + 1);
    size_t used = 0;

    for (size_t at = 0; at < size;) {
        uint32_t c;
        size_t step = utf8_next(text + at, size - at, &c);

        if (step == 0)
            break;
        if (c <= 0x20 || (c >= 0x7f && c <= 0xa0)) {
            if (used > 0 && out[used - 1] != ' ')
                out[used++] = ' ';
        } else {
            memcpy(out + used, text + at, step);
            used += step;
        }
        at += step;
    }
    used -= used > 0 && out[used - 1] == ' ';
    out[used] = '\0';
    return out;
}

/* Only digits and signs, or what programs write when they have none? */
static bool says_nothing(const char *text)
{
    static const char *const words[] = {"null", "undefined", "nan",  "none",
                                        "auto", "default",   "true", "false"};
    bool letter = false;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    for (const char *c = text; *c != '\0'; c++)
        letter |= (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') || (unsigned char)*c >= 0x80;
    return !letter || text[0] == '[' || text[0] == '{';
}

static void read_words(const char *text, char language[MAX_LANGUAGE + 1], char remark[REMARK_ROOM])
{
    bool fits = strlen(text) <= MAX_LANGUAGE;
    struct language_tag tag;

    language_tag_find(&tag, text);
    if (*tag.base == '\0' && (!fits || says_nothing(text))) {
        snprintf(remark, REMARK_ROOM, "%s", not_understood);
        return;
    }
    if (!fits) { /* a sentence that names one */
        snprintf(remark, REMARK_ROOM, "language was taken as %s", tag.base);
        snprintf(language, MAX_LANGUAGE + 1, "%s", tag.base);
        return;
    }
    snprintf(language, MAX_LANGUAGE + 1, "%s", text);
    if (*tag.base == '\0')
        snprintf(remark, REMARK_ROOM, "the language \"%s\" is not known here; it was asked for as it is",
                 text);
}

static bool is_blank(const char *text, size_t size)
{
    while (size > 0 && text[size - 1] == ' ')
        size--;
    return size == 0;
}

void job_language_read_text(const char *text, size_t size, char language[MAX_LANGUAGE + 1],
                            char remark[REMARK_ROOM])
{
    char *words = cleaned(text, size);

    language[0] = remark[0] = '\0';
    if (*words != '\0')
        read_words(words, language, remark);
    else if (!is_blank(text, size)) /* there was something */
        snprintf(remark, REMARK_ROOM, "%s", not_understood);
    free(words);
}

void job_language_read(const json_t *value, char language[MAX_LANGUAGE + 1], char remark[REMARK_ROOM])
{
    if (json_is_array(value))
        value = json_array_get(value, 0);
    language[0] = remark[0] = '\0';
    if (json_is_string(value))
        job_language_read_text(json_string_value(value), json_string_length(value), language, remark);
    else if (value != NULL && !json_is_null(value))
        snprintf(remark, REMARK_ROOM, "%s", not_understood);
}
