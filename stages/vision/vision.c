/* vision - see vision.h: leases in, the engine's answers out
 *
 * It picks the engine and says in HELLO what an answer depends on.  Asking is openai.c, working without a
 * model is offline.c; that answers outlive the supervisor is stages/lib/stage.c's doing.
 */
#include "stages/vision/vision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/digest.h"
#include "proto/exits.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "stages/vision/answer/answer.h"
#include "stages/vision/model/endpoints.h"
#include "stages/vision/answer/engine.h"
#include "stages/vision/text/ocr.h"
#include "stages/vision/text/ocr_process.h"
#include "stages/vision/model/lecture_overview.h"
#include "stages/vision/model/model_client.h"
#include "stages/lib/text/page.h"
#include "conf/prompt_templates.h"

enum { MAX_PICTURE = 32 << 20, OFFLINE_CREDIT = 2, OFFLINE_VERSION = 4 };

struct vision {
    const struct engine *engine;
    struct prompt_templates *texts;
    void *state;
    char fingerprint[DIGEST_TEXT];
};

/* ---- birth ---- */

const struct engine *engine_for(const struct conf *conf)
{
    bool reachable =
        *conf->model_key != '\0' || *conf->model_base_url != '\0' || strcmp(conf->model_preset, "auto") != 0;

    if (strcmp(conf->model_engine, "auto") == 0)
        return reachable ? &engine_openai : &engine_offline;
    if (strcmp(conf->model_engine, engine_openai.name) == 0)
        return &engine_openai;
    return strcmp(conf->model_engine, engine_offline.name) == 0 ? &engine_offline : NULL;
}

static void digest_number(struct digest *digest, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)number);
    digest_add_text(digest, text);
}

static void digest_online(struct digest *digest, const struct conf *conf,
                          const struct prompt_templates *texts)
{
    digest_add_text(digest, conf->model_name);
    digest_add_text(digest, conf->model_detail);
    digest_number(digest, conf->model_max_tokens);
    digest_number(digest, conf->model_text_only_letters);
    digest_number(digest, conf->model_retry_unsupported);
    digest_add_text(digest, prompt_templates_hash(texts));
}

static void digest_offline(struct digest *digest, const struct conf *conf)
{
    digest_number(digest, OFFLINE_VERSION);
    digest_add_text(digest, conf->ocr_languages);
}

/* All that an answer depends on besides what its lease says. */
static void fingerprint(struct vision *vision, const struct conf *conf)
{
    struct digest *digest = digest_begin();

    digest_add_text(digest, vision->engine->name);
    digest_number(digest, ANSWER_SCHEMA_VERSION);
    if (vision->engine == &engine_openai)
        digest_online(digest, conf, vision->texts);
    else
        digest_offline(digest, conf);
    digest_end_text(&digest, vision->fingerprint);
}

static int refuse(const char *path, const char *reason)
{
    log_error(config_refused, log_str("path", path), log_str("reason", reason));
    return EXIT_CONFIG;
}

static void say_what_it_is(const struct vision *vision, const struct conf *conf, struct stage_hello *hello)
{
    bool online = vision->engine == &engine_openai;

    hello->credit = online ? model_client_calls(conf) : OFFLINE_CREDIT;
    hello->lacks = online ? endpoints_lacks(conf) : "";
    hello->engine = vision->engine->name;
    hello->model = online ? conf->model_name : "";
    hello->fingerprint = vision->fingerprint;
    hello->prompt = online ? prompt_templates_hash(vision->texts) : "";
}

/* Without a model it needs no network, but Tesseract's data. */
static void vision_confine(const struct conf *conf, struct stage_sandbox *confine)
{
    confine->paths[confine->count++] = (struct sandbox_path){conf->model_prompts, SANDBOX_READ};
    confine->kind = STAGE_SANDBOX_CLIENT;
    if (engine_for(conf) != &engine_offline) {
        ocr_process_start(conf); /* after this it may start nothing any more */
        return;
    }
    confine->kind = STAGE_SANDBOX_READER;
    ocr_paths(confine);
}

static int vision_open(const struct conf *conf, void **state, struct stage_hello *hello)
{
    const struct engine *engine = engine_for(conf);
    struct vision *vision;
    struct prompt_templates *texts;
    char why[4500];

    if (engine == NULL)
        return refuse("model.engine", "neither auto, openai nor offline");
    if (engine == &engine_openai && endpoints_fault(conf) != NULL)
        return refuse("model", endpoints_fault(conf));
    texts = prompt_templates_load(conf->model_prompts, why, sizeof why);
    if (texts == NULL)
        return refuse("model.prompts", why);
    vision = need_zero(1, sizeof *vision);
    vision->engine = engine;
    vision->texts = texts;
    vision->state = engine->open(conf, texts);
    fingerprint(vision, conf);
    say_what_it_is(vision, conf, hello);
    *state = vision;
    return 0;
}

static void vision_close(void *state)
{
    struct vision *vision = state;

    vision->engine->close(vision->state);
    prompt_templates_free(&vision->texts);
    free(vision);
}

/* ---- work ---- */

void engine_settle(struct stage *stage, const struct wire_explained *header, const json_t *answer)
{
    char *text = json_dumps(answer, JSON_COMPACT);
    struct wire result;

    must(text != NULL);
    wire_init(&result, WIRE_EXPLAINED);
    result.explained = *header;
    wire_add_owned(&result, text, strlen(text));
    stage_settle(stage, &result);
}

/* What no engine can explain. CODES: nothing is wrong. */
static enum code unfit_slide(struct wire *lease)
{
    struct page *page;
    bool text;

    if (lease->frames > 1 && wire_size(lease, 1) > MAX_PICTURE)
        return CODE_RENDER_LIMIT;
    if (lease->frames > 1 && wire_size(lease, 1) > 0)
        return CODES;
    page = page_parse(wire_data(lease, 0), wire_size(lease, 0));
    text = lease->frames == 1 && page_has_text(page);
    page_free(&page);
    return text ? CODES : CODE_RENDER_ERROR;
}

/* Only a model sums up, and only what is there. */
static enum code unfit_lecture(const struct vision *vision, struct wire *lease)
{
    json_t *lecture = json_loadb(wire_data(lease, 0), wire_size(lease, 0), 0, NULL);
    bool fits = vision->engine == &engine_openai && lecture_overview_has_slides(lecture);

    json_decref(lecture);
    return fits ? CODES : CODE_INTERNAL;
}

/* What the engine cannot work on. CODES: nothing is wrong. */
static enum code unfit(const struct vision *vision, struct wire *lease)
{
    if (lease->type == WIRE_EXPLAIN)
        return unfit_slide(lease);
    if (lease->type == WIRE_OVERVIEW)
        return unfit_lecture(vision, lease);
    must(lease->type == WIRE_BATCH || lease->type == WIRE_POLL);
    return vision->engine == &engine_openai ? CODES : CODE_MODEL_NO_BATCH;
}

static void vision_on_lease(struct stage *stage, void *state, struct wire *lease)
{
    struct vision *vision = state;
    enum code code = unfit(vision, lease);

    if (code != CODES)
        stage_fail(stage, wire_lease(lease), code, false, 0, NULL);
    else
        vision->engine->on_lease(stage, vision->state, lease);
}

static void vision_on_word(struct stage *stage, void *state, const struct wire *word)
{
    struct vision *vision = state;

    if (vision->engine->on_word != NULL)
        vision->engine->on_word(stage, vision->state, word);
}

static void vision_on_adopted(struct stage *stage, void *state)
{
    struct vision *vision = state;

    if (vision->engine->on_adopted != NULL)
        vision->engine->on_adopted(stage, vision->state);
}

static void vision_on_cancel(struct stage *stage, void *state, uint64_t lease)
{
    struct vision *vision = state;

    vision->engine->on_cancel(stage, vision->state, lease);
}

static int vision_on_turn(struct stage *stage, void *state, int64_t now_ms)
{
    struct vision *vision = state;

    return vision->engine->on_turn(stage, vision->state, now_ms);
}

static int vision_fd(void *state)
{
    struct vision *vision = state;

    return vision->engine->fd(vision->state);
}

const struct stage_ops vision_ops = {.kind = STAGE_VISION,
                                     .program = "vision",
                                     .confine = vision_confine,
                                     .open = vision_open,
                                     .on_lease = vision_on_lease,
                                     .on_cancel = vision_on_cancel,
                                     .on_word = vision_on_word,
                                     .on_adopted = vision_on_adopted,
                                     .on_turn = vision_on_turn,
                                     .fd = vision_fd,
                                     .close = vision_close};
