/* glyph_names - see glyph_names.h */
#include "stages/rasterizer/glyph_names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PART = 64 };

/* ---- one name ---- */

static bool hexadecimal(const char *text, size_t size)
{
    return size > 0 && strspn(text, "0123456789ABCDEF") == size;
}

static uint32_t digits(const char *text, size_t size)
{
    char copy[8];

    memcpy(copy, text, size);
    copy[size] = '\0';
    return (uint32_t)strtoul(copy, NULL, 16);
}

/* TeX's fonts have signs in several sizes ("parenleftbigg", "summationdisplay"), pieces that larger ones or
 * arrows are put together of, and wide accents, which no character stands for. */
static size_t spell_tex(uint32_t *to, const char *part)
{
    static const char *const sizes[] = {"bigg", "Bigg", "big", "Big", "text", "display"};
    static const char *const pieces[] = {
        "hatwide", "tildewide",  "bracehtip",  "vextend", "radicalver", "radicaltp", "arrowvertex", "arrowtp",
        "arrowbt", "arrowdbltp", "arrowdblbt", "mapsto",  "arrowhook",  "arrowaxis", "axisshort",   "tie"};
    char base[MAX_PART];
    size_t size = strlen(part);
    int c = 0;

    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        if (strncmp(part, pieces[i], strlen(pieces[i])) == 0) {
            to[0] = GLYPH_NAMES_NOTHING;
            return 1;
        }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0] && c <= 0; i++) {
        size_t tail = strlen(sizes[i]);

        if (size <= tail || strcmp(part + size - tail, sizes[i]) != 0)
            continue;
        memcpy(base, part, size - tail);
        base[size - tail] = '\0';
        c = strcmp(base, "contintegral") == 0 ? 0x222e : fz_unicode_from_glyph_name_strict(base);
    }
    if (strcmp(part, "radicalbt") == 0)
        c = 0x221a;
    if (strcmp(part, "suppress") == 0)
        c = 0x335; /* the stroke of the Polish l */
    to[0] = (uint32_t)c;
    return c > 0;
}

/* A part of a name between underscores. */
static size_t spell_part(uint32_t *to, size_t room, const char *part)
{
    static const char *const ligatures[] = {"ff", "fi", "fl", "ffi", "ffl", "st", "ct", "tt", "ft", "fj"};
    size_t size = strlen(part), used = 0;
    int c;

    if (strncmp(part, "uni", 3) == 0 && (size - 3) % 4 == 0 && hexadecimal(part + 3, size - 3)) {
        for (size_t at = 3; at < size && used < room; at += 4)
            to[used++] = digits(part + at, 4);
        return used;
    }
    if (part[0] == 'u' && size >= 5 && size <= 7 && hexadecimal(part + 1, size - 1)) {
        to[0] = digits(part + 1, size - 1);
        return to[0] <= 0x10ffff;
    }
    for (size_t i = 0; i < sizeof ligatures / sizeof ligatures[0]; i++)
        if (strcmp(part, ligatures[i]) == 0) {
            for (; used < size && used < room; used++)
                to[used] = (unsigned char)part[used];
            return used;
        }
    c = fz_unicode_from_glyph_name_strict(part);
    if (c <= 0)
        return spell_tex(to, part);
    to[0] = (uint32_t)c;
    return 1;
}

size_t glyph_names_spell(uint32_t *to, size_t room, const char *name)
{
    char copy[MAX_PART], *rest = copy, *part;
    size_t used = 0;

    if (*name == '.' || strlen(name) >= sizeof copy)
        return 0;
    memcpy(copy, name, strlen(name) + 1);
    copy[strcspn(copy, ".")] = '\0';
    while ((part = strsep(&rest, "_")) != NULL && used < room) {
        size_t more = *part == '\0' ? 0 : spell_part(to + used, room - used, part);

        if (more == 0)
            return 0; /* half a name is none */
        used += more;
    }
    return used;
}
