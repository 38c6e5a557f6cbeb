/* answer - see answer.h */
#include "stages/vision/answer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/cloze.h"
#include "stages/lib/fold.h"
#include "stages/vision/kind.h"
#include "stages/vision/labels.h"
#include "stages/vision/repeat.h"
#include "stages/vision/tidy.h"

/* Bounds of the domain, in bytes. Beyond them an answer is taken for a loop, not cut: half a sentence helps
 * nobody. */
enum {
    TITLE = 500,
    PARAGRAPH = 6000,
    POINT = 2000,
    CONNECTIONS = 4000,
    SUMMARY = 4000,
    FRONT = 1000,
    BACK = 4000
};
enum { PARAGRAPHS = 40, POINTS = 60, CARDS_HEARD = 200, CARDS_ALIKE = 8 };

static json_t *list_of(const json_t *value, size_t entries_most, size_t most, const char **why)
{
    json_t *list, *entry;
    size_t i;

    *why = json_is_array(value) ? "a list is too long" : "a list is missing";
    if (!json_is_array(value) || json_array_size(value) > entries_most)
        return NULL;
    list = json_array();
    json_array_foreach(value, i, entry)
    {
        json_t *text = tidy_text(entry, most, why);

        if (text == NULL) {
            json_decref(list);
            return NULL;
        }
        if (json_string_length(text) > 0)
            json_array_append(list, text);
        json_decref(text);
    }
    return list;
}

/* ---- cards ---- */

/* Cards of the style asked for; what is neither whole nor well formed is left out. */
static bool card_fits(const json_t *card, enum card_style style)
{
    const char *front = json_string_value(json_object_get(card, "front"));

    if (cloze_meant(front))
        return style != CARDS_BASIC && cloze_valid(front);
    return style != CARDS_CLOZE && *front != '\0' && json_string_length(json_object_get(card, "back")) > 0;
}

/* The type is ours to say: gaps make a cloze. */
static json_t *card_of(const json_t *value, const char **why)
{
    json_t *front = tidy_text(json_object_get(value, "front"), FRONT, why), *card;
    const json_t *said = json_object_get(value, "back");
    json_t *back;

    if (front == NULL)
        return NULL;
    /* behind gaps there need not be anything */
    back =
        said == NULL && cloze_meant(json_string_value(front)) ? json_string("") : tidy_text(said, BACK, why);
    if (back == NULL) {
        json_decref(front);
        return NULL;
    }
    card =
        json_pack("{s:s, s:o, s:o, s:o}", "type", cloze_meant(json_string_value(front)) ? "cloze" : "basic",
                  "concept", labels_concept(json_object_get(value, "concept")), "front", front, "back", back);
    must(card != NULL);
    return card;
}

/* The same question again, in other capitals or signs. A gap's place is what a cloze asks. */
static bool card_known(const json_t *cards, const json_t *card)
{
    char *front = fold_question(json_string_value(json_object_get(card, "front")));
    const json_t *other;
    bool known = false;
    size_t i;

    json_array_foreach(cards, i, other)
    {
        char *asked = fold_question(json_string_value(json_object_get(other, "front")));

        known = known || (*front != '\0' && strcmp(asked, front) == 0);
        free(asked);
    }
    free(front);
    return known;
}

static json_t *cards_of(const json_t *value, enum card_style style, unsigned cards_most, const char **why)
{
    json_t *cards, *entry;
    size_t i;

    *why = json_is_array(value) ? "too many cards" : "the cards are missing";
    if (!json_is_array(value) || json_array_size(value) > CARDS_HEARD)
        return NULL;
    cards = json_array();
    json_array_foreach(value, i, entry)
    {
        json_t *card = card_of(entry, why);

        if (card == NULL) {
            json_decref(cards);
            return NULL;
        }
        if (json_array_size(cards) < cards_most && card_fits(card, style) && !card_known(cards, card))
            json_array_append(cards, card);
        json_decref(card);
    }
    return cards;
}

/* ---- loops ---- */

static bool list_repeats(const json_t *list)
{
    size_t count = json_array_size(list), i;
    const char **texts = need((count + 1) * sizeof *texts);
    const json_t *entry;
    bool repeats = false;

    json_array_foreach(list, i, entry)
    {
        texts[i] = json_string_value(entry);
        repeats = repeats || repeat_on_end(texts[i], json_string_length(entry));
    }
    repeats = repeats || repeat_alike(texts, count) || repeat_among(texts, count);
    free(texts);
    return repeats;
}

/* Also what is left out of the clean answer counts: a hundred equal cards are a loop, though one would do. */
static bool cards_repeat(const json_t *cards)
{
    size_t i, alike = 0;
    const json_t *card, *first = json_array_get(cards, 0);

    json_array_foreach(cards, i, card)
    {
        const json_t *back = json_object_get(card, "back");

        alike += json_equal(card, first);
        if (repeat_on_end(json_string_value(back), json_string_length(back)))
            return true;
    }
    return alike == json_array_size(cards) && alike >= CARDS_ALIKE;
}

static bool repeats(const json_t *clean, const json_t *raw)
{
    static const char *const texts[] = {"connections", "short_summary"};
    static const char *const lists[] = {"explanation", "key_points"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const json_t *text = json_object_get(clean, texts[i]);

        if (repeat_on_end(json_string_value(text), json_string_length(text)))
            return true;
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (list_repeats(json_object_get(clean, lists[i])))
            return true;
    return cards_repeat(json_object_get(raw, "anki_cards"));
}

/* ---- the whole ---- */

static json_t *kind_text(const json_t *value)
{
    const char *name = json_is_string(value) ? json_string_value(value) : "";
    enum kind kind = kind_of(name);

    return json_string(kind_name(kind == KINDS ? KIND_CONTENT : kind)); /* not every model says */
}

/* Sets a member, or spoils the whole: *clean becomes NULL. */
static void member(json_t **clean, const char *name, json_t *value)
{
    if (*clean != NULL && value != NULL) {
        json_object_set_new(*clean, name, value);
        return;
    }
    json_decref(value);
    json_decref(*clean);
    *clean = NULL;
}

static bool is_content(const json_t *clean)
{
    return kind_of(json_string_value(json_object_get(clean, "kind"))) == KIND_CONTENT;
}

json_t *answer_shaped(const json_t *raw, enum card_style style, unsigned cards_most, const char **why)
{
    json_t *clean = json_object();

    *why = "it is not a JSON object";
    if (!json_is_object(raw)) {
        json_decref(clean);
        return NULL;
    }
#define MEMBER(name, value)                                                                                  \
    if (clean != NULL)                                                                                       \
    member(&clean, name, value)
    MEMBER("title", tidy_text(json_object_get(raw, "title"), TITLE, why));
    MEMBER("kind", kind_text(json_object_get(raw, "kind")));
    MEMBER("explanation", list_of(json_object_get(raw, "explanation"), PARAGRAPHS, PARAGRAPH, why));
    MEMBER("key_points", list_of(json_object_get(raw, "key_points"), POINTS, POINT, why));
    MEMBER("connections", tidy_text(json_object_get(raw, "connections"), CONNECTIONS, why));
    MEMBER("short_summary", tidy_text(json_object_get(raw, "short_summary"), SUMMARY, why));
    MEMBER("labels", labels_clean(json_object_get(raw, "labels")));
    MEMBER("anki_cards", cards_of(json_object_get(raw, "anki_cards"), style, cards_most, why));
#undef MEMBER
    if (clean == NULL || json_array_size(json_object_get(clean, "explanation")) > 0 || !is_content(clean))
        return clean;
    *why = "the explanation is empty";
    json_decref(clean);
    return NULL;
}

json_t *answer_clean(const json_t *raw, enum card_style style, unsigned cards_most, const char **why)
{
    json_t *clean = answer_shaped(raw, style, cards_most, why);

    if (clean == NULL || !repeats(clean, raw))
        return clean;
    *why = "it repeats itself";
    json_decref(clean);
    return NULL;
}

/* ---- schema ---- */

static json_t *kind_schema(void)
{
    json_t *list = json_array();

    for (enum kind kind = 0; kind < KINDS; kind++)
        json_array_append_new(list, json_string(kind_name(kind)));
    return json_pack("{s:s, s:o}", "type", "string", "enum", list);
}

static json_t *type_schema(enum card_style style)
{
    json_t *list = json_pack("[s]", "cloze");

    if (style == CARDS_MIXED)
        json_array_append_new(list, json_string("basic"));
    return json_pack("{s:s, s:o}", "type", "string", "enum", list);
}

/* An object as strict structured outputs want it: closed, all members required. Takes the properties. */
static json_t *closed(json_t *properties)
{
    json_t *required = json_array(), *schema, *value;
    const char *name;

    json_object_foreach(properties, name, value) json_array_append_new(required, json_string(name));
    schema = json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties, "required",
                       required, "additionalProperties", 0);
    must(schema != NULL);
    return schema;
}

json_t *answer_schema(enum card_style style)
{
    json_t *text = json_pack("{s:s}", "type", "string");
    json_t *texts = json_pack("{s:s, s:O}", "type", "array", "items", text);
    json_t *card = json_object(), *properties;

    if (style != CARDS_BASIC)
        json_object_set_new(card, "type", type_schema(style));
    json_object_set(card, "concept", text);
    json_object_set(card, "front", text);
    json_object_set(card, "back", text);
    properties =
        json_pack("{s:O, s:o, s:O, s:O, s:O, s:O, s:O, s:{s:s, s:o}}", "title", text, "kind", kind_schema(),
                  "explanation", texts, "key_points", texts, "connections", text, "short_summary", text,
                  "labels", texts, "anki_cards", "type", "array", "items", closed(card));
    must(properties != NULL);
    json_decref(text);
    json_decref(texts);
    return closed(properties);
}
