/* mupdf_contents - mupdf_run_contents: see mupdf_engine.h
 *
 * MuPDF before 1.22 forgets the replacement text of marked content.  Its interpreter is a table of functions,
 * one for each operator; those for marked content are replaced here by ones that begin a layer whose name
 * carries the text.  A display list keeps layers, and nothing draws them.
 */
#include "stages/rasterizer/mupdf_engine.h"

#include <string.h>

#define ACTUAL                                                                                               \
    "\x01"                                                                                                   \
    "ActualText:"

const char *mupdf_actual_text(const char *layer)
{
    bool is = layer != NULL && strncmp(layer, ACTUAL, sizeof ACTUAL - 1) == 0;

    return is ? layer + sizeof ACTUAL - 1 : NULL;
}

#if MUPDF_HAS_METATEXT

void mupdf_run_contents(fz_context *ctx, pdf_page *page, fz_device *device, fz_cookie *cookie)
{
    fz_run_page_contents(ctx, &page->super, device, fz_identity, cookie);
}

#else

enum { MAX_NAME = 4096 };

/* Where the layers go; there is one page at a time. */
static fz_device *layers;

static void on_bmc(fz_context *ctx, pdf_processor *processor, const char *tag)
{
    (void)tag;
    processor->op_END(ctx, processor); /* what was shown so far goes out, into the layer before */
    fz_begin_layer(ctx, layers, "mark");
}

static void on_bdc(fz_context *ctx, pdf_processor *processor, const char *tag, pdf_obj *raw, pdf_obj *cooked)
{
    pdf_obj *text = pdf_dict_get(ctx, cooked, PDF_NAME(ActualText));
    char name[MAX_NAME] = "mark";

    (void)tag, (void)raw;
    processor->op_END(ctx, processor);
    if (pdf_is_string(ctx, text))
        fz_snprintf(name, sizeof name, "%s%s", ACTUAL, pdf_to_text_string(ctx, text));
    fz_begin_layer(ctx, layers, name);
}

static void on_emc(fz_context *ctx, pdf_processor *processor)
{
    processor->op_END(ctx, processor);
    fz_end_layer(ctx, layers);
}

/* The space in which a transparent page is blended; NULL: the device's. */
static fz_colorspace *blending(fz_context *ctx, pdf_page *page, fz_default_colorspaces *defaults)
{
    pdf_obj *group = pdf_page_group(ctx, page), *named = pdf_dict_get(ctx, group, PDF_NAME(CS));
    fz_colorspace *space = NULL;

    if (group == NULL)
        return fz_keep_colorspace(ctx, fz_default_output_intent(ctx, defaults));
    if (named == NULL)
        return NULL;
    fz_var(space);
    fz_try(ctx)
    {
        space = pdf_load_colorspace(ctx, named);
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx);
    }
    if (space != NULL && !fz_is_valid_blend_colorspace(ctx, space)) {
        fz_drop_colorspace(ctx, space);
        space = NULL;
    }
    return space;
}

void mupdf_run_contents(fz_context *ctx, pdf_page *page, fz_device *device, fz_cookie *cookie)
{
    fz_default_colorspaces *defaults = NULL;
    fz_colorspace *space = NULL;
    pdf_processor *processor = NULL;
    fz_matrix transform;
    fz_rect box;

    layers = device;
    fz_var(defaults);
    fz_var(space);
    fz_var(processor);
    fz_try(ctx)
    {
        defaults = pdf_load_default_colorspaces(ctx, page->doc, page);
        if (defaults != NULL)
            fz_set_default_colorspaces(ctx, device, defaults);
        pdf_page_transform(ctx, page, &box, &transform);
        if (page->transparency) {
            space = blending(ctx, page, defaults);
            fz_begin_group(ctx, device, fz_transform_rect(box, transform), space, 1, 0, 0, 1);
        }
        processor = pdf_new_run_processor(ctx, device, transform, "View", NULL, defaults, cookie);
        processor->op_BMC = on_bmc;
        processor->op_BDC = on_bdc;
        processor->op_EMC = on_emc;
        pdf_process_contents(ctx, processor, page->doc, pdf_page_resources(ctx, page),
                             pdf_page_contents(ctx, page), cookie);
        pdf_close_processor(ctx, processor);
        if (page->transparency)
            fz_end_group(ctx, device);
    }
    fz_always(ctx)
    {
        pdf_drop_processor(ctx, processor);
        fz_drop_colorspace(ctx, space);
        fz_drop_default_colorspaces(ctx, defaults);
    }
    fz_catch(ctx)
    {
        fz_rethrow(ctx);
    }
}

#endif
