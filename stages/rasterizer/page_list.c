/* page_list - see page_list.h
 *
 * An error while the page is interpreted ends that part of the page: images that cannot even be loaded, or
 * are packed in an unknown way, are taken out of its resources and it is interpreted again.
 */
#include "stages/rasterizer/page_list.h"

#include "stages/rasterizer/fonts.h"
#include "stages/rasterizer/jail_protocol.h"
#include "stages/rasterizer/lab_images.h"
#include "stages/rasterizer/unreadable_images.h"

/* ---- work ---- */

void page_work_caught(struct page_work *work)
{
    *work->flaws |= mupdf_caught(work->ctx) ? JAIL_FLAW_MEMORY | JAIL_FLAW_PARTS : JAIL_FLAW_PARTS;
}

/* Three tenths of the page's time for each attempt: two of them and the text fit before the worker's kill. */
void page_work_start(struct page_work *work)
{
    work->cookie = (fz_cookie){0};
    mupdf_watch(&work->cookie, work->page_ms * 3 / 10);
}

void page_work_stop(struct page_work *work)
{
    mupdf_watch(NULL, 0);
    if (work->cookie.abort)
        *work->flaws |= JAIL_FLAW_TIME;
    if (work->cookie.errors > 0)
        *work->flaws |= mupdf_refused() ? JAIL_FLAW_MEMORY | JAIL_FLAW_PARTS : JAIL_FLAW_PARTS;
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

static void interpret_part(struct page_list *list, struct page_work *work, fz_device *device, run_part *run)
{
    fz_context *ctx = work->ctx;

    fz_try(ctx)
    {
        run(ctx, list->page, device, &work->cookie);
    }
    fz_catch(ctx)
    {
        list->thrown = true;
        page_work_caught(work);
    }
}

void page_list_interpret(struct page_list *list, struct page_work *work, bool plain)
{
    static run_part *const parts[] = {mupdf_run_contents, run_annotations, run_widgets};
    fz_context *ctx = work->ctx;
    fz_device *device = NULL;

    fz_drop_display_list(ctx, list->list);
    list->list = NULL;
    list->thrown = false;
    page_work_start(work);
    fonts_prepare(ctx, list->page->doc, pdf_page_resources(ctx, list->page));
    fz_var(device);
    fz_try(ctx)
    {
        list->list = fz_new_display_list(ctx, list->box);
        device = fz_new_list_device(ctx, list->list);
        lab_images_mend(device);
        if (plain)
            make_plain(device);
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            interpret_part(list, work, device, parts[i]);
        fz_close_device(ctx, device);
    }
    fz_always(ctx)
    {
        fz_drop_device(ctx, device);
    }
    fz_catch(ctx)
    {
        list->thrown = true;
        page_work_caught(work);
    }
    page_work_stop(work);
    list->cut = list->thrown || work->cookie.abort;
}

void page_list_interpret_readable(struct page_list *list, struct page_work *work, bool plain)
{
    page_list_interpret(list, work, plain);
    if ((list->thrown || mupdf_has_said(work->ctx, MUPDF_NO_FILTER)) &&
        unreadable_images_drop(work->ctx, list->page) > 0) {
        *work->flaws |= JAIL_FLAW_IMAGES;
        page_list_interpret(list, work, plain);
    }
}

/* ---- the page ---- */

bool page_list_load(struct page_list *list, fz_context *ctx, pdf_document *pdf, unsigned page)
{
    *list = (struct page_list){0};
    fz_try(ctx)
    {
        list->page = pdf_load_page(ctx, pdf, (int)page);
        list->box = fz_bound_page(ctx, &list->page->super);
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx);
        return false;
    }
    return true;
}

void page_list_drop(struct page_list *list, fz_context *ctx)
{
    fz_drop_display_list(ctx, list->list);
    if (list->page != NULL)
        fz_drop_page(ctx, &list->page->super);
    *list = (struct page_list){0};
}
