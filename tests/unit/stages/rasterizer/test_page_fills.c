/* test_page_fills - large rectangles come out as MuPDF draws them, in and out of clips, groups and masks */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stages/rasterizer/page_fills.h"

enum { WIDTH = 400, HEIGHT = 300 };

static fz_context *ctx;
static unsigned clips; /* that MuPDF makes; a fill in parts clips each of them */
static void (*mupdf_clip)(fz_context *, fz_device *, const fz_path *, int, fz_matrix, fz_rect);

static void count_clip(fz_context *context, fz_device *device, const fz_path *path, int even_odd,
                       fz_matrix ctm, fz_rect scissor)
{
    clips++;
    mupdf_clip(context, device, path, even_odd, ctm, scissor);
}

/* ---- what is drawn ---- */

static const fz_rect everything = {-1000, -1000, 1000, 1000}, soft = {-1, -1, 390.3f, 250.7f};

static fz_path *rectangle(fz_rect r)
{
    fz_path *path = fz_new_path(ctx);

    fz_rectto(ctx, path, r.x0, r.y0, r.x1, r.y1);
    return path;
}

static fz_path *triangle(void)
{
    fz_path *path = fz_new_path(ctx);

    fz_moveto(ctx, path, 0, 0);
    fz_lineto(ctx, path, WIDTH, 0);
    fz_lineto(ctx, path, WIDTH, HEIGHT);
    fz_closepath(ctx, path);
    return path;
}

static void fill(fz_device *device, fz_path *path, int even_odd, fz_matrix ctm, float alpha)
{
    const float color[] = {0.3f, 0.6f, 0.9f};

    fz_fill_path(ctx, device, path, even_odd, ctm, fz_device_rgb(ctx), color, alpha, fz_default_color_params);
    fz_drop_path(ctx, path);
}

static void clip(fz_device *device, fz_path *path, fz_rect scissor)
{
    fz_clip_path(ctx, device, path, 0, fz_identity, scissor);
    fz_drop_path(ctx, path);
}

static void whole(fz_device *device)
{
    fill(device, rectangle(everything), 0, fz_identity, 1);
}

static void soft_edges(fz_device *device)
{
    fill(device, rectangle(soft), 0, fz_identity, 1);
}

static void lines(fz_device *device)
{
    fz_path *path = fz_new_path(ctx);

    fz_moveto(ctx, path, 5.5f, 5.5f);
    fz_lineto(ctx, path, 5.5f, 200.2f);
    fz_lineto(ctx, path, 350.1f, 200.2f);
    fz_lineto(ctx, path, 350.1f, 5.5f);
    fill(device, path, 0, fz_scale(1.01f, -1.2f), 1);
    path = rectangle(soft);
    fill(device, path, 0, fz_make_matrix(0, 0.7f, -0.7f, 0, 300.5f, 10), 1);
}

static void turned(fz_device *device)
{
    fill(device, rectangle(soft), 0, fz_rotate(3), 1);
    fill(device, triangle(), 0, fz_identity, 1);
}

static void with_a_hole(fz_device *device)
{
    fz_path *path = rectangle(everything);

    fz_rectto(ctx, path, 100, 100, 200, 200);
    fill(device, path, 1, fz_identity, 1);
}

static void translucent(fz_device *device)
{
    fill(device, rectangle(everything), 0, fz_identity, 0.5f);
}

static void in_a_rectangle(fz_device *device)
{
    clip(device, rectangle(soft), fz_infinite_rect);
    clip(device, rectangle(fz_make_rect(20, 20.5f, 900, 900)), fz_infinite_rect);
    whole(device);
    fz_pop_clip(ctx, device);
    fz_pop_clip(ctx, device);
}

static void in_a_scissor(fz_device *device)
{
    clip(device, rectangle(everything), fz_make_rect(50, 60, 300, 200));
    whole(device);
    fz_pop_clip(ctx, device);
}

static void in_a_triangle(fz_device *device)
{
    clip(device, triangle(), fz_infinite_rect);
    whole(device);
    fz_pop_clip(ctx, device);
}

static void in_a_triangle_in_place_of_a_rectangle(fz_device *device)
{
    clip(device, rectangle(soft), fz_infinite_rect);
    clip(device, rectangle(soft), fz_infinite_rect);
    fz_pop_clip(ctx, device);
    fz_pop_clip(ctx, device);
    in_a_triangle(device);
    clip(device, rectangle(soft), fz_infinite_rect);
    clip(device, triangle(), fz_infinite_rect);
    clip(device, rectangle(soft), fz_infinite_rect);
    whole(device);
    fz_pop_clip(ctx, device);
    fz_pop_clip(ctx, device);
    fz_pop_clip(ctx, device);
}

static void in_a_group(fz_device *device)
{
    fz_begin_group(ctx, device, soft, fz_device_rgb(ctx), 0, 0, FZ_BLEND_MULTIPLY, 0.5f);
    whole(device);
    fz_end_group(ctx, device);
    fz_begin_group(ctx, device, soft, fz_device_rgb(ctx), 1, 0, 0, 0.5f);
    in_a_rectangle(device);
    fz_end_group(ctx, device);
}

static void in_a_mask(fz_device *device)
{
    const float black[] = {0};

    fz_begin_mask(ctx, device, soft, 1, fz_device_gray(ctx), black, fz_default_color_params);
    whole(device);
    fz_end_mask(ctx, device);
    whole(device);
    fz_pop_clip(ctx, device);
}

static void in_a_tile(fz_device *device)
{
    fz_begin_tile(ctx, device, soft, fz_make_rect(0, 0, 300, 200), 300, 200, fz_scale(0.5f, 0.5f));
    fill(device, rectangle(fz_make_rect(10, 10, 280, 150)), 0, fz_scale(0.5f, 0.5f), 1);
    fz_end_tile(ctx, device);
}

/* The same colour as before, and its complement. */
static void again(fz_device *device)
{
    whole(device);
    whole(device);
}

/* ---- how it comes out ---- */

static fz_pixmap *draw(void (*what)(fz_device *), bool fast)
{
    fz_pixmap *pixels = fz_new_pixmap(ctx, fz_device_rgb(ctx), WIDTH, HEIGHT, NULL, 0);
    fz_device *device;

    fz_clear_pixmap_with_value(ctx, pixels, 0xff);
    device = fz_new_draw_device(ctx, fz_identity, pixels);
    mupdf_clip = device->clip_path;
    device->clip_path = count_clip;
    clips = 0;
    if (fast)
        page_fills_speed_up(device, pixels);
    what(device);
    fz_close_device(ctx, device);
    fz_drop_device(ctx, device);
    return pixels;
}

static void the_pixels_are_those_of_mupdf(void **state)
{
    static const struct {
        void (*what)(fz_device *);
        bool fast;
    } rows[] = {{whole, true},          {soft_edges, true},
                {lines, true},          {turned, false},
                {with_a_hole, false},   {translucent, false},
                {in_a_rectangle, true}, {in_a_scissor, true},
                {in_a_triangle, false}, {in_a_triangle_in_place_of_a_rectangle, false},
                {in_a_group, false},    {in_a_mask, false},
                {in_a_tile, false},     {again, true}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fz_pixmap *slow = draw(rows[i].what, false);
        unsigned direct = clips;
        fz_pixmap *fast = draw(rows[i].what, true);

        assert_int_equal(clips > direct, rows[i].fast);
        assert_memory_equal(fast->samples, slow->samples, (size_t)slow->stride * HEIGHT);
        fz_drop_pixmap(ctx, slow);
        fz_drop_pixmap(ctx, fast);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_pixels_are_those_of_mupdf)};
    int rc;

    ctx = mupdf_new(64 << 20);
    assert_non_null(ctx);
    rc = cmocka_run_group_tests(tests, NULL, NULL);
    fz_drop_context(ctx);
    return rc;
}
