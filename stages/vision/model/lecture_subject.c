/* lecture_subject - a whole lecture as the subject of a lease: see subject.h */
#include <string.h>

#include "proto/panic.h"
#include "stages/vision/answer/engine.h"
#include "stages/vision/model/lecture_overview.h"
#include "stages/vision/model/subject.h"

static json_t *lecture_of(struct wire *lease)
{
    return json_loadb(wire_data(lease, 0), wire_size(lease, 0), 0, NULL);
}

static struct http_body *lecture_body(struct wire *lease, const struct question *q)
{
    json_t *lecture = lecture_of(lease);
    const struct overview overview = {.texts = q->texts,
                                      .model = q->model,
                                      .language = lease->overview.language,
                                      .title = lease->overview.title,
                                      .outline = lease->overview.outline,
                                      .instructions = lease->overview.instructions,
                                      .lecture = lecture,
                                      .max_tokens = q->max_tokens,
                                      .dialect = q->dialect,
                                      .why = q->why};
    struct http_body *body = lecture_overview_body(&overview);

    json_decref(lecture);
    return body;
}

static json_t *lecture_clean(void *lease, const json_t *raw, const char **why)
{
    json_t *lecture = lecture_of(lease);
    json_t *overview = lecture_overview_clean(lecture, raw, why);

    json_decref(lecture);
    return overview;
}

static void lecture_settle(struct stage *stage, struct wire *lease, const struct conf *conf,
                           const char *model, const struct retry_state *calls, const json_t *answer)
{
    char *text = json_dumps(answer, JSON_COMPACT);
    struct wire result;

    (void)conf;
    must(text != NULL);
    wire_init(&result, WIRE_OVERVIEWED);
    result.overviewed = (struct wire_overviewed){.lease = lease->overview.lease,
                                                 .engine = engine_openai.name,
                                                 .model = model,
                                                 .input_tokens = calls->input_tokens,
                                                 .output_tokens = calls->output_tokens,
                                                 .calls = calls->calls};
    wire_add_owned(&result, text, strlen(text));
    stage_settle(stage, &result);
}

const struct subject subject_lecture = {.done = LOG_DEBUG_overview_made,
                                        .failed = LOG_INFO_overview_call_failed,
                                        .ask = {lecture_body, lecture_clean},
                                        .settle = lecture_settle};
