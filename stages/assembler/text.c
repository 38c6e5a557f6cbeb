/* text - see text.h */
#include "stages/assembler/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/cloze.h"

/* ---- the gate ---- */

/* Overrides and isolates could make a line read other than it is, and outlive the paragraph in HTML. */
static bool legal(uint32_t c)
{
    if (c < ' ')
        return c == '\n' || c == '\t';
    return !(c >= 0x7f && c < 0xa0) && c != 0xfffe && c != 0xffff && !(c >= 0x202a && c <= 0x202e) &&
           !(c >= 0x2066 && c <= 0x2069);
}

static bool blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

size_t text_clean(char *to, const char *from, size_t size)
{
    size_t used = 0;

    for (size_t at = 0; at < size;) {
        uint32_t c;
        size_t step = utf8_next(from + at, size - at, &c);

        if (step == 1 && from[at] == '\r') {
            if (at + 1 == size || from[at + 1] != '\n')
                to[used++] = '\n';
        } else if (step > 0 && legal(c) && !(used == 0 && blank(from[at]))) {
            memcpy(to + used, from + at, step);
            used += step;
        }
        at += step > 0 ? step : 1;
    }
    while (used > 0 && blank(to[used - 1]))
        used--;
    to[used] = '\0';
    return used;
}

/* ---- HTML ---- */

/* Words that make an opening bracket a command to Anki. */
static bool is_command(const char *bracket)
{
    static const char *const words[] = {"sound:", "latex", "/latex", "$", "/$", "anki:", "/anki:"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncasecmp(bracket + 1, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

enum place { PLACE_PLAIN, PLACE_GAP };

/* The entity for the character at this place; NULL: it stands for itself. In a gap, every brace could end it,
 * and so could the colons of std::vector. */
static const char *entity(const char *start, const char *at, enum place place)
{
    bool gap = place == PLACE_GAP, doubled = at[1] == *at || (at > start && at[-1] == *at);

    switch (*at) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
        return "<br>";
    case '{':
        return gap || doubled ? "&#123;" : NULL;
    case '}':
        return gap || doubled ? "&#125;" : NULL;
    case ':':
        return gap && doubled ? "&#58;" : NULL;
    case '[':
        return is_command(at) ? "&#91;" : NULL;
    default:
        return NULL;
    }
}

static void add_html(struct bytes *to, const char *text, size_t size, enum place place)
{
    char *copy = strndup(text, size);
    const char *plain = copy, *at;

    must(copy != NULL);
    for (at = copy; *at != '\0'; at++) {
        const char *instead = entity(copy, at, place);

        if (instead == NULL)
            continue;
        bytes_add(to, plain, (size_t)(at - plain));
        bytes_add_text(to, instead);
        plain = at + 1;
    }
    bytes_add(to, plain, (size_t)(at - plain));
    free(copy);
}

void text_add_html(struct bytes *to, const char *text)
{
    add_html(to, text, strlen(text), PLACE_PLAIN);
}

/* "mitochondrion::of the cell" has a hint, "std::vector" has none: no blank and no letter but ASCII. */
static size_t hint_at(const char *inner, size_t size)
{
    const char *colons = memmem(inner, size, "::", 2);
    bool name = true;

    for (size_t i = 0; i < size; i++)
        name = name && inner[i] > ' ' && inner[i] < 0x7f;
    return colons == NULL || name || colons == inner ? size : (size_t)(colons - inner);
}

void text_add_cloze(struct bytes *to, const char *text)
{
    size_t from = 0, told;
    struct cloze gap;

    for (; cloze_next(text, from, &gap); from = gap.at + gap.size) {
        const char *inner = text + gap.inner;

        add_html(to, text + from, gap.at - from, PLACE_PLAIN);
        told = hint_at(inner, gap.inner_size);
        bytes_add_format(to, "{{c%u::", gap.number);
        add_html(to, inner, told, PLACE_GAP);
        if (told < gap.inner_size) {
            bytes_add_text(to, "::");
            add_html(to, inner + told + 2, gap.inner_size - told - 2, PLACE_GAP);
        }
        bytes_add_text(to, "}}");
    }
    add_html(to, text + from, strlen(text + from), PLACE_PLAIN);
}

/* ---- looking at it ---- */

static bool ends_sentence(uint32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0x61f ||
           c == 0x6d4;
}

/* A full stop ends a sentence only before a blank ("3.5"); the wide ones always. */
static bool sentence_ends(uint32_t c, const char *next)
{
    return *next == '\0' || (ends_sentence(c) && (c >= 0x3000 || blank(*next)));
}

size_t text_first_sentence(const char *text, size_t most)
{
    size_t size = strlen(text), word = 0, at = 0, step;
    uint32_t c;

    for (; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        if (at > 0 && at + step > most)
            break;
        if (blank(text[at]))
            word = at;
        if (c == '\n' || sentence_ends(c, text + at + step))
            return c == '\n' ? at : at + step;
    }
    return word > 0 ? word : at;
}

static bool rtl_letter(uint32_t c)
{
    return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfefc) ||
           (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

static bool ltr_letter(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xc0 && c < 0x590) ||
           (c >= 0x900 && c < 0x2000) || (c >= 0x2e80 && c < 0xfb00);
}

bool text_is_rtl(const char *text)
{
    size_t size = strlen(text), step;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        if (rtl_letter(c))
            return true;
        if (ltr_letter(c))
            return false;
    }
    return false;
}

bool text_has_rtl(const char *text)
{
    size_t size = strlen(text), step;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
        if (rtl_letter(c))
            return true;
    return false;
}
