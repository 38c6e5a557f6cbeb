/* fonts - see fonts.h */
#include "stages/rasterizer/fonts.h"

#include <string.h>

#include "stages/rasterizer/font_face.h"
#include "stages/rasterizer/glyph_names.h"
#include "stages/rasterizer/glyph_shapes.h"

enum { MAX_CHARACTERS = 8, MAX_DEPTH = 4, MAX_FONTS = 256, CODES = 256, MAX_CIDS = 4096, MAX_SHAPES = 512 };

/* ---- names of ligatures ---- */

/* Sets what a code means, if its name stands for several characters. */
static void teach_code(fz_context *ctx, pdf_cmap *meanings, unsigned code, const char *name)
{
    uint32_t c[MAX_CHARACTERS];
    int said[MAX_CHARACTERS];
    size_t count = glyph_names_spell(c, MAX_CHARACTERS, name);

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
static void forget_guesses(fz_context *ctx, pdf_font_desc *font, pdf_obj *dictionary)
{
    bool says = pdf_is_stream(ctx, pdf_dict_get(ctx, dictionary, PDF_NAME(ToUnicode)));

    for (size_t i = 0; MUPDF_HAS_METATEXT && says && i < font->cid_to_ucs_len; i++)
        font->cid_to_ucs[i] = FZ_REPLACEMENT_CHARACTER;
}

/* A font that says itself what its codes mean (/ToUnicode) is left alone. */
static void learn_ligatures(fz_context *ctx, pdf_font_desc *font, pdf_obj *dictionary)
{
    pdf_obj *differences = pdf_dict_getp(ctx, dictionary, "Encoding/Differences");

    if (font->to_unicode == NULL && worth_it(ctx, differences))
        font->to_unicode = meanings_of(ctx, differences);
}

/* ---- letters and their shapes ---- */

/* What was found out about the fonts of the document, by the numbers of their dictionaries. */
static struct {
    size_t count;
    int number[MAX_FONTS];
    const void *font[MAX_FONTS];
    bool lies[MAX_FONTS];
} known;

struct sample {
    fz_context *ctx;
    pdf_font_desc *font;
    size_t count, left; /* left: codes that may still be looked at */
    struct glyph_shape shape[MAX_SHAPES];
};

static void add_shape(struct sample *sample, uint32_t c, int cid)
{
    fz_context *ctx = sample->ctx;
    fz_font *font = sample->font->font;
    struct glyph_shape shape = {.c = c};

    if (sample->count == MAX_SHAPES || sample->left == 0)
        return;
    sample->left--;
    shape.gid = pdf_font_cid_to_gid(ctx, sample->font, cid);
    if (shape.gid <= 0 || !glyph_shapes_wanted(c))
        return;
    shape.advance = fz_advance_glyph(ctx, font, shape.gid, 0);
    if (glyph_shapes_measured(c)) {
        fz_rect box = fz_bound_glyph(ctx, font, shape.gid, fz_identity);

        shape.empty = fz_is_empty_rect(box);
        shape.top = box.y1;
        shape.bottom = box.y0;
    }
    sample->shape[sample->count++] = shape;
}

static void add_shapes_of_cmap(struct sample *sample, const pdf_cmap *cmap)
{
    for (int i = 0; i < cmap->rlen; i++)
        for (unsigned cid = cmap->ranges[i].low; cid <= cmap->ranges[i].high && sample->left > 0; cid++)
            add_shape(sample, cmap->ranges[i].out + cid - cmap->ranges[i].low, (int)cid);
    for (int i = 0; i < cmap->xlen; i++)
        for (unsigned cid = cmap->xranges[i].low; cid <= cmap->xranges[i].high && sample->left > 0; cid++)
            add_shape(sample, cmap->xranges[i].out + cid - cmap->xranges[i].low, (int)cid);
}

/* What the file itself says of a font's letters is held against their shapes. */
static bool judge(fz_context *ctx, pdf_font_desc *font, pdf_obj *dictionary)
{
    static struct sample sample; /* too big for the stack of a jail */

    if (font_face_kind_of(fz_font_name(ctx, font->font)) != FONT_FACE_TEXT || font->to_unicode == NULL ||
        !pdf_is_stream(ctx, pdf_dict_get(ctx, dictionary, PDF_NAME(ToUnicode))))
        return false;
    sample.ctx = ctx;
    sample.font = font;
    sample.count = 0;
    sample.left = MAX_CIDS;
    add_shapes_of_cmap(&sample, font->to_unicode);
    return glyph_shapes_lie(sample.shape, sample.count);
}

bool fonts_lies(const void *font)
{
    for (size_t i = 0; i < known.count; i++)
        if (known.font[i] == font)
            return known.lies[i];
    return false;
}

/* ---- all fonts of a page ---- */

static bool seen_before(int number)
{
    for (size_t i = 0; i < known.count; i++)
        if (number != 0 && known.number[i] == number)
            return true;
    return known.count == MAX_FONTS;
}

static void look_at(fz_context *ctx, pdf_font_desc *font, pdf_obj *dictionary)
{
    bool drawn = pdf_name_eq(ctx, pdf_dict_get(ctx, dictionary, PDF_NAME(Subtype)), PDF_NAME(Type3));
    size_t i = known.count++;

    known.number[i] = pdf_to_num(ctx, dictionary);
    known.font[i] =
        fz_keep_font(ctx, font->font); /* for as long as the process lives: no other takes its place */
    known.lies[i] = false;
    if (drawn)
        forget_guesses(ctx, font, dictionary);
    else
        learn_ligatures(ctx, font, dictionary);
    known.lies[i] = judge(ctx, font, dictionary);
}

static void prepare_font(fz_context *ctx, pdf_document *pdf, pdf_obj *resources, pdf_obj *dictionary)
{
    pdf_font_desc *font = NULL;

    if (!pdf_is_dict(ctx, dictionary) || seen_before(pdf_to_num(ctx, dictionary)))
        return;
    fz_var(font);
    fz_try(ctx)
    {
        font = pdf_load_font(ctx, pdf, resources, dictionary);
        look_at(ctx, font, dictionary);
    }
    fz_always(ctx)
    {
        pdf_drop_font(ctx, font);
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx); /* a broken font fails where it is used */
    }
}

static void prepare(fz_context *ctx, pdf_document *pdf, pdf_obj *resources, int depth)
{
    pdf_obj *fonts = pdf_dict_get(ctx, resources, PDF_NAME(Font));
    pdf_obj *objects = pdf_dict_get(ctx, resources, PDF_NAME(XObject));

    for (int i = 0; i < pdf_dict_len(ctx, fonts) && i < MAX_FONTS; i++)
        prepare_font(ctx, pdf, resources, pdf_dict_get_val(ctx, fonts, i));
    for (int i = 0; depth > 1 && i < pdf_dict_len(ctx, objects) && i < MAX_FONTS; i++) {
        pdf_obj *inner = pdf_dict_get(ctx, pdf_dict_get_val(ctx, objects, i), PDF_NAME(Resources));

        if (inner != NULL && pdf_objcmp(ctx, inner, resources) != 0)
            prepare(ctx, pdf, inner, depth - 1);
    }
}

void fonts_prepare(fz_context *ctx, pdf_document *pdf, pdf_obj *resources)
{
    fz_try(ctx)
    {
        prepare(ctx, pdf, resources, MAX_DEPTH);
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx);
    }
}
