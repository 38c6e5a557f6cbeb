/* box - see box.h */
#include "stages/assembler/box.h"

static long less(long a, long b)
{
    return a < b ? a : b;
}

static long more(long a, long b)
{
    return a > b ? a : b;
}

bool box_overlap(const struct box *a, const struct box *b)
{
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

bool box_inside(const struct box *box, const struct box *frame)
{
    return box->w > 0 && box->h > 0 && box->x >= frame->x && box->y >= frame->y &&
           box->x + box->w <= frame->x + frame->w && box->y + box->h <= frame->y + frame->h;
}

struct box box_grown(struct box box, long by)
{
    return (struct box){box.x - by, box.y - by, box.w + 2 * by, box.h + 2 * by};
}

static struct box between(long x, long y, long right, long bottom)
{
    return (struct box){x, y, right - x, bottom - y};
}

struct box box_joined(struct box a, struct box b)
{
    return between(less(a.x, b.x), less(a.y, b.y), more(a.x + a.w, b.x + b.w), more(a.y + a.h, b.y + b.h));
}

struct box box_cut(const struct box *box, const struct box *frame)
{
    return between(more(box->x, frame->x), more(box->y, frame->y), less(box->x + box->w, frame->x + frame->w),
                   less(box->y + box->h, frame->y + frame->h));
}
