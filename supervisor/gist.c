/* gist - see gist.h */
#include "supervisor/gist.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "proto/utf8.h"

/* KEPT: so many of a hundred words and cells must be there still. WORDS: fewer say nothing. */
enum { KEPT = 90, WORDS_LEAST = 2, WORDS_MOST = 4096, TITLE_ZONE = 3 };

/* ---- words ---- */

static void add_word(struct gist *gist, uint32_t hash, size_t size)
{
    if (size == 0 || gist->count == WORDS_MOST)
        return;
    if ((gist->count & (gist->count - 1)) == 0) /* room doubles at each power of two */
        gist->words = need_more(gist->words, (gist->count == 0 ? 1 : 2 * gist->count) * sizeof *gist->words);
    gist->words[gist->count++] = hash;
    gist->letters += size;
}

/* FNV-1a, see http://www.isthe.com/chongo/tech/comp/fnv: no enemy gains anything by a collision. */
static void add_text(struct gist *gist, const char *text)
{
    uint32_t hash = 2166136261u;
    size_t size = 0;

    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == ' ') {
            add_word(gist, hash, size);
            hash = 2166136261u;
            size = 0;
            continue;
        }
        hash = (hash ^ c) * 16777619u;
        size++;
    }
    add_word(gist, hash, size);
}

static int compare(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

/* ---- title ---- */

static bool has_letter(const char *text)
{
    for (; *text != '\0'; text++)
        if (isalpha((unsigned char)*text) || (unsigned char)*text >= 0x80)
            return true;
    return false;
}

/* The largest line in the upper third; of equal ones the first. */
static void take_title(struct gist *gist, const json_t *lines, json_int_t height)
{
    const char *best = NULL;
    json_int_t largest = 0;
    json_t *line;
    size_t i;

    json_array_foreach(lines, i, line)
    {
        const char *text = json_string_value(json_object_get(line, "text"));
        json_int_t size = json_integer_value(json_object_get(line, "size"));

        if (text == NULL || size <= largest || !has_letter(text) ||
            json_integer_value(json_object_get(line, "y")) * TITLE_ZONE > height)
            continue;
        best = text;
        largest = size;
    }
    if (best == NULL)
        return;
    memcpy(gist->title, best, utf8_cut(best, strlen(best), GIST_TITLE - 1));
}

struct gist *gist_make(const void *json, size_t size)
{
    struct gist *gist = need_zero(1, sizeof *gist);
    json_t *root = json_loadb(json, size, 0, NULL), *line;
    const json_t *lines = json_object_get(root, "lines");
    const char *ink = json_string_value(json_object_get(root, "ink"));
    size_t i;

    json_array_foreach(lines, i, line)
    {
        const char *text = json_string_value(json_object_get(line, "text"));

        if (text != NULL)
            add_text(gist, text);
    }
    if (gist->count > 0)
        qsort(gist->words, gist->count, sizeof *gist->words, compare);
    take_title(gist, lines, json_integer_value(json_object_get(root, "height")));
    gist->ink = need_dup(ink == NULL ? "" : ink);
    json_decref(root);
    return gist;
}

void gist_free(struct gist **gist)
{
    if (*gist == NULL)
        return;
    free((*gist)->words);
    free((*gist)->ink);
    free(*gist);
    *gist = NULL;
}

/* ---- steps ---- */

/* Both are sorted: how many of the first are in the second, each counted as often as it is there. */
static size_t kept_words(const struct gist *from, const struct gist *to)
{
    size_t kept = 0, a = 0, b = 0;

    while (a < from->count && b < to->count)
        if (from->words[a] == to->words[b]) {
            kept++;
            a++;
            b++;
        } else if (from->words[a] < to->words[b])
            a++;
        else
            b++;
    return kept;
}

static int shade(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* A cell is kept if there still is ink in it, and about as bright as before: another picture is none. */
static bool ink_kept(const char *from, const char *to)
{
    size_t cells = strlen(from), inked = 0, kept = 0, more = 0;

    if (cells == 0 || strlen(to) != cells)
        return false;
    for (size_t i = 0; i < cells; i++) {
        more += to[i] != '.';
        if (from[i] == '.')
            continue;
        inked++;
        kept += to[i] != '.' && abs(shade(from[i]) - shade(to[i])) <= 1;
    }
    return inked > 0 && more >= inked && kept * 100 > inked * KEPT;
}

bool gist_leads_to(const struct gist *from, const struct gist *to)
{
    return from->count >= WORDS_LEAST && to->letters >= from->letters &&
           kept_words(from, to) * 100 >= from->count * KEPT && ink_kept(from->ink, to->ink);
}
