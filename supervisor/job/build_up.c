/* build_up - see build_up.h */
#include "supervisor/job/build_up.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "proto/utf8.h"

/* LETTERS: fewer tell nothing. */
enum { TITLE_ZONE = 3, LETTERS = 4 };

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

/* ---- text ---- */

/* A small line at the edge is a running head, a page number or a mark of the scanner. */
static bool is_running(const json_t *line, json_int_t height)
{
    json_int_t y = json_integer_value(json_object_get(line, "y")),
               h = json_integer_value(json_object_get(line, "h")),
               size = json_integer_value(json_object_get(line, "size"));
    bool above = (y + h) * 10 <= height && size * 30 <= height;
    bool below = y * 100 >= height * 88 && size * 20 <= height;

    return above || below;
}

/* Letters of any script; each character beyond ASCII counts as one. */
static unsigned letters_of(const char *text)
{
    unsigned letters = 0;

    for (; *text != '\0'; text++)
        letters += isalpha((unsigned char)*text) || (unsigned char)*text >= 0xc0;
    return letters;
}

static void take_text(struct build_up *build_up, const json_t *lines, json_int_t height)
{
    char text[BUILD_UP_TEXT + 1];
    size_t size = 0, step, i;
    unsigned letters = 0;
    json_t *line;

    json_array_foreach(lines, i, line)
    {
        const char *said = json_string_value(json_object_get(line, "text"));

        if (said == NULL || size >= BUILD_UP_TEXT || is_running(line, height))
            continue;
        if (size > 0)
            text[size++] = '\n';
        step = utf8_cut(said, strlen(said), BUILD_UP_TEXT - size);
        memcpy(text + size, said, step);
        size += step;
        letters += letters_of(said);
    }
    text[size] = '\0';
    build_up->text = need_dup(letters < LETTERS ? "" : text);
}

struct build_up *build_up_make(const void *json, size_t size)
{
    struct build_up *build_up = need_zero(1, sizeof *build_up);
    json_t *root = json_loadb(json, size, 0, NULL);

    take_title(build_up, json_object_get(root, "lines"), json_integer_value(json_object_get(root, "height")));
    take_text(build_up, json_object_get(root, "lines"), json_integer_value(json_object_get(root, "height")));
    build_up->step = json_integer_value(json_object_get(root, "step")) == 1;
    json_decref(root);
    return build_up;
}

void build_up_free(struct build_up **build_up)
{
    if (*build_up != NULL)
        free((*build_up)->text);
    free(*build_up);
    *build_up = NULL;
}
