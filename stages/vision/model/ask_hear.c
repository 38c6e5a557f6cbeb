/* ask_hear - see ask_inside.h */
#include "stages/vision/model/ask_inside.h"

#include <stdio.h>
#include <string.h>

#include "proto/log.h"
#include "stages/lib/http_retry.h"

enum { BACKOFF_MS = 500, BACKOFF_MAX_MS = 8000, MAX_TOKENS = 131072 };

/* ---- what it cost ---- */

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

/* The sums of the process and of the lease, and the word to the supervisor. */
static void account(struct ask *ask, const struct call_in_flight *flight, const struct classification *j,
                    long status, CURL *easy)
{
    struct asking *all = ask->all;
    enum call_verdict verdict = call_verdict_of(j, status);

    call_made(&ask->call, j->input_tokens, j->output_tokens);
    call_in_flight_report(flight, verdict, status, easy, j->model, j->input_tokens, j->output_tokens);
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
static void look_elsewhere(struct asking *all, struct classification *j)
{
    if (j->deed == DEED_ALL && endpoints_any(all->endpoints, stage_now_ms()))
        j->deed = DEED_REWRITE;
}

/* While it waited others got through, but nobody who came after it: it stood in a queue, and we ask more than
 * the endpoint can do. That is not the slide's fault; fewer are asked from now on. */
static void excuse(const struct asking *all, const struct call_in_flight *flight, struct classification *j)
{
    if (j->deed == DEED_AGAIN && j->code == CODE_MODEL_TIMEOUT && all->successes > flight->before &&
        all->sent_ms <= flight->sent_at_ms)
        j->deed = DEED_QUEUED;
}

/* A picture that the endpoint does not take costs its slide the picture, not the explanation. */
static void go_plain(struct ask *ask, struct classification *j)
{
    if (j->deed == DEED_PLAIN && !ask_lighten(ask))
        j->deed = DEED_SLIDE;
}

/* Keeps the better of the answer heard and the one in hand. Returns what the one heard says without support.
 */
static unsigned weigh(struct ask *ask, const struct call_in_flight *flight, json_t *heard)
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

static void log_again(const struct ask *ask, const struct call_in_flight *flight,
                      const struct classification *j, CURL *easy, int64_t wait_ms)
{
    log_info(model_retry, log_job(ask->job), log_int("slide", ask->slide), log_int("lease", ask->number),
             log_str("code", j->deed == DEED_DONE ? "" : code_name(j->code)), log_str("reason", j->detail),
             log_str("request_id", call_in_flight_header(easy, "x-request-id")),
             log_int("unsupported", ask->doubts), log_int("took_ms", stage_now_ms() - flight->sent_at_ms),
             log_int("wait_ms", wait_ms));
}

/* Another call is to be made. One that is asked for already, for a hedge, will do. */
static void again(struct ask *ask, const struct call_in_flight *flight, const struct classification *j,
                  unsigned waits, CURL *easy)
{
    int64_t told_ms = easy == NULL || j->deed == DEED_SLOWER ? 0 : http_retry_after_ms(easy);
    int64_t wait_ms = waits == 0 ? 0 : http_backoff_ms(waits, BACKOFF_MS, BACKOFF_MAX_MS, told_ms);

    log_again(ask, flight, j, easy, wait_ms);
    snprintf(ask->why, sizeof ask->why, "%s",
             j->deed == DEED_REASK || j->deed == DEED_RESHAPE ? j->detail : "");
    if (j->deed == DEED_LONGER && ask->max_tokens <= MAX_TOKENS / 2)
        ask->max_tokens *= 2;
    ask->hedged = false;
    ask->ask_at_ms = stage_now_ms() + wait_ms;
    if (wait_ms == 0 && ask->asked == 0)
        ask_for_call(ask);
}

/* A part of an answer is kept for the case that no better one comes. Where prose comes although nothing but
 * words asked for the form, another call would bring prose, too: then it is the answer. */
static void keep_spare(struct ask *ask, const struct call_in_flight *flight, struct classification *j)
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

static void next_step(struct ask *ask, const struct call_in_flight *flight, struct classification *j,
                      CURL *easy)
{
    struct asking *all = ask->all;
    int64_t told_ms = easy == NULL ? 0 : http_retry_after_ms(easy);
    unsigned doubts = j->deed == DEED_DONE ? weigh(ask, flight, j->answer) : 0;
    struct call_step step =
        call_heard(&ask->call, j, doubts, &all->limits, all->successes, told_ms, stage_now_ms());

    switch (step.next) {
    case CALL_DONE:
        ask_settle(ask);
        break;
    case CALL_ASK:
        again(ask, flight, j, step.waits, easy);
        break;
    case CALL_FAIL:
        ask_end(ask, step.code, step.retryable, told_ms, j->detail);
        break;
    case CALL_FAIL_ALL: /* the others need not find that out by a call each */
        all->hopeless = step.code;
        snprintf(all->fact, sizeof all->fact, "%s", j->detail);
        ask_end(ask, step.code, false, told_ms, j->detail);
        break;
    }
}

/* The picture is of no use here, and what stands in it may do instead. */
static void plain_after_ocr(struct ask *ask)
{
    struct classification j = ask->heard;

    go_plain(ask, &j);
    next_step(ask, &ask->flights[0], &j, NULL);
}

void ask_on_heard(struct call_in_flight *flight, const struct http_answer *answer)
{
    struct ask *ask = flight->arg;
    struct classification j;

    call_in_flight_classify(flight, answer, &j);
    keep_spare(ask, flight, &j);
    excuse(ask->all, flight, &j);
    account(ask, flight, &j, answer->curl == CURLE_OK ? answer->status : 0, answer->easy);
    look_elsewhere(ask->all, &j);
    if (j.deed != DEED_DONE && j.deed != DEED_ALL && ask_flying(ask) > 0) {
        log_again(ask, flight, &j, answer->easy, 0); /* the other of the two may still answer */
        return;
    }
    ask_leave_flights(ask, j.input_tokens, j.output_tokens);
    if (j.deed == DEED_PLAIN && ask_read_first(ask, plain_after_ocr)) {
        ask->heard = j;
        return;
    }
    go_plain(ask, &j);
    next_step(ask, flight, &j, answer->easy);
}
