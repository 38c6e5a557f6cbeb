/* model_request - see model_request.h
 *
 * The picture is a hundred times the rest.  So the JSON is dumped with an empty data URL, and the picture
 * stays a piece of its own, which becomes base64 only while it is sent: there is no copy of it.
 */
#include "stages/vision/model/model_request.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

#define DATA_URL "data:image/jpeg;base64,"

json_t *model_request_text(void (*write)(FILE *out, const void *arg), const void *arg)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    json_t *value;

    must(out != NULL);
    write(out, arg);
    must(fclose(out) == 0);
    value = json_stringn(text, size);
    free(text);
    must(value != NULL); /* all that goes in is valid UTF-8 */
    return value;
}

/* What the user says: without a picture a plain string, which servers without eyes take, too. */
static json_t *content_of(const struct model_request *r, json_t *user)
{
    if (r->jpeg == NULL)
        return user;
    return json_pack("[{s:s, s:o}, {s:s, s:{s:s, s:s}}]", "type", "text", "text", user, "type", "image_url",
                     "image_url", "url", DATA_URL, "detail", r->detail);
}

/* Both texts as one. */
static json_t *joined(json_t *system, json_t *user)
{
    json_t *both = json_sprintf("%s\n\n%s", json_string_value(system), json_string_value(user));

    must(both != NULL);
    json_decref(system);
    json_decref(user);
    return both;
}

static json_t *messages(const struct model_request *r)
{
    if (r->dialect.one_role)
        return json_pack("[{s:s, s:o}]", "role", "user", "content",
                         content_of(r, joined(r->system, r->user)));
    return json_pack("[{s:s, s:o}, {s:s, s:o}]", "role", "system", "content", r->system, "role", "user",
                     "content", content_of(r, r->user));
}

static json_t *body_of(const struct model_request *r)
{
    /* some servers stream unless told not to */
    json_t *body = json_pack("{s:s, s:o, s:b, s:i}", "model", r->model, "messages", messages(r), "stream", 0,
                             r->dialect.tokens == TOKENS_COMPLETION ? "max_completion_tokens" : "max_tokens",
                             (int)r->max_tokens);

    must(body != NULL);
    if (r->dialect.format == FORMAT_SCHEMA)
        json_object_set_new(body, "response_format",
                            json_pack("{s:s, s:{s:s, s:b, s:O}}", "type", "json_schema", "json_schema",
                                      "name", r->schema_name, "strict", 1, "schema", r->schema));
    if (r->dialect.format == FORMAT_OBJECT)
        json_object_set_new(body, "response_format", json_pack("{s:s}", "type", "json_object"));
    json_decref(r->schema);
    return body;
}

/* The picture's place is behind the empty data URL. In dumped JSON a quote inside a text has a backslash
 * before it, so the bytes :"data... can only be our own member, whatever the slide says. */
static void add_around_picture(struct http_body *body, char *dump, const struct model_request *r)
{
    const char *place = strstr(dump, ":\"" DATA_URL "\"");
    size_t before;

    must(place != NULL);
    before = (size_t)(place - dump) + strlen(":\"" DATA_URL);
    http_body_add(body, dump, before, NULL, NULL);
    http_body_add_base64(body, r->jpeg, r->jpeg_size, NULL, NULL);
    http_body_add(body, dump + before, strlen(dump) - before, free, dump);
}

struct http_body *model_request_body(struct model_request *r)
{
    struct http_body *body = http_body_new();
    json_t *root = body_of(r);
    char *dump = json_dumps(root, JSON_COMPACT);

    must(dump != NULL);
    json_decref(root);
    if (r->jpeg != NULL)
        add_around_picture(body, dump, r);
    else
        http_body_add_owned(body, dump, strlen(dump));
    return body;
}
