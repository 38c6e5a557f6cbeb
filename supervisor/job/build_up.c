/* build_up - see build_up.h */
#include "supervisor/job/build_up.h"

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
static void take_title(struct build_up *build_up, const json_t *lines, json_int_t height)
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
    memcpy(build_up->title, best, utf8_cut(best, strlen(best), BUILD_UP_TITLE - 1));
}

struct build_up *build_up_make(const void *json, size_t size)
{
    struct build_up *build_up = need_zero(1, sizeof *build_up);
    json_t *root = json_loadb(json, size, 0, NULL);

    take_title(build_up, json_object_get(root, "lines"), json_integer_value(json_object_get(root, "height")));
    build_up->step = json_integer_value(json_object_get(root, "step")) == 1;
    json_decref(root);
    return build_up;
}

void build_up_free(struct build_up **build_up)
{
    free(*build_up);
    *build_up = NULL;
}
