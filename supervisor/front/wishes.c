/* wishes - see wishes.h */
#include "supervisor/front/wishes.h"

#include <stdio.h>
#include <string.h>

#include "proto/panic.h"
#include "supervisor/front/names.h"

void wishes_none(struct wishes *wishes)
{
    memset(wishes, 0, sizeof *wishes);
    wishes->cards = CARDS_UNSAID;
}

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

static const struct {
    const char *name;
    int (*take)(struct wishes *wishes, const json_t *value, struct fault *fault);
    bool json; /* also in a form */
} rows[] = {{"instructions", take_instructions, false},
            {"cards", take_cards, true},
            {"priority", take_priority, false}};

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

int wishes_part(struct wishes *wishes, const char *name, const char *text, size_t size, struct fault *fault)
{
    bool json = rows[row_of(name)].json;
    json_t *value = json ? json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL) : json_stringn(text, size);
    int rc;

    if (value == NULL)
        return fault_set(fault, CODE_INVALID_VALUE, "%s must be %s", name, json ? "JSON" : "UTF-8");
    rc = wishes_member(wishes, name, value, fault);
    json_decref(value);
    return rc;
}

char *wishes_text(const struct wishes *wishes)
{
    char *text;

    if (wishes->instructions[0] == '\0' && !wishes->has_style && !wishes->economy &&
        wishes->cards == CARDS_UNSAID)
        return need_dup("");
    if (asprintf(&text, "%s %d %d %s", wishes->has_style ? card_style_name(wishes->style) : "", wishes->cards,
                 wishes->economy, wishes->instructions) == -1)
        panic("out of memory");
    return text;
}
