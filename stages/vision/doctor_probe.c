/* doctor_probe - see doctor_probe.h */
#include "stages/vision/doctor_probe.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/clock.h"
#include "proto/exits.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "stages/lib/http_client.h"
#include "stages/vision/doctor_slide.h"
#include "stages/vision/model/endpoints.h"
#include "stages/vision/answer/engine.h"
#include "stages/vision/model/response_classify.h"
#include "stages/vision/text/ocr.h"
#include "stages/vision/model/rate_limit_headers.h"
#include "stages/vision/model/subject.h"

/* CALLS: steps back of what a request has, a bad shape, and the answer. AGAINS: calls more for what may pass,
 * LOADINGS: for a model that is being loaded, PAUSE_MS: before each of them. */
enum {
    CALLS = 10,
    AGAINS = 2,
    LOADINGS = 60,
    PAUSE_MS = 2000,
    MAX_ANSWER = 8 << 20,
    OCR_MS = 30000,
    TURN_MS = 1000
};

/* The slide has no text layer: who names the bird has seen the picture. */
static const char word[] = "kestrel", layer[] = "{\"width\":1365,\"height\":768,\"lines\":[]}";

struct probe {
    const struct conf *conf;
    struct prompt_templates *texts;
    struct endpoints *endpoints;
    struct http_client *net;
    struct wire lease;
};

/* One endpoint under examination. */
struct endpoint_probe {
    struct probe *probe;
    const struct endpoint *endpoint;
    struct dialect used;
    unsigned calls, max_tokens, asked, agains, loadings;
    int64_t sent_at_ms, took_ms;
    bool heard, timed_out;
    long status;
    const char *protocol;
    struct rate_limit_headers rate;
    struct classification judged; /* of the last call */
};

static void tell(json_t *news)
{
    char *line = json_dumps(news, JSON_COMPACT);

    must(line != NULL);
    puts(line);
    fflush(stdout);
    free(line);
    json_decref(news);
}

/* ---- one call ---- */

static const char *protocol_of(CURL *easy)
{
    long version = 0;

    if (easy != NULL)
        curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    return version == CURL_HTTP_VERSION_2_0 ? "HTTP/2" : version == 0 ? "" : "HTTP/1.1";
}

static void on_heard(void *arg, const struct http_answer *answer)
{
    struct endpoint_probe *p = arg;
    struct classification *j = &p->judged;
    const struct heard heard = {.status = answer->curl == CURLE_OK ? answer->status : 0,
                                .timed_out = answer->curl == CURLE_OPERATION_TIMEDOUT,
                                .too_large = answer->curl == CURLE_FILESIZE_EXCEEDED,
                                .should_retry = -1,
                                .secret = p->endpoint->key,
                                .body = answer->body,
                                .size = answer->size};
    const struct wanted wanted = {.clean = subject_slide.ask.clean, .arg = &p->probe->lease};

    p->heard = true;
    p->timed_out = heard.timed_out;
    if (p->timed_out && p->status == 200)
        return; /* the server does answer: what was wrong with its last answer stays the finding */
    p->took_ms = clock_monotonic_ms() - p->sent_at_ms;
    p->status = heard.status;
    p->protocol = protocol_of(answer->easy);
    p->rate = rate_limit_headers_of(answer->easy);
    json_decref(j->answer);
    json_decref(j->spare);
    *j = (struct classification){.answer = NULL};
    response_classify(&heard, &wanted, j);
    if (answer->curl != CURLE_OK)
        snprintf(j->detail, sizeof j->detail, "%s", answer->error);
    endpoints_learn(p->probe->endpoints, p->endpoint, &p->used, p->asked, j);
    endpoints_heard(p->probe->endpoints, p->endpoint, &p->used, j->deed, j->code, 0, clock_monotonic_ms());
}

static void call(struct endpoint_probe *p)
{
    struct probe *c = p->probe;
    const struct question question = {.conf = c->conf,
                                      .texts = c->texts,
                                      .model = p->endpoint->model,
                                      .dialect = p->endpoint->dialect,
                                      .max_tokens = p->endpoint->dialect.max > 0 &&
                                                            p->endpoint->dialect.max < p->max_tokens
                                                        ? p->endpoint->dialect.max
                                                        : p->max_tokens};
    struct http_request request = {.method = "POST",
                                   .url = p->endpoint->url,
                                   .headers =
                                       endpoints_headers(c->endpoints, p->endpoint, "slidemill-doctor"),
                                   .max_answer = MAX_ANSWER,
                                   .timeout_ms = (long)c->conf->vision_timeout_s * 1000};

    request.parts = subject_slide.ask.body(&c->lease, &question);
    p->calls++;
    p->used = question.dialect;
    p->asked = question.max_tokens;
    p->heard = false;
    p->sent_at_ms = clock_monotonic_ms();
    http_start(c->net, &request, on_heard, p);
    while (!p->heard) {
        struct pollfd fd = {.fd = http_client_fd(c->net), .events = POLLIN};
        int wait = http_client_turn(c->net);

        if (!p->heard)
            poll(&fd, 1, wait == -1 || wait > TURN_MS ? TURN_MS : wait);
    }
}

/* ---- one endpoint ---- */

static bool names_the_bird(const json_t *answer)
{
    char *text = json_dumps(answer, JSON_COMPACT);
    bool found = text != NULL && strcasestr(text, word) != NULL;

    free(text);
    return found;
}

static json_t *news_of(const struct endpoint_probe *p)
{
    const struct classification *j = &p->judged;
    bool good = j->deed == DEED_DONE;
    json_t *news = json_pack(
        "{s:s, s:i, s:s, s:s, s:s, s:i, s:s, s:s, s:i, s:I, s:s, s:s, s:s, s:b, s:i, s:I, s:I, s:b, s:I, "
        "s:I}",
        "probe", "endpoint", "endpoint", (int)p->endpoint->index, "url", p->endpoint->url, "model",
        p->endpoint->model, "answered_by", j->model, "status", (int)p->status, "code",
        good ? "" : code_name(j->code), "detail", good ? "" : j->detail, "calls", (int)p->calls, "took_ms",
        (json_int_t)p->took_ms, "protocol", p->protocol, "format", dialect_format_name(p->used.format),
        "tokens", dialect_tokens_name(p->used.tokens), "one_role", p->used.one_role, "max_tokens",
        (int)p->endpoint->dialect.max, "input_tokens", (json_int_t)j->input_tokens, "output_tokens",
        (json_int_t)j->output_tokens, "picture_read", good && names_the_bird(j->answer), "limit_requests",
        (json_int_t)p->rate.limit_requests, "limit_tokens", (json_int_t)p->rate.limit_tokens);

    must(news != NULL);
    return news;
}

static bool waits(void)
{
    poll(NULL, 0, PAUSE_MS);
    return true;
}

static bool goes_on(struct endpoint_probe *p)
{
    enum deed deed = p->judged.deed;

    if (p->timed_out)
        return false;
    if (p->judged.meaning == MEANS_LOADING && p->loadings < LOADINGS) {
        if (p->loadings++ == 0)
            tell(json_pack("{s:s, s:s}", "probe", "wait", "reason", p->judged.detail));
        return waits();
    }
    if ((deed == DEED_AGAIN || deed == DEED_SLOWER) && p->status != 0 && p->agains++ < AGAINS)
        return waits();
    if (deed == DEED_LONGER)
        p->max_tokens *= 2;
    return p->calls < CALLS &&
           (deed == DEED_REWRITE || deed == DEED_REASK || deed == DEED_RESHAPE || deed == DEED_LONGER);
}

static void examine(struct probe *c, unsigned index)
{
    struct endpoint_probe p = {.probe = c,
                               .endpoint = endpoints_at(c->endpoints, index),
                               .max_tokens = (unsigned)c->conf->model_max_tokens};

    do
        call(&p);
    while (goes_on(&p));
    tell(news_of(&p));
    json_decref(p.judged.answer);
    json_decref(p.judged.spare);
}

static void lease_make(struct wire *lease)
{
    wire_init(lease, WIRE_EXPLAIN);
    lease->explain = (struct wire_explain){.lease = 1,
                                           .job = "doctor",
                                           .slide = 2,
                                           .slides = 3,
                                           .attempt = 1,
                                           .language = "English",
                                           .title = "Birds of the field",
                                           .outline = "",
                                           .before = "",
                                           .after = "",
                                           .instructions = "",
                                           .card_style = CARDS_BASIC,
                                           .cards = 2};
    wire_add_copy(lease, layer, strlen(layer));
    wire_add_copy(lease, doctor_slide, sizeof doctor_slide);
}

static void examine_all(const struct conf *conf, struct prompt_templates *texts)
{
    struct probe c = {.conf = conf,
                      .texts = texts,
                      .endpoints = endpoints_open(conf),
                      .net = http_client_new(MAX_ENDPOINTS)};

    lease_make(&c.lease);
    for (unsigned i = 0; i < endpoints_count(c.endpoints); i++)
        examine(&c, i);
    wire_clear(&c.lease);
    http_client_free(&c.net);
    endpoints_close(&c.endpoints);
}

/* ---- without a model ---- */

static void no_tick(void *unused)
{
    (void)unused;
}

static bool reads(const char *language)
{
    struct ocr *ocr = ocr_new(language);
    struct ocr_notes notes;
    struct page *page = ocr_read(ocr, doctor_slide, sizeof doctor_slide, OCR_MS, no_tick, NULL, &notes);
    bool works = page != NULL;

    page_free(&page);
    ocr_free(&ocr);
    return works;
}

static void read_in_each(const char *languages)
{
    char *list = need_dup(languages), *rest = list, *language;

    while ((language = strsep(&rest, "+")) != NULL)
        if (*language != '\0')
            tell(
                json_pack("{s:s, s:s, s:b}", "probe", "ocr", "language", language, "works", reads(language)));
    free(list);
}

static void tell_scripts(const char *languages)
{
    struct ocr *ocr = ocr_new(languages);
    char *installed;
    bool works = ocr_detects(ocr, &installed);

    tell(json_pack("{s:s, s:s, s:b}", "probe", "ocr_scripts", "installed", installed, "works", works));
    free(installed);
    ocr_free(&ocr);
}

static void read_scans(const char *languages)
{
    read_in_each(languages);
    if (*languages != '\0')
        tell_scripts(languages);
}

/* ---- all of it ---- */

static void tell_fault(const char *reason)
{
    tell(json_pack("{s:s, s:s}", "probe", "fault", "reason", reason));
}

static void check_online(const struct conf *conf)
{
    const char *fault = endpoints_fault(conf);
    char why[4500];
    struct prompt_templates *texts = prompt_templates_load(conf->model_prompts, why, sizeof why);

    if (fault != NULL || texts == NULL)
        tell_fault(fault != NULL ? fault : why);
    else
        examine_all(conf, texts);
    if (texts != NULL)
        prompt_templates_free(&texts);
}

int doctor_probe_main(void)
{
    struct conf *conf = conf_load(NULL, stderr);

    log_open("probe", -1, 0, LOG_LEVEL_ERROR);
    if (conf == NULL)
        return EXIT_CONFIG;
    conf_wipe_environ(false);
    if (engine_for(conf) == &engine_openai)
        check_online(conf);
    else
        read_scans(conf->ocr_languages);
    conf_free(&conf);
    return EXIT_DONE;
}
