/* slide_subject - one slide as the subject of a lease: see subject.h */
#include <stdlib.h>

#include <zmq.h>

#include "proto/panic.h"
#include "stages/vision/answer/answer.h"
#include "stages/vision/answer/correction.h"
#include "stages/vision/answer/engine.h"
#include "stages/vision/grounding/doubt.h"
#include "stages/vision/grounding/grounding.h"
#include "stages/lib/text/page_kind.h"
#include "stages/vision/answer/figure_labels.h"
#include "stages/lib/text/page.h"
#include "stages/vision/model/correction_prompt.h"
#include "stages/vision/model/prompt.h"
#include "stages/vision/model/subject.h"

/* Is it asked without its picture, because the operator wants that for so much text? OCR makes mistakes that
 * the picture shows. */
static bool by_choice(const struct wire *lease, const struct conf *conf, const struct page *page)
{
    int64_t min = conf->model_text_only_letters;

    return lease->frames > 1 && min > 0 && !page->ocr && (int64_t)page_letters(page) >= min;
}

static bool is_drawn(const struct wire *lease, const struct conf *conf, const struct page *page)
{
    return lease->frames > 1 && !by_choice(lease, conf, page);
}

static void release_frame(void *frame)
{
    zmq_msg_close(frame);
    free(frame);
}

/* The picture as the body keeps it: the lease may lose it, or end, while a call is under way. */
static zmq_msg_t *share_picture(struct wire *lease)
{
    zmq_msg_t *frame = need_zero(1, sizeof *frame);

    must(zmq_msg_init(frame) == 0 && zmq_msg_copy(frame, &lease->frame[1]) == 0);
    return frame;
}

static struct grounding_sources sources_of(const struct wire_explain *explain, const struct page *page)
{
    return (struct grounding_sources){.page = page,
                                      .language = explain->language,
                                      .title = explain->title,
                                      .outline = explain->outline,
                                      .before = explain->before,
                                      .after = explain->after,
                                      .instructions = explain->instructions,
                                      .slide = explain->slide,
                                      .slides = explain->slides};
}

static struct http_body *slide_body(struct wire *lease, const struct question *q)
{
    const struct wire_explain *explain = &lease->explain;
    struct page *page = page_parse(wire_data(lease, 0), wire_size(lease, 0));
    zmq_msg_t *picture = is_drawn(lease, q->conf, page) ? share_picture(lease) : NULL;
    const struct prompt prompt = {.texts = q->texts,
                                  .model = q->model,
                                  .detail = q->conf->model_detail,
                                  .language = explain->language,
                                  .title = explain->title,
                                  .outline = explain->outline,
                                  .before = explain->before,
                                  .after = explain->after,
                                  .instructions = explain->instructions,
                                  .page = page,
                                  .jpeg = picture == NULL ? NULL : zmq_msg_data(picture),
                                  .jpeg_size = picture == NULL ? 0 : zmq_msg_size(picture),
                                  .by_choice = by_choice(lease, q->conf, page),
                                  .slide = explain->slide,
                                  .slides = explain->slides,
                                  .card_style = (enum card_style)explain->card_style,
                                  .cards = explain->cards,
                                  .max_tokens = q->max_tokens,
                                  .dialect = q->dialect,
                                  .why = q->why};
    struct http_body *body = prompt_body(&prompt);

    if (picture != NULL)
        http_body_add(body, NULL, 0, release_frame, picture);
    page_free(&page);
    return body;
}

/* Prose in place of an answer explains the slide only if it speaks of it. */
static bool is_chatter(const struct wire_explain *explain, const json_t *raw, const json_t *answer,
                       const struct page *page)
{
    const struct grounding_sources sources = sources_of(explain, page);

    return json_is_true(json_object_get(raw, "prose")) && !grounding_related(answer, &sources);
}

static json_t *slide_clean(void *arg, const json_t *raw, const char **why)
{
    struct wire *lease = arg;
    const struct wire_explain *explain = &lease->explain;
    const struct page_kind_place place = {.slide = explain->slide, .slides = explain->slides};
    json_t *answer = answer_clean(raw, explain->cards, why);
    struct page *page;

    if (answer == NULL)
        return NULL;
    page = page_parse(wire_data(lease, 0), wire_size(lease, 0));
    if (is_chatter(explain, raw, answer, page)) {
        *why = "it is not JSON";
        json_decref(answer);
        answer = NULL;
    } else {
        page_kind_settle(answer, page, &place);
        figure_labels_settle(answer, page);
    }
    page_free(&page);
    return answer;
}

/* ---- what of its answer is in doubt ---- */

static json_t *statements_of(const json_t *answer)
{
    json_t *claims = doubt_claims(answer), *statements = correction_statements(answer, claims);

    json_decref(claims);
    return statements;
}

/* Claims are judged by the text: the picture goes along only where it may show more. */
static bool asks_by_text(struct wire *lease, const struct page *page)
{
    struct grounding_sources sources = sources_of(&lease->explain, page);

    sources.picture_bytes = wire_size(lease, 1);
    return grounding_text_says_all(&sources);
}

static struct http_body *correction_body(struct wire *lease, const struct question *q)
{
    struct page *page = page_parse(wire_data(lease, 0), wire_size(lease, 0));
    bool needed = is_drawn(lease, q->conf, page) && !asks_by_text(lease, page);
    zmq_msg_t *picture = needed ? share_picture(lease) : NULL;
    json_t *statements = statements_of(q->answer);
    const struct correction_prompt prompt = {.texts = q->texts,
                                             .model = q->model,
                                             .detail = q->conf->model_detail,
                                             .language = lease->explain.language,
                                             .page = page,
                                             .jpeg = picture == NULL ? NULL : zmq_msg_data(picture),
                                             .jpeg_size = picture == NULL ? 0 : zmq_msg_size(picture),
                                             .slide = lease->explain.slide,
                                             .slides = lease->explain.slides,
                                             .max_tokens = q->max_tokens,
                                             .dialect = q->dialect,
                                             .statements = statements};
    struct http_body *body = correction_prompt_body(&prompt);

    if (picture != NULL)
        http_body_add(body, NULL, 0, release_frame, picture);
    json_decref(statements);
    page_free(&page);
    return body;
}

/* A model may answer with the whole, as it did before; prose is neither. */
static json_t *correction_or_whole(void *lease, const json_t *raw, const char **why)
{
    json_t *corrections = correction_clean(raw, why);

    if (corrections != NULL || json_is_true(json_object_get(raw, "prose")))
        return corrections;
    return slide_clean(lease, raw, why);
}

static json_t *slide_corrected(const json_t *answer, const json_t *heard)
{
    json_t *statements, *corrected;

    if (json_object_get(heard, "corrections") == NULL)
        return json_deep_copy(heard);
    statements = statements_of(answer);
    corrected = correction_apply(answer, statements, heard);
    json_decref(statements);
    return corrected;
}

/* A slide that has text is asked by it alone; its outcome says so. */
static bool slide_lighten(struct wire *lease)
{
    struct page *page = page_parse(wire_data(lease, 0), wire_size(lease, 0));
    bool can = lease->frames > 1 && page_has_text(page);

    page_free(&page);
    if (can)
        wire_drop(lease);
    return can;
}

static unsigned slide_check(struct wire *lease, const struct conf *conf, json_t *answer)
{
    const struct wire_explain *explain = &lease->explain;
    struct page *page = page_parse(wire_data(lease, 0), wire_size(lease, 0));
    struct grounding_sources sources = sources_of(explain, page);
    size_t count;

    sources.picture_bytes = is_drawn(lease, conf, page) ? wire_size(lease, 1) : 0;
    count = grounding_mark(answer, &sources);
    if (page->ocr && sources.picture_bytes == 0)
        json_object_set_new(answer, "text_source", json_string("ocr"));
    page_free(&page);
    return (unsigned)count;
}

enum outcome slide_outcome(struct wire *lease, const struct conf *conf)
{
    struct page *page;
    bool drawn = lease->frames > 1;

    if (drawn && conf->model_text_only_letters > 0) {
        page = page_parse(wire_data(lease, 0), wire_size(lease, 0));
        drawn = is_drawn(lease, conf, page);
        page_free(&page);
    }
    return drawn ? OUTCOME_EXPLAINED : OUTCOME_TEXT_ONLY;
}

static void slide_settle(struct stage *stage, struct wire *lease, const struct conf *conf, const char *model,
                         const struct retry_state *calls, const json_t *answer)
{
    const struct wire_explained header = {.lease = lease->explain.lease,
                                          .outcome = slide_outcome(lease, conf),
                                          .engine = engine_openai.name,
                                          .model = model,
                                          .input_tokens = calls->input_tokens,
                                          .output_tokens = calls->output_tokens,
                                          .calls = calls->calls};

    engine_settle(stage, &header, answer);
}

const struct subject subject_slide = {.done = LOG_DEBUG_slide_explained,
                                      .failed = LOG_INFO_slide_call_failed,
                                      .ask = {slide_body, slide_clean},
                                      .correct = {correction_body, correction_or_whole},
                                      .corrected = slide_corrected,
                                      .lighten = slide_lighten,
                                      .check = slide_check,
                                      .settle = slide_settle};
