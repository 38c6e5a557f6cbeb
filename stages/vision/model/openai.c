/* openai - the engine that asks an OpenAI-compatible API, many calls at once
 *
 * Each lease is an ask (ask.c); here stand what they share, their list, and the turns they get.  Not here: a
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
#include "stages/vision/model/ask.h"
#include "stages/vision/model/batch.h"
#include "stages/vision/text/ocr_process.h"

enum { SPARE_MS = 5000, TURN_MAX_MS = 60000 };

struct entry {
    struct entry *next;
    struct ask *ask;
};

struct openai {
    struct asking all;
    struct batches *batches;
    int epoll;                   /* of the network and OCR */
    struct entry *first, **last; /* as they came */
};

/* A call that starts at the last moment must still end before the lease does: past that, the worker is
 * killed. */
static int64_t deadline_of(const struct conf *conf)
{
    int64_t all = conf->vision_deadline_s * 1000, last = conf->vision_timeout_s * 1000 + SPARE_MS;

    return all > 2 * last ? all - last : all / 2;
}

static void watch(struct openai *o, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};

    must(epoll_ctl(o->epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

static void *openai_open(const struct conf *conf, struct prompt_templates *texts)
{
    struct openai *o = need_zero(1, sizeof *o);
    unsigned max = (unsigned)conf->vision_in_flight;

    o->last = &o->first;
    o->all = (struct asking){.conf = conf,
                             .net = http_client_new(conf->vision_hedge ? 2 * max : max),
                             .texts = texts,
                             .endpoints = endpoints_open(conf),
                             .limits = {.tries = (unsigned)conf->vision_tries,
                                        .deadline_ms = deadline_of(conf),
                                        .checks = conf->model_retry_unsupported},
                             .hopeless = CODES};
    o->batches = batches_new(&o->all);
    o->all.ocr = ocr_process_new();
    o->epoll = epoll_create1(EPOLL_CLOEXEC);
    must(o->epoll != -1);
    watch(o, http_client_fd(o->all.net));
    if (o->all.ocr != NULL)
        watch(o, ocr_process_fd(o->all.ocr));
    return o;
}

/* Frees the asks that are over, or all. */
static void sweep(struct openai *o, bool all)
{
    for (struct entry **at = &o->first, *entry; (entry = *at) != NULL;) {
        if (!all && !ask_over(entry->ask)) {
            at = &entry->next;
            continue;
        }
        ask_free(&entry->ask);
        *at = entry->next;
        if (*at == NULL)
            o->last = at;
        free(entry);
    }
}

static void openai_close(void *state)
{
    struct openai *o = state;

    sweep(o, true);
    batches_free(&o->batches);
    ocr_process_free(&o->all.ocr);
    close(o->epoll);
    http_client_free(&o->all.net);
    endpoints_close(&o->all.endpoints);
    free(o);
}

static struct ask *ask_find(struct openai *o, uint64_t lease)
{
    for (struct entry *entry = o->first; entry != NULL; entry = entry->next)
        if (ask_lease(entry->ask) == lease && !ask_over(entry->ask))
            return entry->ask;
    return NULL;
}

static void openai_take(struct stage *stage, void *state, struct wire *lease)
{
    struct openai *o = state;
    struct entry *entry;

    if (endpoints_count(o->all.endpoints) == 1 && *endpoints_lacks(o->all.conf) != '\0') {
        stage_fail(stage, wire_lease(lease), CODE_MODEL_AUTH, false, 0, NULL);
        return;
    }
    if (lease->type == WIRE_BATCH || lease->type == WIRE_POLL) {
        batches_take(o->batches, stage, lease);
        return;
    }
    entry = need_zero(1, sizeof *entry);
    entry->ask = ask_new(&o->all, stage, lease);
    *o->last = entry;
    o->last = &entry->next;
}

static void openai_cancel(struct stage *stage, void *state, uint64_t lease)
{
    struct ask *ask = ask_find(state, lease);

    (void)stage;
    if (ask != NULL)
        ask_cancel(ask);
    else
        batches_cancel(((struct openai *)state)->batches, lease);
}

static void openai_word(struct stage *stage, void *state, const struct wire *word)
{
    struct ask *ask = ask_find(state, wire_lease(word));

    (void)stage;
    if (ask != NULL && word->type == WIRE_GO)
        ask_go(ask, &word->go);
    else if (ask != NULL)
        ask_denied(ask, &word->denied);
}

static void openai_adopted(struct stage *stage, void *state)
{
    (void)stage;
    for (struct entry *entry = ((struct openai *)state)->first; entry != NULL; entry = entry->next)
        ask_adopted(entry->ask);
}

/* No call will get through: those who wait need not find that out by a call each. */
static void give_up_waiting(struct openai *o)
{
    if (o->all.hopeless == CODES)
        return;
    for (struct entry *entry = o->first; entry != NULL; entry = entry->next)
        ask_give_up(entry->ask, o->all.hopeless, o->all.fact);
    o->all.hopeless =
        CODES; /* a lease that comes later finds out for itself: the key may be another by then */
}

static int openai_turn(struct stage *stage, void *state, int64_t now_ms)
{
    struct openai *o = state;
    int64_t wait = http_client_turn(o->all.net);

    (void)stage;
    ocr_process_turn(o->all.ocr);
    give_up_waiting(o);
    for (struct entry *entry = o->first; entry != NULL; entry = entry->next)
        wait = timer_sooner(wait, ask_turn(entry->ask, now_ms));
    sweep(o, false);
    batches_sweep(o->batches);
    return wait == TIMER_NONE ? TIMER_NONE : timer_poll_ms(wait, TURN_MAX_MS);
}

static int openai_fd(void *state)
{
    return ((struct openai *)state)->epoll;
}

const struct engine engine_openai = {.name = "openai",
                                     .open = openai_open,
                                     .take = openai_take,
                                     .cancel = openai_cancel,
                                     .word = openai_word,
                                     .adopted = openai_adopted,
                                     .turn = openai_turn,
                                     .fd = openai_fd,
                                     .close = openai_close};
