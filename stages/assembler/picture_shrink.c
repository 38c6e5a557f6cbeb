/* picture_shrink - see picture_shrink.h */
#include "stages/assembler/picture_shrink.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/jpeg_encode.h"

enum { EIGHTHS = 8, PIXELS_MAX = 64 << 20, LOWER = 25, QUALITY_MIN = 20 };

/* From gentle to rough: eighths of each side, and whether the quality is lowered, too. */
static const struct {
    unsigned eighths;
    bool rough;
} steps[] = {{8, false}, {7, false}, {6, false}, {5, false}, {4, false}, {4, true}, {3, true}, {2, true}};
enum { STEPS = sizeof steps / sizeof *steps };

/* ---- one picture ---- */

struct raw {
    unsigned char *rgb;
    unsigned width, height;
};

static void read_rows(struct jpeg_decompress_struct *jpeg, struct raw *raw)
{
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = raw->rgb + (size_t)jpeg->output_scanline * raw->width * 3;

        jpeg_read_scanlines(jpeg, &row, 1);
    }
}

/* The size of the header is checked before anything is allocated by it. */
static bool decompress_to(struct jpeg_decompress_struct *jpeg, const struct picture *picture,
                          unsigned eighths, struct raw *raw)
{
    jpeg_mem_src(jpeg, picture->data, picture->size);
    jpeg_read_header(jpeg, TRUE);
    if ((uint64_t)jpeg->image_width * jpeg->image_height > PIXELS_MAX)
        return false;
    jpeg->scale_num = eighths;
    jpeg->scale_denom = EIGHTHS;
    jpeg->out_color_space = JCS_RGB;
    jpeg_start_decompress(jpeg);
    raw->width = jpeg->output_width;
    raw->height = jpeg->output_height;
    raw->rgb = need((size_t)raw->width * raw->height * 3);
    read_rows(jpeg, raw);
    jpeg_finish_decompress(jpeg);
    return jpeg->err->num_warnings == 0;
}

/* false: it cannot be read whole. The caller frees raw->rgb in any case. */
static bool decompress(const struct picture *picture, unsigned eighths, struct raw *raw)
{
    struct jpeg_decompress_struct jpeg = {0};
    struct jpeg_trouble trouble;
    volatile bool good = false;

    jpeg.err = jpeg_watch(&trouble);
    if (setjmp(trouble.out) == 0) {
        jpeg_create_decompress(&jpeg);
        good = decompress_to(&jpeg, picture, eighths, raw);
    }
    jpeg_destroy_decompress(&jpeg);
    return good;
}

/* Takes the step; true if the picture is small enough now, or no step will help. */
static bool step_takes(struct pool *pool, const struct picture *from, unsigned step, size_t share,
                       const struct shrink *how, struct picture *to)
{
    unsigned lowered = how->quality > LOWER + QUALITY_MIN ? how->quality - LOWER : QUALITY_MIN;
    struct raw raw = {0};
    unsigned char *data;
    void *copy;
    size_t size;
    int rc;

    if (!decompress(from, steps[step].eighths, &raw)) {
        free(raw.rgb);
        return true;
    }
    rc = jpeg_encode(raw.rgb, raw.width, raw.height, (size_t)raw.width * 3,
                     steps[step].rough ? lowered : how->quality, &data, &size);
    free(raw.rgb);
    if (rc == -1)
        return true;
    if (size < to->size && (size <= share || step + 1 == STEPS)) {
        copy = pool_get(pool, size, 1);
        memcpy(copy, data, size);
        *to = (struct picture){copy, size};
    }
    free(data);
    return size <= share;
}

/* Bytes go with the pixels, more or less: steps that cannot be enough are not tried. */
static unsigned first_step(size_t size, size_t share)
{
    unsigned step = 0;

    while (step + 1 < STEPS &&
           size / 2 * steps[step].eighths / EIGHTHS * steps[step].eighths / EIGHTHS > share)
        step++;
    return step;
}

static void shrink_one(struct pool *pool, struct picture *picture, size_t share, const struct shrink *how)
{
    const struct picture from = *picture;

    for (unsigned step = first_step(from.size, share); step < STEPS; step++)
        if (step_takes(pool, &from, step, share, how, picture))
            return;
}

/* ---- all ---- */

static int by_size(const void *a, const void *b)
{
    size_t one = *(const size_t *)a, other = *(const size_t *)b;

    return one < other ? -1 : one > other;
}

/* What small ones do not need is there for the others. */
size_t shrink_share(size_t *sizes, size_t count, size_t max)
{
    if (count > 1)
        qsort(sizes, count, sizeof *sizes, by_size);
    for (size_t i = 0; i < count; i++) {
        if (sizes[i] > max / (count - i))
            return max / (count - i);
        max -= sizes[i];
    }
    return SIZE_MAX;
}

void shrink_pictures(struct pool *pool, struct picture *const *pictures, size_t count,
                     const struct shrink *how)
{
    size_t *sizes = need_zero(count, sizeof *sizes), share;

    for (size_t i = 0; i < count; i++)
        sizes[i] = pictures[i]->size;
    share = shrink_share(sizes, count, how->max);
    free(sizes);
    for (size_t i = 0; i < count; i++) {
        if (pictures[i]->size <= share)
            continue;
        shrink_one(pool, pictures[i], share, how);
        how->tick(how->arg);
    }
}
