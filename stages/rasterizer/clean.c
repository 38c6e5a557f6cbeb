/* clean - see clean.h */
#include "stages/rasterizer/clean.h"

#include <string.h>
#include <strings.h>

#include "proto/utf8.h"

struct range {
    uint32_t first, last;
};

static const struct range banned[] = {
    {0x0, 0x1f},      {0x7f, 0x9f},     {0xad, 0xad}, /* soft hyphen */
    {0x200b, 0x200b},                                 /* zero-width space */
    {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xd800, 0xdfff},
    {0xfdd0, 0xfdef}, {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffd, 0xfffd},
};

static const struct range spaces[] = {{0x9, 0xd},       {0x20, 0x20},     {0xa0, 0xa0},
                                      {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029},
                                      {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};

/* above ASCII, roughly: signs of Latin-1, general punctuation to dingbats, CJK punctuation, private use,
 * fullwidth signs */
static const struct range no_letters[] = {
    {0xa0, 0xa9},     {0xab, 0xb1},     {0xb4, 0xb4},     {0xb6, 0xb8},
    {0xbb, 0xbf},     {0xd7, 0xd7},     {0xf7, 0xf7},     {0x2000, 0x206f},
    {0x20a0, 0x20cf}, {0x2190, 0x2bff}, {0x2e00, 0x2e7f}, {0x3000, 0x3004},
    {0x3008, 0x3020}, {0xe000, 0xf8ff}, {0xff01, 0xff0f}, {0xff1a, 0xff20}};

static bool in(const struct range *ranges, size_t count, uint32_t c)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}
#define in(ranges, c) in((ranges), sizeof(ranges) / sizeof(ranges)[0], (c))

bool clean_char(uint32_t c)
{
    if (c >= 0x20 && c < 0x7f)
        return true;
    return c <= 0x10ffff && (c & 0xfffe) != 0xfffe && !in(banned, c);
}

size_t clean_put(char *to, uint32_t c)
{
    if (!clean_char(c))
        return 0;
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3f));
    to[2] = (char)(0x80 | (c >> 6 & 0x3f));
    to[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

size_t clean_text(char *to, size_t room, const char *text, size_t size)
{
    size_t used = 0, at = 0;
    bool gap = false;

    while (at < size) {
        uint32_t c;
        size_t step = utf8_next(text + at, size - at, &c);
        char put[5] = " "; /* the gap before it, then the character */
        size_t bytes = 0;

        at += step == 0 ? 1 : step;
        if (step == 0)
            continue;
        if (in(spaces, c)) {
            gap = used > 0;
            continue;
        }
        bytes = clean_put(put + gap, c);
        if (bytes == 0)
            continue;
        if (used + gap + bytes >= room)
            break;
        memcpy(to + used, put, gap + bytes);
        used += gap + bytes;
        gap = false;
    }
    to[used] = '\0';
    return used;
}

bool clean_is(const char *text, size_t size, bool newline)
{
    for (size_t at = 0; at < size;) {
        uint32_t c;
        size_t step = utf8_next(text + at, size - at, &c);

        if (step == 0 || !(clean_char(c) || (newline && c == '\n')))
            return false;
        at += step;
    }
    return true;
}

static bool is_letter(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    return clean_char(c) && !in(no_letters, c);
}

uint32_t clean_letters(const char *text, size_t size)
{
    uint32_t count = 0, c;

    for (size_t at = 0; at < size;) {
        size_t step = utf8_next(text + at, size - at, &c);

        count += step != 0 && is_letter(c);
        at += step == 0 ? 1 : step;
    }
    return count;
}

void clean_title(char *title)
{
    static const char *const programs[] = {"Microsoft PowerPoint - ", "Microsoft Word - ",
                                           "PowerPoint Presentation - "};
    static const char *const endings[] = {".pptx", ".ppt", ".key", ".odp", ".pdf", ".tex", ".docx", ".dvi"};
    static const char *const empty[] = {"untitled",
                                        "PowerPoint Presentation",
                                        "PowerPoint-Präsentation",
                                        "Présentation PowerPoint",
                                        "Presentación de PowerPoint",
                                        "Presentazione standard di PowerPoint",
                                        "PowerPoint プレゼンテーション",
                                        "PowerPoint 演示文稿"};
    size_t size = strlen(title);

    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        size_t head = strlen(programs[i]);

        if (strncasecmp(title, programs[i], head) == 0) {
            memmove(title, title + head, size - head + 1);
            size -= head;
        }
    }
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t tail = strlen(endings[i]);

        if (size > tail && strcasecmp(title + size - tail, endings[i]) == 0)
            title[size -= tail] = '\0';
    }
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
        if (strcasecmp(title, empty[i]) == 0)
            title[0] = '\0';
}
