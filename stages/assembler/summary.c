/* summary - see summary.h */
#include "stages/assembler/summary.h"

#include <jansson.h>

#include "proto/panic.h"
#include "stages/assembler/guid.h"

static json_t *outcomes(const struct lecture *lecture)
{
    json_t *counts = json_object();

    for (int outcome = OUTCOME_OPEN + 1; outcome < OUTCOMES; outcome++)
        json_object_set_new(counts, outcome_name((enum outcome)outcome),
                            json_integer((json_int_t)lecture_count(lecture, (enum outcome)outcome)));
    return counts;
}

static json_t *usage(const struct lecture *lecture)
{
    uint64_t input = 0, output = 0, calls = 0;

    for (size_t i = 0; i < lecture->slide_count; i++) {
        input += lecture->slides[i].input_tokens;
        output += lecture->slides[i].output_tokens;
        calls += lecture->slides[i].calls;
    }
    return json_pack("{s:I, s:I, s:I}", "input_tokens", (json_int_t)input, "output_tokens",
                     (json_int_t)output, "calls", (json_int_t)calls);
}

static json_t *list(const struct texts *texts)
{
    json_t *array = json_array();

    for (size_t i = 0; i < texts->count; i++)
        json_array_append_new(array, json_string_nocheck(texts->item[i]));
    return array;
}

static json_t *slide_object(const struct slide *slide)
{
    static const struct answer none = {.title = "", .connections = "", .summary = ""};
    const struct answer *answer = slide->answer == NULL ? &none : slide->answer;
    json_t *object = json_pack("{s:i, s:s, s:s, s:o, s:o, s:s, s:s}", "slide_number", (int)slide->number,
                               "outcome", outcome_name(slide->outcome), "title", slide_title(slide),
                               "explanation", list(&answer->explanation), "key_points", list(&answer->points),
                               "connections", answer->connections, "short_summary", answer->summary);

    if (slide->degraded)
        json_object_set_new(object, "degraded", json_true());
    if (slide->code != CODES)
        json_object_set_new(
            object, "reason",
            json_pack("{s:s, s:s}", "code", code_name(slide->code), "message", slide->detail));
    return object;
}

static json_t *slides(const struct lecture *lecture)
{
    json_t *array = json_array();

    for (size_t i = 0; i < lecture->slide_count; i++)
        json_array_append_new(array, slide_object(&lecture->slides[i]));
    return array;
}

static json_t *cards(const struct lecture *lecture, const struct language *language)
{
    json_t *array = json_array();
    char guid[GUID_ROOM];

    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct slide *slide = &lecture->slides[i];

        for (size_t place = 0; slide->answer != NULL && place < slide->answer->card_count; place++) {
            guid_make(guid, lecture, language, slide->number, place);
            json_array_append_new(array, json_pack("{s:i, s:s, s:s, s:s}", "slide_number", (int)slide->number,
                                                   "front", slide->answer->cards[place].front, "back",
                                                   slide->answer->cards[place].back, "guid", guid));
        }
    }
    return array;
}

static int take(const char *data, size_t size, void *to)
{
    bytes_add(to, data, size);
    return 0;
}

void summary_make(const struct lecture *lecture, const struct language *language, struct bytes *to)
{
    bool offline = lecture_is_offline(lecture);
    json_t *root = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "schema_version", SUMMARY_VERSION,
                             "jobId", lecture->job, "title", lecture->title, "filename", lecture->filename,
                             "language", lecture->language, "engine", lecture->engine, "model",
                             lecture->model, "model_used", !offline);

    must(root != NULL);
    if (offline)
        json_object_set_new(root, "notice", json_string(language->labels[LABEL_OFFLINE]));
    json_object_set_new(root, "total_slides", json_integer((json_int_t)lecture->slide_count));
    json_object_set_new(root, "outcomes", outcomes(lecture));
    json_object_set_new(root, "usage", usage(lecture));
    json_object_set_new(root, "repaired", json_boolean(lecture->repaired));
    json_object_set_new(root, "slides", slides(lecture));
    json_object_set_new(root, "anki_cards", cards(lecture, language));
    must(json_dump_callback(root, take, to, JSON_INDENT(1)) == 0);
    bytes_add_text(to, "\n");
    json_decref(root);
}
