/* manifest - see manifest.h
 *
 * One slide is written at a time, so that no more than one text layer is in memory besides the text that
 * grows.
 */
#include "supervisor/job/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "supervisor/job/previous_run.h"
#include "supervisor/money/usage_json.h"

struct writing {
    const struct manifest_source *from;
    FILE *out;
    bool lost;
};

static void set(json_t *object, const char *name, json_t *value)
{
    must(json_object_set_new(object, name, value == NULL ? json_null() : value) == 0);
}

static void write_json(FILE *out, json_t *value)
{
    must(json_dumpf(value, out, JSON_COMPACT) == 0);
    json_decref(value);
}

/* NULL if its file is lost: what it shows can be done without, and the picture shows it too. */
static json_t *layer_of(struct blobs *blobs, const struct slide_row *slide)
{
    struct wire carrier = {0};
    json_t *layer = NULL;

    if (*slide->text != '\0' && blobs_add_frame(blobs, slide->text, &carrier) == 0)
        layer = json_loadb(wire_data(&carrier, 0), wire_size(&carrier, 0), 0, NULL);
    wire_clear(&carrier);
    return layer;
}

/* A failed slide has no answer, but perhaps what OCR read of it. */
static json_t *detach_reading(const struct slide_row *slide, json_t **answer)
{
    json_t *layer = slide->outcome == OUTCOME_FAILED ? json_object_get(*answer, "layer") : NULL;

    if (layer == NULL)
        return NULL;
    json_incref(layer);
    json_decref(*answer);
    *answer = NULL;
    return layer;
}

/* A step may lead to another step: the last of them is explained. */
static uint32_t last_step(const struct job *job, const struct slide_row *slide)
{
    uint32_t see = slide->see_slide;

    while (see > 0 && job->slides[see - 1].row.see_slide > see)
        see = job->slides[see - 1].row.see_slide;
    return see;
}

static void on_slide(void *arg, struct slide_row *slide)
{
    struct writing *writing = arg;
    const struct manifest_source *from = writing->from;
    int frame = writing->lost ? 0 : from->frame_of(from->arg, slide);
    json_t *entry, *answer, *layer;

    writing->lost = writing->lost || frame == -1;
    if (writing->lost)
        return;
    entry = json_object();
    set(entry, "slide", json_integer(slide->slide));
    set(entry, "outcome", json_string(outcome_name(slide->outcome)));
    set(entry, "picture", json_integer(frame));
    set(entry, "width", json_integer(slide->width));
    set(entry, "height", json_integer(slide->height));
    set(entry, "degraded", json_integer(slide->degraded));
    set(entry, "code", json_string(slide->code));
    set(entry, "detail", json_string(slide->detail));
    answer = slide->answer == NULL ? NULL : json_loads(slide->answer, 0, NULL);
    layer = detach_reading(slide, &answer);
    set(entry, "layer", layer == NULL ? layer_of(from->blobs, slide) : layer);
    set(entry, "answer", answer);
    set(entry, "input_tokens", json_integer((json_int_t)slide->input_tokens));
    set(entry, "output_tokens", json_integer((json_int_t)slide->output_tokens));
    set(entry, "calls", json_integer(slide->calls));
    set(entry, "cost_usd", slide->calls == 0 ? json_real(0) : usd_json(from->conf, slide->spent));
    set(entry, "see_slide", json_integer(last_step(from->job, slide)));
    fputs(slide->slide == 1 ? "" : ",", writing->out);
    write_json(writing->out, entry);
}

/* The engine of the first slide that was explained; if none was, the one that would have. */
static void name_engine(const struct worker *vision, const struct job *job, const char **engine,
                        const char **model)
{
    for (uint32_t i = 0; i < job->row.pages; i++)
        if (job->slides[i].row.engine != NULL && *job->slides[i].row.engine != '\0') {
            *engine = job->slides[i].row.engine;
            *model = job->slides[i].row.model;
            return;
        }
    *engine = vision == NULL ? "" : worker_said(vision)->engine;
    *model = vision == NULL ? "" : worker_said(vision)->model;
}

/* What it took, and what it did not. */
static void add_figures(const struct manifest_source *from, json_t *head)
{
    const struct job *job = from->job;
    struct tally tally;
    uint32_t steps = 0;
    json_t *usage;

    ledger_tally(from->ledger, job->row.id, &tally);
    for (uint32_t i = 0; i < job->row.pages; i++)
        steps += job->slides[i].row.see_slide > 0;
    usage = usage_json(from->conf, &job->row, &tally);
    set(head, "cost_usd", json_incref(json_object_get(usage, "cost_usd")));
    set(head, "usage", usage);
    set(head, "saved",
        json_pack("{s:I, s:I, s:I}", "cached", (json_int_t)tally.outcomes[OUTCOME_CACHED], "build_up",
                  (json_int_t)steps, "blank", (json_int_t)tally.outcomes[OUTCOME_BLANK]));
}

/* What the caller says of the lecture: of all that, the documents need three. */
static void add_metadata(const struct job_row *row, json_t *head)
{
    static const char *const names[] = {"course", "lecture", "key"};
    json_t *metadata = *row->metadata == '\0' ? NULL : json_loads(row->metadata, 0, NULL);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        json_t *value = json_object_get(metadata, names[i]);

        if (value != NULL)
            set(head, names[i], json_incref(value));
    }
    json_decref(metadata);
}

static void write_head(const struct manifest_source *from, FILE *out)
{
    const struct job *job = from->job;
    json_t *head = json_object();
    const char *engine, *model;
    char *text, *prompt;

    name_engine(from->vision, job, &engine, &model);
    set(head, "job", json_string(job->row.job));
    set(head, "filename", json_string(job->row.filename));
    set(head, "title", json_string(job->row.title));
    set(head, "language", json_string(job->row.language));
    set(head, "remark", json_string(job->row.detail));
    set(head, "engine", json_string(engine));
    set(head, "model", json_string(model));
    set(head, "created_ms", json_integer(job->row.created_ms));
    set(head, "repaired", json_integer(job->row.repaired));
    prompt = from->vision == NULL ? ledger_note(from->ledger, "prompt")
                                  : need_dup(worker_said(from->vision)->prompt);
    set(head, "prompt", json_string(prompt));
    free(prompt);
    set(head, "overview",
        *job->row.overview == '\0' ? NULL : json_loads(job->row.overview, JSON_DECODE_ANY, NULL));
    add_metadata(&job->row, head);
    set(head, "previous", previous_run_said(job));
    set(head, "sizes",
        json_pack("{s:I, s:I, s:I}", "docx", (json_int_t)from->conf->output_docx_max_bytes, "apkg",
                  (json_int_t)from->conf->output_apkg_max_bytes, "quality",
                  (json_int_t)from->conf->output_picture_quality));
    add_figures(from, head);
    text = job_json(head);
    text[strlen(text) - 1] = '\0'; /* the slides follow inside */
    fprintf(out, "%s,\"slides\":[", text);
    free(text);
}

char *manifest_make(const struct manifest_source *from)
{
    struct writing writing = {.from = from};
    char *text = NULL;
    size_t size;

    writing.out = open_memstream(&text, &size);
    must(writing.out != NULL);
    write_head(from, writing.out);
    ledger_slides(from->ledger, from->job->row.id, true, on_slide, &writing);
    fputs("]}", writing.out);
    must(fclose(writing.out) == 0);
    if (!writing.lost)
        return text;
    free(text);
    return NULL;
}
