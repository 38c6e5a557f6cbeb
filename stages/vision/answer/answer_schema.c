/* answer_schema - see answer.h: what a model is told an answer looks like */
#include "proto/panic.h"
#include "stages/vision/answer/answer.h"
#include "stages/lib/text/page_kind.h"

static json_t *kind_schema(void)
{
    json_t *list = json_array();

    for (enum page_kind kind = 0; kind < KINDS; kind++)
        json_array_append_new(list, json_string(page_kind_name(kind)));
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
