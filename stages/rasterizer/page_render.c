/* page_render - see page_render.h
 *
 * The ladder.  An error while the page is interpreted ends that part of the page: images that cannot even be
 * loaded, or are packed in an unknown way, are taken out of its resources and it is interpreted again.
 * Drawing that runs out of memory or time is tried again without images and shadings; failing that, the text
 * alone comes out.  Whatever was drawn before an error is kept.
 */
#include "stages/rasterizer/page_render.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "stages/lib/jpeg_encode.h"
#include "stages/rasterizer/fonts.h"
#include "stages/rasterizer/lab_images.h"
#include "stages/rasterizer/page_ink.h"
#include "stages/rasterizer/unreadable_images.h"

enum {
    BARE_PPM = 300, /* dust: as plan_blank */
    EVEN_PPM = 4000 /* the edges of a box */
};

struct work {
    fz_context *ctx;
    const struct jail_terms *terms;
    pdf_page *page;
    fz_display_list *list;
    fz_pixmap *pixels;
    fz_matrix to_pixels;
    fz_rect box;
    fz_cookie cookie;
    bool thrown; /* a part of the page ended early */
    struct page_render *render;
};

static void caught(struct work *work)
{
    work->render->flaws |= mupdf_caught(work->ctx) ? JAIL_FLAW_MEMORY | JAIL_FLAW_PARTS : JAIL_FLAW_PARTS;
}

/* Three tenths of the page's time for each attempt: two of them and the text fit before the worker's kill. */
static void start_clock(struct work *work)
{
    work->cookie = (fz_cookie){0};
    mupdf_watch(&work->cookie, work->terms->page_ms * 3 / 10);
}

static void stop_clock(struct work *work)
{
    mupdf_watch(NULL, 0);
    if (work->cookie.abort)
        work->render->flaws |= JAIL_FLAW_TIME;
    if (work->cookie.errors > 0)
        work->render->flaws |= mupdf_refused() ? JAIL_FLAW_MEMORY | JAIL_FLAW_PARTS : JAIL_FLAW_PARTS;
}

/* ---- size ---- */

static uint32_t side(double length, uint32_t max)
{
    long pixels = lround(length);

    return pixels < 1 ? 1 : pixels > (long)max ? max : (uint32_t)pixels;
}

static bool measure(struct work *work)
{
    double w = (double)work->box.x1 - work->box.x0, h = (double)work->box.y1 - work->box.y0, scale;
    const struct jail_terms *terms = work->terms;

    if (!isfinite(w) || !isfinite(h) || w <= 0 || h <= 0)
        return false;
    scale = terms->short_px / fmin(w, h);
    if (fmax(w, h) * scale > terms->long_px)
        scale = terms->long_px / fmax(w, h);
    work->render->width = side(w * scale, MAX_JAIL_SIDE);
    work->render->height = side(h * scale, MAX_JAIL_SIDE);
    work->to_pixels =
        fz_concat(fz_translate(-work->box.x0, -work->box.y0),
                  fz_scale((float)(work->render->width / w), (float)(work->render->height / h)));
    return true;
}

/* ---- what a plain page leaves out ---- */

static void clip_to_frame(fz_context *ctx, fz_device *device, fz_image *image, fz_matrix ctm, fz_rect scissor)
{
    fz_path *path = fz_new_path(ctx);

    (void)image;
    fz_try(ctx)
    {
        fz_rectto(ctx, path, 0, 0, 1, 1);
        device->clip_path(ctx, device, path, 0, ctm, scissor);
    }
    fz_always(ctx)
    {
        fz_drop_path(ctx, path);
    }
    fz_catch(ctx)
    {
        fz_rethrow(ctx);
    }
}

static void make_plain(fz_device *device)
{
    device->fill_image = NULL;
    device->fill_image_mask = NULL;
    device->fill_shade = NULL;
    device->clip_image_mask = clip_to_frame; /* what is clipped by a picture is clipped by its frame */
}

/* ---- interpreting ---- */

typedef void run_part(fz_context *ctx, pdf_page *page, fz_device *device, fz_cookie *cookie);

static void run_annotations(fz_context *ctx, pdf_page *page, fz_device *device, fz_cookie *cookie)
{
    fz_run_page_annots(ctx, &page->super, device, fz_identity, cookie);
}

static void run_widgets(fz_context *ctx, pdf_page *page, fz_device *device, fz_cookie *cookie)
{
    fz_run_page_widgets(ctx, &page->super, device, fz_identity, cookie);
}

static void interpret_part(struct work *work, fz_device *device, run_part *run)
{
    fz_context *ctx = work->ctx;

    fz_try(ctx)
    {
        run(ctx, work->page, device, &work->cookie);
    }
    fz_catch(ctx)
    {
        work->thrown = true;
        caught(work);
    }
}

static void interpret(struct work *work, bool plain)
{
    static run_part *const parts[] = {mupdf_run_contents, run_annotations, run_widgets};
    fz_context *ctx = work->ctx;
    fz_device *device = NULL;

    fz_drop_display_list(ctx, work->list);
    work->list = NULL;
    work->thrown = false;
    start_clock(work);
    fonts_prepare(ctx, work->page->doc, pdf_page_resources(ctx, work->page));
    fz_var(device);
    fz_try(ctx)
    {
        work->list = fz_new_display_list(ctx, work->box);
        device = fz_new_list_device(ctx, work->list);
        lab_images_mend(device);
        if (plain)
            make_plain(device);
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            interpret_part(work, device, parts[i]);
        fz_close_device(ctx, device);
    }
    fz_always(ctx)
    {
        fz_drop_device(ctx, device);
    }
    fz_catch(ctx)
    {
        work->thrown = true;
        caught(work);
    }
    stop_clock(work);
}

/* ---- drawing ---- */

/* An error while closing (layers left open by a broken page) keeps the pixels. */
static void close_quietly(struct work *work, fz_device *device)
{
    fz_context *ctx = work->ctx;

    fz_try(ctx)
    {
        fz_close_device(ctx, device);
    }
    fz_catch(ctx)
    {
        caught(work);
    }
}

/* true: the pixels are there, perhaps not all of them */
static bool draw(struct work *work)
{
    fz_context *ctx = work->ctx;
    fz_irect frame = {0, 0, (int)work->render->width, (int)work->render->height};
    fz_device *device = NULL;
    volatile bool drawn = false;

    fz_drop_pixmap(ctx, work->pixels);
    work->pixels = NULL;
    start_clock(work);
    fz_var(device);
    fz_try(ctx)
    {
        work->pixels = fz_new_pixmap_with_bbox(ctx, fz_device_rgb(ctx), frame, NULL, 0);
        fz_clear_pixmap_with_value(ctx, work->pixels, 0xff);
        device = fz_new_draw_device(ctx, fz_identity, work->pixels);
        fz_run_display_list(ctx, work->list, device, work->to_pixels, fz_infinite_rect, &work->cookie);
        close_quietly(work, device);
        drawn = true;
    }
    fz_always(ctx)
    {
        fz_drop_device(ctx, device);
    }
    fz_catch(ctx)
    {
        caught(work);
    }
    stop_clock(work);
    return drawn;
}

static bool attempt(struct work *work, bool plain)
{
    interpret(work, plain);
    if ((work->thrown || mupdf_has_said(work->ctx, MUPDF_NO_FILTER)) &&
        unreadable_images_drop(work->ctx, work->page) > 0) {
        work->render->flaws |= JAIL_FLAW_IMAGES;
        interpret(work, plain);
    }
    if (work->list == NULL ||
        (work->thrown && fz_is_empty_rect(fz_bound_display_list(work->ctx, work->list))))
        return false;
    return draw(work);
}

static void encode(struct work *work)
{
    struct page_render *render = work->render;
    const unsigned char *rgb = fz_pixmap_samples(work->ctx, work->pixels);
    size_t stride = (size_t)fz_pixmap_stride(work->ctx, work->pixels);

    if (jpeg_encode(rgb, render->width, render->height, stride, work->terms->quality, &render->jpeg,
                    &render->jpeg_size) == -1)
        render->flaws |= JAIL_FLAW_MEMORY;
    else
        render->ink_ppm = page_ink_ppm(rgb, (int)render->width, (int)render->height, stride);
}

static void draw_or_not(struct work *work, enum jail_step step)
{
    bool drawn = false;

    if (step == JAIL_FULL) {
        drawn = attempt(work, false);
        if (drawn && !work->cookie.abort) {
            encode(work);
            return;
        }
    }
    if (step <= JAIL_PLAIN) {
        work->render->flaws |= JAIL_FLAW_IMAGES;
        drawn = attempt(work, true);
    } else {
        interpret(work, true);
    }
    if (drawn)
        encode(work);
}

static void read_text(struct work *work)
{
    if (work->list == NULL)
        return;
    start_clock(work);
    if (text_layer_read(&work->render->layer, work->ctx, work->list, work->to_pixels,
                        (int)work->render->width, (int)work->render->height, &work->cookie) == -1)
        work->render->flaws |= JAIL_FLAW_PARTS;
    stop_clock(work);
}

/* ---- the whole ---- */

static bool page_load(struct work *work, const struct document *document, unsigned page)
{
    fz_context *ctx = work->ctx;

    fz_try(ctx)
    {
        work->page = pdf_load_page(ctx, document->pdf, (int)page);
        work->box = fz_bound_page(ctx, &work->page->super);
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx);
        return false;
    }
    return measure(work);
}

/* No text, no ink; or, if the data of an image are damaged, what it left: an even area. */
static bool shows_nothing(const struct work *work)
{
    const struct page_render *render = work->render;

    if (render->layer.lines > 0)
        return false;
    if (render->jpeg == NULL || render->ink_ppm < BARE_PPM)
        return true;
    return (render->flaws & JAIL_FLAW_DATA) != 0 &&
           page_ink_detail(fz_pixmap_samples(work->ctx, work->pixels), (int)render->width,
                           (int)render->height, (size_t)fz_pixmap_stride(work->ctx, work->pixels)) < EVEN_PPM;
}

static void note_messages(struct work *work, bool repaired)
{
    static const struct {
        unsigned said, flaw;
    } rows[] = {{MUPDF_NO_CONTENT, JAIL_FLAW_CONTENT},
                {MUPDF_NO_DATA, JAIL_FLAW_DATA},
                {MUPDF_NO_FILTER, JAIL_FLAW_DATA},
                {MUPDF_NO_FONT, JAIL_FLAW_FONT}};
    unsigned said = mupdf_said(work->ctx);
    struct page_render *render = work->render;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((said & rows[i].said) != 0)
            render->flaws |= JAIL_FLAW_PARTS | rows[i].flaw;
    if ((said & MUPDF_CHECKSUM) != 0 && repaired)
        render->flaws |= JAIL_FLAW_PARTS | JAIL_FLAW_DATA;
    if ((said & MUPDF_ERROR) != 0 && shows_nothing(work))
        render->flaws |= JAIL_FLAW_PARTS;
    if (!pdf_is_dict(work->ctx, work->page->obj)) /* it is announced, and that is all */
        render->flaws |= JAIL_FLAW_PARTS | JAIL_FLAW_CONTENT;
    if ((render->flaws & (JAIL_FLAW_DATA | JAIL_FLAW_FONT)) != 0)
        mupdf_forget(work->ctx); /* the next page that has it is not whole, either */
}

/* What a damaged image left is no ink. */
static void count_no_ruins(struct work *work)
{
    if (work->render->flaws != 0 && shows_nothing(work))
        work->render->ink_ppm = 0;
}

static enum jail_outcome outcome_of(const struct page_render *render)
{
    if (render->jpeg != NULL || render->layer.lines > 0)
        return JAIL_OK;
    if (render->flaws & JAIL_FLAW_MEMORY)
        return JAIL_NO_MEMORY;
    return render->flaws & JAIL_FLAW_TIME ? JAIL_NO_TIME : JAIL_NOT_DRAWN;
}

enum jail_outcome page_render_make(struct page_render *render, const struct document *document,
                                   const struct jail_terms *terms, unsigned page, enum jail_step step)
{
    struct work work = {.ctx = document->ctx, .terms = terms, .render = render};
    enum jail_outcome outcome = JAIL_NO_PAGE;

    render->jpeg = NULL;
    render->pixels = NULL;
    render->width = render->height = render->ink_ppm = render->flaws = render->layer.lines = 0;
    render->layer.garbled = render->layer.unknown = 0;
    render->layer.size = 0;
    mupdf_refused(); /* what came before is not this page's fault */
    mupdf_said(work.ctx);
    if (page_load(&work, document, page)) {
        draw_or_not(&work, step);
        read_text(&work);
        note_messages(&work, document_repaired(document));
        count_no_ruins(&work);
        outcome = outcome_of(render);
    }
    if (render->jpeg == NULL)
        fz_drop_pixmap(work.ctx, work.pixels);
    else
        render->pixels = work.pixels;
    fz_drop_display_list(work.ctx, work.list);
    if (work.page != NULL)
        fz_drop_page(work.ctx, &work.page->super);
    return outcome;
}

void page_render_clear(struct page_render *render, const struct document *document)
{
    free(render->jpeg);
    fz_drop_pixmap(document->ctx, render->pixels);
    render->jpeg = NULL;
    render->pixels = NULL;
}
