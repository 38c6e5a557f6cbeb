/* batch_file - see batch_file.h */
#include "stages/vision/model/batch_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/codes.h"
#include "proto/panic.h"
#include "stages/vision/model/response_classify.h"
#include "stages/vision/model/subject.h"

struct entry {
    struct wire explain; /* the slide as a lease of its own; what it says belongs to the batch's */
    json_t *result;      /* NULL: nothing was heard yet */
};

struct batch_file {
    const struct conf *conf;
    json_t *head; /* frame 0 of the lease */
    size_t count;
    struct entry entries[];
};

/* ---- the slides of a lease ---- */

static const char *text_in(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text == NULL ? "" : text;
}

/* What BATCH and POLL say of all their slides, as EXPLAIN says it. */
#define COMMON_OF(message, tokens)                                                                           \
    (struct wire_explain)                                                                                    \
    {                                                                                                        \
        .lease = (message).lease, .job = (message).job, .attempt = (message).attempt,                        \
        .slides = (message).slides, .language = (message).language, .title = (message).title,                \
        .outline = (message).outline, .instructions = (message).instructions,                                \
        .card_style = (message).card_style, .cards = (message).cards, .max_tokens = (tokens)                 \
    }

static struct wire_explain common_of(const struct wire *lease)
{
    if (lease->type == WIRE_BATCH)
        return COMMON_OF(lease->batch, lease->batch.max_tokens);
    must(lease->type == WIRE_POLL);
    return COMMON_OF(lease->poll, 1);
}

/* Gives the slide its frames: its text layer and its picture. POLL has no pictures; that there was one still
 * counts for what the answer is called. False: a frame is missing. */
static bool entry_read(struct entry *entry, struct wire *lease, const json_t *said, size_t *frame)
{
    bool drawn = json_integer_value(json_object_get(said, "picture")) == 1;
    json_int_t slide = json_integer_value(json_object_get(said, "slide"));

    if (slide < 1 || slide > 1000000 || *frame + (drawn && lease->type == WIRE_BATCH) >= lease->frames)
        return false;
    wire_init(&entry->explain, WIRE_EXPLAIN);
    entry->explain.explain = common_of(lease);
    entry->explain.explain.slide = (uint32_t)slide;
    entry->explain.explain.before = text_in(said, "before");
    entry->explain.explain.after = text_in(said, "after");
    wire_add_shared(&entry->explain, &lease->frame[(*frame)++]);
    if (drawn && lease->type == WIRE_BATCH)
        wire_add_shared(&entry->explain, &lease->frame[(*frame)++]);
    else if (drawn)
        wire_add_copy(&entry->explain, "", 0);
    return true;
}

struct batch_file *batch_file_new(struct wire *lease, const struct conf *conf)
{
    json_t *head = json_loadb(wire_data(lease, 0), wire_size(lease, 0), 0, NULL);
    size_t count = json_array_size(head), frame = 1;
    struct batch_file *file = need_zero(1, sizeof *file + count * sizeof file->entries[0]);

    file->conf = conf;
    file->head = head;
    while (file->count < count &&
           entry_read(&file->entries[file->count], lease, json_array_get(head, file->count), &frame))
        file->count++;
    if (count == 0 || file->count < count || frame != lease->frames)
        batch_file_free(&file);
    return file;
}

void batch_file_free(struct batch_file **file)
{
    if (*file == NULL)
        return;
    for (size_t i = 0; i < (*file)->count; i++) {
        wire_clear(&(*file)->entries[i].explain);
        json_decref((*file)->entries[i].result);
    }
    json_decref((*file)->head);
    free(*file);
    *file = NULL;
}

/* ---- requests ---- */

struct http_body *batch_file_requests(struct batch_file *file, const struct prompt_templates *texts,
                                      const char *model, const struct dialect *dialect)
{
    struct http_body *all = http_body_new();

    for (size_t i = 0; i < file->count; i++) {
        struct wire *lease = &file->entries[i].explain;
        const struct question question = {.conf = file->conf,
                                          .texts = texts,
                                          .model = model,
                                          .dialect = *dialect,
                                          .max_tokens = lease->explain.max_tokens};
        struct http_body *body = subject_slide.ask.body(lease, &question);
        char *head = need_format(
            "{\"custom_id\":\"slide-%u\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":",
            lease->explain.slide);

        http_body_add_owned(all, head, strlen(head));
        http_body_append(all, &body); /* one line: JSON escapes the others */
        http_body_add(all, "}\n", 2, NULL, NULL);
    }
    return all;
}

/* ---- answers ---- */

static struct entry *entry_find(struct batch_file *file, const char *custom_id)
{
    unsigned slide;

    if (custom_id == NULL || sscanf(custom_id, "slide-%u", &slide) != 1)
        return NULL;
    for (size_t i = 0; i < file->count; i++)
        if (file->entries[i].explain.explain.slide == slide)
            return &file->entries[i];
    return NULL;
}

/* j: what the model answered all the same; NULL: it did not. */
static json_t *result_failed(const struct entry *entry, enum code code, const char *detail,
                             const struct classification *j)
{
    return json_pack("{s:i, s:s, s:s, s:b, s:I, s:I}", "slide", (int)entry->explain.explain.slide, "code",
                     code_name(code), "detail", detail, "answered", j != NULL, "input_tokens",
                     (json_int_t)(j == NULL ? 0 : j->input_tokens), "output_tokens",
                     (json_int_t)(j == NULL ? 0 : j->output_tokens));
}

static json_t *result_answered(struct batch_file *file, struct entry *entry, const char *model,
                               const struct classification *j)
{
    subject_slide.check(&entry->explain, file->conf, j->answer);
    return json_pack("{s:i, s:s, s:s, s:O, s:b, s:I, s:I}", "slide", (int)entry->explain.explain.slide,
                     "outcome", outcome_name(slide_outcome(&entry->explain, file->conf)), "model", model,
                     "answer", j->answer, "answered", true, "input_tokens", (json_int_t)j->input_tokens,
                     "output_tokens", (json_int_t)j->output_tokens);
}

/* One line of a file: an HTTP answer in a wrapping. */
static void read_line(struct batch_file *file, const json_t *line)
{
    const json_t *response = json_object_get(line, "response"), *inside = json_object_get(response, "body");
    struct entry *entry = entry_find(file, json_string_value(json_object_get(line, "custom_id")));
    char *body;
    struct classification j;
    bool answered;

    if (entry == NULL || entry->result != NULL || !json_is_object(response))
        return; /* unknown, heard before, or not answered in time */
    body = json_dumps(inside, JSON_COMPACT | JSON_ENCODE_ANY);
    const struct heard heard = {.status = (long)json_integer_value(json_object_get(response, "status_code")),
                                .should_retry = -1,
                                .body = body == NULL ? "" : body,
                                .size = body == NULL ? 0 : strlen(body)};
    const struct wanted wanted = {.clean = subject_slide.ask.clean, .arg = &entry->explain};

    response_classify(&heard, &wanted, &j);
    answered = call_verdict_of(&j, heard.status) == VERDICT_DONE;
    json_decref(j.spare); /* what is wrong is asked again outside of the batch */
    entry->result = j.deed == DEED_DONE ? result_answered(file, entry, text_in(inside, "model"), &j)
                                        : result_failed(entry, j.code, j.detail, answered ? &j : NULL);
    must(entry->result != NULL);
    json_decref(j.answer);
    free(body);
}

void batch_file_read(struct batch_file *file, const char *text, size_t size)
{
    const char *end = text + size;

    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((stop == NULL ? end : stop) - text);
        json_t *line = json_loadb(text, length, 0, NULL);

        read_line(file, line);
        json_decref(line);
        text += length + 1;
    }
}

void batch_file_fail_all(struct batch_file *file, const char *word)
{
    struct error_said said = {.status = 0};
    enum code code;

    snprintf(said.words[0], sizeof said.words[0], "%s", word);
    model_error_deed(model_error_find(400, &said), -1, &code);
    for (size_t i = 0; i < file->count; i++)
        if (file->entries[i].result == NULL)
            file->entries[i].result = result_failed(&file->entries[i], code, word, NULL);
}

json_t *batch_file_results(struct batch_file *file)
{
    json_t *results = json_array();

    for (size_t i = 0; i < file->count; i++) {
        struct entry *entry = &file->entries[i];

        if (entry->result == NULL)
            entry->result = result_failed(entry, CODE_MODEL_TIMEOUT, "the batch ended without it", NULL);
        json_array_append(results, entry->result);
    }
    return results;
}
