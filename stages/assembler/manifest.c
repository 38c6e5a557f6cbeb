/* manifest - see manifest.h */
#include "stages/assembler/manifest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "proto/panic.h"
#include "stages/assembler/pool.h"
#include "stages/assembler/text.h"

enum { PIXELS_MOST = 16384, TITLE_LINES = 8, TITLE_MOST = 160 };
static const int64_t created_least = 1000000000000, created_most = 9999999999999; /* years 2001 to 2286 */

/* The lecture stands first in its own memory. */
struct whole {
    struct lecture lecture;
    struct pool *pool;
};

struct reading {
    struct pool *pool;
    const struct picture *pictures;
    size_t picture_count;
    char *why;
    size_t room;
    bool bad;
};

/* The first complaint stands. */
__attribute__((format(printf, 2, 3))) static void complain(struct reading *reading, const char *format, ...)
{
    va_list arguments;

    if (reading->bad)
        return;
    va_start(arguments, format);
    vsnprintf(reading->why, reading->room, format, arguments);
    va_end(arguments);
    reading->bad = true;
}

/* ---- members ---- */

static const char *clean(struct reading *reading, const json_t *string)
{
    size_t size = json_string_length(string);
    char *copy = pool_get(reading->pool, size + 1, 1);

    pool_trim(reading->pool, size + 1, text_clean(copy, json_string_value(string), size) + 1);
    return copy;
}

static const char *get_text(struct reading *reading, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (json_is_string(value))
        return clean(reading, value);
    complain(reading, "the manifest's \"%s\" is missing or not a string", name);
    return "";
}

static int64_t get_number(struct reading *reading, const json_t *object, const char *name, int64_t least,
                          int64_t most)
{
    const json_t *value = json_object_get(object, name);
    json_int_t number = json_integer_value(value);

    if (json_is_integer(value) && number >= least && number <= most)
        return number;
    complain(reading, "the manifest's \"%s\" is not a number from %lld to %lld", name, (long long)least,
             (long long)most);
    return least;
}

static bool get_flag(struct reading *reading, const json_t *object, const char *name)
{
    return get_number(reading, object, name, 0, 1) == 1;
}

static const json_t *get_list(struct reading *reading, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_array(value))
        complain(reading, "the manifest's \"%s\" is missing or not a list", name);
    return value;
}

/* Empty entries are left out. */
static struct texts get_texts(struct reading *reading, const json_t *object, const char *name)
{
    const json_t *list = get_list(reading, object, name), *entry;
    struct texts texts = {pool_get(reading->pool, json_array_size(list), sizeof *texts.item), 0};
    size_t i;

    json_array_foreach(list, i, entry)
    {
        const char *text = "";

        if (json_is_string(entry))
            text = clean(reading, entry);
        else
            complain(reading, "the manifest's \"%s\" holds something that is not a string", name);
        if (*text != '\0')
            texts.item[texts.count++] = text;
    }
    return texts;
}

/* ---- one slide ---- */

/* A card needs both sides. */
static void read_cards(struct reading *reading, const json_t *object, struct answer *answer)
{
    const json_t *list = get_list(reading, object, "anki_cards"), *entry;
    size_t i;

    answer->cards = pool_get(reading->pool, json_array_size(list), sizeof *answer->cards);
    json_array_foreach(list, i, entry)
    {
        struct card card = {get_text(reading, entry, "front"), get_text(reading, entry, "back")};

        if (*card.front != '\0' && *card.back != '\0')
            answer->cards[answer->card_count++] = card;
    }
}

static struct answer *read_answer(struct reading *reading, const json_t *object)
{
    struct answer *answer;

    if (json_is_null(object))
        return NULL;
    answer = pool_get(reading->pool, 1, sizeof *answer);
    answer->title = get_text(reading, object, "title");
    answer->explanation = get_texts(reading, object, "explanation");
    answer->points = get_texts(reading, object, "key_points");
    answer->connections = get_text(reading, object, "connections");
    answer->summary = get_text(reading, object, "short_summary");
    read_cards(reading, object, answer);
    return answer;
}

static struct line read_line(struct reading *reading, const json_t *entry)
{
    return (struct line){.text = get_text(reading, entry, "text"),
                         .size = (unsigned)get_number(reading, entry, "size", 0, PIXELS_MOST),
                         .bold = get_flag(reading, entry, "bold"),
                         .mono = get_flag(reading, entry, "mono")};
}

static void read_layer(struct reading *reading, const json_t *layer, struct slide *slide)
{
    const json_t *list, *entry;
    size_t i;

    if (json_is_null(layer))
        return;
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
    slide->picture = reading->pictures[number - 1];
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
    if (explained && slide->answer == NULL)
        complain(reading, "slide %u is explained but has no answer", slide->number);
}

static void read_slide(struct reading *reading, const json_t *object, struct slide *slide, size_t place)
{
    slide->number = (unsigned)get_number(reading, object, "slide", 1, 1000000);
    slide->outcome = read_outcome(reading, object);
    slide->width = (unsigned)get_number(reading, object, "width", 0, PIXELS_MOST);
    slide->height = (unsigned)get_number(reading, object, "height", 0, PIXELS_MOST);
    slide->degraded = get_flag(reading, object, "degraded");
    read_picture(reading, object, slide);
    read_reason(reading, object, slide);
    slide->answer = read_answer(reading, json_object_get(object, "answer"));
    if (slide->answer == NULL || *slide->answer->title == '\0') /* else nobody looks at the page's own text */
        read_layer(reading, json_object_get(object, "layer"), slide);
    slide->input_tokens = (uint64_t)get_number(reading, object, "input_tokens", 0, INT64_MAX / 1000000);
    slide->output_tokens = (uint64_t)get_number(reading, object, "output_tokens", 0, INT64_MAX / 1000000);
    slide->calls = (uint64_t)get_number(reading, object, "calls", 0, 1000000);
    check_slide(reading, slide, place);
}

/* ---- the whole ---- */

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
    lecture->created_ms = get_number(reading, root, "created_ms", created_least, created_most);
    lecture->repaired = get_flag(reading, root, "repaired");
    read_slides(reading, root, lecture);
}

struct lecture *manifest_parse(const void *json, size_t size, const struct picture *pictures,
                               size_t picture_count, char *why, size_t room)
{
    struct whole *whole = need_zero(1, sizeof *whole);
    struct lecture *lecture = &whole->lecture;
    struct reading reading = {.pictures = pictures, .picture_count = picture_count, .why = why, .room = room};
    json_error_t error;
    json_t *root = json_loadb(json, size, JSON_ALLOW_NUL, &error);

    whole->pool = reading.pool = pool_new();
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
    struct whole *whole = (struct whole *)*lecture;

    if (whole == NULL)
        return;
    pool_free(&whole->pool);
    free(whole);
    *lecture = NULL;
}

/* ---- asking it ---- */

bool lecture_is_offline(const struct lecture *lecture)
{
    return strcmp(lecture->engine, "offline") == 0;
}

size_t lecture_count(const struct lecture *lecture, enum outcome outcome)
{
    size_t count = 0;

    for (size_t i = 0; i < lecture->slide_count; i++)
        count += lecture->slides[i].outcome == outcome;
    return count;
}

size_t lecture_cards(const struct lecture *lecture)
{
    size_t count = 0;

    for (size_t i = 0; i < lecture->slide_count; i++)
        count += lecture->slides[i].answer == NULL ? 0 : lecture->slides[i].answer->card_count;
    return count;
}

/* One line of text. */
static char *one_line(const char *text)
{
    char *copy = need_dup(text);

    for (char *c = copy; *c != '\0'; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    return copy;
}

char *lecture_name(const struct lecture *lecture)
{
    char *name = one_line(*lecture->title != '\0'      ? lecture->title
                          : *lecture->filename != '\0' ? lecture->filename
                                                       : lecture->job);
    size_t size = strlen(name);

    if (*lecture->title == '\0' && size > 4 && strcasecmp(name + size - 4, ".pdf") == 0)
        name[size - 4] = '\0';
    return name;
}

/* The largest of the first lines, the earliest of equals; a paragraph is no title. */
static const char *prominent_line(const struct slide *slide)
{
    const struct line *best = NULL;

    for (size_t i = 0; i < slide->line_count && i < TITLE_LINES; i++)
        if (strlen(slide->lines[i].text) <= TITLE_MOST && (best == NULL || slide->lines[i].size > best->size))
            best = &slide->lines[i];
    return best == NULL ? "" : best->text;
}

const char *slide_title(const struct slide *slide)
{
    if (slide->answer != NULL && *slide->answer->title != '\0')
        return slide->answer->title;
    return prominent_line(slide);
}
