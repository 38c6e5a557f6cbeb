/* request_options - see request_options.h */
#include "stages/front/request_options.h"

#include <stdio.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/field_check.h"

void request_options_none(struct request_options *options)
{
    options->instructions[0] = options->metadata[0] = options->previous[0] = options->password[0] = '\0';
    options->has_style = options->economy = false;
    options->style = (enum card_style)0;
    options->cards = CARDS_UNSAID;
    options->outputs = 0;
}

#define ARTIFACT(NAME, word, file, type, link) " " word
static const char outputs_doc[] = "outputs takes these words:"
#include "proto/artifacts.def"
    ;
#undef ARTIFACT

static int wrong_type(struct request_error *error, const char *name, const char *type)
{
    return request_error_set(error, CODE_WRONG_TYPE, "%s must be %s", name, type);
}

/* A text that is one of a list of words; "" if it has a NUL, which no word has. NULL: no text. */
static const char *word_of(const json_t *value)
{
    const char *word = json_string_value(value);

    return word == NULL || strlen(word) == json_string_length(value) ? word : "";
}

/* A string that check finds nothing wrong with, into to, which has room for it. */
static int read_string(char *to, const char *name, const char *(*check)(const char *text, size_t size),
                       const json_t *value, struct request_error *error)
{
    const char *why;

    if (!json_is_string(value))
        return wrong_type(error, name, "a string");
    why = check(json_string_value(value), json_string_length(value));
    if (why != NULL)
        return request_error_set(error, CODE_INVALID_VALUE, "%s %s", name, why);
    memcpy(to, json_string_value(value), json_string_length(value) + 1);
    return 0;
}

static int read_instructions(struct request_options *options, const json_t *value,
                             struct request_error *error)
{
    return read_string(options->instructions, "instructions", instructions_error, value, error);
}

static int read_style(struct request_options *options, const json_t *value, struct request_error *error)
{
    const char *style = word_of(value);

    if (value == NULL)
        return 0;
    if (style == NULL)
        return wrong_type(error, "cards.style", "a string");
    options->style = card_style_of(style);
    options->has_style = true;
    return options->style < CARD_STYLES
               ? 0
               : request_error_set(error, CODE_INVALID_VALUE, "cards.style must be basic, cloze or mixed");
}

static int read_max(struct request_options *options, const json_t *value, struct request_error *error)
{
    json_int_t max = json_integer_value(value);

    if (value == NULL)
        return 0;
    if (!json_is_integer(value))
        return wrong_type(error, "cards.max_per_slide", "a whole number");
    if (max < 0 || max > MAX_CARDS)
        return request_error_set(error, CODE_INVALID_VALUE, "cards.max_per_slide must be 0 to %d",
                                 (int)MAX_CARDS);
    options->cards = (int)max;
    return 0;
}

static int read_cards(struct request_options *options, const json_t *value, struct request_error *error)
{
    size_t known =
        (json_object_get(value, "style") != NULL) + (json_object_get(value, "max_per_slide") != NULL);

    if (!json_is_object(value))
        return wrong_type(error, "cards", "an object");
    if (json_object_size(value) != known)
        return request_error_set(error, CODE_UNSUPPORTED_FIELD,
                                 "cards takes style and max_per_slide, and nothing else");
    return read_style(options, json_object_get(value, "style"), error) == -1
               ? -1
               : read_max(options, json_object_get(value, "max_per_slide"), error);
}

static int read_priority(struct request_options *options, const json_t *value, struct request_error *error)
{
    const char *priority = word_of(value);

    if (priority == NULL)
        return wrong_type(error, "priority", "a string");
    options->economy = strcmp(priority, "economy") == 0;
    return options->economy || strcmp(priority, "normal") == 0
               ? 0
               : request_error_set(error, CODE_INVALID_VALUE, "priority must be normal or economy");
}

static int read_outputs(struct request_options *options, const json_t *value, struct request_error *error)
{
    const json_t *word;
    size_t i;

    if (!json_is_array(value))
        return wrong_type(error, "outputs", "a list");
    json_array_foreach(value, i, word)
    {
        enum artifact artifact = json_is_string(word) ? artifact_of(word_of(word)) : ARTIFACTS;

        if (artifact == ARTIFACTS)
            return request_error_set(error, CODE_INVALID_VALUE, "%s", outputs_doc);
        options->outputs |= (1u << artifact) & ~OUTPUTS_ALWAYS;
    }
    return 0;
}

static int read_output_words(struct request_options *options, const char *words, size_t size,
                             struct request_error *error)
{
    if (!artifact_set(&options->outputs, words, size))
        return request_error_set(error, CODE_INVALID_VALUE, "%s", outputs_doc);
    options->outputs &= ~OUTPUTS_ALWAYS;
    return 0;
}

static int check_datum(const char *name, const json_t *value, struct request_error *error)
{
    const char *why = metadata_name_error(name);

    if (why != NULL)
        return request_error_set(error, CODE_INVALID_VALUE, "a name in metadata %s", why);
    if (!json_is_string(value))
        return request_error_set(error, CODE_WRONG_TYPE, "metadata.%s must be a string", name);
    why = metadata_error(json_string_value(value), json_string_length(value));
    return why == NULL ? 0 : request_error_set(error, CODE_INVALID_VALUE, "metadata.%s %s", name, why);
}

static int read_metadata(struct request_options *options, const json_t *value, struct request_error *error)
{
    const char *name;
    json_t *datum;
    size_t size;

    if (!json_is_object(value))
        return wrong_type(error, "metadata", "an object");
    if (json_object_size(value) > MAX_METADATA_NAMES)
        return request_error_set(error, CODE_INVALID_VALUE, "metadata may have at most %d members",
                                 (int)MAX_METADATA_NAMES);
    json_object_foreach((json_t *)value, name, datum) if (check_datum(name, datum, error) == -1) return -1;
    if (json_object_size(value) == 0)
        return 0;
    size = json_dumpb(value, options->metadata, MAX_METADATA, JSON_COMPACT);
    must(size <= MAX_METADATA); /* follows from the bounds of its members */
    options->metadata[size] = '\0';
    return 0;
}

static int read_previous(struct request_options *options, const json_t *value, struct request_error *error)
{
    return read_string(options->previous, "previous", job_error, value, error);
}

static int read_password(struct request_options *options, const json_t *value, struct request_error *error)
{
    return read_string(options->password, "password", password_error, value, error);
}

/* What a part of a form holds. */
enum form { FORM_TEXT, FORM_JSON, FORM_WORDS };

static const struct {
    const char *name;
    int (*read)(struct request_options *options, const json_t *value, struct request_error *error);
    enum form form;
} rows[] = {{"instructions", read_instructions, FORM_TEXT}, {"cards", read_cards, FORM_JSON},
            {"priority", read_priority, FORM_TEXT},         {"outputs", read_outputs, FORM_WORDS},
            {"metadata", read_metadata, FORM_JSON},         {"previous", read_previous, FORM_TEXT},
            {"password", read_password, FORM_TEXT}};

static size_t row_of(const char *name)
{
    size_t row = 0;

    while (row < sizeof rows / sizeof *rows && strcmp(rows[row].name, name) != 0)
        row++;
    return row;
}

bool request_options_known(const char *name)
{
    return row_of(name) < sizeof rows / sizeof *rows;
}

int request_options_member(struct request_options *options, const char *name, const json_t *value,
                           struct request_error *error)
{
    return value == NULL || json_is_null(value) ? 0 : rows[row_of(name)].read(options, value, error);
}

const char *request_options_name(size_t i)
{
    return i < sizeof rows / sizeof *rows ? rows[i].name : NULL;
}

int request_options_part(struct request_options *options, const char *name, const char *text, size_t size,
                         struct request_error *error)
{
    enum form form = rows[row_of(name)].form;
    bool json = form == FORM_JSON;
    json_t *value;
    int rc;

    if (form == FORM_WORDS)
        return read_output_words(options, text, size, error);
    value = json ? json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL) : json_stringn(text, size);
    if (value == NULL)
        return request_error_set(error, CODE_INVALID_VALUE, "%s must be %s", name, json ? "JSON" : "UTF-8");
    rc = request_options_member(options, name, value, error);
    json_decref(value);
    return rc;
}

char *request_options_text(const struct request_options *options)
{
    bool first = options->instructions[0] != '\0' || options->has_style || options->economy ||
                 options->cards != CARDS_UNSAID;
    bool more = options->outputs != 0 || options->metadata[0] != '\0' || options->previous[0] != '\0';
    bool alike = options->instructions[0] >= '0' && options->instructions[0] <= '9' &&
                 strchr(options->instructions, '\n') != NULL;
    char *text = NULL;
    int rc = 0;

    if (!first && !more)
        return need_dup("");
    /* The second form is younger, and texts of the first stay what they were, unless they look like one of
     * it. */
    if (more || alike)
        rc = asprintf(&text, "%s %d %d %u %s %s\n%s",
                      options->has_style ? card_style_name(options->style) : "", options->cards,
                      options->economy, options->outputs, options->previous, options->metadata,
                      options->instructions);
    else
        rc = asprintf(&text, "%s %d %d %s", options->has_style ? card_style_name(options->style) : "",
                      options->cards, options->economy, options->instructions);
    if (rc == -1)
        panic("out of memory");
    return text;
}
