/* page_fills - see page_fills.h
 *
 * MuPDF draws one pixel of the rectangle's inside, which tells the colour, and a frame around the inside,
 * which has the soft edges; the inside is then set to that colour.  What is drawn inside a clip that is no
 * rectangle, or a group, goes to other pixels first; there MuPDF draws all of it.
 */
#include "stages/rasterizer/page_fills.h"

#include <math.h>
#include <string.h>

/* MARGIN: pixels from an edge to where no soft edge reaches. WORTH_IT: pixels; smaller ones are drawn at
 * once as they are. */
enum { MARGIN = 2, WORTH_IT = 1 << 14, MAX_CLIPS = 32, CORNERS = 4 };

static struct {
    fz_pixmap *pixels;
    void (*fill_path)(fz_context *, fz_device *, const fz_path *, int, fz_matrix, fz_colorspace *,
                      const float *, float, fz_color_params);
    void (*clip_path)(fz_context *, fz_device *, const fz_path *, int, fz_matrix, fz_rect);
    void (*pop_clip)(fz_context *, fz_device *);
    int clips; /* of the device's containers, from the outermost: so many are known rectangles */
    fz_irect inside[MAX_CLIPS + 1]; /* of the frame and of each of them */
} drawn;

/* ---- is it a rectangle? ---- */

struct corners {
    fz_matrix ctm;
    fz_point at[CORNERS];
    int count; /* more than CORNERS: it is no rectangle */
};

static void add_corner(struct corners *corners, float x, float y)
{
    fz_point at = fz_transform_point_xy(x, y, corners->ctm);

    if (corners->count == CORNERS && at.x == corners->at[0].x && at.y == corners->at[0].y)
        return; /* back at the first */
    if (corners->count < CORNERS)
        corners->at[corners->count] = at;
    corners->count++;
}

static void move_to(fz_context *ctx, void *arg, float x, float y)
{
    struct corners *corners = arg;

    (void)ctx;
    if (corners->count > 0)
        corners->count = CORNERS + 1; /* a second part */
    add_corner(corners, x, y);
}

static void line_to(fz_context *ctx, void *arg, float x, float y)
{
    (void)ctx;
    add_corner(arg, x, y);
}

static void curve_to(fz_context *ctx, void *arg, float x1, float y1, float x2, float y2, float x3, float y3)
{
    struct corners *corners = arg;

    (void)ctx, (void)x1, (void)y1, (void)x2, (void)y2, (void)x3, (void)y3;
    corners->count = CORNERS + 1;
}

static void close_path(fz_context *ctx, void *arg)
{
    (void)ctx, (void)arg;
}

static fz_irect shrunk(fz_rect box)
{
    fz_irect out = fz_irect_from_rect(box); /* some millions at most in any direction */

    return (fz_irect){out.x0 + MARGIN, out.y0 + MARGIN, out.x1 - MARGIN, out.y1 - MARGIN};
}

/* true, and the pixels well inside it: the path is an upright rectangle. */
static bool inside_of(fz_context *ctx, const fz_path *path, fz_matrix ctm, fz_irect *inside)
{
    static const fz_path_walker walker = {move_to, line_to, curve_to, close_path, NULL, NULL, NULL, NULL};
    struct corners c = {.ctm = ctm};
    const fz_point *at = c.at;

    fz_walk_path(ctx, path, &walker, &c);
    if (c.count != CORNERS)
        return false;
    if (!(at[0].x == at[1].x && at[1].y == at[2].y && at[2].x == at[3].x && at[3].y == at[0].y) &&
        !(at[0].y == at[1].y && at[1].x == at[2].x && at[2].y == at[3].y && at[3].x == at[0].x))
        return false;
    *inside = shrunk(fz_make_rect(fminf(at[0].x, at[2].x), fminf(at[0].y, at[2].y), fmaxf(at[0].x, at[2].x),
                                  fmaxf(at[0].y, at[2].y)));
    return true;
}

/* ---- filling ---- */

struct fill {
    fz_device *device;
    const fz_path *path;
    int even_odd;
    fz_matrix ctm;
    fz_colorspace *space;
    const float *color;
    fz_color_params params;
};

/* MuPDF's own, of that part alone. */
static void fill_part(fz_context *ctx, const struct fill *fill, int x0, int y0, int x1, int y1)
{
    fz_rect part = fz_make_rect((float)x0, (float)y0, (float)x1, (float)y1);
    fz_path *frame;

    if (x0 >= x1 || y0 >= y1)
        return;
    frame = fz_new_path(ctx);
    fz_try(ctx)
    {
        fz_rectto(ctx, frame, part.x0, part.y0, part.x1, part.y1);
        drawn.clip_path(ctx, fill->device, frame, 0, fz_identity, part);
        drawn.fill_path(ctx, fill->device, fill->path, fill->even_odd, fill->ctm, fill->space, fill->color, 1,
                        fill->params);
        drawn.pop_clip(ctx, fill->device);
    }
    fz_always(ctx)
    {
        fz_drop_path(ctx, frame);
    }
    fz_catch(ctx)
    {
        fz_rethrow(ctx);
    }
}

static unsigned char *pixel(int x, int y)
{
    return drawn.pixels->samples + (ptrdiff_t)y * drawn.pixels->stride + (ptrdiff_t)x * 3;
}

/* The colour of the fill, at the first pixel of its inside. false: it went somewhere else. */
static bool probe(fz_context *ctx, const struct fill *fill, fz_irect inside)
{
    unsigned char *at = pixel(inside.x0, inside.y0), before[3], other[3];

    for (int i = 0; i < 3; i++) {
        before[i] = at[i];
        other[i] = at[i] ^ 0x80;
    }
    memcpy(at, other, sizeof other);
    fill_part(ctx, fill, inside.x0, inside.y0, inside.x0 + 1, inside.y0 + 1);
    if (memcmp(at, other, sizeof other) != 0)
        return true;
    memcpy(at, before, sizeof before);
    return false;
}

static void set_inside(fz_irect inside)
{
    unsigned char *first = pixel(inside.x0, inside.y0);
    size_t bytes = (size_t)(inside.x1 - inside.x0) * 3;

    for (size_t at = 3; at < bytes; at += 3)
        memcpy(first + at, first, 3);
    for (int y = inside.y0 + 1; y < inside.y1; y++)
        memcpy(pixel(inside.x0, y), first, bytes);
}

static void fill_in_parts(fz_context *ctx, const struct fill *fill, fz_irect inside)
{
    const fz_irect all = {0, 0, drawn.pixels->w, drawn.pixels->h};

    fill_part(ctx, fill, all.x0, all.y0, all.x1, inside.y0);
    fill_part(ctx, fill, all.x0, inside.y1, all.x1, all.y1);
    fill_part(ctx, fill, all.x0, inside.y0, inside.x0, inside.y1);
    fill_part(ctx, fill, inside.x1, inside.y0, all.x1, inside.y1);
    set_inside(inside);
}

/* ---- the device ---- */

static bool large(fz_irect rect)
{
    return rect.x0 < rect.x1 && rect.y0 < rect.y1 && (rect.x1 - rect.x0) * (rect.y1 - rect.y0) >= WORTH_IT;
}

static void fill_path(fz_context *ctx, fz_device *device, const fz_path *path, int even_odd, fz_matrix ctm,
                      fz_colorspace *space, const float *color, float alpha, fz_color_params params)
{
    const struct fill fill = {device, path, even_odd, ctm, space, color, params};
    bool plain = alpha == 1 && params.op == 0 && device->container_len == drawn.clips;
    fz_irect inside;

    if (plain && inside_of(ctx, path, ctm, &inside)) {
        inside = fz_intersect_irect(inside, drawn.inside[drawn.clips]);
        if (large(inside) && probe(ctx, &fill, inside)) {
            fill_in_parts(ctx, &fill, inside);
            return;
        }
    }
    drawn.fill_path(ctx, device, path, even_odd, ctm, space, color, alpha, params);
}

static void clip_path(fz_context *ctx, fz_device *device, const fz_path *path, int even_odd, fz_matrix ctm,
                      fz_rect scissor)
{
    fz_irect inside;

    /* it is among the containers already */
    if (device->container_len == drawn.clips + 1 && drawn.clips < MAX_CLIPS &&
        inside_of(ctx, path, ctm, &inside)) {
        inside = fz_intersect_irect(inside, shrunk(scissor));
        drawn.inside[drawn.clips + 1] = fz_intersect_irect(inside, drawn.inside[drawn.clips]);
        drawn.clips++;
    }
    drawn.clip_path(ctx, device, path, even_odd, ctm, scissor);
}

static void pop_clip(fz_context *ctx, fz_device *device)
{
    if (drawn.clips > device->container_len)
        drawn.clips = device->container_len;
    drawn.pop_clip(ctx, device);
}

void page_fills_speed_up(fz_device *draw, fz_pixmap *pixels)
{
    drawn.pixels = pixels;
    drawn.fill_path = draw->fill_path;
    drawn.clip_path = draw->clip_path;
    drawn.pop_clip = draw->pop_clip;
    drawn.clips = 0;
    drawn.inside[0] = (fz_irect){0, 0, pixels->w, pixels->h};
    draw->fill_path = fill_path;
    draw->clip_path = clip_path;
    draw->pop_clip = pop_clip;
}
