/* manifest_reader - see manifest_reader.h */
#include "stages/assembler/manifest_reader.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "stages/assembler/cards/image_occlusion.h"
#include "stages/assembler/json_fields.h"
#include "stages/assembler/lib/pool.h"

enum { PIXELS_MAX = 16384, UNKNOWN_MAX = 100000 };
static const int64_t min_created = 1000000000000, max_created = 9999999999999; /* years 2001 to 2286 */

/* ---- one slide ---- */

static unsigned may_up_to(const json_t *object, const char *name, unsigned max)
{
    uint64_t number = may_number(object, name);

    return number > max ? max : (unsigned)number;
}

static unsigned may_pixels(const json_t *object, const char *name)
{
    return may_up_to(object, name, PIXELS_MAX);
}

static struct line read_line(struct reading *reading, const json_t *entry)
{
    return (struct line){.text = get_text(reading, entry, "text"),
                         .x = may_pixels(entry, "x"),
                         .y = may_pixels(entry, "y"),
                         .w = may_pixels(entry, "w"),
                         .h = may_pixels(entry, "h"),
                         .size = (unsigned)get_number(reading, entry, "size", 0, PIXELS_MAX),
                         .bold = get_flag(reading, entry, "bold"),
                         .mono = get_flag(reading, entry, "mono")};
}

static void read_layer(struct reading *reading, const json_t *layer, struct slide *slide)
{
    const json_t *list, *entry;
    size_t i;

    if (json_is_null(layer))
        return;
    slide->unknown = may_up_to(layer, "unknown", UNKNOWN_MAX);
    slide->ocr = may_number(layer, "ocr") != 0;
    list = get_list(reading, layer, "lines");
    slide->lines = pool_get(reading->pool, json_array_size(list), sizeof *slide->lines);
    json_array_foreach(list, i, entry)
    {
        slide->lines[slide->line_count] = read_line(reading, entry);
        slide->line_count += *slide->lines[slide->line_count].text != '\0';
    }
}

static void read_picture(struct reading *reading, const json_t *object, struct slide *slide)
{
    size_t number = (size_t)get_number(reading, object, "picture", 0, (int64_t)reading->picture_count);
    const unsigned char *data;

    if (reading->bad || number == 0)
        return;
    slide->picture = slide->card_picture = reading->pictures[number - 1];
    data = slide->picture.data;
    if (slide->picture.size < 4 || data[0] != 0xff || data[1] != 0xd8 || data[2] != 0xff)
        complain(reading, "picture %zu is not a JPEG", number);
    if (slide->width == 0 || slide->height == 0)
        complain(reading, "slide %u has a picture without width or height", slide->number);
}

static void read_reason(struct reading *reading, const json_t *object, struct slide *slide)
{
    const char *word = get_text(reading, object, "code");

    slide->detail = get_text(reading, object, "detail");
    slide->code = *word != '\0' ? code_of(word) : slide->outcome == OUTCOME_FAILED ? CODE_INTERNAL : CODES;
    if (slide->code != CODES && *slide->detail == '\0')
        slide->detail = code_doc(slide->code);
}

static enum outcome read_outcome(struct reading *reading, const json_t *object)
{
    const char *word = get_text(reading, object, "outcome");

    for (int outcome = OUTCOME_OPEN + 1; outcome < OUTCOMES; outcome++)
        if (strcmp(word, outcome_name((enum outcome)outcome)) == 0)
            return (enum outcome)outcome;
    complain(reading, "\"%.40s\" is not the outcome of a slide", word);
    return OUTCOME_FAILED;
}

/* An explained slide needs its answer; without one the counts would say more than the pages show. */
static void check_slide(struct reading *reading, const struct slide *slide, size_t place)
{
    bool explained = slide->outcome == OUTCOME_EXPLAINED || slide->outcome == OUTCOME_CACHED;

    if (slide->number != place + 1)
        complain(reading, "slide %u stands where slide %zu belongs", slide->number, place + 1);
    if (slide->see_slide == slide->number)
        complain(reading, "slide %u builds up to itself", slide->number);
    if (explained && slide->answer == NULL)
        complain(reading, "slide %u is explained but has no answer", slide->number);
}

static void read_slide(struct reading *reading, const json_t *object, struct slide *slide, size_t place)
{
    slide->number = (unsigned)get_number(reading, object, "slide", 1, 1000000);
    slide->outcome = read_outcome(reading, object);
    slide->width = (unsigned)get_number(reading, object, "width", 0, PIXELS_MAX);
    slide->height = (unsigned)get_number(reading, object, "height", 0, PIXELS_MAX);
    slide->degraded = get_flag(reading, object, "degraded");
    read_picture(reading, object, slide);
    read_reason(reading, object, slide);
    slide->answer = read_answer(reading, json_object_get(object, "answer"));
    read_layer(reading, json_object_get(object, "layer"), slide);
    slide->input_tokens = (uint64_t)get_number(reading, object, "input_tokens", 0, INT64_MAX / 1000000);
    slide->output_tokens = (uint64_t)get_number(reading, object, "output_tokens", 0, INT64_MAX / 1000000);
    slide->calls = (uint64_t)get_number(reading, object, "calls", 0, 1000000);
    slide->cost_usd = may_cost(object);
    slide->see_slide = (unsigned)may_number(object, "see_slide");
    check_slide(reading, slide, place);
    occlusion_find(slide, reading->pool);
}

/* ---- the whole ---- */

static struct slide *slide_at(struct lecture *lecture, uint64_t number)
{
    return number >= 1 && number <= lecture->slide_count ? &lecture->slides[number - 1] : NULL;
}

static void read_chapter(struct reading *reading, const json_t *entry, struct lecture *lecture)
{
    struct chapter *chapter = &lecture->overview.chapters[lecture->overview.chapter_count];
    const json_t *list = json_object_get(entry, "slides"), *number;
    size_t i;

    *chapter = (struct chapter){
        .title = may_text(reading, entry, "title")}; /* the one before may not have counted */
    chapter->slides = pool_get(reading->pool, json_array_size(list), sizeof *chapter->slides);
    json_array_foreach(list, i, number)
    {
        const struct slide *slide = slide_at(lecture, (uint64_t)json_integer_value(number));

        if (slide != NULL)
            chapter->slides[chapter->slide_count++] = slide->number;
    }
    lecture->overview.chapter_count += *chapter->title != '\0' && chapter->slide_count > 0;
}

static void read_term(struct reading *reading, const json_t *entry, struct lecture *lecture)
{
    struct term *term = &lecture->overview.terms[lecture->overview.term_count];
    const struct slide *slide = slide_at(lecture, may_number(entry, "slide"));

    *term = (struct term){.term = may_text(reading, entry, "term"),
                          .definition = may_text(reading, entry, "definition"),
                          .slide = slide == NULL ? 0 : slide->number};
    lecture->overview.term_count += *term->term != '\0' && *term->definition != '\0';
}

static void leave_out(struct lecture *lecture, const json_t *duplicate)
{
    const struct slide *slide = slide_at(lecture, may_number(duplicate, "slide"));
    struct card *card = slide == NULL || slide->answer == NULL
                            ? NULL
                            : card_at(slide->answer, (unsigned)may_number(duplicate, "card"));

    if (card != NULL)
        card->left_out = true;
}

static void read_overview(struct reading *reading, const json_t *object, struct lecture *lecture)
{
    struct overview *o = &lecture->overview;
    const json_t *outline = json_object_get(object, "outline"),
                 *glossary = json_object_get(object, "glossary");
    const json_t *entry;
    size_t i;

    lecture->has_overview = json_is_object(object);
    o->title = may_text(reading, object, "title");
    o->chapters = pool_get(reading->pool, json_array_size(outline), sizeof *o->chapters);
    o->terms = pool_get(reading->pool, json_array_size(glossary), sizeof *o->terms);
    json_array_foreach(outline, i, entry) read_chapter(reading, entry, lecture);
    json_array_foreach(glossary, i, entry) read_term(reading, entry, lecture);
    json_array_foreach(json_object_get(object, "duplicates"), i, entry) leave_out(lecture, entry);
}

/* What the job cost in all; an older manifest says it slide by slide. */
static void read_costs(const json_t *root, struct lecture *lecture)
{
    const json_t *usage = json_object_get(root, "usage"), *saved = json_object_get(root, "saved");

    lecture->cost_usd = may_cost(root);
    lecture->has_saved = json_is_object(saved);
    lecture->saved_cached = may_number(saved, "cached");
    lecture->saved_build_up = may_number(saved, "build_up");
    lecture->saved_blank = may_number(saved, "blank");
    if (json_is_object(usage)) {
        lecture->input_tokens = may_number(usage, "input_tokens");
        lecture->output_tokens = may_number(usage, "output_tokens");
        lecture->calls = may_number(usage, "calls");
        return;
    }
    for (size_t i = 0; i < lecture->slide_count; i++) {
        lecture->input_tokens += lecture->slides[i].input_tokens;
        lecture->output_tokens += lecture->slides[i].output_tokens;
        lecture->calls += lecture->slides[i].calls;
    }
}

/* An older manifest bounds nothing. */
static void read_sizes(const json_t *object, struct sizes *sizes)
{
    uint64_t docx = may_number(object, "docx"), apkg = may_number(object, "apkg"),
             quality = may_number(object, "quality");

    sizes->docx = docx == 0 ? SIZE_MAX : (size_t)docx;
    sizes->apkg = apkg == 0 ? SIZE_MAX : (size_t)apkg;
    sizes->quality = quality < 20 || quality > 95 ? 75 : (unsigned)quality;
}

static void read_slides(struct reading *reading, const json_t *root, struct lecture *lecture)
{
    const json_t *list = get_list(reading, root, "slides"), *entry;
    size_t i;

    lecture->slide_count = json_array_size(list);
    if (lecture->slide_count == 0)
        complain(reading, "the manifest has no slides");
    lecture->slides = pool_get(reading->pool, lecture->slide_count, sizeof *lecture->slides);
    json_array_foreach(list, i, entry)
    {
        read_slide(reading, entry, &lecture->slides[i], i);
        if (reading->bad)
            return;
    }
}

static void read_lecture(struct reading *reading, const json_t *root, struct lecture *lecture)
{
    lecture->job = get_text(reading, root, "job");
    if (*lecture->job == '\0')
        complain(reading, "the manifest names no job");
    lecture->filename = get_text(reading, root, "filename");
    lecture->title = get_text(reading, root, "title");
    lecture->language = get_text(reading, root, "language");
    lecture->engine = get_text(reading, root, "engine");
    lecture->model = get_text(reading, root, "model");
    lecture->created_ms = get_number(reading, root, "created_ms", min_created, max_created);
    lecture->repaired = get_flag(reading, root, "repaired");
    lecture->prompt = may_text(reading, root, "prompt");
    lecture->remark = may_text(reading, root, "remark");
    lecture->course = may_text(reading, root, "course");
    lecture->called = may_text(reading, root, "lecture");
    lecture->key = may_text(reading, root, "key");
    read_previous(reading, json_object_get(root, "previous"), &lecture->previous);
    read_sizes(json_object_get(root, "sizes"), &lecture->sizes);
    read_slides(reading, root, lecture);
    if (reading->bad)
        return;
    read_costs(root, lecture);
    read_overview(reading, json_object_get(root, "overview"), lecture);
}

struct lecture *manifest_parse(const void *json, size_t size, const struct picture *pictures,
                               size_t picture_count, char *why, size_t room)
{
    struct lecture *lecture = need_zero(1, sizeof *lecture);
    struct reading reading = {.pictures = pictures, .picture_count = picture_count, .why = why, .room = room};
    json_error_t error;
    json_t *root = json_loadb(json, size, JSON_ALLOW_NUL, &error);

    lecture->pool = reading.pool = pool_new();
    if (root == NULL)
        complain(&reading, "the manifest is not JSON from byte %d on", error.position);
    else
        read_lecture(&reading, root, lecture);
    json_decref(root);
    if (reading.bad)
        lecture_free(&lecture);
    return lecture;
}

void lecture_free(struct lecture **lecture)
{
    if (*lecture == NULL)
        return;
    pool_free(&(*lecture)->pool);
    free(*lecture);
    *lecture = NULL;
}
