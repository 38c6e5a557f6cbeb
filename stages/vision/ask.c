/* ask - see ask.h */
#include "stages/vision/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/vision/flight.h"
#include "stages/vision/judge.h"
#include "stages/vision/subject.h"

enum { BACKOFF_MS = 500, BACKOFF_MOST_MS = 8000, TOKENS_MOST = 131072, FLIGHTS = 2 };

struct ask {
    struct asking *all;
    struct stage *stage;
    const struct subject *subject;
    struct wire lease;
    uint64_t number; /* the lease's */
    const char *job;
    unsigned slide; /* 0: the whole lecture */
    struct call call;
    struct flight flights[FLIGHTS]; /* the second one is the hedge */
    unsigned permits;               /* asked for so far, the lease's own included */
    unsigned asked;                 /* the call of the permit not answered yet; 0: none */
    unsigned max_tokens;            /* what the next call may write */
    unsigned held;                  /* the call that has its permit and no endpoint yet; 0: none */
    int64_t ask_at_ms;              /* when to ask for the next, if nothing flies and none is asked for */
    bool hedged, over;
    bool plain;        /* its picture has been taken out */
    json_t *answer;    /* the best so far */
    json_t *spare;     /* without one: what can stand if none comes */
    const char *model; /* who gave it */
    unsigned doubts;
    char why[384]; /* what is wrong with the last answer; "": nothing */
};

/* ---- birth and death ---- */

static void lease_read(struct ask *ask)
{
    if (ask->lease.type == WIRE_OVERVIEW) {
        ask->subject = &subject_lecture;
        ask->job = ask->lease.overview.job;
        ask->max_tokens = ask->lease.overview.max_tokens;
        return;
    }
    ask->subject = &subject_slide;
    ask->job = ask->lease.explain.job;
    ask->slide = ask->lease.explain.slide;
    ask->max_tokens = ask->lease.explain.max_tokens;
}

static void on_heard(struct flight *flight, const struct net_answer *answer);
static void fly(struct ask *ask, unsigned call, unsigned max_tokens);

struct ask *ask_new(struct asking *all, struct stage *stage, struct wire *lease)
{
    struct ask *ask = need_zero(1, sizeof *ask);

    ask->all = all;
    ask->stage = stage;
    ask->number = wire_lease(lease);
    wire_move(&ask->lease, lease);
    lease_read(ask);
    for (int i = 0; i < FLIGHTS; i++)
        ask->flights[i] = (struct flight){.net = all->net,
                                          .endpoints = all->endpoints,
                                          .stage = stage,
                                          .subject = ask->subject,
                                          .lease = &ask->lease,
                                          .done = on_heard,
                                          .arg = ask};
    ask->call.born_ms = stage_now_ms();
    ask->permits = 1;
    fly(ask, 1, ask->max_tokens);
    return ask;
}

void ask_free(struct ask **at)
{
    struct ask *ask = *at;

    for (int i = 0; i < FLIGHTS; i++)
        flight_drop(&ask->flights[i]);
    json_decref(ask->answer);
    json_decref(ask->spare);
    wire_clear(&ask->lease);
    free(ask);
    *at = NULL;
}

uint64_t ask_lease(const struct ask *ask)
{
    return ask->number;
}

bool ask_over(const struct ask *ask)
{
    return ask->over;
}

static unsigned flying(const struct ask *ask)
{
    return (ask->flights[0].transfer != NULL) + (ask->flights[1].transfer != NULL);
}

/* ---- telling the supervisor ---- */

static void say_learned(struct ask *ask)
{
    const char *dialects = endpoints_learned(ask->all->endpoints);
    struct wire learned;

    if (dialects == NULL)
        return;
    wire_init(&learned, WIRE_LEARNED);
    learned.learned.dialects = dialects;
    stage_say(ask->stage, &learned);
}

static void say_call(struct ask *ask)
{
    struct wire call;

    wire_init(&call, WIRE_CALL);
    call.call = (struct wire_call){.lease = ask->number, .call = ask->asked, .max_tokens = ask->max_tokens};
    stage_say(ask->stage, &call);
}

static void ask_for_call(struct ask *ask)
{
    ask->asked = ++ask->permits;
    say_call(ask);
}

/* ---- ends ---- */

/* Calls that nobody waits for any more. What the API charges for one it never says: as much as the other
 * cost. */
static void leave_flights(struct ask *ask, uint64_t input_tokens, uint64_t output_tokens)
{
    for (int i = 0; i < FLIGHTS; i++) {
        if (ask->flights[i].transfer == NULL)
            continue;
        flight_drop(&ask->flights[i]);
        endpoints_dropped(ask->all->endpoints, ask->flights[i].endpoint, ask->flights[i].turn);
        call_made(&ask->call, input_tokens, output_tokens);
        flight_report(&ask->flights[i], VERDICT_LEFT, 0, NULL, "", input_tokens, output_tokens);
    }
}

static void settle(struct ask *ask)
{
    log_debug(ask->subject->done, log_job(ask->job), log_int("slide", ask->slide),
              log_int("lease", ask->number), log_int("calls", ask->call.calls),
              log_int("input_tokens", ask->call.input_tokens),
              log_int("output_tokens", ask->call.output_tokens), log_int("unsupported", ask->doubts),
              log_int("took_ms", stage_now_ms() - ask->call.born_ms));
    ask->subject->settle(ask->stage, &ask->lease, ask->all->conf, ask->model, &ask->call, ask->answer);
    ask->over = true;
}

/* Nothing better came: what was kept of an answer is the answer. */
static void take_spare(struct ask *ask)
{
    if (ask->answer != NULL || ask->spare == NULL)
        return;
    ask->answer = ask->spare;
    ask->spare = NULL;
    if (ask->subject->check != NULL)
        ask->doubts = ask->subject->check(&ask->lease, ask->all->conf, ask->answer);
}

/* With an answer in hand, that is the end of it; without one, the code is. */
static void end_with(struct ask *ask, enum code code, bool retryable, int64_t told_ms, const char *fact,
                     const char *detail)
{
    take_spare(ask);
    if (ask->answer != NULL) {
        settle(ask);
        return;
    }
    log_info(ask->subject->failed, log_job(ask->job), log_int("slide", ask->slide),
             log_int("lease", ask->number), log_str("code", code_name(code)), log_str("fact", fact),
             log_int("calls", ask->call.calls), log_int("input_tokens", ask->call.input_tokens),
             log_int("output_tokens", ask->call.output_tokens));
    stage_fail(ask->stage, ask->number, code, retryable, told_ms, detail);
    ask->over = true;
}

static void end(struct ask *ask, enum code code, bool retryable, int64_t told_ms, const char *fact)
{
    char detail[768];

    snprintf(detail, sizeof detail, *fact == '\0' ? "%s" : "%s (%s)", code_doc(code), fact);
    end_with(ask, code, retryable, told_ms, fact, detail);
}

void ask_cancel(struct ask *ask)
{
    leave_flights(ask, 0, 0);
    stage_fail(ask->stage, ask->number, CODE_INTERNAL, true, 0, "cancelled");
    ask->over = true;
}

void ask_give_up(struct ask *ask, enum code code, const char *fact)
{
    if (!ask->over && flying(ask) == 0)
        end(ask, code, false, 0, fact);
}

/* ---- hearing ---- */

/* The sums of the process and of the lease, and the word to the supervisor. */
static void account(struct ask *ask, const struct flight *flight, const struct judgement *j, long status,
                    CURL *easy)
{
    struct asking *all = ask->all;
    enum call_verdict verdict = call_verdict_of(j, status);

    call_made(&ask->call, j->input_tokens, j->output_tokens);
    flight_report(flight, verdict, status, easy, j->model, j->input_tokens, j->output_tokens);
    endpoints_heard(all->endpoints, flight->endpoint, &flight->used, j->deed, j->code, flight->turn,
                    stage_now_ms());
    say_learned(ask);
    if (verdict != VERDICT_DONE)
        return;
    all->successes++;
    if (flight->sent_at_ms > all->sent_ms)
        all->sent_ms = flight->sent_at_ms;
    if (ask->slide > 0)
        latency_add(&all->latency, stage_now_ms() - flight->sent_at_ms);
}

/* In vain here is not in vain as long as there is somewhere else to ask. */
static void look_elsewhere(struct asking *all, struct judgement *j)
{
    if (j->deed == DEED_ALL && endpoints_any(all->endpoints, stage_now_ms()))
        j->deed = DEED_REWRITE;
}

/* While it waited others got through, but nobody who came after it: it stood in a queue, and we ask more than
 * the endpoint can do. That is not the slide's fault; fewer are asked from now on. */
static void excuse(const struct asking *all, const struct flight *flight, struct judgement *j)
{
    if (j->deed == DEED_AGAIN && j->code == CODE_MODEL_TIMEOUT && all->successes > flight->before &&
        all->sent_ms <= flight->sent_at_ms)
        j->deed = DEED_QUEUED;
}

static bool lighten(struct ask *ask)
{
    if (ask->subject->lighten == NULL || !ask->subject->lighten(&ask->lease))
        return false;
    ask->plain = true;
    return true;
}

/* A picture that the endpoint does not take costs its slide the picture, not the explanation. */
static void go_plain(struct ask *ask, struct judgement *j)
{
    if (j->deed == DEED_PLAIN && !lighten(ask))
        j->deed = DEED_SLIDE;
}

/* Keeps the better of the answer heard and the one in hand. Returns what the one heard says without support.
 */
static unsigned weigh(struct ask *ask, const struct flight *flight, json_t *heard)
{
    unsigned doubts = 0;

    if (ask->subject->check != NULL)
        doubts = ask->subject->check(&ask->lease, ask->all->conf, heard);
    if (ask->answer != NULL && ask->doubts <= doubts) {
        json_decref(heard);
        return doubts;
    }
    json_decref(ask->answer);
    ask->answer = heard;
    ask->model = flight->endpoint->model;
    ask->doubts = doubts;
    return doubts;
}

static void log_again(const struct ask *ask, const struct flight *flight, const struct judgement *j,
                      CURL *easy, int64_t wait_ms)
{
    log_info("model_retry", log_job(ask->job), log_int("slide", ask->slide), log_int("lease", ask->number),
             log_str("code", j->deed == DEED_DONE ? "" : code_name(j->code)), log_str("fact", j->detail),
             log_str("request_id", flight_header(easy, "x-request-id")), log_int("unsupported", ask->doubts),
             log_int("took_ms", stage_now_ms() - flight->sent_at_ms), log_int("wait_ms", wait_ms));
}

/* Another call is to be made. One that is asked for already, for a hedge, will do. */
static void again(struct ask *ask, const struct flight *flight, const struct judgement *j, unsigned waits,
                  CURL *easy)
{
    int64_t told_ms = easy == NULL || j->deed == DEED_SLOWER ? 0 : net_retry_after_ms(easy);
    int64_t wait_ms = waits == 0 ? 0 : net_backoff_ms(waits, BACKOFF_MS, BACKOFF_MOST_MS, told_ms);

    log_again(ask, flight, j, easy, wait_ms);
    snprintf(ask->why, sizeof ask->why, "%s",
             j->deed == DEED_REASK || j->deed == DEED_RESHAPE ? j->detail : "");
    if (j->deed == DEED_LONGER && ask->max_tokens <= TOKENS_MOST / 2)
        ask->max_tokens *= 2;
    ask->hedged = false;
    ask->ask_at_ms = stage_now_ms() + wait_ms;
    if (wait_ms == 0 && ask->asked == 0)
        ask_for_call(ask);
}

/* A part of an answer is kept for the case that no better one comes. Where prose comes although nothing but
 * words asked for the form, another call would bring prose, too: then it is the answer. */
static void keep_spare(struct ask *ask, const struct flight *flight, struct judgement *j)
{
    if (j->spare == NULL)
        return;
    if (j->deed == DEED_RESHAPE && flight->used.format == FORMAT_PROMPT) {
        j->deed = DEED_DONE;
        j->answer = j->spare;
    } else if (ask->spare == NULL) {
        ask->spare = j->spare;
        if (ask->answer == NULL)
            ask->model = flight->endpoint->model;
    } else {
        json_decref(j->spare);
    }
    j->spare = NULL;
}

static void next_step(struct ask *ask, const struct flight *flight, struct judgement *j, CURL *easy)
{
    struct asking *all = ask->all;
    int64_t told_ms = easy == NULL ? 0 : net_retry_after_ms(easy);
    unsigned doubts = j->deed == DEED_DONE ? weigh(ask, flight, j->answer) : 0;
    struct call_step step =
        call_heard(&ask->call, j, doubts, &all->limits, all->successes, told_ms, stage_now_ms());

    switch (step.next) {
    case CALL_DONE:
        settle(ask);
        break;
    case CALL_ASK:
        again(ask, flight, j, step.waits, easy);
        break;
    case CALL_FAIL:
        end(ask, step.code, step.retryable, told_ms, j->detail);
        break;
    case CALL_FAIL_ALL: /* the others need not find that out by a call each */
        all->hopeless = step.code;
        snprintf(all->fact, sizeof all->fact, "%s", j->detail);
        end(ask, step.code, false, told_ms, j->detail);
        break;
    }
}

static void on_heard(struct flight *flight, const struct net_answer *answer)
{
    struct ask *ask = flight->arg;
    struct judgement j;

    flight_judge(flight, answer, &j);
    keep_spare(ask, flight, &j);
    excuse(ask->all, flight, &j);
    account(ask, flight, &j, answer->curl == CURLE_OK ? answer->status : 0, answer->easy);
    look_elsewhere(ask->all, &j);
    if (j.deed != DEED_DONE && j.deed != DEED_ALL && flying(ask) > 0) {
        log_again(ask, flight, &j, answer->easy, 0); /* the other of the two may still answer */
        return;
    }
    leave_flights(ask, j.input_tokens, j.output_tokens);
    go_plain(ask, &j);
    next_step(ask, flight, &j, answer->easy);
}

/* ---- asking ---- */

/* As its endpoint takes it, which may have been learned since the call was asked for. */
static struct dialect dialect_for(struct ask *ask, const struct endpoint *endpoint)
{
    struct dialect dialect = endpoint->dialect;

    if (dialect.blind && !ask->plain)
        lighten(ask);
    dialect.blind = ask->plain || ask->subject->lighten == NULL;
    return dialect;
}

static unsigned room_for(const struct endpoint *endpoint, unsigned max_tokens)
{
    unsigned most = endpoint->dialect.most;

    return most > 0 && most < max_tokens ? most : max_tokens;
}

static void fly(struct ask *ask, unsigned call, unsigned max_tokens)
{
    struct flight *flight = &ask->flights[ask->flights[0].transfer == NULL ? 0 : 1];

    must(flight->transfer == NULL);
    flight->before = ask->all->successes;
    flight->endpoint = endpoints_pick(ask->all->endpoints, stage_now_ms(), &flight->turn);
    ask->held = flight->endpoint == NULL && flying(ask) == 0 ? call : 0;
    if (flight->endpoint == NULL)
        return;
    flight_start(flight, call,
                 &(struct question){.conf = ask->all->conf,
                                    .texts = ask->all->texts,
                                    .model = flight->endpoint->model,
                                    .dialect = dialect_for(ask, flight->endpoint),
                                    .max_tokens = room_for(flight->endpoint, max_tokens),
                                    .why = *ask->why == '\0' ? NULL : ask->why,
                                    .unsupported = json_object_get(ask->answer, "unsupported")});
}

void ask_go(struct ask *ask, const struct wire_go *go)
{
    if (ask->over || go->call != ask->asked)
        return;
    ask->asked = 0;
    ask->max_tokens = go->max_tokens;
    fly(ask, go->call, go->max_tokens);
}

void ask_denied(struct ask *ask, const struct wire_denied *denied)
{
    if (ask->over || denied->call != ask->asked)
        return;
    ask->asked = 0;
    if (flying(ask) == 0) /* else it was for a hedge */
        end_with(ask, code_of(denied->code), false, 0, denied->detail, denied->detail);
}

void ask_adopted(struct ask *ask)
{
    if (!ask->over && ask->asked != 0)
        say_call(ask);
}

/* A straggler is asked a second time. */
static int64_t hedge(struct ask *ask, int64_t now_ms)
{
    int64_t p99_ms = ask->all->conf->vision_hedge ? latency_p99(&ask->all->latency) : -1, left_ms;

    if (p99_ms == -1 || ask->hedged || ask->asked != 0 || ask->slide == 0 || flying(ask) != 1)
        return -1;
    left_ms = ask->flights[0].transfer == NULL ? -1 : ask->flights[0].sent_at_ms + p99_ms - now_ms;
    if (left_ms > 0)
        return left_ms;
    ask->hedged = true;
    ask_for_call(ask);
    return -1;
}

int64_t ask_turn(struct ask *ask, int64_t now_ms)
{
    if (ask->over)
        return -1;
    if (flying(ask) > 0)
        return hedge(ask, now_ms);
    if (now_ms - ask->call.born_ms >= ask->all->limits.deadline_ms) {
        end(ask, CODE_MODEL_RATE_LIMITED, true, 0, "its turn did not come in time");
        return -1;
    }
    if (ask->held != 0)
        fly(ask, ask->held, ask->max_tokens);
    if (flying(ask) > 0)
        return 0; /* the network has had its turn already */
    if (ask->asked != 0 || ask->held != 0)
        return ask->call.born_ms + ask->all->limits.deadline_ms - now_ms;
    if (ask->ask_at_ms > now_ms)
        return ask->ask_at_ms - now_ms;
    ask_for_call(ask);
    return -1;
}
