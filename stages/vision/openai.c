/* openai - the engine that asks an OpenAI-compatible API, many calls at once
 *
 * Each lease is an ask: waiting for its turn, or flying.  What to do after an answer is decided elsewhere
 * (judge.c, call.c), how many fly is decided in pace.c; here they are joined with the network.
 *
 * Memory: an ask holds its lease's frames; the request body (a third larger than the picture) exists only
 * while it flies. Not here: a second copy of any secret in logs or URLs; the key stands in one header.
 */
#include "stages/vision/engine.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/lib/net.h"
#include "stages/vision/call.h"
#include "stages/vision/endpoint.h"
#include "stages/vision/judge.h"
#include "stages/vision/pace.h"
#include "stages/vision/prompt.h"

enum {
    ANSWER_MOST = 8 << 20,
    BACKOFF_MS = 500,
    BACKOFF_MOST_MS = 8000,
    TOKENS_MOST = 131072,
    SPARE_MS = 5000
};

struct openai;

struct ask {
    struct ask *next;
    struct openai *owner;
    struct stage *stage;
    struct wire lease;
    struct call call;
    int64_t start_at_ms, sent_at_ms;
    struct net_transfer *transfer; /* NULL: waiting */
    char *body;
    struct dialect used;
};

struct openai {
    const struct conf *conf;
    struct net *net;
    struct pace pace;
    struct endpoint endpoint;
    struct call_limits limits;
    struct ask *first, **last; /* in the order of their turns: as they came, but the refused stand behind */
};

/* ---- birth and death ---- */

/* A call that starts at the last moment must still end before the lease does: past that, the worker is
 * killed. */
static int64_t deadline_of(const struct conf *conf)
{
    int64_t all = conf->vision_deadline_s * 1000, last = conf->vision_timeout_s * 1000 + SPARE_MS;

    return all > 2 * last ? all - last : all / 2;
}

static void *openai_open(const struct conf *conf)
{
    struct openai *o = need_zero(1, sizeof *o);

    o->conf = conf;
    o->net = net_new((unsigned)conf->vision_in_flight);
    o->limits = (struct call_limits){.tries = (unsigned)conf->vision_tries, .deadline_ms = deadline_of(conf)};
    o->last = &o->first;
    endpoint_open(&o->endpoint, conf->model_base_url, conf->model_key);
    pace_open(&o->pace, (unsigned)conf->vision_in_flight);
    return o;
}

static void ask_unlink(struct ask *ask)
{
    struct openai *o = ask->owner;

    for (struct ask **at = &o->first; *at != NULL; at = &(*at)->next) {
        if (*at != ask)
            continue;
        *at = ask->next;
        if (*at == NULL)
            o->last = at;
        break;
    }
}

/* While nothing gets through, each refusal costs a try: they are shared among all, else the first would burn
 * its tries one after the other and fail in a storm that all together outlast. */
static void ask_stand_behind(struct ask *ask)
{
    struct openai *o = ask->owner;

    ask_unlink(ask);
    ask->next = NULL;
    *o->last = ask;
    o->last = &ask->next;
}

static void ask_free(struct ask *ask)
{
    struct openai *o = ask->owner;

    ask_unlink(ask);
    if (ask->transfer != NULL) {
        net_cancel(o->net, ask->transfer);
        pace_failed(&o->pace);
    }
    free(ask->body);
    wire_clear(&ask->lease);
    free(ask);
}

static void openai_close(void *state)
{
    struct openai *o = state;

    while (o->first != NULL)
        ask_free(o->first); /* NOLINT(clang-analyzer-unix.Malloc): it moves first on */
    net_free(&o->net);
    endpoint_close(&o->endpoint);
    free(o);
}

/* ---- ends of an ask ---- */

static void ask_done(struct ask *ask, json_t *answer)
{
    const struct wire_explain *lease = &ask->lease.explain;
    const struct wire_explained header = {.lease = lease->lease,
                                          .outcome =
                                              ask->lease.frames > 1 ? OUTCOME_EXPLAINED : OUTCOME_TEXT_ONLY,
                                          .engine = engine_openai.name,
                                          .model = ask->owner->conf->model_name,
                                          .input_tokens = ask->call.input_tokens,
                                          .output_tokens = ask->call.output_tokens,
                                          .calls = ask->call.calls};

    log_debug("slide_explained", log_job(lease->job), log_int("slide", lease->slide),
              log_int("lease", lease->lease), log_int("calls", ask->call.calls),
              log_int("input_tokens", ask->call.input_tokens),
              log_int("output_tokens", ask->call.output_tokens),
              log_int("took_ms", stage_now_ms() - ask->call.born_ms));
    engine_settle(ask->stage, &header, answer);
    json_decref(answer);
    ask_free(ask);
}

static void ask_fail(struct ask *ask, enum code code, bool retryable, int64_t told_ms, const char *fact)
{
    const struct wire_explain *lease = &ask->lease.explain;
    char detail[512];

    snprintf(detail, sizeof detail, *fact == '\0' ? "%s" : "%s (%s)", code_doc(code), fact);
    log_info("slide_failed", log_job(lease->job), log_int("slide", lease->slide),
             log_int("lease", lease->lease), log_str("code", code_name(code)), log_str("fact", fact),
             log_int("calls", ask->call.calls), log_int("input_tokens", ask->call.input_tokens),
             log_int("output_tokens", ask->call.output_tokens));
    stage_fail(ask->stage, lease->lease, code, retryable, told_ms, detail);
    ask_free(ask);
}

/* No key, model or money: the others need not find that out by a call each. Those flying hear it themselves.
 */
static void fail_waiting(struct openai *o, enum code code, const char *fact)
{
    struct ask *next;

    for (struct ask *ask = o->first; ask != NULL; ask = next) {
        next = ask->next;
        if (ask->transfer == NULL)
            ask_fail(ask, code, false, 0, fact);
    }
}

/* ---- hearing ---- */

static const char *header_of(CURL *easy, const char *name)
{
    struct curl_header *header;

    return easy != NULL && curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK
               ? header->value
               : "";
}

static int should_retry(CURL *easy)
{
    const char *said = header_of(easy, "x-should-retry");

    return strcmp(said, "true") == 0 ? 1 : strcmp(said, "false") == 0 ? 0 : -1;
}

static void judge(struct ask *ask, const struct net_answer *answer, struct judgement *judgement)
{
    struct openai *o = ask->owner;
    const struct heard heard = {.status = answer->curl == CURLE_OK ? answer->status : 0,
                                .timed_out = answer->curl == CURLE_OPERATION_TIMEDOUT,
                                .too_large = answer->curl == CURLE_WRITE_ERROR ||
                                             answer->curl == CURLE_FILESIZE_EXCEEDED,
                                .should_retry = should_retry(answer->easy),
                                .body = answer->body,
                                .size = answer->size};

    judge_heard(&heard, ask->lease.explain.card_style, ask->lease.explain.cards, judgement);
    if (answer->curl != CURLE_OK && judgement->code == CODE_MODEL_UNAVAILABLE)
        snprintf(judgement->detail, sizeof judgement->detail, "%s", curl_easy_strerror(answer->curl));
    if ((heard.status == 400 || heard.status == 422) &&
        dialect_step(&o->endpoint.dialect, &ask->used, judgement->param, judgement->message)) {
        judgement->deed = DEED_REWRITE;
        log_info("model_dialect", log_str("format", dialect_format_name(o->endpoint.dialect.format)),
                 log_str("tokens", o->endpoint.dialect.tokens == TOKENS_PLAIN ? "max_tokens"
                                                                              : "max_completion_tokens"));
    }
}

/* The API works if it said anything of sense, even what we cannot use. */
static void tell_pace(struct pace *pace, enum deed deed, int64_t now_ms, int64_t wait_ms, bool told)
{
    if (deed == DEED_SLOWER)
        pace_refused(pace, now_ms, wait_ms, told);
    else if (deed == DEED_DONE || deed == DEED_LONGER || deed == DEED_REASK)
        pace_succeeded(pace);
    else
        pace_failed(pace);
}

static void log_again(const struct ask *ask, const struct judgement *judgement, CURL *easy, int64_t wait_ms)
{
    log_info("model_retry", log_job(ask->lease.explain.job), log_int("slide", ask->lease.explain.slide),
             log_int("lease", ask->lease.explain.lease), log_str("code", code_name(judgement->code)),
             log_str("fact", judgement->detail), log_str("request_id", header_of(easy, "x-request-id")),
             log_int("took_ms", stage_now_ms() - ask->sent_at_ms), log_int("wait_ms", wait_ms));
}

static void on_heard(void *arg, const struct net_answer *answer)
{
    struct ask *ask = arg;
    struct openai *o = ask->owner;
    int64_t now_ms = stage_now_ms(), told_ms, wait_ms = 0;
    struct judgement judgement;
    struct call_step step;

    ask->transfer = NULL;
    free(ask->body);
    ask->body = NULL;
    told_ms = answer->easy == NULL ? 0 : net_retry_after_ms(answer->easy);
    judge(ask, answer, &judgement);
    step = call_heard(&ask->call, &judgement, &o->limits, o->pace.successes, told_ms, now_ms);
    if (step.waits > 0)
        wait_ms = net_backoff_ms(step.waits, BACKOFF_MS, BACKOFF_MOST_MS, told_ms);
    tell_pace(&o->pace, judgement.deed, now_ms, wait_ms, told_ms > 0);
    switch (step.next) {
    case CALL_DONE:
        ask_done(ask, judgement.answer);
        break;
    case CALL_WAIT:
        log_again(ask, &judgement, answer->easy, wait_ms);
        ask->start_at_ms = now_ms + wait_ms;
        if (judgement.deed == DEED_SLOWER)
            ask_stand_behind(ask);
        break;
    case CALL_FAIL:
        ask_fail(ask, step.code, step.retryable, told_ms, judgement.detail);
        break;
    case CALL_FAIL_ALL:
        ask_fail(ask, step.code, false, told_ms, judgement.detail);
        fail_waiting(o, step.code, judgement.detail);
        break;
    }
}

/* ---- asking ---- */

static unsigned tokens_of(const struct ask *ask)
{
    int64_t tokens = ask->owner->conf->model_max_tokens << ask->call.lengthened;

    return tokens > TOKENS_MOST ? TOKENS_MOST : (unsigned)tokens;
}

static char *body_of(struct ask *ask, size_t *size)
{
    const struct conf *conf = ask->owner->conf;
    const struct wire_explain *lease = &ask->lease.explain;
    struct page *page = page_parse(wire_data(&ask->lease, 0), wire_size(&ask->lease, 0));
    bool drawn = ask->lease.frames > 1;
    const struct prompt prompt = {.model = conf->model_name,
                                  .detail = conf->model_detail,
                                  .language = lease->language,
                                  .title = lease->title,
                                  .outline = lease->outline,
                                  .page = page,
                                  .jpeg = drawn ? wire_data(&ask->lease, 1) : NULL,
                                  .jpeg_size = drawn ? wire_size(&ask->lease, 1) : 0,
                                  .slide = lease->slide,
                                  .slides = lease->slides,
                                  .cards = lease->cards,
                                  .max_tokens = tokens_of(ask),
                                  .dialect = ask->owner->endpoint.dialect,
                                  .again = ask->call.reasks > 0};
    char *body = prompt_body(&prompt, size);

    page_free(&page);
    return body;
}

static void start(struct ask *ask, int64_t now_ms)
{
    struct openai *o = ask->owner;
    size_t size;
    char id[64];

    snprintf(id, sizeof id, "slidemill-%llu-%u", (unsigned long long)ask->lease.explain.lease,
             ask->call.calls + 1);
    ask->body = body_of(ask, &size);
    ask->used = o->endpoint.dialect;
    ask->sent_at_ms = now_ms;
    pace_started(&o->pace);
    ask->transfer = net_start(o->net,
                              &(struct net_request){.method = "POST",
                                                    .url = o->endpoint.url,
                                                    .headers = endpoint_headers(&o->endpoint, id),
                                                    .body = ask->body,
                                                    .body_size = size,
                                                    .answer_most = ANSWER_MOST,
                                                    .timeout_ms = (long)o->conf->vision_timeout_s * 1000},
                              on_heard, ask);
}

/* Starts what may start. Returns ms until more may, 0: some were started, -1: when something is heard. */
static int64_t start_ready(struct openai *o, int64_t now_ms)
{
    int64_t wait = -1, at;
    bool started = false;
    struct ask *next;

    for (struct ask *ask = o->first; ask != NULL; ask = next) {
        next = ask->next; /* NOLINT(clang-analyzer-unix.Malloc): only the ask itself is ever freed below */
        if (ask->transfer != NULL)
            continue;
        at = ask->start_at_ms > o->pace.paused_until_ms ? ask->start_at_ms : o->pace.paused_until_ms;
        if (now_ms - ask->call.born_ms >= o->limits.deadline_ms) {
            ask_fail(ask, CODE_MODEL_RATE_LIMITED, true, 0, "its turn did not come in time");
        } else if (at > now_ms) {
            wait = wait == -1 || at - now_ms < wait ? at - now_ms : wait;
        } else if (pace_free(&o->pace, now_ms)) {
            start(ask, now_ms);
            started = true;
        }
    }
    return started ? 0 : wait;
}

static int openai_turn(struct stage *stage, void *state, int64_t now_ms)
{
    struct openai *o = state;
    int64_t wait;
    int net_wait;

    (void)stage;
    start_ready(o, now_ms);
    net_wait = net_turn(o->net);
    wait = start_ready(o, stage_now_ms());
    if (wait == -1 || (net_wait != -1 && net_wait < wait))
        return net_wait;
    return wait > 60000 ? 60000 : (int)wait;
}

static void openai_take(struct stage *stage, void *state, struct wire *lease)
{
    struct openai *o = state;
    struct ask *ask = need_zero(1, sizeof *ask);

    ask->owner = o;
    ask->stage = stage;
    wire_move(&ask->lease, lease);
    ask->call.born_ms = ask->start_at_ms = stage_now_ms();
    *o->last = ask;
    o->last = &ask->next;
    if (*o->conf->model_key == '\0' && *o->conf->model_base_url == '\0')
        ask_fail(ask, CODE_MODEL_AUTH, false, 0, "no key is set");
}

static void openai_cancel(struct stage *stage, void *state, uint64_t lease)
{
    struct openai *o = state;

    for (struct ask *ask = o->first; ask != NULL; ask = ask->next) {
        if (ask->lease.explain.lease != lease)
            continue;
        stage_fail(stage, lease, CODE_INTERNAL, true, 0, "cancelled");
        ask_free(ask);
        return;
    }
}

static int openai_fd(void *state)
{
    return net_fd(((struct openai *)state)->net);
}

const struct engine engine_openai = {.name = "openai",
                                     .open = openai_open,
                                     .take = openai_take,
                                     .cancel = openai_cancel,
                                     .turn = openai_turn,
                                     .fd = openai_fd,
                                     .close = openai_close};
