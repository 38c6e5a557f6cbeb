/* wished - see wished.h */
#include "proto/wished.h"

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

char *wished_text(const struct wished *wished)
{
    json_t *object = json_object();
    char *text;

    must(object != NULL);
    if (wished->outputs != 0)
        must(json_object_set_new(object, "outputs", json_integer(wished->outputs)) == 0);
    if (*wished->metadata != '\0')
        must(json_object_set_new(object, "metadata", json_loads(wished->metadata, 0, NULL)) == 0);
    set_text(object, "previous", wished->previous);
    set_text(object, "password", wished->password);
    set_text(object, "fault", wished->fault);
    set_text(object, "remark", wished->remark);
    if (wished->economy)
        must(json_object_set_new(object, "economy", json_true()) == 0);
    text = json_object_size(object) == 0 ? need_dup("") : json_dumps(object, JSON_COMPACT);
    must(text != NULL);
    json_decref(object);
    return text;
}

void wished_read(struct wished *wished, const char *text)
{
    json_t *object = *text == '\0' ? NULL : json_loads(text, 0, NULL);
    const json_t *metadata = json_object_get(object, "metadata");
    json_int_t outputs = json_integer_value(json_object_get(object, "outputs"));

    wished->outputs = (uint32_t)outputs & ((1u << ARTIFACTS) - 1);
    wished->metadata = json_is_object(metadata) ? json_dumps(metadata, JSON_COMPACT) : need_dup("");
    wished->economy = json_is_true(json_object_get(object, "economy"));
    wished->previous = text_of(object, "previous");
    wished->password = text_of(object, "password");
    wished->fault = text_of(object, "fault");
    wished->remark = text_of(object, "remark");
    must(wished->metadata != NULL);
    json_decref(object);
}

void wished_clear(struct wished *wished)
{
    free(wished->metadata);
    free(wished->previous);
    free(wished->fault);
    free(wished->remark);
    explicit_bzero(wished->password, strlen(wished->password));
    free(wished->password);
    memset(wished, 0, sizeof *wished);
}
