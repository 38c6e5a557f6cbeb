/* names - see names.h */
#include "stages/rasterizer/names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PART_MOST = 64, CHARACTERS_MOST = 8, DEPTH_MOST = 4, FONTS_MOST = 256, CODES = 256 };

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
        return 0;
    to[0] = (uint32_t)c;
    return 1;
}

size_t names_spell(uint32_t *to, size_t room, const char *name)
{
    char copy[PART_MOST], *rest = copy, *part;
    size_t used = 0;

    if (*name == '.' || strlen(name) >= sizeof copy)
        return 0;
    strcpy(copy, name);
    copy[strcspn(copy, ".")] = '\0';
    while ((part = strsep(&rest, "_")) != NULL && used < room) {
        size_t more = *part == '\0' ? 0 : spell_part(to + used, room - used, part);

        if (more == 0)
            return 0; /* half a name is none */
        used += more;
    }
    return used;
}

/* ---- fonts ---- */

/* Sets what a code means, if its name stands for several characters. */
static void teach_code(fz_context *ctx, pdf_cmap *meanings, unsigned code, const char *name)
{
    uint32_t c[CHARACTERS_MOST];
    int said[CHARACTERS_MOST];
    size_t count = names_spell(c, CHARACTERS_MOST, name);

    for (size_t i = 0; i < count; i++)
        said[i] = (int)c[i];
    if (count > 1)
        pdf_map_one_to_many(ctx, meanings, code, said, count);
}

static bool composite(const char *name)
{
    return strchr(name, '_') != NULL || (strncmp(name, "uni", 3) == 0 && strlen(name) > 7);
}

/* The names of an encoding's differences that stand for several characters: are there any? */
static bool worth_it(fz_context *ctx, pdf_obj *differences)
{
    for (int i = 0; i < pdf_array_len(ctx, differences) && i < 2 * CODES; i++)
        if (composite(pdf_to_name(ctx, pdf_array_get(ctx, differences, i))))
            return true;
    return false;
}

static pdf_cmap *meanings_of(fz_context *ctx, pdf_obj *differences)
{
    pdf_cmap *meanings = pdf_new_cmap(ctx);
    unsigned code = 0;

    fz_try(ctx)
    {
        for (int i = 0; i < pdf_array_len(ctx, differences) && i < 2 * CODES; i++) {
            pdf_obj *entry = pdf_array_get(ctx, differences, i);

            if (pdf_is_int(ctx, entry))
                code = (unsigned)pdf_to_int(ctx, entry);
            else if (code < CODES)
                teach_code(ctx, meanings, code++, pdf_to_name(ctx, entry));
        }
        pdf_sort_cmap(ctx, meanings);
    }
    fz_catch(ctx)
    {
        pdf_drop_cmap(ctx, meanings);
        fz_rethrow(ctx);
    }
    return meanings;
}

/* Since 1.24 the renderer takes the codes of a Type 3 font for characters where its own /ToUnicode says that
 * there is none. */
static void forget_guesses(fz_context *ctx, pdf_document *pdf, pdf_obj *resources, pdf_obj *dictionary)
{
    pdf_font_desc *font = NULL;

    if (!ENGINE_HAS_METATEXT || !pdf_is_stream(ctx, pdf_dict_get(ctx, dictionary, PDF_NAME(ToUnicode))))
        return;
    font = pdf_load_font(ctx, pdf, resources, dictionary);
    for (size_t i = 0; i < font->cid_to_ucs_len; i++)
        font->cid_to_ucs[i] = FZ_REPLACEMENT_CHARACTER;
    pdf_drop_font(ctx, font);
}

/* A font that says itself what its codes mean (/ToUnicode) is left alone. */
static void learn_ligatures(fz_context *ctx, pdf_document *pdf, pdf_obj *dictionary)
{
    pdf_obj *differences = pdf_dict_getp(ctx, dictionary, "Encoding/Differences");
    pdf_font_desc *font = NULL;

    if (!worth_it(ctx, differences))
        return;
    fz_var(font);
    fz_try(ctx)
    {
        font = pdf_load_font(ctx, pdf, NULL, dictionary);
        if (font->to_unicode == NULL)
            font->to_unicode = meanings_of(ctx, differences);
    }
    fz_always(ctx)
    {
        pdf_drop_font(ctx, font);
    }
    fz_catch(ctx)
    {
        fz_rethrow(ctx);
    }
}

static void teach_font(fz_context *ctx, pdf_document *pdf, pdf_obj *resources, pdf_obj *dictionary)
{
    fz_try(ctx)
    {
        if (pdf_name_eq(ctx, pdf_dict_get(ctx, dictionary, PDF_NAME(Subtype)), PDF_NAME(Type3)))
            forget_guesses(ctx, pdf, resources, dictionary);
        else
            learn_ligatures(ctx, pdf, dictionary);
    }
    fz_catch(ctx)
    {
        engine_caught(ctx); /* a broken font fails where it is used */
    }
}

static void teach(fz_context *ctx, pdf_document *pdf, pdf_obj *resources, int depth)
{
    pdf_obj *fonts = pdf_dict_get(ctx, resources, PDF_NAME(Font));
    pdf_obj *objects = pdf_dict_get(ctx, resources, PDF_NAME(XObject));

    for (int i = 0; i < pdf_dict_len(ctx, fonts) && i < FONTS_MOST; i++)
        teach_font(ctx, pdf, resources, pdf_dict_get_val(ctx, fonts, i));
    for (int i = 0; depth > 1 && i < pdf_dict_len(ctx, objects) && i < FONTS_MOST; i++) {
        pdf_obj *inner = pdf_dict_get(ctx, pdf_dict_get_val(ctx, objects, i), PDF_NAME(Resources));

        if (inner != NULL && pdf_objcmp(ctx, inner, resources) != 0)
            teach(ctx, pdf, inner, depth - 1);
    }
}

void names_teach(fz_context *ctx, pdf_document *pdf, pdf_obj *resources)
{
    fz_try(ctx)
    {
        teach(ctx, pdf, resources, DEPTH_MOST);
    }
    fz_catch(ctx)
    {
        engine_caught(ctx);
    }
}
