/* text_layer - see text_layer.h */
#include "stages/rasterizer/text_layer.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "stages/rasterizer/sanitize.h"
#include "stages/rasterizer/letters.h"
#include "stages/rasterizer/reading_order.h"
#include "stages/rasterizer/letters_spelling.h"
#include "stages/rasterizer/text_runs.h"
#include "stages/rasterizer/duplicate_letters.h"

enum { LINE_BYTES = 16384, LINE_LETTERS = 4096, MAX_SIZE = 16384, MIN_GARBLED = 4 };

/* What becomes of a page's letters; too big for the stack of a jail. */
static struct {
    struct letters letters;
    struct text_runs runs;
    struct jail_line heads[MAX_JAIL_LINES];
} page;

/* ---- one line ---- */

/* Its characters, and the look of its letters by majority. */
struct words {
    uint32_t c[LINE_LETTERS];
    char raw[LINE_BYTES], text[LINE_BYTES];
    size_t count, size;
    unsigned letters, bold, mono;
    double sizes;
    fz_rect box;
};

static void reach(fz_rect *box, float x, float y)
{
    box->x0 = fminf(box->x0, x);
    box->y0 = fminf(box->y0, y);
    box->x1 = fmaxf(box->x1, x);
    box->y1 = fmaxf(box->y1, y);
}

static void add_letter(struct words *words, const struct letters *letters, const struct letter *letter)
{
    float x = letter->x + letter->ux * letter->advance, y = letter->y + letter->uy * letter->advance;
    const struct font_face *face = &letters->face[letter->face];

    if (words->count + 2 > LINE_LETTERS)
        return;
    if (letter->gap)
        words->c[words->count++] = ' ';
    words->c[words->count++] = letter->c;
    reach(&words->box, letter->x + letter->ax, letter->y + letter->ay);
    reach(&words->box, letter->x + letter->dx, letter->y + letter->dy);
    reach(&words->box, x + letter->ax, y + letter->ay);
    reach(&words->box, x + letter->dx, y + letter->dy);
    if (letter->c == ' ')
        return;
    words->letters++;
    words->bold += face->bold;
    words->mono += face->mono;
    words->sizes += letter->size;
}

static void write_out(struct words *words)
{
    words->count = letters_spell_line(words->c, words->count, LINE_LETTERS);
    words->size = 0;
    for (size_t i = 0; i < words->count && words->size + 4 <= sizeof words->raw; i++)
        words->size += sanitize_put(words->raw + words->size, words->c[i]);
    words->size = sanitize_text(words->text, sizeof words->text, words->raw, words->size);
}

static int32_t pixel(double at, int max)
{
    return isfinite(at) ? (int32_t)(at < 0 ? 0 : at > max ? max : lround(at)) : 0;
}

static struct jail_line head_of(const struct words *words, int width, int height)
{
    unsigned letters = words->letters == 0 ? 1 : words->letters;
    int32_t x = pixel(words->box.x0, width), y = pixel(words->box.y0, height),
            size = pixel(words->sizes / letters, MAX_SIZE);

    return (struct jail_line){.x = x,
                              .y = y,
                              .w = pixel(words->box.x1, width) - x,
                              .h = pixel(words->box.y1, height) - y,
                              .size = (uint32_t)(size < 1 ? 1 : size),
                              .bold = words->bold * 2 > letters,
                              .mono = words->mono * 2 > letters};
}

/* false: the layer is full */
static bool add_line(struct text_layer *layer, const struct text_run *run, int width, int height)
{
    static struct words words; /* too big for the stack of a jail */
    struct jail_line head;

    words.count = 0;
    words.letters = words.bold = words.mono = 0;
    words.sizes = 0;
    words.box = (fz_rect){INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (uint32_t i = run->from; i < run->from + run->count; i++)
        add_letter(&words, &page.letters, &page.letters.letter[page.runs.order[i]]);
    write_out(&words);
    if (words.size == 0)
        return true;
    head = head_of(&words, width, height);
    if (head.w <= 0 || head.h <= 0)
        return true; /* beside the picture */
    if (layer->lines == MAX_JAIL_LINES || layer->size + sizeof head + words.size > sizeof layer->bytes)
        return false;
    head.bytes = (uint32_t)words.size;
    page.heads[layer->lines] = head;
    memcpy(layer->bytes + layer->size, &head, sizeof head);
    memcpy(layer->bytes + layer->size + sizeof head, words.text, words.size);
    layer->size += sizeof head + words.size;
    layer->lines++;
    return true;
}

/* ---- the page ---- */

/* Private use, U+FFFD and controls are letters of unknown characters, but in fonts of small pictures. */
static void count_letters(struct text_layer *layer, struct unknowns unknown)
{
    size_t honest = 0, lying = 0, nameless = unknown.in_words + unknown.alone;

    for (size_t i = 0; i < page.letters.count; i++) {
        const struct letter *letter = &page.letters.letter[i];

        if (letter->c == ' ' || letter->joined)
            continue;
        if (page.letters.face[letter->face].lies)
            lying++;
        else
            honest++;
    }
    layer->garbled = lying + nameless >= MIN_GARBLED && 2 * lying + nameless > honest;
    layer->unknown = layer->garbled ? 0 : (uint32_t)unknown.in_words;
}

/* Are most letters of the page written as one holds it? */
static bool upright(void)
{
    size_t count = 0;

    for (size_t i = 0; i < page.letters.count; i++)
        count += page.letters.letter[i].ux > 0.9f;
    return 2 * count > page.letters.count;
}

/* Puts the lines in the order of reading. */
static void put_in_order(struct text_layer *layer, int height)
{
    static unsigned char drawn[MAX_JAIL_TEXT];
    static uint32_t order[MAX_JAIL_LINES];
    static size_t at[MAX_JAIL_LINES];
    size_t used = 0;

    for (uint32_t i = 0; i < layer->lines; i++) {
        at[i] = used;
        used += sizeof *page.heads + page.heads[i].bytes;
    }
    reading_order(order, page.heads, layer->lines, height, page.runs.leftwards);
    memcpy(drawn, layer->bytes, layer->size);
    used = 0;
    for (uint32_t i = 0; i < layer->lines; i++) {
        size_t size = sizeof *page.heads + page.heads[order[i]].bytes;

        memcpy(layer->bytes + used, drawn + at[order[i]], size);
        used += size;
    }
}

int text_layer_read(struct text_layer *layer, fz_context *ctx, fz_display_list *list, fz_matrix to_pixels,
                    int width, int height, fz_cookie *cookie)
{
    int rc = letters_read(&page.letters, ctx, list, to_pixels, width, height, cookie);

    layer->lines = 0;
    layer->size = 0;
    count_letters(layer, letters_spell(&page.letters));
    if (layer->garbled)
        page.letters.count = 0;
    duplicate_letters_drop(&page.letters);
    text_runs_make(&page.runs, &page.letters);
    for (size_t i = 0; i < page.runs.count && add_line(layer, &page.runs.run[i], width, height); i++)
        ;
    if (upright())
        put_in_order(layer, height);
    letters_drop(&page.letters, ctx);
    return rc;
}
