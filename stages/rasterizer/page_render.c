/* page_render - see page_render.h
 *
 * The ladder.  Drawing that runs out of memory or time is tried again without images and shadings; failing
 * that, the text alone comes out.  Whatever was drawn before an error is kept.
 */
#include "stages/rasterizer/page_render.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "stages/lib/jpeg_encode.h"
#include "stages/rasterizer/page_fills.h"
#include "stages/rasterizer/page_ink.h"

enum {
    BARE_PPM = 300, /* dust: as plan_blank */
    EVEN_PPM = 4000 /* the edges of a box */
};

/* What came before is not this page's fault. */
static struct page_work work_on(struct page_render *render, const struct document *document,
                                const struct jail_terms *terms)
{
    mupdf_refused();
    mupdf_said(document->ctx);
    return (struct page_work){.ctx = document->ctx, .page_ms = terms->page_ms, .flaws = &render->flaws};
}

/* ---- size ---- */

static uint32_t side(double length, uint32_t max)
{
    long pixels = lround(length);

    return pixels < 1 ? 1 : pixels > (long)max ? max : (uint32_t)pixels;
}

static bool measure(struct page_render *render, const struct jail_terms *terms)
{
    fz_rect box = render->list.box;
    double w = (double)box.x1 - box.x0, h = (double)box.y1 - box.y0, scale;

    if (!isfinite(w) || !isfinite(h) || w <= 0 || h <= 0)
        return false;
    scale = terms->short_px / fmin(w, h);
    if (fmax(w, h) * scale > terms->long_px)
        scale = terms->long_px / fmax(w, h);
    render->width = side(w * scale, MAX_JAIL_SIDE);
    render->height = side(h * scale, MAX_JAIL_SIDE);
    render->to_pixels = fz_concat(fz_translate(-box.x0, -box.y0),
                                  fz_scale((float)(render->width / w), (float)(render->height / h)));
    return true;
}

/* ---- text ---- */

static void read_text(struct page_render *render, struct page_work *work)
{
    if (render->list.list == NULL)
        return;
    page_work_start(work);
    if (text_layer_read(&render->layer, work->ctx, render->list.list, render->to_pixels, (int)render->width,
                        (int)render->height, &work->cookie) == -1)
        render->flaws |= JAIL_FLAW_PARTS;
    page_work_stop(work);
}

/* ---- drawing ---- */

/* An error while closing (layers left open by a broken page) keeps the pixels. */
static void close_quietly(struct page_work *work, fz_device *device)
{
    fz_context *ctx = work->ctx;

    fz_try(ctx)
    {
        fz_close_device(ctx, device);
    }
    fz_catch(ctx)
    {
        page_work_caught(work);
    }
}

static bool has_something(const struct page_list *list, fz_context *ctx)
{
    return list->list != NULL && !(list->thrown && fz_is_empty_rect(fz_bound_display_list(ctx, list->list)));
}

/* true: the pixels are there, perhaps not all of them */
static bool draw(struct page_render *render, struct page_work *work)
{
    fz_context *ctx = work->ctx;
    fz_irect frame = {0, 0, (int)render->width, (int)render->height};
    fz_device *device = NULL;
    volatile bool drawn = false;

    fz_drop_pixmap(ctx, render->pixels);
    render->pixels = NULL;
    if (!has_something(&render->list, ctx))
        return false;
    page_work_start(work);
    fz_var(device);
    fz_try(ctx)
    {
        render->pixels = fz_new_pixmap_with_bbox(ctx, fz_device_rgb(ctx), frame, NULL, 0);
        fz_clear_pixmap_with_value(ctx, render->pixels, 0xff);
        device = fz_new_draw_device(ctx, fz_identity, render->pixels);
        page_fills_speed_up(device, render->pixels);
        fz_run_display_list(ctx, render->list.list, device, render->to_pixels, fz_infinite_rect,
                            &work->cookie);
        close_quietly(work, device);
        drawn = true;
    }
    fz_always(ctx)
    {
        fz_drop_device(ctx, device);
    }
    fz_catch(ctx)
    {
        page_work_caught(work);
    }
    page_work_stop(work);
    return drawn;
}

/* Of a page whose interpretation was cut short there may be more text without its images. */
static bool draw_plain(struct page_render *render, struct page_work *work)
{
    bool cut = render->list.cut;

    page_list_interpret_readable(&render->list, work, true);
    if (cut)
        read_text(render, work);
    return draw(render, work);
}

static bool draw_or_not(struct page_render *render, struct page_work *work, enum jail_step step)
{
    if (step == JAIL_FULL && draw(render, work) && !work->cookie.abort)
        return true;
    render->flaws |= JAIL_FLAW_IMAGES;
    if (step == JAIL_FULL)
        return draw_plain(render, work);
    return step == JAIL_PLAIN && draw(render, work);
}

/* ---- what is to be seen ---- */

/* No text, no ink; or, if the data of an image are damaged, what it left: an even area. */
static bool shows_nothing(const struct page_render *render, fz_context *ctx)
{
    if (render->layer.lines > 0)
        return false;
    if (render->pixels == NULL || render->ink_ppm < BARE_PPM)
        return true;
    return (render->flaws & JAIL_FLAW_DATA) != 0 &&
           page_ink_detail(fz_pixmap_samples(ctx, render->pixels), (int)render->width, (int)render->height,
                           (size_t)fz_pixmap_stride(ctx, render->pixels)) < EVEN_PPM;
}

static void note_messages(struct page_render *render, const struct document *document)
{
    static const struct {
        unsigned said, flaw;
    } rows[] = {{MUPDF_NO_CONTENT, JAIL_FLAW_CONTENT},
                {MUPDF_NO_DATA, JAIL_FLAW_DATA},
                {MUPDF_NO_FILTER, JAIL_FLAW_DATA},
                {MUPDF_NO_FONT, JAIL_FLAW_FONT}};
    fz_context *ctx = document->ctx;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((render->said & rows[i].said) != 0)
            render->flaws |= JAIL_FLAW_PARTS | rows[i].flaw;
    if ((render->said & MUPDF_CHECKSUM) != 0 && document_repaired(document))
        render->flaws |= JAIL_FLAW_PARTS | JAIL_FLAW_DATA;
    if ((render->said & MUPDF_ERROR) != 0 && shows_nothing(render, ctx))
        render->flaws |= JAIL_FLAW_PARTS;
    if (!pdf_is_dict(ctx, render->list.page->obj)) /* it is announced, and that is all */
        render->flaws |= JAIL_FLAW_PARTS | JAIL_FLAW_CONTENT;
    if ((render->flaws & (JAIL_FLAW_DATA | JAIL_FLAW_FONT)) != 0)
        mupdf_forget(ctx); /* the next page that has it is not whole, either */
}

static void measure_ink(struct page_render *render, fz_context *ctx)
{
    render->ink_ppm = page_ink_ppm(fz_pixmap_samples(ctx, render->pixels), (int)render->width,
                                   (int)render->height, (size_t)fz_pixmap_stride(ctx, render->pixels));
}

static void drop_pixels(struct page_render *render, fz_context *ctx)
{
    fz_drop_pixmap(ctx, render->pixels);
    render->pixels = NULL;
    render->ink_ppm = 0;
}

static enum jail_outcome outcome_of(const struct page_render *render)
{
    if (render->pixels != NULL || render->layer.lines > 0)
        return JAIL_OK;
    if (render->flaws & JAIL_FLAW_MEMORY)
        return JAIL_NO_MEMORY;
    return render->flaws & JAIL_FLAW_TIME ? JAIL_NO_TIME : JAIL_NOT_DRAWN;
}

/* ---- the steps ---- */

static void reset(struct page_render *render)
{
    render->width = render->height = render->ink_ppm = render->flaws = render->layer.lines = 0;
    render->layer.garbled = render->layer.unknown = 0;
    render->layer.size = 0;
    render->said = 0;
}

enum jail_outcome page_render_read(struct page_render *render, const struct document *document,
                                   const struct jail_terms *terms, unsigned page, enum jail_step step)
{
    struct page_work work;

    reset(render);
    work = work_on(render, document, terms);
    if (!page_list_load(&render->list, work.ctx, document->pdf, page) || !measure(render, terms)) {
        page_list_drop(&render->list, work.ctx);
        return JAIL_NO_PAGE;
    }
    if (step == JAIL_TEXT)
        page_list_interpret(&render->list, &work, true);
    else
        page_list_interpret_readable(&render->list, &work, step == JAIL_PLAIN);
    read_text(render, &work);
    render->said = mupdf_said(work.ctx);
    return outcome_of(render);
}

enum jail_outcome page_render_draw(struct page_render *render, const struct document *document,
                                   const struct jail_terms *terms, enum jail_step step)
{
    struct page_work work = work_on(render, document, terms);

    if (draw_or_not(render, &work, step))
        measure_ink(render, work.ctx);
    else
        drop_pixels(render, work.ctx);
    render->said |= mupdf_said(work.ctx);
    note_messages(render, document);
    if (render->flaws != 0 && shows_nothing(render, work.ctx))
        render->ink_ppm = 0; /* what a damaged image left is no ink */
    page_list_drop(&render->list, work.ctx);
    return outcome_of(render);
}

enum jail_outcome page_render_encode(struct page_render *render, const struct document *document,
                                     const struct jail_terms *terms)
{
    fz_context *ctx = document->ctx;

    if (render->pixels != NULL && jpeg_encode(fz_pixmap_samples(ctx, render->pixels), render->width,
                                              render->height, (size_t)fz_pixmap_stride(ctx, render->pixels),
                                              terms->quality, &render->jpeg, &render->jpeg_size) == -1) {
        render->flaws |= JAIL_FLAW_MEMORY;
        drop_pixels(render, ctx);
    }
    return outcome_of(render);
}

enum jail_outcome page_render_make(struct page_render *render, const struct document *document,
                                   const struct jail_terms *terms, unsigned page, enum jail_step step)
{
    enum jail_outcome outcome = page_render_read(render, document, terms, page, step);

    if (outcome == JAIL_NO_PAGE)
        return outcome;
    page_render_draw(render, document, terms, step);
    return page_render_encode(render, document, terms);
}

void page_render_clear(struct page_render *render, const struct document *document)
{
    page_list_drop(&render->list, document->ctx);
    free(render->jpeg);
    render->jpeg = NULL;
    drop_pixels(render, document->ctx);
}
