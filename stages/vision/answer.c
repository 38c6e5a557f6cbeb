/* answer - see answer.h */
#include "stages/vision/answer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"

/* Bounds of the domain, in bytes. Beyond them an answer is taken for a loop, not cut: half a sentence helps
 * nobody. */
enum {
    TITLE = 500,
    PARAGRAPH = 6000,
    POINT = 2000,
    CONNECTIONS = 4000,
    SUMMARY = 4000,
    FRONT = 1000,
    BACK = 4000
};
enum { PARAGRAPHS = 40, POINTS = 60, CARDS_HEARD = 200 };

/* ---- shape ---- */

/* Drops controls but LF and TAB, DEL, and C1; trims blanks at both ends. NULL: nothing is left. */
static char *tidy(const char *text)
{
    size_t size = strlen(text), used = 0, step;
    char *out = need(size + 1);
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        if ((c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0xfffe || c == 0xffff)
            continue;
        if (used == 0 && (c == ' ' || c == '\n' || c == '\t'))
            continue;
        memcpy(out + used, text + at, step);
        used += step;
    }
    while (used > 0 && strchr(" \n\t", out[used - 1]) != NULL)
        used--;
    out[used] = '\0';
    if (used > 0)
        return out;
    free(out);
    return NULL;
}

/* The clean text of a JSON string as a new JSON string, "" if nothing is left; NULL with *why otherwise. */
static json_t *text_of(const json_t *value, size_t most, const char **why)
{
    const char *raw = json_string_value(value);
    char *clean;
    json_t *text;

    *why = raw == NULL ? "a text is missing or not a string" : "a text is too long";
    if (raw == NULL || json_string_length(value) > most)
        return NULL;
    clean = tidy(raw);
    text = json_string(clean == NULL ? "" : clean);
    free(clean);
    return text;
}

static json_t *list_of(const json_t *value, size_t entries_most, size_t most, const char **why)
{
    json_t *list, *entry;
    size_t i;

    *why = json_is_array(value) ? "a list is too long" : "a list is missing";
    if (!json_is_array(value) || json_array_size(value) > entries_most)
        return NULL;
    list = json_array();
    json_array_foreach(value, i, entry)
    {
        json_t *text = text_of(entry, most, why);

        if (text == NULL) {
            json_decref(list);
            return NULL;
        }
        if (json_string_length(text) > 0)
            json_array_append(list, text);
        json_decref(text);
    }
    return list;
}

static json_t *cards_of(const json_t *value, unsigned cards_most, const char **why)
{
    json_t *cards, *entry;
    size_t i;

    *why = json_is_array(value) ? "too many cards" : "the cards are missing";
    if (!json_is_array(value) || json_array_size(value) > CARDS_HEARD)
        return NULL;
    cards = json_array();
    json_array_foreach(value, i, entry)
    {
        json_t *front = text_of(json_object_get(entry, "front"), FRONT, why);
        json_t *back = front == NULL ? NULL : text_of(json_object_get(entry, "back"), BACK, why);
        bool whole = front != NULL && back != NULL;

        if (whole && json_string_length(front) > 0 && json_string_length(back) > 0 &&
            json_array_size(cards) < cards_most)
            json_array_append_new(cards, json_pack("{s:O, s:O}", "front", front, "back", back));
        json_decref(front);
        json_decref(back);
        if (!whole) {
            json_decref(cards);
            return NULL;
        }
    }
    return cards;
}

/* Sets a member, or spoils the whole: *clean becomes NULL. */
static void member(json_t **clean, const char *name, json_t *value)
{
    if (*clean != NULL && value != NULL) {
        json_object_set_new(*clean, name, value);
        return;
    }
    json_decref(value);
    json_decref(*clean);
    *clean = NULL;
}

json_t *answer_clean(const json_t *raw, unsigned cards_most, const char **why)
{
    json_t *clean = json_object();

    *why = "it is not a JSON object";
    if (!json_is_object(raw)) {
        json_decref(clean);
        return NULL;
    }
#define MEMBER(name, value)                                                                                  \
    if (clean != NULL)                                                                                       \
    member(&clean, name, value)
    MEMBER("title", text_of(json_object_get(raw, "title"), TITLE, why));
    MEMBER("explanation", list_of(json_object_get(raw, "explanation"), PARAGRAPHS, PARAGRAPH, why));
    MEMBER("key_points", list_of(json_object_get(raw, "key_points"), POINTS, POINT, why));
    MEMBER("connections", text_of(json_object_get(raw, "connections"), CONNECTIONS, why));
    MEMBER("short_summary", text_of(json_object_get(raw, "short_summary"), SUMMARY, why));
    MEMBER("anki_cards", cards_of(json_object_get(raw, "anki_cards"), cards_most, why));
#undef MEMBER
    if (clean != NULL && json_array_size(json_object_get(clean, "explanation")) == 0) {
        *why = "the explanation is empty";
        json_decref(clean);
        return NULL;
    }
    return clean;
}

json_t *answer_schema(void)
{
    json_t *text = json_pack("{s:s}", "type", "string");
    json_t *texts = json_pack("{s:s, s:O}", "type", "array", "items", text);
    json_t *card = json_pack("{s:s, s:{s:O, s:O}, s:[s, s], s:b}", "type", "object", "properties", "front",
                             text, "back", text, "required", "front", "back", "additionalProperties", 0);
    json_t *schema = json_pack(
        "{s:s, s:{s:O, s:O, s:O, s:O, s:O, s:{s:s, s:o}}, s:[s, s, s, s, s, s], s:b}", "type", "object",
        "properties", "title", text, "explanation", texts, "key_points", texts, "connections", text,
        "short_summary", text, "anki_cards", "type", "array", "items", card, "required", "title",
        "explanation", "key_points", "connections", "short_summary", "anki_cards", "additionalProperties", 0);

    must(schema != NULL);
    json_decref(text);
    json_decref(texts);
    return schema;
}

/* ---- judgement ---- */

/* Copies printable ASCII, so that it can stand in a log or a detail. */
static void plain(char *to, size_t room, const char *from)
{
    size_t used = 0;

    for (; from != NULL && *from != '\0' && used + 1 < room; from++)
        if (*from >= ' ' && *from < 0x7f)
            to[used++] = *from;
    to[used] = '\0';
}

/* Only words a machine would write: an error code is quoted, a sentence that may repeat the slide is not. */
static const char *word_or(const char *said, const char *otherwise)
{
    size_t size = said == NULL ? 0 : strlen(said);

    return size > 0 && size <= 64 &&
                   strspn(said, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") == size
               ? said
               : otherwise;
}

static void decide(struct judgement *j, enum deed deed, enum code code, const char *detail)
{
    j->deed = deed;
    j->code = code;
    snprintf(j->detail, sizeof j->detail, "%s", detail);
}

/* root: the body, NULL if it is not JSON (a proxy's HTML page, or nothing). */
static void judge_error(long status, const json_t *root, int should_retry, struct judgement *j)
{
    const json_t *error = json_object_get(root, "error");
    const char *word = json_string_value(json_object_get(error, "code"));
    const char *kind = json_string_value(json_object_get(error, "type"));
    const char *message =
        json_string_value(json_is_string(error) ? error : json_object_get(error, "message"));

    j->deed = modelerror_find(status, word, kind, should_retry, &j->code);
    snprintf(j->detail, sizeof j->detail, "HTTP %ld, %s", status,
             word_or(word, word_or(kind, root == NULL ? "not JSON" : "no code")));
    plain(j->param, sizeof j->param, json_string_value(json_object_get(error, "param")));
    plain(j->message, sizeof j->message, message);
}

/* Some gateways send errors under 200, with the status inside. 0: it is no such thing. */
static long hidden_status(const json_t *root)
{
    json_int_t status = json_integer_value(json_object_get(json_object_get(root, "error"), "code"));

    if (json_object_get(root, "choices") != NULL || !json_is_object(json_object_get(root, "error")))
        return 0;
    return status >= 400 && status <= 599 ? (long)status : 502;
}

static void judge_transport(const struct answer_heard *heard, struct judgement *j)
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

static void judge_content(const char *content, unsigned cards_most, struct judgement *j)
{
    const char *why = "it is not JSON", *json;
    size_t size;
    json_t *raw;

    json = unfenced(content, &size);
    raw = json_loadb(json, size, JSON_REJECT_DUPLICATES, NULL);
    if (raw != NULL)
        j->answer = answer_clean(raw, cards_most, &why);
    json_decref(raw);
    if (j->answer != NULL) {
        decide(j, DEED_DONE, CODE_INTERNAL, "");
        return;
    }
    decide(j, DEED_REASK, CODE_MODEL_BAD_ANSWER, why);
}

static void judge_choice(const json_t *choice, unsigned cards_most, struct judgement *j)
{
    const json_t *message = json_object_get(choice, "message");
    const char *refusal = json_string_value(json_object_get(message, "refusal"));
    const char *content = json_string_value(json_object_get(message, "content"));
    const char *reason = json_string_value(json_object_get(choice, "finish_reason"));

    if (refusal != NULL && *refusal != '\0')
        decide(j, DEED_SLIDE, CODE_MODEL_REFUSED, "");
    else if (reason != NULL && strcmp(reason, "length") == 0)
        decide(j, DEED_LONGER, CODE_MODEL_TRUNCATED, "");
    else if (reason != NULL && strcmp(reason, "content_filter") == 0)
        decide(j, DEED_SLIDE, CODE_MODEL_FILTERED, "");
    else if (reason == NULL || strcmp(reason, "stop") != 0 || content == NULL)
        decide(j, DEED_REASK, CODE_MODEL_BAD_ANSWER, "no content");
    else
        judge_content(content, cards_most, j);
}

static uint64_t tokens(const json_t *root, const char *name)
{
    json_int_t count = json_integer_value(json_object_get(json_object_get(root, "usage"), name));

    return count > 0 ? (uint64_t)count : 0;
}

void answer_judge(const struct answer_heard *heard, unsigned cards_most, struct judgement *j)
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
        judge_error(status, root, heard->should_retry, j);
    } else if (root == NULL) {
        decide(j, DEED_REASK, CODE_MODEL_BAD_ANSWER, "the body is not JSON");
    } else {
        j->input_tokens = tokens(root, "prompt_tokens");
        j->output_tokens = tokens(root, "completion_tokens");
        judge_choice(json_array_get(json_object_get(root, "choices"), 0), cards_most, j);
    }
    json_decref(root);
}
