/* answer - see answer.h */
#include "stages/vision/answer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
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
enum { PARAGRAPHS = 40, POINTS = 60, CARDS_HEARD = 200 };

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

static json_t *cards_of(const json_t *value, unsigned cards_most, const char **why)
{
    json_t *cards, *entry;
    size_t i;

    *why = json_is_array(value) ? "too many cards" : "the cards are missing";
    if (!json_is_array(value) || json_array_size(value) > CARDS_HEARD)
        return NULL;
    cards = json_array();
    json_array_foreach(value, i, entry)
    {
        json_t *front = tidy_text(json_object_get(entry, "front"), FRONT, why);
        json_t *back = front == NULL ? NULL : tidy_text(json_object_get(entry, "back"), BACK, why);
        bool whole = front != NULL && back != NULL;

        if (whole && json_string_length(front) > 0 && json_string_length(back) > 0 &&
            json_array_size(cards) < cards_most)
            json_array_append_new(cards, json_pack("{s:O, s:O}", "front", front, "back", back));
        json_decref(front);
        json_decref(back);
        if (!whole) {
            json_decref(cards);
            return NULL;
        }
    }
    return cards;
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

json_t *answer_clean(const json_t *raw, unsigned cards_most, const char **why)
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
    MEMBER("explanation", list_of(json_object_get(raw, "explanation"), PARAGRAPHS, PARAGRAPH, why));
    MEMBER("key_points", list_of(json_object_get(raw, "key_points"), POINTS, POINT, why));
    MEMBER("connections", tidy_text(json_object_get(raw, "connections"), CONNECTIONS, why));
    MEMBER("short_summary", tidy_text(json_object_get(raw, "short_summary"), SUMMARY, why));
    MEMBER("anki_cards", cards_of(json_object_get(raw, "anki_cards"), cards_most, why));
#undef MEMBER
    if (clean != NULL && json_array_size(json_object_get(clean, "explanation")) == 0) {
        *why = "the explanation is empty";
        json_decref(clean);
        return NULL;
    }
    return clean;
}

json_t *answer_schema(void)
{
    json_t *text = json_pack("{s:s}", "type", "string");
    json_t *texts = json_pack("{s:s, s:O}", "type", "array", "items", text);
    json_t *card = json_pack("{s:s, s:{s:O, s:O}, s:[s, s], s:b}", "type", "object", "properties", "front",
                             text, "back", text, "required", "front", "back", "additionalProperties", 0);
    json_t *schema = json_pack(
        "{s:s, s:{s:O, s:O, s:O, s:O, s:O, s:{s:s, s:o}}, s:[s, s, s, s, s, s], s:b}", "type", "object",
        "properties", "title", text, "explanation", texts, "key_points", texts, "connections", text,
        "short_summary", text, "anki_cards", "type", "array", "items", card, "required", "title",
        "explanation", "key_points", "connections", "short_summary", "anki_cards", "additionalProperties", 0);

    must(schema != NULL);
    json_decref(text);
    json_decref(texts);
    return schema;
}
