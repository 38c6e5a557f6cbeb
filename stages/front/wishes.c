/* wishes - see wishes.h */
#include "stages/front/wishes.h"

#include <stdio.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/front/names.h"

void wishes_none(struct wishes *wishes)
{
    wishes->instructions[0] = wishes->metadata[0] = wishes->previous[0] = wishes->password[0] = '\0';
    wishes->has_style = wishes->economy = false;
    wishes->style = (enum card_style)0;
    wishes->cards = CARDS_UNSAID;
    wishes->outputs = 0;
}

#define WORD(name, word, file, type, link) " " word
static const char outputs_doc[] = "outputs takes these words:" ARTIFACT_TABLE(WORD);

static int wrong_type(struct fault *fault, const char *name, const char *type)
{
    return fault_set(fault, CODE_WRONG_TYPE, "%s must be %s", name, type);
}

static int take_instructions(struct wishes *wishes, const json_t *value, struct fault *fault)
{
    const char *why;

    if (!json_is_string(value))
        return wrong_type(fault, "instructions", "a string");
    why = instructions_fault(json_string_value(value), json_string_length(value));
    if (why != NULL)
        return fault_set(fault, CODE_INVALID_VALUE, "instructions %s", why);
    memcpy(wishes->instructions, json_string_value(value), json_string_length(value) + 1);
    return 0;
}

static int take_style(struct wishes *wishes, const json_t *value, struct fault *fault)
{
    const char *style = json_string_value(value);

    if (value == NULL)
        return 0;
    if (style == NULL)
        return wrong_type(fault, "cards.style", "a string");
    wishes->style = card_style_of(style);
    wishes->has_style = true;
    return wishes->style < CARD_STYLES
               ? 0
               : fault_set(fault, CODE_INVALID_VALUE, "cards.style must be basic, cloze or mixed");
}

static int take_most(struct wishes *wishes, const json_t *value, struct fault *fault)
{
    json_int_t most = json_integer_value(value);

    if (value == NULL)
        return 0;
    if (!json_is_integer(value))
        return wrong_type(fault, "cards.max_per_slide", "a whole number");
    if (most < 0 || most > CARDS_MOST)
        return fault_set(fault, CODE_INVALID_VALUE, "cards.max_per_slide must be 0 to %d", (int)CARDS_MOST);
    wishes->cards = (int)most;
    return 0;
}

static int take_cards(struct wishes *wishes, const json_t *value, struct fault *fault)
{
    size_t known =
        (json_object_get(value, "style") != NULL) + (json_object_get(value, "max_per_slide") != NULL);

    if (!json_is_object(value))
        return wrong_type(fault, "cards", "an object");
    if (json_object_size(value) != known)
        return fault_set(fault, CODE_UNSUPPORTED_FIELD,
                         "cards takes style and max_per_slide, and nothing else");
    return take_style(wishes, json_object_get(value, "style"), fault) == -1
               ? -1
               : take_most(wishes, json_object_get(value, "max_per_slide"), fault);
}

static int take_priority(struct wishes *wishes, const json_t *value, struct fault *fault)
{
    const char *priority = json_string_value(value);

    if (priority == NULL)
        return wrong_type(fault, "priority", "a string");
    wishes->economy = strcmp(priority, "economy") == 0;
    return wishes->economy || strcmp(priority, "normal") == 0
               ? 0
               : fault_set(fault, CODE_INVALID_VALUE, "priority must be normal or economy");
}

static int take_outputs(struct wishes *wishes, const json_t *value, struct fault *fault)
{
    const json_t *word;
    size_t i;

    if (!json_is_array(value))
        return wrong_type(fault, "outputs", "a list");
    json_array_foreach(value, i, word)
    {
        enum artifact artifact = json_is_string(word) ? artifact_of(json_string_value(word)) : ARTIFACTS;

        if (artifact == ARTIFACTS)
            return fault_set(fault, CODE_INVALID_VALUE, "%s", outputs_doc);
        wishes->outputs |= (1u << artifact) & ~OUTPUTS_ALWAYS;
    }
    return 0;
}

static int take_words(struct wishes *wishes, const char *words, size_t size, struct fault *fault)
{
    if (!artifact_set(&wishes->outputs, words, size))
        return fault_set(fault, CODE_INVALID_VALUE, "%s", outputs_doc);
    wishes->outputs &= ~OUTPUTS_ALWAYS;
    return 0;
}

static int check_datum(const char *name, const json_t *value, struct fault *fault)
{
    const char *why = metadata_name_fault(name);

    if (why != NULL)
        return fault_set(fault, CODE_INVALID_VALUE, "a name in metadata %s", why);
    if (!json_is_string(value))
        return fault_set(fault, CODE_WRONG_TYPE, "metadata.%s must be a string", name);
    why = metadata_fault(json_string_value(value), json_string_length(value));
    return why == NULL ? 0 : fault_set(fault, CODE_INVALID_VALUE, "metadata.%s %s", name, why);
}

static int take_metadata(struct wishes *wishes, const json_t *value, struct fault *fault)
{
    const char *name;
    json_t *datum;
    size_t size;

    if (!json_is_object(value))
        return wrong_type(fault, "metadata", "an object");
    if (json_object_size(value) > METADATA_NAMES_MOST)
        return fault_set(fault, CODE_INVALID_VALUE, "metadata may have at most %d members",
                         (int)METADATA_NAMES_MOST);
    json_object_foreach((json_t *)value, name, datum) if (check_datum(name, datum, fault) == -1) return -1;
    if (json_object_size(value) == 0)
        return 0;
    size = json_dumpb(value, wishes->metadata, METADATA_MOST, JSON_COMPACT);
    must(size <= METADATA_MOST); /* follows from the bounds of its members */
    wishes->metadata[size] = '\0';
    return 0;
}

static int take_previous(struct wishes *wishes, const json_t *value, struct fault *fault)
{
    const char *why;

    if (!json_is_string(value))
        return wrong_type(fault, "previous", "a string");
    why = job_fault(json_string_value(value), json_string_length(value));
    if (why != NULL)
        return fault_set(fault, CODE_INVALID_VALUE, "previous %s", why);
    memcpy(wishes->previous, json_string_value(value), json_string_length(value) + 1);
    return 0;
}

static int take_password(struct wishes *wishes, const json_t *value, struct fault *fault)
{
    const char *why;

    if (!json_is_string(value))
        return wrong_type(fault, "password", "a string");
    why = password_fault(json_string_value(value), json_string_length(value));
    if (why != NULL)
        return fault_set(fault, CODE_INVALID_VALUE, "password %s", why);
    memcpy(wishes->password, json_string_value(value), json_string_length(value) + 1);
    return 0;
}

/* What a part of a form holds. */
enum form { FORM_TEXT, FORM_JSON, FORM_WORDS };

static const struct {
    const char *name;
    int (*take)(struct wishes *wishes, const json_t *value, struct fault *fault);
    enum form form;
} rows[] = {{"instructions", take_instructions, FORM_TEXT}, {"cards", take_cards, FORM_JSON},
            {"priority", take_priority, FORM_TEXT},         {"outputs", take_outputs, FORM_WORDS},
            {"metadata", take_metadata, FORM_JSON},         {"previous", take_previous, FORM_TEXT},
            {"password", take_password, FORM_TEXT}};

static size_t row_of(const char *name)
{
    size_t row = 0;

    while (row < sizeof rows / sizeof *rows && strcmp(rows[row].name, name) != 0)
        row++;
    return row;
}

bool wishes_known(const char *name)
{
    return row_of(name) < sizeof rows / sizeof *rows;
}

int wishes_member(struct wishes *wishes, const char *name, const json_t *value, struct fault *fault)
{
    return value == NULL || json_is_null(value) ? 0 : rows[row_of(name)].take(wishes, value, fault);
}

const char *wishes_name(size_t i)
{
    return i < sizeof rows / sizeof *rows ? rows[i].name : NULL;
}

int wishes_part(struct wishes *wishes, const char *name, const char *text, size_t size, struct fault *fault)
{
    enum form form = rows[row_of(name)].form;
    bool json = form == FORM_JSON;
    json_t *value;
    int rc;

    if (form == FORM_WORDS)
        return take_words(wishes, text, size, fault);
    value = json ? json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL) : json_stringn(text, size);
    if (value == NULL)
        return fault_set(fault, CODE_INVALID_VALUE, "%s must be %s", name, json ? "JSON" : "UTF-8");
    rc = wishes_member(wishes, name, value, fault);
    json_decref(value);
    return rc;
}

char *wishes_text(const struct wishes *wishes)
{
    bool first = wishes->instructions[0] != '\0' || wishes->has_style || wishes->economy ||
                 wishes->cards != CARDS_UNSAID;
    bool more = wishes->outputs != 0 || wishes->metadata[0] != '\0' || wishes->previous[0] != '\0';
    char *text = NULL;
    int rc = 0;

    if (!first && !more)
        return need_dup("");
    if (more) /* younger than the others, whose text must stay what it was */
        rc = asprintf(&text, "%s %d %d %u %s %s\n%s", wishes->has_style ? card_style_name(wishes->style) : "",
                      wishes->cards, wishes->economy, wishes->outputs, wishes->previous, wishes->metadata,
                      wishes->instructions);
    else
        rc = asprintf(&text, "%s %d %d %s", wishes->has_style ? card_style_name(wishes->style) : "",
                      wishes->cards, wishes->economy, wishes->instructions);
    if (rc == -1)
        panic("out of memory");
    return text;
}
