/* unreadable_images - see unreadable_images.h */
#include "stages/rasterizer/unreadable_images.h"

#include <stdbool.h>
#include <string.h>

enum { FORM_DEPTH = 8, MAX_RESOURCES = 4096 };

struct image_check {
    fz_context *ctx;
    pdf_document *pdf;
    unsigned left, dropped;
};

static bool loads(struct image_check *check, pdf_obj *image)
{
    fz_context *ctx = check->ctx;
    volatile bool good = false;

    fz_try(ctx)
    {
        fz_drop_image(ctx, pdf_load_image(ctx, check->pdf, image));
        good = true;
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx);
    }
    return good;
}

static bool knows(fz_context *ctx, pdf_obj *filter)
{
    static const char *const names[] = {"ASCIIHexDecode",
                                        "AHx",
                                        "ASCII85Decode",
                                        "A85",
                                        "LZWDecode",
                                        "LZW",
                                        "FlateDecode",
                                        "Fl",
                                        "RunLengthDecode",
                                        "RL",
                                        "DCT",
                                        "CCITTFaxDecode",
                                        "CCF",
                                        "DCTDecode",
                                        "JPXDecode",
                                        "JBIG2Decode",
                                        "Crypt"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(pdf_to_name(ctx, filter), names[i]) == 0)
            return true;
    return !pdf_is_name(ctx, filter);
}

/* The bytes of a stream that is packed in an unknown way would be drawn as they are: as noise. */
static bool unpacks(fz_context *ctx, pdf_obj *image)
{
    pdf_obj *filter = pdf_dict_geta(ctx, image, PDF_NAME(Filter), PDF_NAME(F));

    for (int i = pdf_array_len(ctx, filter) - 1; i >= 0; i--)
        if (!knows(ctx, pdf_array_get(ctx, filter, i)))
            return false;
    return knows(ctx, filter);
}

static void drop_from_resources(struct image_check *check, pdf_obj *resources, int depth)
{
    fz_context *ctx = check->ctx;
    pdf_obj *objects = pdf_dict_get(ctx, resources, PDF_NAME(XObject));

    for (int i = pdf_dict_len(ctx, objects) - 1; i >= 0 && check->left > 0; i--) {
        pdf_obj *object = pdf_dict_get_val(ctx, objects, i);
        pdf_obj *kind = pdf_dict_get(ctx, object, PDF_NAME(Subtype));

        check->left--;
        if (pdf_name_eq(ctx, kind, PDF_NAME(Form)) && depth > 1) {
            drop_from_resources(check, pdf_dict_get(ctx, object, PDF_NAME(Resources)), depth - 1);
        } else if (pdf_name_eq(ctx, kind, PDF_NAME(Image)) &&
                   (!unpacks(ctx, object) || !loads(check, object))) {
            pdf_dict_del(ctx, objects, pdf_dict_get_key(ctx, objects, i));
            check->dropped++;
        }
    }
}

unsigned unreadable_images_drop(fz_context *ctx, pdf_page *page)
{
    struct image_check check = {ctx, page->doc, MAX_RESOURCES, 0};

    fz_try(ctx)
    {
        drop_from_resources(&check, pdf_page_resources(ctx, page), FORM_DEPTH);
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx);
    }
    return check.dropped;
}
