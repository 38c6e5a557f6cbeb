/* lenient_members - see lenient_members.h */
#include "stages/vision/answer/lenient_members.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/fold.h"
#include "stages/lib/text/char_class.h"
#include "stages/vision/answer/left_out.h"
#include "stages/vision/answer/answer_sanitize.h"

enum { ENTRIES_HEARD = 2000 };

/* ---- one text ---- */

/* The only text in an object, or the one under a name that says so. */
static const char *text_inside(const json_t *object)
{
    static const char *const names[] = {"text",  "content",  "paragraph",  "point",
                                        "value", "sentence", "description"};
    const char *only = NULL, *name;
    json_t *value;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (json_is_string(json_object_get(object, names[i])))
            return json_string_value(json_object_get(object, names[i]));
    json_object_foreach((json_t *)object, name, value)
    {
        if (!json_is_string(value) || only != NULL)
            return NULL;
        only = json_string_value(value);
    }
    return only;
}

const char *lenient_members_plain(const json_t *value, char room[32])
{
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_integer(value))
        snprintf(room, 32, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        snprintf(room, 32, "%.12g", json_real_value(value));
    else
        return json_is_object(value) ? text_inside(value) : NULL;
    return room;
}

/* Length up to the last sentence, or line, that ends within most bytes; 0: none does. */
static size_t sentence_cut(const char *text, size_t max)
{
    size_t end = 0, step;
    uint32_t c;

    for (size_t at = 0; at < max && (step = utf8_next(text + at, max - at, &c)) > 0; at += step) {
        bool parted = char_is_wide(c) || c >= 0x3000 || text[at + step] == ' ' || text[at + step] == '\n';

        if (c == '\n' || (char_ends_sentence(c) && parted))
            end = at + step;
    }
    return end;
}

/* A clean text, cut if it is too long; NULL: nothing of it can be kept. */
static json_t *kept(const char *text, size_t max, const char *what, json_t *left_out)
{
    json_t *clean = answer_sanitize_line(text), *shorter;
    size_t end;

    if (json_string_length(clean) <= max)
        return clean;
    end = sentence_cut(json_string_value(clean), max);
    left_out_add(left_out, what, end > 0 ? "cut" : "too_long");
    shorter = end > 0 ? json_stringn(json_string_value(clean), end) : NULL;
    json_decref(clean);
    return shorter;
}

/* The entries of a list as one text, a line each. */
static char *lines_of(const json_t *list)
{
    char *text = NULL, room[32];
    size_t size, i;
    FILE *out = open_memstream(&text, &size);
    const json_t *entry;
    bool any = false;

    must(out != NULL);
    json_array_foreach(list, i, entry)
    {
        const char *said = lenient_members_plain(entry, room);

        if (said == NULL || *said == '\0')
            continue;
        fprintf(out, "%s%s", any ? "\n" : "", said);
        any = true;
    }
    must(fclose(out) == 0);
    return text;
}

json_t *lenient_members_text(const json_t *value, size_t max, const char *what, json_t *left_out)
{
    char room[32], *lines = json_is_array(value) ? lines_of(value) : NULL;
    const char *said = lines == NULL ? lenient_members_plain(value, room) : lines;
    json_t *text = NULL;

    if (said != NULL)
        text = kept(said, max, what, left_out);
    else if (value != NULL && !json_is_null(value))
        left_out_add(left_out, what, "not_text");
    free(lines);
    return text == NULL ? json_string("") : text;
}

/* ---- lists ---- */

static bool known(const json_t *list, const char *text)
{
    char *folded = fold(text);
    const json_t *entry;
    bool known = false;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        char *other = fold(json_string_value(entry));

        known = known || (*folded != '\0' && strcmp(folded, other) == 0) ||
                strcmp(text, json_string_value(entry)) == 0;
        free(other);
    }
    free(folded);
    return known;
}

struct gathering {
    json_t *list, *left_out;
    size_t max_entries, max;
    const char *what;
};

static void gather(struct gathering *g, const char *said)
{
    json_t *text = kept(said, g->max, g->what, g->left_out);

    if (text == NULL)
        return;
    if (json_string_length(text) == 0)
        ; /* nothing was said */
    else if (json_array_size(g->list) >= g->max_entries)
        left_out_add(g->left_out, g->what, "too_many");
    else if (known(g->list, json_string_value(text)))
        left_out_add(g->left_out, g->what, "repeated");
    else
        json_array_append(g->list, text);
    json_decref(text);
}

/* What stands before the words of a line of a list: "- ", "* ", "1. ", "2) ". */
static const char *behind_bullet(const char *line)
{
    const char *at = line + strspn(line, " \t");
    size_t digits = strspn(at, "0123456789"), step;
    uint32_t c = 0;

    if (digits > 0 && digits < 3 && (at[digits] == '.' || at[digits] == ')') && at[digits + 1] == ' ')
        return at + digits + 2;
    step = utf8_next(at, strlen(at), &c);
    return step > 0 && (c == '-' || c == '*' || char_is_bullet(c)) && at[step] == ' ' ? at + step + 1 : at;
}

static void gather_text(struct gathering *g, const char *text, const char *between)
{
    bool lines = strcmp(between, "\n") == 0;

    while (*text != '\0') {
        const char *end = strstr(text, between);
        size_t size = end == NULL ? strlen(text) : (size_t)(end - text);
        char *part = need(size + 1);

        memcpy(part, text, size);
        part[size] = '\0';
        gather(g, lines ? behind_bullet(part) : part);
        free(part);
        text += size + (end == NULL ? 0 : strlen(between));
    }
}

json_t *lenient_members_list(const json_t *value, size_t max_entries, size_t max, const char *between,
                             const char *what, json_t *left_out)
{
    struct gathering g = {json_array(), left_out, max_entries, max, what};
    const json_t *entry;
    char room[32];
    size_t i;

    if (json_is_string(value))
        gather_text(&g, json_string_value(value), between);
    else if (!json_is_array(value) && value != NULL && !json_is_null(value))
        left_out_add(left_out, what, "not_text");
    json_array_foreach(value, i, entry)
    {
        const char *said = i < ENTRIES_HEARD ? lenient_members_plain(entry, room) : NULL;

        if (said != NULL)
            gather(&g, said);
        else if (!json_is_null(entry))
            left_out_add(left_out, what, i < ENTRIES_HEARD ? "not_text" : "too_many");
    }
    return g.list;
}
