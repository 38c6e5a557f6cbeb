/* picture - see picture.h */
#include "stages/rasterizer/picture.h"

#include <stdlib.h>
#include <string.h>

enum { SHADES = 4096, DIFFERS = 24, SAMPLE = 4 };

static unsigned shade_of(const unsigned char *at)
{
    return (unsigned)(at[0] >> 4) << 8 | (unsigned)(at[1] >> 4) << 4 | (unsigned)(at[2] >> 4);
}

/* The mean of the most frequent shade on a grid: the paper. */
static void paper_of(const unsigned char *rgb, int width, int height, size_t stride, int paper[3])
{
    static struct {
        unsigned count, sum[3];
    } shades[SHADES];
    unsigned best = 0;

    memset(shades, 0, sizeof shades);
    for (int y = 0; y < height; y += SAMPLE)
        for (int x = 0; x < width; x += SAMPLE) {
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
        paper[i] = shades[best].count == 0 ? 0 : (int)(shades[best].sum[i] / shades[best].count);
}

/* One row of pixels: counts ink, and adds it and the brightness to the cells of its row. */
static unsigned look_at_row(const unsigned char *at, int width, const int paper[3], unsigned *ink,
                            unsigned *light)
{
    unsigned row = 0;

    for (int x = 0; x < width; x++, at += 3) {
        unsigned cell = (unsigned)((int64_t)x * HATCH_INK_COLUMNS / width);
        unsigned differs = (abs(at[0] - paper[0]) > DIFFERS) | (abs(at[1] - paper[1]) > DIFFERS) |
                           (abs(at[2] - paper[2]) > DIFFERS);

        row += differs;
        ink[cell] += differs;
        light[cell] += (at[0] + 2u * at[1] + at[2]) / 4;
    }
    return row;
}

uint32_t picture_ink(const unsigned char *rgb, int width, int height, size_t stride,
                     unsigned char shades[HATCH_INK_CELLS])
{
    static unsigned ink[HATCH_INK_CELLS], light[HATCH_INK_CELLS], rows[HATCH_INK_ROWS];
    uint64_t all = 0, seen = 0;
    int paper[3];

    memset(ink, 0, sizeof ink);
    memset(light, 0, sizeof light);
    memset(rows, 0, sizeof rows);
    paper_of(rgb, width, height, stride, paper);
    for (int y = 0; y < height; y += 2) {
        unsigned row = (unsigned)((int64_t)y * HATCH_INK_ROWS / height);

        all += look_at_row(rgb + (size_t)y * stride, width, paper, ink + row * HATCH_INK_COLUMNS,
                           light + row * HATCH_INK_COLUMNS);
        rows[row]++;
        seen += (unsigned)width;
    }
    for (unsigned i = 0; i < HATCH_INK_CELLS; i++) {
        unsigned pixels = rows[i / HATCH_INK_COLUMNS] * (unsigned)width / HATCH_INK_COLUMNS;
        unsigned mean = pixels == 0 ? 0 : light[i] / pixels / 16;

        shades[i] = ink[i] == 0 ? HATCH_PAPER : (unsigned char)(mean > 15 ? 15 : mean);
    }
    return seen == 0 ? 0 : (uint32_t)(all * 1000000 / seen);
}
