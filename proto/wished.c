/* wished - see wished.h */
#include "proto/wished.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/artifact.h"
#include "proto/panic.h"

char *wished_text(const struct wished *wished)
{
    json_t *object = json_object();
    char *text;

    must(object != NULL);
    if (wished->outputs != 0)
        must(json_object_set_new(object, "outputs", json_integer(wished->outputs)) == 0);
    if (*wished->metadata != '\0')
        must(json_object_set_new(object, "metadata", json_loads(wished->metadata, 0, NULL)) == 0);
    if (*wished->previous != '\0')
        must(json_object_set_new(object, "previous", json_string(wished->previous)) == 0);
    if (*wished->password != '\0')
        must(json_object_set_new(object, "password", json_string(wished->password)) == 0);
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
    const char *previous = json_string_value(json_object_get(object, "previous"));
    const char *password = json_string_value(json_object_get(object, "password"));
    json_int_t outputs = json_integer_value(json_object_get(object, "outputs"));

    wished->outputs = (uint32_t)outputs & ((1u << ARTIFACTS) - 1);
    wished->metadata = json_is_object(metadata) ? json_dumps(metadata, JSON_COMPACT) : need_dup("");
    wished->economy = json_is_true(json_object_get(object, "economy"));
    wished->previous = need_dup(previous == NULL ? "" : previous);
    wished->password = need_dup(password == NULL ? "" : password);
    must(wished->metadata != NULL);
    json_decref(object);
}

void wished_clear(struct wished *wished)
{
    free(wished->metadata);
    free(wished->previous);
    explicit_bzero(wished->password, strlen(wished->password));
    free(wished->password);
    memset(wished, 0, sizeof *wished);
}
