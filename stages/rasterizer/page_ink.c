/* page_ink - see page_ink.h */
#include "stages/rasterizer/page_ink.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SHADES = 4096, DIFFERS = 24, SAMPLE = 4, BLOCK = 16, BLOCK_BYTES = 3 * BLOCK };

static struct shade {
    unsigned count, sum[3];
} shades[SHADES];

static unsigned shade_of(const unsigned char *at)
{
    return (unsigned)(at[0] >> 4) << 8 | (unsigned)(at[1] >> 4) << 4 | (unsigned)(at[2] >> 4);
}

static void count_shade(const unsigned char *at, unsigned times)
{
    struct shade *shade = &shades[shade_of(at)];

    shade->count += times;
    for (int i = 0; i < 3; i++)
        shade->sum[i] += times * at[i];
}

/* Most pixels have the colour of the one before. */
static void count_row(const unsigned char *at, int count, size_t step)
{
    unsigned times = 1;

    for (; count > 1; count--, at += step) {
        if (memcmp(at, at + step, 3) == 0) {
            times++;
        } else {
            count_shade(at, times);
            times = 1;
        }
    }
    if (count == 1)
        count_shade(at, times);
}

void page_ink_ground(const unsigned char *rgb, size_t stride, const struct page_ink_box *box, int every,
                     int ground[3])
{
    int count = (box->right - box->x + every - 1) / every;
    unsigned best = 0;

    memset(shades, 0, sizeof shades);
    for (int y = box->y; y < box->bottom; y += every)
        count_row(rgb + (size_t)y * stride + (size_t)box->x * 3, count, (size_t)every * 3);
    for (unsigned i = 1; i < SHADES; i++)
        if (shades[i].count > shades[best].count)
            best = i;
    for (int i = 0; i < 3; i++)
        ground[i] = shades[best].count == 0 ? 0 : (int)(shades[best].sum[i] / shades[best].count);
}

/* The colours that are paper, from low to low + span, for the bytes of a block of pixels. */
struct paper {
    unsigned char low[BLOCK_BYTES], span[BLOCK_BYTES];
};

static void paper_set(struct paper *paper, const int ground[3])
{
    for (int i = 0; i < BLOCK_BYTES; i++) {
        int low = ground[i % 3] - DIFFERS, high = ground[i % 3] + DIFFERS;

        low = low < 0 ? 0 : low;
        high = high > 255 ? 255 : high;
        paper->low[i] = (unsigned char)low;
        paper->span[i] = (unsigned char)(high - low);
    }
}

/* What is below low is far above span, as it wraps around. */
static unsigned char is_off(const struct paper *paper, const unsigned char *at, int i)
{
    return (unsigned char)(at[i] - paper->low[i]) > paper->span[i];
}

/* Of all blocks of a page most are paper: the compiler makes a few vector instructions of this loop. */
static bool is_paper(const struct paper *paper, const unsigned char *at)
{
    unsigned char off = 0;

    for (int i = 0; i < BLOCK_BYTES; i++)
        off |= is_off(paper, at, i);
    return off == 0;
}

static unsigned ink_of_row(const unsigned char *at, int width, const struct paper *paper)
{
    unsigned ink = 0;

    for (int left = width; left > 0; left -= BLOCK, at += BLOCK_BYTES) {
        if (left >= BLOCK && is_paper(paper, at))
            continue;
        for (int i = 0; i < BLOCK_BYTES && i < left * 3; i += 3)
            ink += is_off(paper, at, i) | is_off(paper, at, i + 1) | is_off(paper, at, i + 2);
    }
    return ink;
}

uint32_t page_ink_ppm(const unsigned char *rgb, int width, int height, size_t stride)
{
    const struct page_ink_box all = {0, 0, width, height};
    uint64_t ink = 0, seen = 0;
    struct paper paper;
    int ground[3];

    page_ink_ground(rgb, stride, &all, SAMPLE, ground);
    paper_set(&paper, ground);
    for (int y = 0; y < height; y += 2) {
        ink += ink_of_row(rgb + (size_t)y * stride, width, &paper);
        seen += (unsigned)width;
    }
    return seen == 0 ? 0 : (uint32_t)(ink * 1000000 / seen);
}

static bool differ(const unsigned char *a, const unsigned char *b)
{
    return abs(a[0] - b[0]) > DIFFERS || abs(a[1] - b[1]) > DIFFERS || abs(a[2] - b[2]) > DIFFERS;
}

uint32_t page_ink_detail(const unsigned char *rgb, int width, int height, size_t stride)
{
    uint64_t count = 0;

    for (int y = 1; y < height; y++)
        for (int x = 1; x < width; x++) {
            const unsigned char *at = rgb + (size_t)y * stride + (size_t)x * 3;

            count += differ(at, at - 3) || differ(at, at - stride);
        }
    return (uint32_t)(count * 1000000 / ((uint64_t)width * (uint64_t)height));
}
