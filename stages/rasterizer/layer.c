/* layer - see layer.h */
#include "stages/rasterizer/layer.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "stages/rasterizer/clean.h"

enum { LINE_BYTES = 16384, SIZE_MOST = 16384 };

/* A line's text before it is packed; the look of its letters by majority. */
struct words {
    char raw[LINE_BYTES], text[LINE_BYTES];
    size_t size;
    unsigned letters, bold, mono;
    double sizes;
};

static void take_letter(struct words *words, fz_context *ctx, const fz_stext_char *letter)
{
    char put[4];
    size_t bytes = clean_put(put, letter->c < ' ' ? ' ' : (uint32_t)letter->c); /* a tab is a space */

    if (bytes == 0 || words->size + bytes > sizeof words->raw)
        return;
    memcpy(words->raw + words->size, put, bytes);
    words->size += bytes;
    if (letter->c <= ' ' || letter->font == NULL)
        return;
    words->letters++;
    words->bold += fz_font_is_bold(ctx, letter->font) != 0;
    words->mono += fz_font_is_monospaced(ctx, letter->font) != 0;
    words->sizes += isfinite(letter->size) ? letter->size : 0;
}

static int32_t pixel(double at, int most)
{
    return isfinite(at) ? (int32_t)(at < 0 ? 0 : at > most ? most : lround(at)) : 0;
}

static struct hatch_line head_of(const struct words *words, fz_rect box, int width, int height)
{
    unsigned letters = words->letters == 0 ? 1 : words->letters;
    int32_t x = pixel(box.x0, width), y = pixel(box.y0, height),
            size = pixel(words->sizes / letters, SIZE_MOST);

    return (struct hatch_line){.x = x,
                               .y = y,
                               .w = pixel(box.x1, width) - x,
                               .h = pixel(box.y1, height) - y,
                               .size = (uint32_t)(size < 1 ? 1 : size),
                               .bold = words->bold * 2 > letters,
                               .mono = words->mono * 2 > letters};
}

/* false: the layer is full */
static bool add_line(struct layer *layer, fz_context *ctx, const fz_stext_line *line, int width, int height)
{
    static struct words words; /* too big for the stack of a jail */
    struct hatch_line head;
    size_t bytes;

    words.size = 0;
    words.letters = words.bold = words.mono = 0;
    words.sizes = 0;
    for (const fz_stext_char *letter = line->first_char; letter != NULL; letter = letter->next)
        take_letter(&words, ctx, letter);
    bytes = clean_text(words.text, sizeof words.text, words.raw, words.size);
    if (bytes == 0)
        return true;
    head = head_of(&words, line->bbox, width, height);
    if (head.w <= 0 || head.h <= 0)
        return true; /* beside the picture */
    if (layer->lines == HATCH_LINES_MOST || layer->size + sizeof head + bytes > sizeof layer->bytes)
        return false;
    head.bytes = (uint32_t)bytes;
    memcpy(layer->bytes + layer->size, &head, sizeof head);
    memcpy(layer->bytes + layer->size + sizeof head, words.text, bytes);
    layer->size += sizeof head + bytes;
    layer->lines++;
    return true;
}

static void add_lines(struct layer *layer, fz_context *ctx, const fz_stext_page *page, int width, int height)
{
    for (const fz_stext_block *block = page->first_block; block != NULL; block = block->next) {
        if (block->type != FZ_STEXT_BLOCK_TEXT)
            continue;
        for (const fz_stext_line *line = block->u.t.first_line; line != NULL; line = line->next)
            if (!add_line(layer, ctx, line, width, height))
                return;
    }
}

int layer_read(struct layer *layer, fz_context *ctx, fz_display_list *list, fz_matrix to_pixels, int width,
               int height, fz_cookie *cookie)
{
    fz_rect sheet = {0, 0, (float)width, (float)height};
    fz_stext_options options = {.flags = FZ_STEXT_MEDIABOX_CLIP};
    fz_stext_page *page = NULL;
    fz_device *device = NULL;
    volatile int rc = 0;

    layer->lines = 0;
    layer->size = 0;
    fz_var(page);
    fz_var(device);
    fz_try(ctx)
    {
        page = fz_new_stext_page(ctx, sheet);
        device = fz_new_stext_device(ctx, page, &options);
        fz_run_display_list(ctx, list, device, to_pixels, fz_infinite_rect, cookie);
        fz_close_device(ctx, device);
    }
    fz_always(ctx)
    {
        fz_drop_device(ctx, device);
    }
    fz_catch(ctx)
    {
        engine_caught(ctx);
        rc = -1;
    }
    if (page != NULL)
        add_lines(layer, ctx, page, width, height);
    fz_drop_stext_page(ctx, page);
    return rc;
}
