/* judge - see judge.h */
#include "stages/vision/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/vision/escapes.h"
#include "stages/vision/repeat.h"

static void decide(struct judgement *j, enum deed deed, enum code code, const char *detail)
{
    j->deed = deed;
    j->code = code;
    snprintf(j->detail, sizeof j->detail, "%s", detail);
}

/* root: the body, NULL if it is not JSON (a proxy's HTML page, or nothing). */
static void judge_error(long status, const json_t *root, const struct heard *heard, struct judgement *j)
{
    char sentence[256];
    const char *word;

    errorbody_read(root, heard->body, heard->size, &j->said);
    word = *j->said.words[0] != '\0' ? j->said.words[0] : root == NULL ? "not JSON" : "no code";
    errorbody_sentence(j->said.message, heard->secret, sentence, sizeof sentence);
    j->meaning = modelerror_find(status, &j->said);
    j->deed = modelerror_deed(j->meaning, heard->should_retry, &j->code);
    snprintf(j->detail, sizeof j->detail, *sentence == '\0' ? "HTTP %ld, %s" : "HTTP %ld, %s: %s", status,
             word, sentence);
}

/* Some gateways send errors under 200, with the status inside. 0: it is no such thing. */
static long hidden_status(const json_t *root)
{
    json_int_t status = json_integer_value(json_object_get(json_object_get(root, "error"), "code"));

    if (json_object_get(root, "choices") != NULL || !json_is_object(json_object_get(root, "error")))
        return 0;
    return status >= 400 && status <= 599 ? (long)status : 502;
}

static void judge_transport(const struct heard *heard, struct judgement *j)
{
    if (heard->too_large)
        decide(j, DEED_REASK, CODE_MODEL_BAD_ANSWER, "more than any answer can be");
    else if (heard->timed_out)
        decide(j, DEED_AGAIN, CODE_MODEL_TIMEOUT, "");
    else
        decide(j, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, "no connection");
}

/* The JSON inside a Markdown fence, which small models like to put around it; otherwise all of it. */
static const char *unfenced(const char *content, size_t *size)
{
    const char *from = content + strspn(content, " \r\n\t");
    const char *end;

    *size = strlen(from);
    if (strncmp(from, "```", 3) != 0)
        return from;
    from += strcspn(from, "\n");
    end = strrchr(from, '`');
    while (end != NULL && end > from && end[-1] == '`')
        end--;
    *size = end == NULL ? strlen(from) : (size_t)(end - from);
    return from;
}

static void judge_content(const char *content, const struct wanted *wanted, struct judgement *j)
{
    const char *why = "it is not JSON", *inside;
    char *json;
    size_t size;
    json_t *raw;

    inside = unfenced(content, &size);
    json = need(size + 1);
    memcpy(json, inside, size);
    escapes_mend(json, size);
    raw = json_loadb(json, size, JSON_REJECT_DUPLICATES, NULL);
    free(json);
    if (raw != NULL)
        j->answer = wanted->clean(wanted->arg, raw, &why);
    json_decref(raw);
    if (j->answer != NULL) {
        decide(j, DEED_DONE, CODE_INTERNAL, "");
        return;
    }
    decide(j, DEED_REASK, CODE_MODEL_BAD_ANSWER, why);
}

static void judge_choice(const json_t *choice, const struct wanted *wanted, struct judgement *j)
{
    const json_t *message = json_object_get(choice, "message");
    const char *refusal = json_string_value(json_object_get(message, "refusal"));
    const char *content = json_string_value(json_object_get(message, "content"));
    const char *reason = json_string_value(json_object_get(choice, "finish_reason"));

    if (refusal != NULL && *refusal != '\0')
        decide(j, DEED_SLIDE, CODE_MODEL_REFUSED, "");
    else if (reason != NULL && strcmp(reason, "length") == 0 && content != NULL &&
             repeat_on_end(content, strlen(content)))
        decide(j, DEED_REASK, CODE_MODEL_BAD_ANSWER,
               "it goes round in circles"); /* more room would be filled too */
    else if (reason != NULL && strcmp(reason, "length") == 0)
        decide(j, DEED_LONGER, CODE_MODEL_TRUNCATED, "");
    else if (reason != NULL && strcmp(reason, "content_filter") == 0)
        decide(j, DEED_SLIDE, CODE_MODEL_FILTERED, "");
    else if (reason == NULL || strcmp(reason, "stop") != 0 || content == NULL)
        decide(j, DEED_REASK, CODE_MODEL_BAD_ANSWER, "no content");
    else
        judge_content(content, wanted, j);
}

static uint64_t tokens(const json_t *root, const char *name)
{
    json_int_t count = json_integer_value(json_object_get(json_object_get(root, "usage"), name));

    return count > 0 ? (uint64_t)count : 0;
}

static const char *model_in(const json_t *root)
{
    const char *model = json_string_value(json_object_get(root, "model"));

    return model == NULL || strpbrk(model, "\r\n\t") != NULL ? "" : model;
}

void judge_heard(const struct heard *heard, const struct wanted *wanted, struct judgement *j)
{
    json_t *root;
    long status;

    memset(j, 0, sizeof *j);
    if (heard->status == 0) {
        judge_transport(heard, j);
        return;
    }
    root = json_loadb(heard->body, heard->size, 0, NULL);
    status = heard->status == 200 ? hidden_status(root) : heard->status;
    if (status != 0) {
        judge_error(status, root, heard, j);
    } else if (root == NULL) {
        decide(j, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, "HTTP 200, not JSON"); /* a page of some gateway */
    } else {
        j->input_tokens = tokens(root, "prompt_tokens");
        j->output_tokens = tokens(root, "completion_tokens");
        judge_choice(json_array_get(json_object_get(root, "choices"), 0), wanted, j);
        errorbody_sentence(model_in(root), heard->secret, j->model, sizeof j->model);
    }
    json_decref(root);
}
