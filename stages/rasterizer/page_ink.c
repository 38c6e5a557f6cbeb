/* page_ink - see page_ink.h */
#include "stages/rasterizer/page_ink.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SHADES = 4096, DIFFERS = 24, SAMPLE = 4 };

static unsigned shade_of(const unsigned char *at)
{
    return (unsigned)(at[0] >> 4) << 8 | (unsigned)(at[1] >> 4) << 4 | (unsigned)(at[2] >> 4);
}

void page_ink_ground(const unsigned char *rgb, size_t stride, const struct page_ink_box *box, int every,
                     int ground[3])
{
    static struct {
        unsigned count, sum[3];
    } shades[SHADES];
    unsigned best = 0;

    memset(shades, 0, sizeof shades);
    for (int y = box->y; y < box->bottom; y += every)
        for (int x = box->x; x < box->right; x += every) {
            const unsigned char *at = rgb + (size_t)y * stride + (size_t)x * 3;
            unsigned shade = shade_of(at);

            shades[shade].count++;
            for (int i = 0; i < 3; i++)
                shades[shade].sum[i] += at[i];
        }
    for (unsigned i = 1; i < SHADES; i++)
        if (shades[i].count > shades[best].count)
            best = i;
    for (int i = 0; i < 3; i++)
        ground[i] = shades[best].count == 0 ? 0 : (int)(shades[best].sum[i] / shades[best].count);
}

static unsigned ink_of_row(const unsigned char *at, int width, const int paper[3])
{
    unsigned ink = 0;

    for (int x = 0; x < width; x++, at += 3)
        ink += (abs(at[0] - paper[0]) > DIFFERS) | (abs(at[1] - paper[1]) > DIFFERS) |
               (abs(at[2] - paper[2]) > DIFFERS);
    return ink;
}

uint32_t page_ink_ppm(const unsigned char *rgb, int width, int height, size_t stride)
{
    const struct page_ink_box all = {0, 0, width, height};
    uint64_t ink = 0, seen = 0;
    int paper[3];

    page_ink_ground(rgb, stride, &all, SAMPLE, paper);
    for (int y = 0; y < height; y += 2) {
        ink += ink_of_row(rgb + (size_t)y * stride, width, paper);
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
