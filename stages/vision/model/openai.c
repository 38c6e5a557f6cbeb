/* openai - the engine that asks an OpenAI-compatible API, many calls at once
 *
 * Each lease is a model_lease; here stand what they share and the turns they get.  Not here: a
 * second copy of any secret in logs or URLs; the key stands in one header.
 */
#include "stages/vision/answer/engine.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "stages/vision/model/model_leases.h"
#include "stages/vision/model/batch_api.h"
#include "stages/vision/text/ocr_process.h"

enum { SPARE_MS = 5000, TURN_MAX_MS = 60000 };

struct openai {
    struct model_client client;
    struct batch_api *batches;
    int epoll; /* of the network and OCR */
};

/* A call that starts at the last moment must still end before the lease does: past that, the worker is
 * killed. */
static int64_t deadline_of(const struct conf *conf)
{
    int64_t all = conf->vision_deadline_s * 1000, last = conf->vision_timeout_s * 1000 + SPARE_MS;

    return all > 2 * last ? all - last : all / 2;
}

static void poll_for(struct openai *o, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};

    must(epoll_ctl(o->epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

static void *openai_open(const struct conf *conf, struct prompt_templates *texts)
{
    struct openai *o = need_zero(1, sizeof *o);
    unsigned max = model_client_calls(conf);

    o->client = (struct model_client){.conf = conf,
                                      .net = http_client_new(conf->vision_hedge ? 2 * max : max),
                                      .texts = texts,
                                      .endpoints = endpoints_open(conf),
                                      .limits = {.tries = (unsigned)conf->vision_tries,
                                                 .deadline_ms = deadline_of(conf),
                                                 .checks = conf->model_retry_unsupported},
                                      .hopeless = CODES};
    model_leases_open(&o->client);
    o->batches = batch_api_new(&o->client);
    o->client.ocr = ocr_process_new();
    o->epoll = epoll_create1(EPOLL_CLOEXEC);
    must(o->epoll != -1);
    poll_for(o, http_client_fd(o->client.net));
    if (o->client.ocr != NULL)
        poll_for(o, ocr_process_fd(o->client.ocr));
    return o;
}

static void openai_close(void *state)
{
    struct openai *o = state;

    model_leases_free(&o->client);
    batch_api_free(&o->batches);
    ocr_process_free(&o->client.ocr);
    close(o->epoll);
    http_client_free(&o->client.net);
    endpoints_close(&o->client.endpoints);
    free(o);
}

static void openai_on_lease(struct stage *stage, void *state, struct wire *lease)
{
    struct openai *o = state;

    if (endpoints_count(o->client.endpoints) == 1 && *endpoints_lacks(o->client.conf) != '\0') {
        stage_fail(stage, wire_lease(lease), CODE_MODEL_AUTH, false, 0, NULL);
        return;
    }
    if (lease->type == WIRE_BATCH || lease->type == WIRE_POLL) {
        batch_api_take(o->batches, stage, lease);
        return;
    }
    model_leases_add(&o->client, stage, lease);
}

static void openai_on_cancel(struct stage *stage, void *state, uint64_t lease)
{
    struct openai *o = state;
    struct model_lease *found = model_leases_find(&o->client, lease);

    (void)stage;
    if (found != NULL)
        model_lease_cancel(found);
    else
        batch_api_cancel(o->batches, lease);
}

static void openai_on_word(struct stage *stage, void *state, const struct wire *word)
{
    struct openai *o = state;
    struct model_lease *found = model_leases_find(&o->client, wire_lease(word));

    (void)stage;
    if (found != NULL && word->type == WIRE_GO)
        model_lease_on_go(found, &word->go);
    else if (found != NULL)
        model_lease_on_denied(found, &word->denied);
}

static void openai_on_adopted(struct stage *stage, void *state)
{
    (void)stage;
    model_leases_on_adopted(&((struct openai *)state)->client);
}

static int openai_on_turn(struct stage *stage, void *state, int64_t now_ms)
{
    struct openai *o = state;
    int64_t wait = http_client_turn(o->client.net);

    (void)stage;
    ocr_process_turn(o->client.ocr);
    wait = timer_sooner(wait, model_leases_turn(&o->client, now_ms));
    batch_api_sweep(o->batches);
    return wait == TIMER_NONE ? TIMER_NONE : timer_poll_ms(wait, TURN_MAX_MS);
}

static int openai_fd(void *state)
{
    return ((struct openai *)state)->epoll;
}

const struct engine engine_openai = {.name = "openai",
                                     .open = openai_open,
                                     .on_lease = openai_on_lease,
                                     .on_cancel = openai_on_cancel,
                                     .on_word = openai_on_word,
                                     .on_adopted = openai_on_adopted,
                                     .on_turn = openai_on_turn,
                                     .fd = openai_fd,
                                     .close = openai_close};
