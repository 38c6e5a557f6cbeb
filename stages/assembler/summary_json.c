/* summary_json - see summary_json.h */
#include "stages/assembler/summary_json.h"

#include <math.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "stages/assembler/lecture/phrases.h"

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
    return json_pack("{s:I, s:I, s:I}", "input_tokens", (json_int_t)lecture->input_tokens, "output_tokens",
                     (json_int_t)lecture->output_tokens, "calls", (json_int_t)lecture->calls);
}

/* Millionths are enough, and say the same in every writing. */
static void set_cost(json_t *object, double cost_usd)
{
    if (cost_usd >= 0)
        json_object_set_new(object, "cost_usd", json_real(round(cost_usd * 1e6) / 1e6));
}

static json_t *texts_array(const struct texts *texts)
{
    json_t *array = json_array();

    for (size_t i = 0; i < texts->count; i++)
        json_array_append_new(array, json_string_nocheck(texts->item[i]));
    return array;
}

/* What the slide's own text does not support; what cards say so stands with them. */
static void set_grounding(json_t *object, const struct answer *answer)
{
    json_t *claims = json_array();

    for (size_t i = 0; i < answer->claim_count; i++) {
        const struct claim *claim = &answer->claims[i];

        json_array_append_new(claims, json_pack("{s:s, s:i, s:s, s:s}", "where", claim->where, "index",
                                                (int)claim->index, "kind", claim->kind, "text", claim->text));
    }
    json_object_set_new(object, "grounded", json_boolean(answer->grounded == 1));
    json_object_set_new(object, "unsupported", claims);
}

static void set_unread(json_t *object, const struct answer *answer)
{
    if (*answer->unread_script != '\0')
        json_object_set_new(object, "unread",
                            json_pack("{s:s, s:s}", "script", answer->unread_script, "ocr_language",
                                      answer->unread_language));
}

/* What of the model's answer could not be kept. */
static void set_left_out(json_t *object, const struct answer *answer)
{
    json_t *array = json_array();

    for (size_t i = 0; i < answer->left_out_count; i++)
        json_array_append_new(array,
                              json_pack("{s:s, s:s, s:i}", "what", answer->left_out[i].what, "reason",
                                        answer->left_out[i].reason, "count", (int)answer->left_out[i].count));
    if (answer->left_out_count > 0)
        json_object_set(object, "left_out", array);
    json_decref(array);
}

/* Cards that could not be kept, how many for which reason. */
static json_t *cards_left_out(const struct lecture *lecture)
{
    json_t *reasons = json_object();

    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct answer *answer = lecture->slides[i].answer;

        for (size_t k = 0; answer != NULL && k < answer->left_out_count; k++) {
            const struct left_out *entry = &answer->left_out[k];
            json_int_t before = json_integer_value(json_object_get(reasons, entry->reason));

            if (strcmp(entry->what, "card") == 0)
                json_object_set_new(reasons, entry->reason, json_integer(before + entry->count));
        }
    }
    return reasons;
}

static json_t *slide_object(const struct slide *slide)
{
    static const struct answer none = {.title = "", .connections = "", .summary = "", .kind = ""};
    const struct answer *answer = slide->answer == NULL ? &none : slide->answer;
    json_t *object =
        json_pack("{s:i, s:s, s:s, s:o, s:o, s:s, s:s}", "slide_number", (int)slide->number, "outcome",
                  outcome_name(slide->outcome), "title", slide_title(slide), "explanation",
                  texts_array(&answer->explanation), "key_points", texts_array(&answer->points),
                  "connections", answer->connections, "short_summary", answer->summary);

    if (*answer->kind != '\0')
        json_object_set_new(object, "kind", json_string(answer->kind));
    if (slide->answer != NULL && answer->grounded >= 0)
        set_grounding(object, answer);
    if (slide_is_ocr(slide))
        json_object_set_new(object, "text_source", json_string("ocr"));
    if (slide->answer != NULL)
        set_unread(object, answer);
    set_left_out(object, answer);
    if (slide->see_slide > 0)
        json_object_set_new(object, "see_slide", json_integer(slide->see_slide));
    set_cost(object, slide->cost_usd);
    if (slide->unknown > 0)
        json_object_set_new(object, "unknown_characters", json_integer(slide->unknown));
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

static json_t *labels(const struct slide *slide)
{
    json_t *array = json_array();

    for (size_t i = 0; i < slide->mask_count; i++)
        json_array_append_new(array, json_string(slide->masks[i].label));
    return array;
}

static json_t *card_object(const struct slide *slide, const struct card *card)
{
    json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:I, s:s}", "slide_number", (int)slide->number,
                               "slide_title", slide_own_title(slide), "type", card_kind_name(card_kind(card)),
                               "front", card->front, "back", card->back, "guid", card->guid, "modified",
                               (json_int_t)card->modified_s, "content", card->content);

    if (*card->concept != '\0')
        json_object_set_new(object, "concept", json_string(card->concept));
    if (card->occlusion)
        json_object_set_new(object, "labels", labels(slide));
    if (card->doubts.count > 0)
        json_object_set_new(object, "unsupported", texts_array(&card->doubts));
    return object;
}

static json_t *cards(const struct lecture *lecture)
{
    json_t *array = json_array();

    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct slide *slide = &lecture->slides[i];

        for (size_t k = 0; slide->answer != NULL && k < slide->answer->card_count; k++)
            json_array_append_new(array, card_object(slide, &slide->answer->cards[k]));
    }
    return array;
}

static json_t *overview(const struct overview *o)
{
    json_t *outline = json_array(), *glossary = json_array();

    for (size_t i = 0; i < o->chapter_count; i++) {
        json_t *numbers = json_array();

        for (size_t k = 0; k < o->chapters[i].slide_count; k++)
            json_array_append_new(numbers, json_integer(o->chapters[i].slides[k]));
        json_array_append_new(outline,
                              json_pack("{s:s, s:o}", "title", o->chapters[i].title, "slides", numbers));
    }
    for (size_t i = 0; i < o->term_count; i++) {
        json_t *term =
            json_pack("{s:s, s:s}", "term", o->terms[i].term, "definition", o->terms[i].definition);

        if (o->terms[i].slide > 0)
            json_object_set_new(term, "slide_number", json_integer(o->terms[i].slide));
        json_array_append_new(glossary, term);
    }
    return json_pack("{s:s, s:o, s:o}", "title", o->title, "outline", outline, "glossary", glossary);
}

static json_t *saved(const struct lecture *lecture)
{
    return json_pack("{s:I, s:I, s:I}", "cached", (json_int_t)lecture->saved_cached, "build_up",
                     (json_int_t)lecture->saved_build_up, "blank", (json_int_t)lecture->saved_blank);
}

/* Were cards matched to those of the previous run, and if not, why? */
static json_t *previous(const struct previous *previous)
{
    json_t *object = json_pack("{s:s, s:b}", "jobId", previous->job, "used", *previous->reason == '\0');

    if (*previous->reason != '\0')
        json_object_set_new(object, "reason", json_string(previous->reason));
    return object;
}

/* What readers see as it was written, for somebody to look at. */
static void set_misreads(json_t *root, const struct lecture *lecture)
{
    const struct unread_formulas *unread = &lecture->unread;
    json_t *array = json_array();

    for (size_t i = 0; i < unread->count; i++) {
        const struct unread_formula *misread = &unread->item[i];
        json_t *object = json_pack("{s:s, s:s}", "where", misread->where, "text", misread->tex);

        if (misread->slide > 0)
            json_object_set_new(object, "slide_number", json_integer(misread->slide));
        json_array_append_new(array, object);
    }
    if (unread->count > 0)
        json_object_set(root, "formulas_not_understood", array);
    json_decref(array);
}

static int bytes_write(const char *data, size_t size, void *to)
{
    bytes_add(to, data, size);
    return 0;
}

void summary_make(const struct lecture *lecture, const struct language *language, struct bytes *to)
{
    bool offline = lecture_is_offline(lecture);
    char *notice = phrase_notice(lecture, language);
    json_t *root = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "schema_version", SUMMARY_VERSION,
                             "jobId", lecture->job, "title", lecture->title, "filename", lecture->filename,
                             "language", lecture->language, "engine", lecture->engine, "model",
                             lecture->model, "model_used", !offline);

    must(root != NULL);
    if (notice != NULL)
        json_object_set_new(root, "notice", json_string(notice));
    free(notice);
    if (*lecture->remark != '\0')
        json_object_set_new(root, "remark", json_string(lecture->remark));
    json_object_set_new(root, "total_slides", json_integer((json_int_t)lecture->slide_count));
    json_object_set_new(root, "outcomes", outcomes(lecture));
    json_object_set_new(root, "usage", usage(lecture));
    set_cost(root, lecture->cost_usd);
    if (lecture->has_saved)
        json_object_set_new(root, "saved", saved(lecture));
    if (lecture->previous.named)
        json_object_set_new(root, "previous", previous(&lecture->previous));
    if (*lecture->prompt != '\0')
        json_object_set_new(root, "prompt", json_string(lecture->prompt));
    if (lecture->has_overview)
        json_object_set_new(root, "overview", overview(&lecture->overview));
    set_misreads(root, lecture);
    json_object_set_new(root, "cards_left_out", cards_left_out(lecture));
    json_object_set_new(root, "repaired", json_boolean(lecture->repaired));
    json_object_set_new(root, "slides", slides(lecture));
    json_object_set_new(root, "anki_cards", cards(lecture));
    must(json_dump_callback(root, bytes_write, to, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) == 0);
    bytes_add_text(to, "\n");
    json_decref(root);
}
