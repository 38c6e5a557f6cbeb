/* jail_reply_check - see jail_reply_check.h */
#include "stages/rasterizer/jail_reply_check.h"

#include <string.h>

#include "stages/rasterizer/sanitize.h"

bool jail_reply_check_head(const struct jail_reply *reply, const struct jail_ask *ask)
{
    static const uint32_t max[][2] = {[JAIL_OPEN] = {MAX_JAIL_LACKS, 0},
                                      [JAIL_INSPECT] = {MAX_JAIL_TITLE, MAX_JAIL_OUTLINE},
                                      [JAIL_PAGE] = {MAX_JAIL_TEXT, MAX_JAIL_JPEG},
                                      [JAIL_STEP] = {0, 0}};
    uint32_t what = ask == NULL ? JAIL_OPEN : ask->what, page = ask == NULL ? 0 : ask->page;

    if (what == JAIL_INSPECT)
        page = 0;
    return reply->magic == JAIL_MAGIC && reply->what == what && reply->page == page &&
           reply->outcome < JAIL_OUTCOMES && reply->pages <= MAX_JAIL_PAGES && reply->repaired <= 1 &&
           reply->step <= (what == JAIL_STEP) && reply->width <= MAX_JAIL_SIDE &&
           reply->height <= MAX_JAIL_SIDE && reply->ink_ppm <= 1000000 && reply->flaws <= JAIL_FLAWS &&
           reply->lines <= MAX_JAIL_LINES && reply->garbled <= 1 && reply->unknown <= MAX_JAIL_LETTERS &&
           reply->bytes[0] <= max[what][0] && reply->bytes[1] <= max[what][1];
}

/* ---- text ---- */

static bool inside(int32_t at, int32_t length, uint32_t max)
{
    return at >= 0 && length > 0 && (int64_t)at + length <= max;
}

static bool lines_good(const struct jail_reply *reply, const unsigned char *bytes)
{
    size_t left = reply->bytes[0];

    for (uint32_t i = 0; i < reply->lines; i++) {
        struct jail_line head;

        if (left < sizeof head)
            return false;
        memcpy(&head, bytes, sizeof head);
        bytes += sizeof head;
        left -= sizeof head;
        if (head.bytes == 0 || head.bytes > left || head.bold > 1 || head.mono > 1 || head.size == 0 ||
            head.size > MAX_JAIL_SIDE || !inside(head.x, head.w, reply->width) ||
            !inside(head.y, head.h, reply->height) ||
            !sanitize_is_clean((const char *)bytes, head.bytes, false))
            return false;
        bytes += head.bytes;
        left -= head.bytes;
    }
    return left == 0;
}

/* ---- JPEG ---- */

static size_t two(const unsigned char *at)
{
    return (size_t)at[0] << 8 | at[1];
}

static bool frame_good(const unsigned char *frame, size_t size, uint32_t width, uint32_t height)
{
    return size == 2 + 6 + 3 * 3 && frame[2] == 8 && two(frame + 3) == height && two(frame + 5) == width &&
           frame[7] == 3;
}

bool jail_reply_check_jpeg(const unsigned char *jpeg, size_t size, uint32_t width, uint32_t height)
{
    bool framed = false;
    size_t at = 2;

    if (size < 4 || jpeg[0] != 0xff || jpeg[1] != 0xd8 || jpeg[size - 2] != 0xff || jpeg[size - 1] != 0xd9)
        return false;
    while (at + 4 <= size && jpeg[at] == 0xff) {
        unsigned char marker = jpeg[at + 1];
        size_t length = two(jpeg + at + 2);

        at += 2;
        if (length < 2 || length > size - at)
            return false;
        if (marker == 0xda)
            return framed;
        if (marker == 0xc0) {
            if (framed || !frame_good(jpeg + at, length, width, height))
                return false;
            framed = true;
        } else if (marker != 0xc4 && marker != 0xdb && marker != 0xe0) {
            return false; /* only what our own encoder writes: no comments, no profiles, nothing to carry
                             things in */
        }
        at += length;
    }
    return false;
}

/* ---- the whole ---- */

static bool page_good(const struct jail_reply *reply, const unsigned char *lines, const unsigned char *jpeg)
{
    bool pictured = reply->bytes[1] > 0;

    if (reply->outcome != JAIL_OK)
        return !pictured && reply->bytes[0] == 0;
    return reply->width > 0 && reply->height > 0 && (pictured || reply->lines > 0) &&
           lines_good(reply, lines) &&
           (!pictured || jail_reply_check_jpeg(jpeg, reply->bytes[1], reply->width, reply->height));
}

bool jail_reply_check_bodies(const struct jail_reply *reply, const unsigned char *first,
                             const unsigned char *second)
{
    if (reply->what == JAIL_PAGE)
        return page_good(reply, first, second);
    if (reply->what == JAIL_INSPECT && reply->outcome == JAIL_OK && reply->pages == 0)
        return false;
    return sanitize_is_clean((const char *)first, reply->bytes[0], false) &&
           sanitize_is_clean((const char *)second, reply->bytes[1], true);
}
