/* page - see page.h
 *
 * The layer comes from our own rasterizer, but its text from a stranger's PDF: everything is checked again
 * here.
 */
#include "stages/lib/text/page.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "proto/utf8.h"

enum { MAX_LINES = 4096, MAX_PIXELS = 16384 };

struct page *page_new(int width, int height)
{
    struct page *page = need_zero(1, sizeof *page);

    page->width = width;
    page->height = height;
    return page;
}

void page_free(struct page **page)
{
    if (*page == NULL)
        return;
    for (size_t i = 0; i < (*page)->count; i++)
        free((*page)->lines[i].text);
    free((*page)->lines);
    free(*page);
    *page = NULL;
}

static bool visible(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text > ' ')
            return true;
    return false;
}

/* A copy in which every control character is a space. */
static char *without_controls(const char *text)
{
    char *copy = need_dup(text);

    for (char *c = copy; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    return copy;
}

void page_add(struct page *page, const struct page_line *line)
{
    if (page->count == MAX_LINES || !utf8_valid(line->text, strlen(line->text)) || !visible(line->text))
        return;
    if ((page->count & (page->count - 1)) == 0) /* room doubles at each power of two */
        page->lines = need_more(page->lines, (page->count == 0 ? 1 : 2 * page->count) * sizeof *page->lines);
    page->lines[page->count] = *line;
    page->lines[page->count].text = without_controls(line->text);
    page->count++;
}

static int number(const json_t *object, const char *name)
{
    json_int_t value = json_integer_value(json_object_get(object, name));

    return value < -MAX_PIXELS ? -MAX_PIXELS : value > MAX_PIXELS ? MAX_PIXELS : (int)value;
}

struct page *page_parse(const void *json, size_t size)
{
    json_t *root = json_loadb(json, size, 0, NULL);
    struct page *page = page_new(number(root, "width"), number(root, "height"));
    json_t *entry;
    json_int_t unknown = json_integer_value(json_object_get(root, "unknown"));
    size_t i;

    page->ocr = number(root, "ocr") != 0;
    page->unknown = unknown > 0 ? (size_t)unknown : 0;
    json_array_foreach(json_object_get(root, "lines"), i, entry)
    {
        const char *text = json_string_value(json_object_get(entry, "text"));

        if (text == NULL)
            continue;
        page_add(page, &(struct page_line){.x = number(entry, "x"),
                                           .y = number(entry, "y"),
                                           .w = number(entry, "w"),
                                           .h = number(entry, "h"),
                                           .size = number(entry, "size"),
                                           .bold = number(entry, "bold") != 0,
                                           .mono = number(entry, "mono") != 0,
                                           .text = (char *)(uintptr_t)text});
    }
    json_decref(root);
    return page;
}

char *page_write(const struct page *page, size_t *size)
{
    json_t *lines = json_array(), *root;
    char *json;

    for (size_t i = 0; i < page->count; i++) {
        const struct page_line *line = &page->lines[i];

        json_array_append_new(lines,
                              json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:s}", "x", line->x, "y",
                                        line->y, "w", line->w, "h", line->h, "size", line->size, "bold",
                                        (int)line->bold, "mono", (int)line->mono, "text", line->text));
    }
    root = json_pack("{s:i, s:i, s:i, s:I, s:o}", "width", page->width, "height", page->height, "ocr",
                     (int)page->ocr, "unknown", (json_int_t)page->unknown, "lines", lines);
    must(root != NULL);
    json = json_dumps(root, JSON_COMPACT);
    must(json != NULL);
    json_decref(root);
    *size = strlen(json);
    return json;
}

static bool letter(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return c >= 0xc0 && c != 0xd7 && c != 0xf7 && !(c >= 0x2000 && c <= 0x2bff) &&
           !(c >= 0x3000 && c <= 0x3004);
}

size_t page_letters(const struct page *page)
{
    size_t count = 0, size, step;
    uint32_t c;

    for (size_t i = 0; i < page->count; i++) {
        const char *text = page->lines[i].text;

        size = strlen(text);
        for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
            count += letter(c);
    }
    return count;
}

bool page_has_text(const struct page *page)
{
    for (size_t i = 0; i < page->count; i++)
        for (const char *c = page->lines[i].text; *c != '\0'; c++)
            if ((unsigned char)*c >= 0x80 || (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
                (*c >= 'a' && *c <= 'z'))
                return true;
    return false;
}
