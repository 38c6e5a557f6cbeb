/* sanitize - see sanitize.h */
#include "stages/rasterizer/sanitize.h"

#include <string.h>
#include <strings.h>

#include <unictype.h>

#include "proto/utf8.h"

/* Seen by nobody, and meant for nobody who reads a line: joiners and variants of a shape are part of words.
 */
static bool is_invisible(uint32_t c)
{
    return uc_is_property_default_ignorable_code_point(c) && !uc_is_property_join_control(c) &&
           !uc_is_property_variation_selector(c);
}

bool sanitize_allows(uint32_t c)
{
    const uint32_t banned =
        UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cs | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp;

    if (c < 0x80)
        return c >= 0x20 && c < 0x7f;
    return c <= 0x10ffff && !uc_is_general_category_withtable(c, banned) &&
           !uc_is_property_not_a_character(c) && !is_invisible(c) &&
           !(c >= 0xfff9 && c <= 0xfffd); /* marks of annotations, and "no character" */
}

size_t sanitize_put(char *to, uint32_t c)
{
    return sanitize_allows(c) ? utf8_put(to, c) : 0;
}

size_t sanitize_text(char *to, size_t room, const char *text, size_t size)
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
        if (uc_is_property_white_space(c)) {
            gap = used > 0;
            continue;
        }
        bytes = sanitize_put(put + gap, c);
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

bool sanitize_is_clean(const char *text, size_t size, bool newline)
{
    for (size_t at = 0; at < size;) {
        uint32_t c;
        size_t step = utf8_next(text + at, size - at, &c);

        if (step == 0 || !(sanitize_allows(c) || (newline && c == '\n')))
            return false;
        at += step;
    }
    return true;
}

static bool is_letter(uint32_t c)
{
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N);
}

uint32_t sanitize_count_letters(const char *text, size_t size)
{
    uint32_t count = 0, c;

    for (size_t at = 0; at < size;) {
        size_t step = utf8_next(text + at, size - at, &c);

        count += step != 0 && is_letter(c);
        at += step == 0 ? 1 : step;
    }
    return count;
}

void sanitize_title(char *title)
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
