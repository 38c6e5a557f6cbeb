/* cloze - see cloze.h */
#include "stages/lib/text/cloze.h"

#include <string.h>

#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

/* {{c1:: without its number is so long; what is longer than MAX_INNER is no gap, and is not looked through
 * again and again. */
enum { HEAD = 5, MAX_INNER = 8192 };

/* Where the braces that close the gap begin; NULL: they never do. */
static const char *end_of(const char *at)
{
    unsigned depth = 0;

    for (size_t left = MAX_INNER; *at != '\0' && left > 0; at++, left--) {
        if (depth == 0 && at[0] == '}' && at[1] == '}')
            return at;
        if (*at == '{')
            depth++;
        else if (*at == '}' && depth-- == 0)
            return NULL;
    }
    return NULL;
}

bool cloze_next(const char *text, size_t from, struct cloze *gap)
{
    for (const char *at = strstr(text + from, "{{c"), *end; at != NULL; at = strstr(at + 1, "{{c")) {
        if (at[3] < '1' || at[3] > '9' || at[4] != ':' || at[5] != ':')
            continue;
        end = end_of(at + HEAD + 1);
        if (end == NULL)
            continue;
        *gap = (struct cloze){.at = (size_t)(at - text),
                              .size = (size_t)(end + 2 - at),
                              .number = (unsigned)(at[3] - '0'),
                              .inner = (size_t)(at + HEAD + 1 - text),
                              .inner_size = (size_t)(end - at) - HEAD - 1};
        return true;
    }
    return false;
}

static bool says_something(const char *text, size_t size)
{
    size_t step;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
        if (c > ' ' && c != 0x2026 && c != '.')
            return true;
    return false;
}

/* Between gaps: no half of one. */
static bool plain(const char *text, size_t size)
{
    const char *half = memmem(text, size, "{{c", 3);

    return half == NULL || half + 3 == text + size || half[3] < '0' || half[3] > '9';
}

bool cloze_valid(const char *text)
{
    size_t from = 0, size = strlen(text);
    bool around = false;
    unsigned gaps = 0;
    struct cloze gap;

    for (; cloze_next(text, from, &gap); from = gap.at + gap.size, gaps++) {
        if (!says_something(text + gap.inner, gap.inner_size) || !plain(text + gap.inner, gap.inner_size) ||
            !plain(text + from, gap.at - from))
            return false;
        around = around || says_something(text + from, gap.at - from);
    }
    return gaps > 0 && plain(text + from, size - from) &&
           (around || says_something(text + from, size - from));
}

bool cloze_meant(const char *text)
{
    const char *at = strstr(text, "{{c");

    while (at != NULL && (at[3] < '0' || at[3] > '9'))
        at = strstr(at + 1, "{{c");
    return at != NULL;
}
