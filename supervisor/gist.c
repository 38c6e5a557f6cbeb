/* gist - see gist.h */
#include "supervisor/gist.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "proto/utf8.h"

enum { TITLE_ZONE = 3 };

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
    json_t *root = json_loadb(json, size, 0, NULL);

    take_title(gist, json_object_get(root, "lines"), json_integer_value(json_object_get(root, "height")));
    gist->step = json_integer_value(json_object_get(root, "step")) == 1;
    json_decref(root);
    return gist;
}

void gist_free(struct gist **gist)
{
    free(*gist);
    *gist = NULL;
}
