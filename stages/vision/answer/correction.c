/* correction - see correction.h */
#include "stages/vision/answer/correction.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/vision/answer/answer.h"
#include "stages/vision/answer/answer_unwrap.h"
#include "stages/vision/answer/lenient_members.h"
#include "stages/vision/answer/markup.h"

enum { MAX_STATEMENTS = 24 };

/* Where a claim may stand, and which member of the answer that is. */
static const struct {
    const char *where, *member;
} places[] = {
    {"explanation", "explanation"}, {"key_points", "key_points"}, {"short_summary", "short_summary"},
    {"connections", "connections"}, {"card", "anki_cards"},
};

static const char *string_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text == NULL ? "" : text;
}

static const char *member_of(const char *where)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strcmp(places[i].where, where) == 0)
            return places[i].member;
    return NULL;
}

/* The text, entry or card that stands at such a place of the answer; NULL: there is none. */
static json_t *found_at(const json_t *answer, const json_t *place)
{
    const char *name = member_of(string_of(place, "where"));
    json_t *member = name == NULL ? NULL : json_object_get(answer, name);

    return json_is_array(member)
               ? json_array_get(member, (size_t)json_integer_value(json_object_get(place, "index")))
               : member;
}

/* ---- what is asked about ---- */

static json_t *statement_at(const json_t *statements, const json_t *claim)
{
    json_t *statement;
    size_t i;

    json_array_foreach(statements, i, statement)
    {
        if (strcmp(string_of(statement, "where"), string_of(claim, "where")) == 0 &&
            json_equal(json_object_get(statement, "index"), json_object_get(claim, "index")))
            return statement;
    }
    return NULL;
}

static json_t *statement_new(const json_t *claim, const json_t *said)
{
    bool card = json_is_object(said);
    json_t *statement =
        json_pack("{s:s, s:O, s:s, s:s, s:[]}", "where", string_of(claim, "where"), "index",
                  json_object_get(claim, "index"), "front", card ? string_of(said, "front") : "", "text",
                  card ? string_of(said, "back") : json_string_value(said), "doubts");

    must(statement != NULL);
    return statement;
}

json_t *correction_statements(const json_t *answer, const json_t *claims)
{
    json_t *statements = json_array(), *statement;
    const json_t *claim;
    size_t i;

    json_array_foreach(claims, i, claim)
    {
        const json_t *said = found_at(answer, claim);

        statement = statement_at(statements, claim);
        if (said == NULL || (statement == NULL && json_array_size(statements) == MAX_STATEMENTS))
            continue;
        if (statement == NULL) {
            statement = statement_new(claim, said);
            json_array_append_new(statements, statement);
        }
        json_array_append(json_object_get(statement, "doubts"), json_object_get(claim, "text"));
    }
    return statements;
}

json_t *correction_schema(void)
{
    json_t *entry =
        json_pack("{s:s, s:{s:{s:s}, s:{s:s}, s:{s:s}}, s:[s, s, s], s:b}", "type", "object", "properties",
                  "number", "type", "integer", "front", "type", "string", "text", "type", "string",
                  "required", "number", "front", "text", "additionalProperties", 0);
    json_t *schema =
        json_pack("{s:s, s:{s:{s:s, s:o}}, s:[s], s:b}", "type", "object", "properties", "corrections",
                  "type", "array", "items", entry, "required", "corrections", "additionalProperties", 0);

    must(schema != NULL);
    return schema;
}

/* ---- what comes back ---- */

static const struct member_name names[] = {
    {"corrections", {"correction", "corrected", "statements"}},
};
static const struct member_name entry_names[] = {
    {"number", {"statement", "statementnumber", "n", "id", "index"}},
    {"front", {"question"}},
    {"text", {"back", "answer", "correction", "corrected", "correctedtext"}},
};

static json_int_t number_of(const json_t *value)
{
    json_t *number = json_is_string(value) ? json_loads(json_string_value(value),
                                                        JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, NULL)
                                           : json_incref((json_t *)(uintptr_t)value);
    json_int_t n = json_integer_value(number);

    json_decref(number);
    return n;
}

static json_t *entry_of(const json_t *value)
{
    json_t *own = answer_unwrap(value, entry_names, sizeof entry_names / sizeof *entry_names);
    json_int_t number = number_of(json_object_get(own, "number"));
    json_t *entry = NULL;

    if (number > 0 && json_object_get(own, "text") != NULL)
        entry = json_pack("{s:I, s:o, s:o}", "number", number, "front",
                          lenient_members_text(json_object_get(own, "front"), SIZE_MAX, "card", NULL), "text",
                          lenient_members_text(json_object_get(own, "text"), SIZE_MAX, "paragraph", NULL));
    json_decref(own);
    return entry;
}

json_t *correction_clean(const json_t *raw, const char **why)
{
    json_t *own = answer_unwrap(raw, names, sizeof names / sizeof *names), *corrections, *value;
    json_t *list = json_deep_copy(json_object_get(own, "corrections"));
    size_t i;

    json_decref(own);
    if (json_is_object(list)) /* the only one */
        list = json_pack("[o]", list);
    *why = "it is not a JSON object with a list of corrections";
    if (!json_is_array(list)) {
        json_decref(list);
        return NULL;
    }
    markup_mend(list);
    corrections = json_array();
    json_array_foreach(list, i, value)
    {
        json_t *entry = entry_of(value);

        if (entry != NULL)
            json_array_append_new(corrections, entry);
    }
    json_decref(list);
    return json_pack("{s:o}", "corrections", corrections);
}

/* ---- the corrected answer ---- */

/* A question that is not given again stays; without both texts the card goes. */
static void correct_card(json_t *card, const json_t *correction)
{
    json_t *front = json_object_get(correction, "front"), *text = json_object_get(correction, "text");

    if (json_string_length(front) > 0 || json_string_length(text) == 0)
        json_object_set(card, "front", front);
    json_object_set(card, "back", text);
}

static void correct(json_t *answer, const json_t *statement, const json_t *correction)
{
    json_t *said = found_at(answer, statement);

    if (json_is_object(said))
        correct_card(said, correction);
    else if (said != NULL)
        json_string_set(said, json_string_value(json_object_get(correction, "text")));
}

json_t *correction_apply(const json_t *answer, const json_t *statements, const json_t *corrections)
{
    json_t *copy = json_deep_copy(answer), *corrected;
    const json_t *correction;
    const char *why;
    size_t i;

    must(copy != NULL);
    json_array_foreach(json_object_get(corrections, "corrections"), i, correction)
    {
        json_int_t number = json_integer_value(json_object_get(correction, "number"));

        correct(copy, json_array_get(statements, (size_t)number - 1), correction);
    }
    corrected = answer_shaped(copy, (unsigned)json_array_size(json_object_get(copy, "anki_cards")), &why);
    if (corrected == NULL) /* nothing would be left of the explanation */
        corrected = json_deep_copy(answer);
    json_object_update_missing(corrected, copy);
    json_decref(copy);
    return corrected;
}
