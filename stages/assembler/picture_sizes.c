/* picture_sizes - see picture_sizes.h */
#include "stages/assembler/picture_sizes.h"

#include <stdint.h>
#include <stdlib.h>

#include "proto/panic.h"
#include "stages/lib/jpeg_encode.h"

enum { EIGHTHS = 8, PIXELS_MAX = 64 << 20, LOWER = 25, QUALITY_MIN = 20, NONE = PICTURE_SIZES };

/* From gentle to rough: eighths of each side, whether the quality is lowered, too, and what thousandths of
 * its bytes a slide of quality 85 takes then (the median of 235 slides of seven lectures; nine tenths of them
 * are within 5 % of it). */
static const struct {
    unsigned eighths;
    bool rough;
    unsigned permille;
} steps[PICTURE_SIZES] = {{8, false, 863}, {7, false, 690}, {6, false, 548}, {5, false, 419},
                          {4, false, 300}, {4, true, 227},  {3, true, 145},  {2, true, 74}};

/* ---- reading ---- */

static void read_rows(struct jpeg_decompress_struct *jpeg, struct picture_pixels *pixels)
{
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = pixels->rgb + (size_t)jpeg->output_scanline * pixels->width * 3;

        jpeg_read_scanlines(jpeg, &row, 1);
    }
}

/* The size of the header is checked before anything is allocated by it. */
static bool decompress_to(struct jpeg_decompress_struct *jpeg, const struct picture *picture,
                          unsigned eighths, struct picture_pixels *pixels)
{
    jpeg_mem_src(jpeg, picture->data, picture->size);
    jpeg_read_header(jpeg, TRUE);
    if ((uint64_t)jpeg->image_width * jpeg->image_height > PIXELS_MAX)
        return false;
    jpeg->scale_num = eighths;
    jpeg->scale_denom = EIGHTHS;
    jpeg->out_color_space = JCS_RGB;
    jpeg_start_decompress(jpeg);
    pixels->width = jpeg->output_width;
    pixels->height = jpeg->output_height;
    pixels->rgb = need((size_t)pixels->width * pixels->height * 3);
    read_rows(jpeg, pixels);
    jpeg_finish_decompress(jpeg);
    return jpeg->err->num_warnings == 0;
}

/* false: it cannot be read whole. The caller frees pixels->rgb in any case. */
static bool decompress(const struct picture *picture, unsigned eighths, struct picture_pixels *pixels)
{
    struct jpeg_decompress_struct jpeg = {0};
    struct jpeg_trouble trouble;
    volatile bool good = false;

    jpeg.err = jpeg_watch(&trouble);
    if (setjmp(trouble.out) == 0) {
        jpeg_create_decompress(&jpeg);
        good = decompress_to(&jpeg, picture, eighths, pixels);
    }
    jpeg_destroy_decompress(&jpeg);
    return good;
}

static bool have_pixels(struct picture_sizes *sizes, unsigned eighths)
{
    if (sizes->pixels.eighths == eighths)
        return true;
    free(sizes->pixels.rgb);
    sizes->pixels = (struct picture_pixels){.eighths = 0};
    if (!decompress(&sizes->from, eighths, &sizes->pixels))
        return false;
    sizes->pixels.eighths = eighths;
    return true;
}

/* ---- making ---- */

static bool make(struct picture_sizes *sizes, unsigned step)
{
    unsigned lowered = sizes->quality > LOWER + QUALITY_MIN ? sizes->quality - LOWER : QUALITY_MIN;
    unsigned quality = steps[step].rough ? lowered : sizes->quality;
    const struct picture_pixels *pixels = &sizes->pixels;
    unsigned char *data;
    size_t size;

    if (!have_pixels(sizes, steps[step].eighths) ||
        jpeg_encode(pixels->rgb, pixels->width, pixels->height, (size_t)pixels->width * 3, quality, &data,
                    &size) == -1)
        return false;
    sizes->made[step] = (struct picture){data, size};
    return true;
}

/* ---- choosing ---- */

static size_t guess(const struct picture_sizes *sizes, unsigned made, unsigned step)
{
    if (made == NONE)
        return sizes->from.size * steps[step].permille / 1000;
    return sizes->made[made].size * steps[step].permille / steps[made].permille;
}

/* Is it like the slides of which the table tells? A photo is not. */
static bool is_typical(const struct picture_sizes *sizes, unsigned made)
{
    size_t guessed = guess(sizes, NONE, made), size = sizes->made[made].size;

    return size > guessed - guessed / 16 && size < guessed + guessed / 16;
}

/* The step to try next, from first to before fit; fit: none. tried: the last one, NONE: there is none yet. */
static unsigned choose(const struct picture_sizes *sizes, unsigned first, unsigned fit, unsigned tried,
                       size_t most)
{
    unsigned step = first;

    while (step < fit && guess(sizes, fit == NONE ? tried : fit, step) > most + most / 16)
        step++;
    if (step < fit || first == fit)
        return step;
    if (fit == NONE)
        return NONE - 1;
    return is_typical(sizes, fit) ? fit : fit - 1;
}

/* first: those before are too large; fit: the gentlest that is known to be small enough. */
const struct picture *picture_sizes_fit(struct picture_sizes *sizes, size_t most)
{
    unsigned first = 0, fit = NONE, tried = NONE, step;

    while ((step = choose(sizes, first, fit, tried, most)) != fit) {
        sizes->unreadable = sizes->unreadable || (sizes->made[step].size == 0 && !make(sizes, step));
        if (sizes->unreadable)
            return NULL;
        tried = step;
        if (sizes->made[step].size <= most || step == NONE - 1)
            fit = step;
        else
            first = step + 1;
    }
    return sizes->made[fit].size < sizes->from.size ? &sizes->made[fit] : NULL;
}

void picture_sizes_clear(struct picture_sizes *sizes)
{
    for (unsigned i = 0; i < PICTURE_SIZES; i++)
        free((void *)(uintptr_t)sizes->made[i].data);
    free(sizes->pixels.rgb);
    *sizes = (struct picture_sizes){.quality = 0};
}
