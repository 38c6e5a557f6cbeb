/* offline - the engine without a model: the slide's own text in order, OCR where a page is only a picture
 *
 * It claims nothing it cannot know: what it says stands on the slide (extractive_answer.c), and every output
 * names the engine. A lease is answered in the turn after it came, one a turn, so that beats go out between
 * them.
 */
#include "stages/vision/answer/engine.h"

#include <stdlib.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/vision/grounding/grounding.h"
#include "stages/vision/text/ocr.h"
#include "stages/lib/text/page.h"
#include "stages/vision/offline/extractive_answer.h"

enum { OCR_MAX_MS = 60000 };

struct task {
    struct task *next;
    struct wire lease;
};

struct offline {
    struct ocr *ocr;
    struct task *first, **last;
};

static void *offline_open(const struct conf *conf, struct prompt_templates *texts)
{
    struct offline *o = need_zero(1, sizeof *o);

    (void)texts;
    stage_give_way();
    o->ocr = ocr_new(conf->ocr_languages);
    o->last = &o->first;
    return o;
}

static void offline_on_lease(struct stage *stage, void *state, struct wire *lease)
{
    struct offline *o = state;
    struct task *task = need_zero(1, sizeof *task);

    (void)stage;
    wire_move(&task->lease, lease);
    *o->last = task;
    o->last = &task->next;
}

static void task_drop(struct offline *o, struct task **at)
{
    struct task *task = *at;

    *at = task->next;
    if (*at == NULL)
        o->last = at;
    wire_clear(&task->lease);
    free(task);
}

static void offline_on_cancel(struct stage *stage, void *state, uint64_t lease)
{
    struct offline *o = state;

    for (struct task **at = &o->first; *at != NULL; at = &(*at)->next) {
        if ((*at)->lease.explain.lease != lease)
            continue;
        stage_fail(stage, lease, CODE_INTERNAL, true, 0, "cancelled");
        task_drop(o, at);
        return;
    }
}

static void offline_close(void *state)
{
    struct offline *o = state;

    while (o->first != NULL)
        task_drop(o, &o->first);
    ocr_free(&o->ocr);
    free(o);
}

static void tick(void *stage)
{
    stage_beat(stage);
}

/* Where the words of an answer come from. */
struct source {
    struct page *page;
    bool ocr; /* read in the picture, for want of a text layer */
    struct ocr_notes notes;
};

/* The text layer, or what can be read in the picture where there is none. */
static struct source source_of(struct stage *stage, struct offline *o, struct wire *lease)
{
    struct source source = {.page = page_parse(wire_data(lease, 0), wire_size(lease, 0))};
    struct page *read;

    if (page_has_text(source.page) || lease->frames < 2)
        return source;
    read = ocr_read(o->ocr, wire_data(lease, 1), wire_size(lease, 1), OCR_MAX_MS, tick, stage, &source.notes);
    if (read == NULL)
        return source;
    page_free(&source.page);
    source.page = read;
    source.ocr = page_has_text(read);
    return source;
}

/* Says in the answer where its words come from. What OCR has read may be wrong, so it vouches for nothing. */
static void tell_source(json_t *answer, const struct source *source)
{
    if (source->ocr) {
        json_object_set_new(answer, "text_source", json_string("ocr"));
        json_object_set_new(answer, "grounded", json_null());
        json_object_set_new(answer, "unsupported", json_array());
    }
    if (*source->notes.script != '\0')
        json_object_set_new(
            answer, "unread",
            json_pack("{s:s, s:s}", "script", source->notes.script, "language", source->notes.language));
}

/* Every word is the slide's own; this says so in the answer's own terms. */
static void ground(json_t *answer, const struct page *page, const struct wire_explain *lease)
{
    grounding_mark(answer, &(struct grounding_sources){.page = page,
                                                       .language = lease->language,
                                                       .title = lease->title,
                                                       .outline = lease->outline,
                                                       .slide = lease->slide,
                                                       .slides = lease->slides});
}

static void explain(struct stage *stage, struct offline *o, struct wire *message)
{
    const struct wire_explain *lease = &message->explain;
    int64_t born_ms = stage_now_ms();
    struct source source = source_of(stage, o, message);
    json_t *answer =
        extractive_answer(&(struct extractive_source){.page = source.page,
                                                      .language = lease->language,
                                                      .outline = lease->outline,
                                                      .style = (enum card_style)lease->card_style,
                                                      .cards = lease->cards,
                                                      .slide = lease->slide,
                                                      .slides = lease->slides});
    const struct wire_explained header = {.lease = lease->lease,
                                          .outcome =
                                              message->frames > 1 ? OUTCOME_EXPLAINED : OUTCOME_TEXT_ONLY,
                                          .engine = engine_offline.name,
                                          .model = ""};

    ground(answer, source.page, lease);
    tell_source(answer, &source);
    engine_settle(stage, &header, answer);
    log_debug(slide_explained, log_job(lease->job), log_int("slide", lease->slide),
              log_int("lease", lease->lease), log_int("took_ms", stage_now_ms() - born_ms));
    json_decref(answer);
    page_free(&source.page);
}

static int offline_on_turn(struct stage *stage, void *state, int64_t now_ms)
{
    struct offline *o = state;

    (void)now_ms;
    if (o->first == NULL)
        return -1;
    explain(stage, o, &o->first->lease);
    task_drop(o, &o->first);
    return o->first == NULL ? -1 : 0;
}

static int offline_fd(void *state)
{
    (void)state;
    return -1;
}

const struct engine engine_offline = {.name = "offline",
                                      .open = offline_open,
                                      .on_lease = offline_on_lease,
                                      .on_cancel = offline_on_cancel,
                                      .on_turn = offline_on_turn,
                                      .fd = offline_fd,
                                      .close = offline_close};
