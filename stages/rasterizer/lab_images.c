/* lab_images - see lab_images.h
 *
 * MuPDF reads the bounds of the three components (0 to 100, -128 to 127) and applies them to samples of a
 * byte, where they do not fit.  So it is told to leave the samples alone, and the bounds are applied here.
 */
#include "stages/rasterizer/lab_images.h"

#include <math.h>

/* What the list device does with an image. */
static void (*keep_image)(fz_context *ctx, fz_device *device, fz_image *image, fz_matrix ctm, float alpha,
                          fz_color_params params);

/* CIE 15, 8.2.1: one of X, Y and Z, as a share of that of white. */
static double share_of(double f)
{
    return f > 6.0 / 29 ? f * f * f : 3 * (6.0 / 29) * (6.0 / 29) * (f - 4.0 / 29);
}

/* IEC 61966-2-1 */
static unsigned char gamma_of(double linear)
{
    double c = linear < 0 ? 0 : linear > 1 ? 1 : linear;

    c = c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1 / 2.4) - 0.055;
    return (unsigned char)lround(255 * c);
}

/* White is white whatever the document calls so, as in a viewer. */
static void rgb_of(const double lab[3], unsigned char rgb[3])
{
    double f = (lab[0] + 16) / 116, x = 0.9505 * share_of(f + lab[1] / 500), y = share_of(f),
           z = 1.089 * share_of(f - lab[2] / 200);

    rgb[0] = gamma_of(3.2406 * x - 1.5372 * y - 0.4986 * z);
    rgb[1] = gamma_of(-0.9689 * x + 1.8758 * y + 0.0415 * z);
    rgb[2] = gamma_of(0.0557 * x - 0.204 * y + 1.057 * z);
}

/* One row; equal neighbours are looked up once. */
static void convert_row(const unsigned char *from, unsigned char *to, int width, const float decode[6])
{
    for (int x = 0; x < width; x++, from += 3, to += 3) {
        double lab[3];

        if (x > 0 && from[0] == from[-3] && from[1] == from[-2] && from[2] == from[-1]) {
            to[0] = to[-3], to[1] = to[-2], to[2] = to[-1];
            continue;
        }
        for (int i = 0; i < 3; i++)
            lab[i] =
                (double)decode[2 * i] + from[i] / 255.0 * ((double)decode[2 * i + 1] - (double)decode[2 * i]);
        rgb_of(lab, to);
    }
}

static fz_pixmap *converted(fz_context *ctx, const fz_pixmap *lab, const float decode[6])
{
    fz_pixmap *rgb = fz_new_pixmap(ctx, fz_device_rgb(ctx), lab->w, lab->h, NULL, 0);

    for (int y = 0; y < lab->h; y++)
        convert_row(lab->samples + (ptrdiff_t)y * lab->stride, rgb->samples + (ptrdiff_t)y * rgb->stride,
                    lab->w, decode);
    return rgb;
}

static void fill_lab_image(fz_context *ctx, fz_device *device, fz_image *image, fz_matrix ctm, float alpha,
                           fz_color_params params)
{
    fz_pixmap *lab = NULL, *rgb = NULL;
    fz_image *mended = NULL;

    fz_var(lab);
    fz_var(rgb);
    fz_var(mended);
    fz_try(ctx)
    {
        image->use_decode = 0;
        lab = fz_get_unscaled_pixmap_from_image(ctx, image);
        rgb = converted(ctx, lab, image->decode);
        mended = fz_new_image_from_pixmap(ctx, rgb, image->mask);
        keep_image(ctx, device, mended, ctm, alpha, params);
    }
    fz_always(ctx)
    {
        fz_drop_image(ctx, mended);
        fz_drop_pixmap(ctx, rgb);
        fz_drop_pixmap(ctx, lab);
    }
    fz_catch(ctx)
    {
        fz_rethrow(ctx);
    }
}

static void fill_image(fz_context *ctx, fz_device *device, fz_image *image, fz_matrix ctm, float alpha,
                       fz_color_params params)
{
    bool lab =
        image->colorspace != NULL && fz_colorspace_is_lab(ctx, image->colorspace) && !image->use_colorkey;

    (lab ? fill_lab_image : keep_image)(ctx, device, image, ctm, alpha, params);
}

void lab_images_mend(fz_device *list)
{
    keep_image = list->fill_image; /* one and the same for all list devices */
    list->fill_image = fill_image;
}
