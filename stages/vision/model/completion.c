/* completion - see completion.h */
#include "stages/vision/model/completion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/panic.h"

enum { HTTP_BAD_GATEWAY = 502 };

/* finish_reason in the words of several APIs, capitals and '-' apart. What is not here says nothing. */
static const struct {
    const char *word;
    enum finish finish;
} ends[] = {
    {"length", FINISH_LENGTH},
    {"max_tokens", FINISH_LENGTH},
    {"max_output_tokens", FINISH_LENGTH},
    {"max_completion_tokens", FINISH_LENGTH},
    {"max_length", FINISH_LENGTH},
    {"model_length", FINISH_LENGTH},
    {"token_limit", FINISH_LENGTH},
    {"context_length_exceeded", FINISH_LENGTH},
    {"model_context_window_exceeded", FINISH_LENGTH},
    {"truncated", FINISH_LENGTH},
    {"incomplete", FINISH_LENGTH},
    {"content_filter", FINISH_FILTERED},
    {"content_filtered", FINISH_FILTERED},
    {"safety", FINISH_FILTERED},
    {"recitation", FINISH_FILTERED},
    {"blocklist", FINISH_FILTERED},
    {"prohibited_content", FINISH_FILTERED},
    {"spii", FINISH_FILTERED},
    {"image_safety", FINISH_FILTERED},
    {"image_prohibited_content", FINISH_FILTERED},
    {"image_recitation", FINISH_FILTERED},
    {"guardrail_intervened", FINISH_FILTERED},
    {"sensitive", FINISH_FILTERED},
    {"moderation", FINISH_FILTERED},
    {"refusal", FINISH_REFUSED},
    {"refused", FINISH_REFUSED},
    {"error", FINISH_BROKEN},
    {"abort", FINISH_BROKEN},
    {"aborted", FINISH_BROKEN},
    {"cancelled", FINISH_BROKEN},
    {"canceled", FINISH_BROKEN},
    {"timeout", FINISH_BROKEN},
    {"network_error", FINISH_BROKEN},
    {"insufficient_system_resource", FINISH_BROKEN},
    {"malformed_function_call", FINISH_BROKEN},
};

static bool same_word(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++)
        if (strncasecmp(*a == '-' ? "_" : a, *b == '-' ? "_" : b, 1) != 0)
            return false;
    return *a == *b;
}

static enum finish finish_of(const char *word)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (same_word(word, ends[i].word))
            return ends[i].finish;
    return FINISH_STOP;
}

static const char *text_in(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL && *text != '\0' ? text : NULL;
}

/* ---- where the answer may stand ---- */

static void add_source(struct completion *c, json_t *source)
{
    size_t i = 0;

    while (i < COMPLETION_SOURCES && c->sources[i] != NULL)
        i++;
    if (i < COMPLETION_SOURCES - 1 && (json_is_object(source) || json_string_length(source) > 0))
        c->sources[i] = json_incref(source);
}

static void add_new_source(struct completion *c, json_t *source)
{
    add_source(c, source);
    json_decref(source);
}

/* The texts of a list of parts on end; parts that think are left out, unless thinking is asked for. */
static json_t *joined(const json_t *parts, bool thinking)
{
    char *text = NULL;
    size_t size, i;
    FILE *out = open_memstream(&text, &size);
    const json_t *part;
    json_t *value;

    must(out != NULL);
    json_array_foreach(parts, i, part)
    {
        const char *type = text_in(part, "type"), *said = json_string_value(part);
        bool thinks = type != NULL && (strstr(type, "think") != NULL || strstr(type, "reason") != NULL);

        if (said == NULL)
            said = text_in(part, thinks && text_in(part, "thinking") != NULL ? "thinking" : "text");
        if (said != NULL && thinks == thinking)
            fputs(said, out);
    }
    must(fclose(out) == 0);
    value = json_string(text);
    free(text);
    return value;
}

static void add_call(struct completion *c, const json_t *call)
{
    add_source(c, json_object_get(call, "arguments"));
    add_source(c, json_object_get(call, "input"));
}

static void add_message(struct completion *c, const json_t *choice, const json_t *message)
{
    json_t *content = json_object_get(message, "content");
    const json_t *calls = json_object_get(message, "tool_calls");
    static const char *const reasoning[] = {"reasoning_content", "reasoning"};

    if (json_is_array(content))
        add_new_source(c, joined(content, false));
    else
        add_source(c, content);
    add_source(c, json_object_get(message, "parsed"));
    if (json_array_size(calls) > 0) /* the last one, if it corrected itself */
        add_call(c, json_object_get(json_array_get(calls, json_array_size(calls) - 1), "function"));
    add_call(c, json_object_get(message, "function_call"));
    add_source(c, json_object_get(choice, "text"));
    for (size_t i = 0; i < sizeof reasoning / sizeof *reasoning; i++)
        add_source(c, json_object_get(message, reasoning[i]));
    if (json_is_array(content))
        add_new_source(c, joined(content, true));
}

/* ---- the whole ---- */

static uint64_t tokens(const json_t *root, const char *name)
{
    json_int_t count = json_integer_value(json_object_get(json_object_get(root, "usage"), name));

    return count > 0 ? (uint64_t)count : 0;
}

static const json_t *message_of(const json_t *root, const json_t *choice)
{
    const json_t *message = json_object_get(choice, "message");

    if (!json_is_object(message))
        message = json_object_get(choice, "delta");
    return json_is_object(message) ? message : json_object_get(root, "message");
}

/* Nothing but thinking: as a member of its own, or begun in the content and not ended. */
static bool only_thinks(const json_t *message)
{
    const char *content = text_in(message, "content");

    if (content == NULL)
        return text_in(message, "reasoning_content") != NULL || text_in(message, "reasoning") != NULL;
    content += strspn(content, " \n");
    return strncmp(content, "<think", 6) == 0 && strstr(content, "</think") == NULL;
}

struct completion completion_read(const json_t *root)
{
    const json_t *choice = json_array_get(json_object_get(root, "choices"), 0);
    const json_t *message = message_of(root, choice);
    const char *word = text_in(choice, "finish_reason");
    struct completion c = {.refusal = text_in(message, "refusal"),
                           .input_tokens = tokens(root, "prompt_tokens"),
                           .output_tokens = tokens(root, "completion_tokens")};

    c.word = word == NULL ? "" : word;
    c.finish = finish_of(c.word);
    add_message(&c, choice, message);
    c.empty = c.sources[0] == NULL;
    c.thinks = only_thinks(message);
    return c;
}

void completion_clear(struct completion *c)
{
    for (size_t i = 0; i < COMPLETION_SOURCES; i++)
        json_decref(c->sources[i]);
}

/* A status that is told as a number, or as digits in a text. */
static long status_in(const json_t *error)
{
    static const char *const names[] = {"code", "status", "status_code"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const json_t *said = json_object_get(error, names[i]);
        long status =
            json_is_string(said) ? strtol(json_string_value(said), NULL, 10) : (long)json_integer_value(said);

        if (status >= 400 && status <= 599)
            return status;
    }
    return 0;
}

long completion_error(const json_t *root, const json_t **holder)
{
    const json_t *error;
    long status;

    *holder = root;
    error = json_object_get(root, "error");
    if (!json_is_object(error) && !json_is_string(error)) {
        *holder = json_array_get(json_object_get(root, "choices"), 0);
        error = json_object_get(*holder, "error");
    }
    if (!json_is_object(error) && !json_is_string(error))
        return 0;
    status = status_in(error);
    return status != 0 ? status : HTTP_BAD_GATEWAY;
}
