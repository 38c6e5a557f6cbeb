/* job_options - see job_options.h */
#include "proto/job_options.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/artifact.h"
#include "proto/panic.h"

static void set_text(json_t *object, const char *name, const char *text)
{
    if (text != NULL && *text != '\0')
        must(json_object_set_new(object, name, json_string(text)) == 0);
}

static char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return need_dup(text == NULL ? "" : text);
}

char *job_options_text(const struct job_options *options)
{
    json_t *object = json_object();
    char *text;

    must(object != NULL);
    if (options->outputs != 0)
        must(json_object_set_new(object, "outputs", json_integer(options->outputs)) == 0);
    if (*options->metadata != '\0')
        must(json_object_set_new(object, "metadata", json_loads(options->metadata, 0, NULL)) == 0);
    set_text(object, "previous", options->previous);
    set_text(object, "password", options->password);
    set_text(object, "fault", options->fault);
    set_text(object, "remark", options->remark);
    if (options->economy)
        must(json_object_set_new(object, "economy", json_true()) == 0);
    text = json_object_size(object) == 0 ? need_dup("") : json_dumps(object, JSON_COMPACT);
    must(text != NULL);
    json_decref(object);
    return text;
}

void job_options_read(struct job_options *options, const char *text)
{
    json_t *object = *text == '\0' ? NULL : json_loads(text, 0, NULL);
    const json_t *metadata = json_object_get(object, "metadata");
    json_int_t outputs = json_integer_value(json_object_get(object, "outputs"));

    options->outputs = (uint32_t)outputs & ((1u << ARTIFACTS) - 1);
    options->metadata = json_is_object(metadata) ? json_dumps(metadata, JSON_COMPACT) : need_dup("");
    options->economy = json_is_true(json_object_get(object, "economy"));
    options->previous = text_of(object, "previous");
    options->password = text_of(object, "password");
    options->fault = text_of(object, "fault");
    options->remark = text_of(object, "remark");
    must(options->metadata != NULL);
    json_decref(object);
}

void job_options_clear(struct job_options *options)
{
    free(options->metadata);
    free(options->previous);
    free(options->fault);
    free(options->remark);
    explicit_bzero(options->password, strlen(options->password));
    free(options->password);
    memset(options, 0, sizeof *options);
}
