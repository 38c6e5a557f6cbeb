/* letters - see letters.h */
#include "stages/rasterizer/letters.h"

#include <math.h>
#include <string.h>

#include <unictype.h>

#include "proto/utf8.h"
#include "stages/rasterizer/fonts.h"
#include "stages/rasterizer/glyph_names.h"

enum { MAX_ACTUALS = 16, ACTUAL_BYTES = 4096, MAX_NAMED = 8 };

/* A replacement text in force, with the letters it stands for; without text it is some other kind of mark. */
struct actual {
    size_t from;
    bool said;
    char text[ACTUAL_BYTES];
};

struct collector {
    fz_device super;
    struct letters *letters;
    fz_rect render;
    const void *last_font;
    uint16_t last_face;
    unsigned depth; /* of marks; those beyond MAX_ACTUALS are only counted */
    struct actual actual[MAX_ACTUALS];
};

/* ---- fonts ---- */

static uint16_t face_of(struct collector *collector, fz_context *ctx, fz_font *font)
{
    struct letters *letters = collector->letters;

    if (font == collector->last_font)
        return collector->last_face;
    collector->last_font = font;
    for (size_t i = 0; i < letters->faces; i++)
        if (letters->face[i].font == font)
            return collector->last_face = (uint16_t)i;
    if (letters->faces == MAX_FACES)
        return collector->last_face = 0;
    letters->face[letters->faces] = (struct font_face){.font = fz_keep_font(ctx, font),
                                                       .kind = font_face_kind_of(fz_font_name(ctx, font)),
                                                       .bold = fz_font_is_bold(ctx, font) != 0,
                                                       .mono = fz_font_is_monospaced(ctx, font) != 0,
                                                       .slanted = fz_font_is_italic(ctx, font) != 0,
                                                       .lies = fonts_lies(font)};
    return collector->last_face = (uint16_t)letters->faces++;
}

void letters_drop(struct letters *letters, fz_context *ctx)
{
    for (size_t i = 0; i < letters->faces; i++)
        fz_drop_font(ctx, letters->face[i].font);
    letters->faces = 0;
}

/* ---- letters ---- */

static bool within(fz_rect frame, float x, float y)
{
    return x >= frame.x0 - 1 && x <= frame.x1 + 1 && y >= frame.y0 - 1 && y <= frame.y1 + 1;
}

/* Is the middle of the letter, or of its ink, in what is not clipped away? A clip is told no larger than what
 * is drawn through it, so a full stop may well be all of it. */
static bool seen(fz_context *ctx, struct collector *collector, const struct letter *letter,
                 const fz_text_span *span, const fz_text_item *item, fz_matrix ctm)
{
    fz_rect frame = fz_intersect_rect(fz_device_current_scissor(ctx, &collector->super), collector->render),
            ink;
    float x = letter->x + letter->ux * letter->advance / 2 + (letter->ax + letter->dx) / 2;
    float y = letter->y + letter->uy * letter->advance / 2 + (letter->ay + letter->dy) / 2;
    fz_matrix to = span->trm;

    if (within(frame, x, y))
        return true;
    if (item->gid < 0)
        return within(frame, letter->x, letter->y);
    to.e = item->x;
    to.f = item->y;
    ink = fz_bound_glyph(ctx, span->font, item->gid, fz_concat(to, ctm));
    return !fz_is_empty_rect(ink) && within(frame, (ink.x0 + ink.x1) / 2, (ink.y0 + ink.y1) / 2);
}

static bool is_mark(uint32_t c)
{
    return c >= 0x300 && uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Mn);
}

/* Where the ink of a mark is: its origin says little. */
static float ink_middle(fz_context *ctx, fz_font *font, int gid, float size)
{
    fz_rect ink = fz_bound_glyph(ctx, font, gid, fz_identity);

    return fz_is_empty_rect(ink) ? 0 : (ink.x0 + ink.x1) / 2 * size;
}

static bool place(struct letter *letter, fz_context *ctx, const fz_text_span *span, const fz_text_item *item,
                  fz_matrix ctm)
{
    fz_matrix to = span->trm;
    fz_point along = span->wmode ? fz_make_point(0, -1) : fz_make_point(1, 0);
    float advance = item->gid < 0 ? 0 : mupdf_advance(ctx, span, item), length;

    to.e = item->x;
    to.f = item->y;
    to = fz_concat(to, ctm);
    along = fz_transform_vector(along, to);
    length = sqrtf(along.x * along.x + along.y * along.y);
    letter->size = fz_matrix_expansion(to);
    if (!isfinite(length) || !(length > 0) || !isfinite(to.e) || !isfinite(to.f) || !(letter->size > 0) ||
        !isfinite(advance))
        return false;
    letter->ux = along.x / length;
    letter->uy = along.y / length;
    letter->advance = advance * length;
    letter->downwards = span->wmode;
    letter->x = to.e - (span->wmode ? advance * along.x : 0);
    letter->y = to.f - (span->wmode ? advance * along.y : 0);
    along = span->wmode ? fz_make_point(1, 0) : fz_make_point(0, fz_font_ascender(ctx, span->font));
    along = fz_transform_vector(along, to);
    letter->ax = along.x;
    letter->ay = along.y;
    along = span->wmode ? fz_make_point(0, 0) : fz_make_point(0, fz_font_descender(ctx, span->font));
    along = fz_transform_vector(along, to);
    letter->dx = along.x;
    letter->dy = along.y;
    return true;
}

/* Dingbats are known by the names of their glyphs, which the renderer takes for numbers of characters. */
static uint32_t named(const struct collector *collector, fz_context *ctx, fz_font *font,
                      const struct letter *letter)
{
    char name[32] = "";

    if (collector->letters->face[letter->face].kind != FONT_FACE_DINGBATS || letter->gid < 0 ||
        letter->c > 0xff)
        return letter->c;
    fz_get_glyph_name(ctx, font, letter->gid, name, sizeof name);
    return font_face_dingbat(name, letter->c);
}

/* What the file does not say may stand in the font: the name of the glyph. Its further characters follow. */
static void spell_by_glyph_name(struct collector *collector, fz_context *ctx, fz_font *font)
{
    struct letters *letters = collector->letters;
    struct letter *letter = &letters->letter[letters->count - 1];
    char name[32] = "";
    uint32_t c[MAX_NAMED];
    size_t count;

    if (letter->c != 0xfffd || letter->gid <= 0 || fz_font_ft_face(ctx, font) == NULL)
        return;
    fz_get_glyph_name(ctx, font, letter->gid, name, sizeof name);
    count = glyph_names_spell(c, MAX_NAMED, name);
    for (size_t i = 0; i < count && letters->count < MAX_LETTERS; i++) {
        if (i > 0) {
            letters->letter[letters->count] = *letter;
            letters->letter[letters->count].joined = true;
            letters->letter[letters->count++].advance = 0;
        }
        letters->letter[letters->count - 1].c = c[i];
    }
}

static void add_letter(struct collector *collector, fz_context *ctx, const fz_text_span *span,
                       const fz_text_item *item, fz_matrix ctm)
{
    struct letters *letters = collector->letters;
    struct letter *letter = &letters->letter[letters->count];
    bool joined = item->gid < 0 && letters->count > 0;

    if (item->ucs < 0)
        return; /* a further glyph of the character before */
    if (letters->count == MAX_LETTERS) {
        letters->full = true;
        return;
    }
    *letter = (struct letter){.c = (uint32_t)item->ucs, .gid = item->gid, .joined = joined};
    letter->face = face_of(collector, ctx, span->font);
    if (!place(letter, ctx, span, item, ctm) || !seen(ctx, collector, letter, span, item, ctm))
        return;
    letter->c = named(collector, ctx, span->font, letter);
    if (item->gid >= 0 && is_mark(letter->c))
        letter->middle = ink_middle(ctx, span->font, item->gid, letter->size);
    letters->count++;
    spell_by_glyph_name(collector, ctx, span->font);
}

static void add_text(fz_context *ctx, fz_device *device, const fz_text *text, fz_matrix ctm)
{
    struct collector *collector = (struct collector *)device;

    for (const fz_text_span *span = text->head; span != NULL; span = span->next)
        for (int i = 0; i < span->len; i++)
            add_letter(collector, ctx, span, &span->items[i], ctm);
}

static void fill_text(fz_context *ctx, fz_device *device, const fz_text *text, fz_matrix ctm,
                      fz_colorspace *space, const float *color, float alpha, fz_color_params params)
{
    (void)space, (void)color, (void)alpha, (void)params;
    add_text(ctx, device, text, ctm);
}

static void stroke_text(fz_context *ctx, fz_device *device, const fz_text *text,
                        const fz_stroke_state *stroke, fz_matrix ctm, fz_colorspace *space,
                        const float *color, float alpha, fz_color_params params)
{
    (void)stroke, (void)space, (void)color, (void)alpha, (void)params;
    add_text(ctx, device, text, ctm);
}

static void clip_text(fz_context *ctx, fz_device *device, const fz_text *text, fz_matrix ctm, fz_rect scissor)
{
    (void)scissor;
    add_text(ctx, device, text, ctm);
}

static void clip_stroke_text(fz_context *ctx, fz_device *device, const fz_text *text,
                             const fz_stroke_state *stroke, fz_matrix ctm, fz_rect scissor)
{
    (void)stroke, (void)scissor;
    add_text(ctx, device, text, ctm);
}

/* ---- what stands for the letters drawn ---- */

static void begin_mark(struct collector *collector, const char *text)
{
    unsigned depth = collector->depth++;
    struct actual *actual;

    if (depth >= MAX_ACTUALS)
        return;
    actual = &collector->actual[depth];
    actual->said = text != NULL && strlen(text) < sizeof actual->text;
    actual->from = collector->letters->count;
    if (actual->said)
        memcpy(actual->text, text, strlen(text) + 1);
}

static void end_mark(struct collector *collector)
{
    const struct actual *actual;

    if (collector->depth == 0)
        return;
    collector->depth--;
    if (collector->depth >= MAX_ACTUALS)
        return;
    actual = &collector->actual[collector->depth];
    if (actual->said)
        letters_replace(collector->letters, actual->from, actual->text);
}

static void begin_layer(fz_context *ctx, fz_device *device, const char *name)
{
    (void)ctx;
    begin_mark((struct collector *)device, mupdf_actual_text(name));
}

static void end_layer(fz_context *ctx, fz_device *device)
{
    (void)ctx;
    end_mark((struct collector *)device);
}

#if MUPDF_HAS_METATEXT
static void begin_metatext(fz_context *ctx, fz_device *device, fz_metatext kind, const char *text)
{
    (void)ctx;
    begin_mark((struct collector *)device, kind == FZ_METATEXT_ACTUALTEXT ? text : NULL);
}

static void end_metatext(fz_context *ctx, fz_device *device)
{
    (void)ctx;
    end_mark((struct collector *)device);
}
#endif

/* ---- the whole ---- */

static fz_device *collector_new(fz_context *ctx, struct letters *letters, fz_rect render)
{
    struct collector *collector = fz_new_derived_device(ctx, struct collector);

    collector->letters = letters;
    collector->render = render;
    collector->super.fill_text = fill_text;
    collector->super.stroke_text = stroke_text;
    collector->super.clip_text = clip_text;
    collector->super.clip_stroke_text = clip_stroke_text;
    collector->super.ignore_text = add_text;
    collector->super.begin_layer = begin_layer;
    collector->super.end_layer = end_layer;
#if MUPDF_HAS_METATEXT
    collector->super.begin_metatext = begin_metatext;
    collector->super.end_metatext = end_metatext;
#endif
    return &collector->super;
}

int letters_read(struct letters *letters, fz_context *ctx, fz_display_list *list, fz_matrix to_pixels,
                 int width, int height, fz_cookie *cookie)
{
    fz_rect render = {0, 0, (float)width, (float)height};
    fz_device *device = NULL;
    volatile int rc = 0;

    letters->count = 0;
    letters->faces = 0;
    letters->full = false;
    fz_var(device);
    fz_try(ctx)
    {
        device = collector_new(ctx, letters, render);
        fz_run_display_list(ctx, list, device, to_pixels, fz_infinite_rect, cookie);
        fz_close_device(ctx, device);
    }
    fz_always(ctx)
    {
        fz_drop_device(ctx, device);
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx);
        rc = -1;
    }
    return rc;
}
