/* image_occlusion - see image_occlusion.h */
#include "stages/assembler/cards/image_occlusion.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/assembler/cards/label_position.h"
#include "stages/assembler/cards/rectangle.h"
#include "stages/lib/text/fold.h"
#include "stages/lib/text/char_class.h"

enum {
    LABELS_MIN = 3,
    LABELS_MAX = 12,
    MASKS_MIN = 2,
    PAD = 4,
    PAD_CLOSE = 2,
    PAD_STEPS = 4,
    LINES_MAX = 500
};
enum { COVERED_MAX = 40, LABEL_SHARE = 60, TITLE_SIZE = 120, EDGE = 6 }; /* per cent */

/* A label that was found, on its way to a mask. */
struct cover {
    const struct label_position *place;
    const char *label;
    struct rectangle box;
    bool shared; /* with other labels, on one line */
    bool fits;
};

struct figure {
    const struct slide *slide;
    unsigned title_size; /* lines as large are the title */
    unsigned usual_size; /* of half of the lines, or less */
    struct cover covers[LABELS_MAX];
    size_t count;
};

static struct rectangle box_of(const struct line *line)
{
    return (struct rectangle){line->x, line->y, line->w, line->h};
}

/* ---- which lines hold labels ---- */

static int by_size(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

    return (x > y) - (x < y);
}

/* What is larger than most of the slide by far, and as large as anything, is its title. */
static void learn_sizes(struct figure *figure)
{
    const struct slide *slide = figure->slide;
    unsigned *sizes = need((slide->line_count + 1) * sizeof *sizes), largest, usual;

    for (size_t i = 0; i < slide->line_count; i++)
        sizes[i] = slide->lines[i].size;
    qsort(sizes, slide->line_count, sizeof *sizes, by_size);
    largest = slide->line_count == 0 ? 0 : sizes[slide->line_count - 1];
    usual = slide->line_count == 0 ? 0 : sizes[slide->line_count / 2];
    free(sizes);
    figure->usual_size = usual;
    figure->title_size = 100 * largest >= TITLE_SIZE * usual ? largest : largest + 1;
}

static bool is_title(const struct figure *figure, const struct line *line)
{
    char *text = fold(line->text), *title = fold(slide_title(figure->slide));
    bool is = line->size >= figure->title_size ||
              (*figure->slide->answer->title != '\0' && strcmp(text, title) == 0);

    free(text);
    free(title);
    return is;
}

/* Small print at the upper or lower edge: what stands there stands on every slide. */
static bool is_edge(const struct figure *figure, const struct line *line)
{
    unsigned height = figure->slide->height;

    return line->size < figure->usual_size &&
           (100 * (line->y + line->h) <= EDGE * height || 100 * line->y >= (100 - EDGE) * height);
}

/* Is it a line of text, not one that is drawn upright or aslant? */
static bool is_level(const struct line *line)
{
    return line->w > 0 && line->h > 0 && line->h <= 2 * line->size;
}

/* Upright is well enough for a whole line; aslant, its box covers what it should not. */
static bool is_straight(const struct line *line)
{
    return is_level(line) || (line->w > 0 && line->h > 0 && line->w <= 2 * line->size);
}

/* The labels that share a line, as bytes of it. */
static size_t letters_on(const struct figure *figure, size_t line, unsigned *labels)
{
    size_t letters = 0;

    *labels = 0;
    for (size_t i = 0; i < figure->count; i++) {
        const struct label_position *place = figure->covers[i].place;

        if (place->line_count == 1 && place->lines[0] == line) {
            letters += place->letters;
            ++*labels;
        }
    }
    return letters;
}

/* A line that says much else is running text. */
static bool holds_little_else(const struct figure *figure, size_t line, unsigned *labels)
{
    size_t letters = letters_on(figure, line, labels);

    return 100 * letters >= LABEL_SHARE * label_line_letters(&figure->slide->lines[line]);
}

/* ---- boxes ---- */

/* How wide characters are beside each other, in hundredths of their size: near enough for where a word ends.
 */
static unsigned advance(uint32_t c, bool mono)
{
    if (char_is_wide(c))
        return 100;
    if (mono || c >= 0x80)
        return 55;
    if (strchr("ijl.,:;|!'", (int)c) != NULL)
        return 27;
    if (strchr("mwMW@%", (int)c) != NULL)
        return 85;
    if (strchr(" ftrI()[]-/", (int)c) != NULL)
        return 33;
    return c >= 'A' && c <= 'Z' ? 67 : 54;
}

static unsigned long width_of(const struct line *line, size_t from, size_t to)
{
    unsigned long width = 0;
    uint32_t c;

    for (size_t at = from, step; at < to && (step = utf8_next(line->text + at, to - at, &c)) > 0; at += step)
        width += advance(c, line->mono);
    return width;
}

/* Where a byte of the line stands in the picture. */
static long reach(const struct line *line, size_t at)
{
    unsigned long whole = width_of(line, 0, strlen(line->text));

    return (long)line->x + (long)(width_of(line, 0, at) * line->w / (whole == 0 ? 1 : whole));
}

/* A part of a line that other labels share: up to the middle of the blank between them. */
static struct rectangle box_in_line(const struct line *line, const struct label_position *place)
{
    size_t end = strlen(line->text), from = place->from, to = place->to;
    long gap = (long)line->size / 8, left = reach(line, from) - (from > 0 ? gap : 0),
         right = reach(line, to) + (to < end ? gap : 0);

    return (struct rectangle){left, line->y, right - left, line->h};
}

/* The box of the label's own ink; false: there is none that would do. */
static bool measure(const struct figure *figure, struct cover *cover)
{
    const struct label_position *place = cover->place;
    const struct line *first = &figure->slide->lines[place->lines[0]];
    unsigned labels = 1;

    cover->box = box_of(first);
    for (size_t i = 0; i < place->line_count; i++) {
        const struct line *line = &figure->slide->lines[place->lines[i]];

        if (is_title(figure, line) || is_edge(figure, line) || !is_straight(line))
            return false;
        cover->box = rectangle_joined(cover->box, box_of(line));
    }
    if (place->line_count > 1)
        return true;
    if (!holds_little_else(figure, place->lines[0], &labels) || (labels > 1 && !is_level(first)))
        return false;
    cover->shared = labels > 1;
    if (cover->shared)
        cover->box = box_in_line(first, place);
    return true;
}

/* Is it one of the lines that the label stands in? */
static bool own(const struct label_position *place, size_t line)
{
    for (size_t i = 0; i < place->line_count; i++)
        if (place->lines[i] == line)
            return true;
    return false;
}

/* From well around the ink to the middle of its height, where there are only tails of other lines. */
static struct rectangle padded(struct rectangle box, unsigned step)
{
    static const long pads[] = {PAD, PAD_CLOSE, 0};

    if (step < PAD_STEPS - 1)
        return rectangle_grown(box, pads[step]);
    return (struct rectangle){box.x, box.y + box.h / 8, box.w, box.h - 2 * (box.h / 8)};
}

/* Does it stay clear of all other text, if that had as much around it? So covers stay clear of each other. */
static bool is_clear(const struct figure *figure, const struct cover *cover, unsigned step)
{
    struct rectangle box = padded(cover->box, step);

    for (size_t i = 0; i < figure->slide->line_count; i++) {
        struct rectangle other = padded(box_of(&figure->slide->lines[i]), step);

        if (!own(cover->place, i) && rectangle_overlap(&box, &other))
            return false;
    }
    return true;
}

/* As much around the ink as there is room for. False: text of others would be covered. */
static bool pad(const struct figure *figure, struct cover *cover)
{
    for (unsigned step = cover->shared ? PAD_STEPS - 2 : 0; step < PAD_STEPS; step++)
        if (is_clear(figure, cover, step)) {
            cover->box = padded(cover->box, step);
            return true;
        }
    return false;
}

/* ---- the figure ---- */

static void gather(struct figure *figure, const struct label_position *places)
{
    const struct texts *labels = &figure->slide->answer->labels;

    for (size_t i = 0; i < labels->count && i < LABELS_MAX; i++)
        if (places[i].found)
            figure->covers[figure->count++] = (struct cover){.place = &places[i], .label = labels->item[i]};
}

static void fit(struct figure *figure)
{
    const struct rectangle frame = {0, 0, figure->slide->width, figure->slide->height};

    for (size_t i = 0; i < figure->count; i++) {
        struct cover *cover = &figure->covers[i];

        cover->fits = measure(figure, cover) && rectangle_inside(&cover->box, &frame) && pad(figure, cover);
        cover->box = rectangle_cut(&cover->box, &frame);
    }
    for (size_t i = 0; i < figure->count; i++)
        for (size_t k = 0; k < i; k++)
            if (figure->covers[i].fits && figure->covers[k].fits &&
                rectangle_overlap(&figure->covers[i].box, &figure->covers[k].box))
                figure->covers[i].fits = figure->covers[k].fits = false;
}

static int by_place(const void *a, const void *b)
{
    const struct mask *x = a, *y = b;

    return x->y != y->y ? (x->y > y->y) - (x->y < y->y) : (x->x > y->x) - (x->x < y->x);
}

static void keep(struct slide *slide, const struct figure *figure, struct pool *pool)
{
    unsigned long covered = 0;

    slide->masks = pool_get(pool, LABELS_MAX, sizeof *slide->masks);
    for (size_t i = 0; i < figure->count; i++) {
        const struct cover *cover = &figure->covers[i];

        if (!cover->fits)
            continue;
        slide->masks[slide->mask_count++] = (struct mask){.label = cover->label,
                                                          .x = (unsigned)cover->box.x,
                                                          .y = (unsigned)cover->box.y,
                                                          .w = (unsigned)cover->box.w,
                                                          .h = (unsigned)cover->box.h};
        covered += (unsigned long)(cover->box.w * cover->box.h);
    }
    qsort(slide->masks, slide->mask_count, sizeof *slide->masks, by_place);
    if (slide->mask_count < MASKS_MIN ||
        100 * covered > (unsigned long)COVERED_MAX * slide->width * slide->height)
        slide->mask_count = 0;
}

/* "Axon, Soma, Synapse" */
static const char *names_of(const struct slide *slide, struct pool *pool)
{
    struct bytes text = {0};
    const char *names;

    for (size_t i = 0; i < slide->mask_count; i++)
        bytes_add_format(&text, "%s%s", i > 0 ? ", " : "", slide->masks[i].label);
    names = pool_text(pool, bytes_text(&text));
    bytes_drop(&text);
    return names;
}

/* Stands for what it is about in its identity (note_guid.h): a slide has one such card. */
static const char concept[] = "image occlusion";

static void card_add(struct slide *slide, struct pool *pool)
{
    struct answer *answer = slide->answer;
    const char *names = names_of(slide, pool);

    answer->cards[answer->card_count++] =
        (struct card){.front = *answer->title != '\0' ? answer->title : names,
                      .back = names,
                      .concept = concept,
                      .place = UINT_MAX,
                      .occlusion = true};
}

void occlusion_find(struct slide *slide, struct pool *pool)
{
    struct figure figure = {.slide = slide};
    struct label_position *places;

    if (slide->picture.size == 0 || slide->answer == NULL || slide->answer->labels.count < LABELS_MIN ||
        slide->line_count > LINES_MAX) /* a page so full is no figure, and would take long */
        return;
    places = need_zero(slide->answer->labels.count, sizeof *places);
    label_positions_find(places, &slide->answer->labels, slide);
    learn_sizes(&figure);
    gather(&figure, places);
    fit(&figure);
    keep(slide, &figure, pool);
    if (slide->mask_count > 0)
        card_add(slide, pool);
    free(places);
}

/* ---- for Anki ---- */

/* Ten thousandths are finer than a pixel. */
static void share_add(struct bytes *to, const char *name, unsigned part, unsigned whole)
{
    unsigned long share = ((unsigned long)part * 10000 + whole / 2) / whole;

    bytes_add_format(to, ":%s=%lu.%04lu", name, share / 10000, share % 10000);
}

void occlusion_add(struct bytes *to, const struct slide *slide)
{
    for (size_t i = 0; i < slide->mask_count; i++) {
        const struct mask *mask = &slide->masks[i];

        bytes_add_format(to, "{{c%zu::image-occlusion:rect", i + 1);
        share_add(to, "left", mask->x, slide->width);
        share_add(to, "top", mask->y, slide->height);
        share_add(to, "width", mask->w, slide->width);
        share_add(to, "height", mask->h, slide->height);
        bytes_add_text(to, ":oi=1}}<br>");
    }
}
