/* event_stream - see event_stream.h */
#include "stages/vision/model/event_stream.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/vision/answer/json_escapes.h"

/* What is heard of a completion, piece by piece. */
struct heard {
    json_t *root, *message, *calls; /* calls: arguments of tool calls */
    const char *finish;             /* borrowed of root; NULL: not said yet */
    bool any, broken, ended;
};

static const char *const texts[] = {"content", "reasoning_content", "reasoning", "refusal"};

static bool begins(const char *line, size_t size, const char *word)
{
    return size >= strlen(word) && memcmp(line, word, strlen(word)) == 0;
}

bool event_stream_begins(const char *body, size_t size)
{
    static const char *const fields[] = {"data:", "event:", "id:", "retry:"};

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (begins(body, size, fields[i]))
            return true;
    return false;
}

/* ---- chunks ---- */

/* Adds a piece to the text of that name; a list of parts is taken part by part. */
static void add_text(json_t *object, const char *name, const json_t *piece)
{
    const char *before;
    const json_t *part;
    size_t i;

    json_array_foreach(piece, i, part) add_text(object, name, json_object_get(part, "text"));
    if (!json_is_string(piece))
        return;
    before = json_string_value(json_object_get(object, name));
    json_object_set_new(object, name,
                        json_sprintf("%s%s", before == NULL ? "" : before, json_string_value(piece)));
}

static void add_calls(struct heard *h, const json_t *calls)
{
    const json_t *call;
    size_t i;

    json_array_foreach(calls, i, call)
    {
        const json_t *index = json_object_get(call, "index");
        size_t place =
            json_is_integer(index) && json_integer_value(index) >= 0 ? (size_t)json_integer_value(index) : i;

        if (place > json_array_size(h->calls))
            continue; /* calls come in order */
        if (place == json_array_size(h->calls))
            json_array_append_new(h->calls, json_pack("{s:{}}", "function"));
        add_text(json_object_get(json_array_get(h->calls, place), "function"), "arguments",
                 json_object_get(json_object_get(call, "function"), "arguments"));
    }
}

static void add_choice(struct heard *h, const json_t *choice)
{
    const json_t *delta = json_object_get(choice, "delta"),
                 *finish = json_object_get(choice, "finish_reason");
    const json_t *index = json_object_get(choice, "index"), *error = json_object_get(choice, "error");

    if (json_is_integer(index) && json_integer_value(index) != 0)
        return;
    if (!json_is_object(delta))
        delta = json_object_get(choice, "message");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        add_text(h->message, texts[i], json_object_get(delta, texts[i]));
    add_calls(h, json_object_get(delta, "tool_calls"));
    if (json_is_string(finish) && json_string_length(finish) > 0) {
        json_object_set(h->root, "finish", (json_t *)finish);
        h->finish = json_string_value(finish);
    }
    if (json_is_object(error))
        json_object_set(h->root, "error", (json_t *)error);
}

static void add_chunk(struct heard *h, const json_t *chunk)
{
    static const char *const members[] = {"usage", "error", "model"};
    const json_t *choices = json_object_get(chunk, "choices"), *choice;
    size_t i;

    h->any = true;
    for (i = 0; i < sizeof members / sizeof *members; i++) {
        json_t *member = json_object_get(chunk, members[i]);

        if (member != NULL && !json_is_null(member))
            json_object_set(h->root, members[i], member);
    }
    json_array_foreach(choices, i, choice) add_choice(h, choice);
}

/* ---- events ---- */

struct data {
    char *text;
    size_t size;
};

static void data_add(struct data *data, const char *line, size_t size)
{
    data->text = need_more(data->text, data->size + size + 2);
    if (data->size > 0)
        data->text[data->size++] = '\n';
    memcpy(data->text + data->size, line, size);
    data->size += size;
}

/* One event whole? Then it is added. Servers forget the blank line between two, and write one over many
 * lines.
 */
static void data_try(struct heard *h, struct data *data)
{
    json_t *chunk;

    if (data->size == 0)
        return;
    if (begins(data->text, data->size, "[DONE]")) {
        h->ended = true;
        data->size = 0;
        return;
    }
    json_escapes_mend(data->text, data->size);
    chunk = json_loadb(data->text, data->size, 0, NULL);
    if (chunk == NULL)
        return;
    add_chunk(h, chunk);
    json_decref(chunk);
    data->size = 0;
}

static void line_read(struct heard *h, struct data *data, const char *line, size_t size)
{
    if (size == 0) {
        h->broken = h->broken || data->size > 0; /* an event that is no JSON: a piece is missing */
        data->size = 0;
        return;
    }
    if (begins(line, size, "data:")) {
        line += strlen("data:");
        size -= strlen("data:");
        if (size > 0 && *line == ' ') {
            line++;
            size--;
        }
    } else if (*line != '{') {
        return; /* a comment, or a field that says nothing about the answer */
    }
    if (size == 0)
        return;
    data_add(data, line, size);
    data_try(h, data);
}

static void lines_read(struct heard *h, const char *body, size_t size)
{
    struct data data = {0};
    size_t at = 0;

    while (at < size && !h->ended) {
        size_t length = 0;

        while (at + length < size && body[at + length] != '\n' && body[at + length] != '\r')
            length++;
        line_read(h, &data, body + at, length);
        at += length;
        at += at + 1 < size && body[at] == '\r' && body[at + 1] == '\n' ? 2 : 1;
    }
    h->broken = h->broken || data.size > 0;
    free(data.text);
}

json_t *event_stream_read(const char *body, size_t size)
{
    struct heard h = {.root = json_object(), .message = json_object(), .calls = json_array()};

    lines_read(&h, body, size);
    if (json_array_size(h.calls) > 0)
        json_object_set(h.message, "tool_calls", h.calls);
    if (h.any && json_object_get(h.root, "error") == NULL)
        json_object_set_new(h.root, "choices",
                            json_pack("[{s:O, s:s}]", "message", h.message, "finish_reason",
                                      h.finish != NULL ? h.finish
                                      : h.ended        ? "stop"
                                                       : "error"));
    json_object_del(h.root, "finish");
    json_decref(h.message);
    json_decref(h.calls);
    if (h.any && !h.broken)
        return h.root;
    json_decref(h.root);
    return NULL;
}
