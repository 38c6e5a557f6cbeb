/* rectangle - see rectangle.h */
#include "stages/assembler/cards/rectangle.h"

static long min_of(long a, long b)
{
    return a < b ? a : b;
}

static long max_of(long a, long b)
{
    return a > b ? a : b;
}

bool rectangle_overlap(const struct rectangle *a, const struct rectangle *b)
{
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

bool rectangle_inside(const struct rectangle *box, const struct rectangle *frame)
{
    return box->w > 0 && box->h > 0 && box->x >= frame->x && box->y >= frame->y &&
           box->x + box->w <= frame->x + frame->w && box->y + box->h <= frame->y + frame->h;
}

struct rectangle rectangle_grown(struct rectangle box, long by)
{
    return (struct rectangle){box.x - by, box.y - by, box.w + 2 * by, box.h + 2 * by};
}

static struct rectangle from_edges(long x, long y, long right, long bottom)
{
    return (struct rectangle){x, y, right - x, bottom - y};
}

struct rectangle rectangle_joined(struct rectangle a, struct rectangle b)
{
    return from_edges(min_of(a.x, b.x), min_of(a.y, b.y), max_of(a.x + a.w, b.x + b.w),
                      max_of(a.y + a.h, b.y + b.h));
}

struct rectangle rectangle_cut(const struct rectangle *box, const struct rectangle *frame)
{
    return from_edges(max_of(box->x, frame->x), max_of(box->y, frame->y),
                      min_of(box->x + box->w, frame->x + frame->w),
                      min_of(box->y + box->h, frame->y + frame->h));
}
