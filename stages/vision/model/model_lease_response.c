/* model_lease_response - what follows from the response of a call: see model_lease_state.h */
#include <stdio.h>
#include <string.h>

#include "proto/log.h"
#include "stages/lib/http_retry.h"
#include "stages/vision/grounding/doubt.h"
#include "stages/vision/model/model_lease_state.h"

enum { BACKOFF_MS = 500, BACKOFF_MAX_MS = 8000, MAX_TOKENS = 131072 };

static void send_learned(struct model_lease *lease)
{
    const char *dialects = endpoints_learned(lease->client->endpoints);
    struct wire learned;

    if (dialects == NULL)
        return;
    wire_init(&learned, WIRE_LEARNED);
    learned.learned.dialects = dialects;
    stage_say(lease->stage, &learned);
}

/* The sums of the process and of the lease, and the word to the supervisor. */
static void count_call(struct model_lease *lease, const struct model_call *call,
                       const struct classification *j, long status, CURL *easy)
{
    struct model_client *client = lease->client;
    enum call_verdict verdict = call_verdict_of(j, status);

    retry_count_call(&lease->retry, j->input_tokens, j->output_tokens);
    model_call_report(call, verdict, status, easy, j->model, j->input_tokens, j->output_tokens);
    endpoints_heard(client->endpoints, call->endpoint, &call->used, j->deed, j->code, call->turn,
                    stage_now_ms());
    send_learned(lease);
    if (verdict != VERDICT_DONE)
        return;
    client->successes++;
    if (call->sent_at_ms > client->sent_ms)
        client->sent_ms = call->sent_at_ms;
    if (lease->slide > 0)
        latency_add(&client->latency, stage_now_ms() - call->sent_at_ms);
}

/* In vain here is not in vain as long as there is somewhere else to ask. */
static void use_other_endpoint(struct model_client *client, struct classification *j)
{
    if (j->deed == DEED_ALL && endpoints_any(client->endpoints, stage_now_ms()))
        j->deed = DEED_REWRITE;
}

/* While it waited others got through, but nobody who came after it: it stood in a queue, and we ask more than
 * the endpoint can do. That is not the slide's fault; fewer are asked from now on. */
static void excuse_queued(const struct model_client *client, const struct model_call *call,
                          struct classification *j)
{
    if (j->deed == DEED_AGAIN && j->code == CODE_MODEL_TIMEOUT && client->successes > call->before &&
        client->sent_ms <= call->sent_at_ms)
        j->deed = DEED_QUEUED;
}

/* A picture that the endpoint does not take costs its slide the picture, not the explanation. */
static void drop_picture(struct model_lease *lease, struct classification *j)
{
    if (j->deed == DEED_PLAIN && !model_lease_drop_picture(lease))
        j->deed = DEED_SLIDE;
}

/* With an answer in hand, it is that one, corrected. */
static json_t *whole_answer(const struct model_lease *lease, json_t *heard)
{
    json_t *corrected;

    if (lease->answer == NULL)
        return heard;
    corrected = lease->subject->corrected(lease->answer, heard);
    json_decref(heard);
    return corrected;
}

/* Keeps the better of the answer heard and the one in hand. Returns the worst of what the one heard says
 * without support. */
static enum doubt keep_better(struct model_lease *lease, const struct model_call *call, json_t *answer)
{
    json_t *heard = whole_answer(lease, answer);
    unsigned unsupported =
        lease->subject->check == NULL ? 0 : lease->subject->check(&lease->wire, lease->client->conf, heard);
    enum doubt doubt = doubt_of_answer(heard);

    if (lease->answer != NULL &&
        (lease->doubt < doubt || (lease->doubt == doubt && lease->unsupported <= unsupported))) {
        json_decref(heard);
        return doubt;
    }
    json_decref(lease->answer);
    lease->answer = heard;
    lease->model = call->endpoint->model;
    lease->unsupported = unsupported;
    lease->doubt = doubt;
    return doubt;
}

static void log_again(const struct model_lease *lease, const struct model_call *call,
                      const struct classification *j, CURL *easy, int64_t wait_ms)
{
    log_info(model_retry, log_job(lease->job), log_int("slide", lease->slide),
             log_int("lease", lease->number), log_str("code", j->deed == DEED_DONE ? "" : code_name(j->code)),
             log_str("reason", j->detail), log_str("request_id", model_call_header(easy, "x-request-id")),
             log_int("unsupported", lease->unsupported),
             log_int("took_ms", stage_now_ms() - call->sent_at_ms), log_int("wait_ms", wait_ms));
}

/* Another call is to be made. One that is asked for already, for a hedge, will do. */
static void schedule_call(struct model_lease *lease, const struct model_call *call,
                          const struct classification *j, unsigned waits, CURL *easy)
{
    int64_t told_ms = easy == NULL || j->deed == DEED_SLOWER ? 0 : http_retry_after_ms(easy);
    int64_t wait_ms = waits == 0 ? 0 : http_backoff_ms(waits, BACKOFF_MS, BACKOFF_MAX_MS, told_ms);

    log_again(lease, call, j, easy, wait_ms);
    snprintf(lease->why, sizeof lease->why, "%s",
             j->deed == DEED_REASK || j->deed == DEED_RESHAPE ? j->detail : "");
    if (j->deed == DEED_LONGER && lease->max_tokens <= MAX_TOKENS / 2)
        lease->max_tokens *= 2;
    lease->hedged = false;
    lease->next_call_ms = stage_now_ms() + wait_ms;
    if (wait_ms == 0 && lease->asked == 0)
        model_lease_request_call(lease);
}

/* A part of an answer is kept for the case that no better one comes. Where prose comes although nothing but
 * words asked for the form, another call would bring prose, too: then it is the answer. */
static void keep_spare(struct model_lease *lease, const struct model_call *call, struct classification *j)
{
    if (j->spare == NULL)
        return;
    if (j->deed == DEED_RESHAPE && call->used.format == FORMAT_PROMPT) {
        j->deed = DEED_DONE;
        j->answer = j->spare;
    } else if (lease->spare == NULL) {
        lease->spare = j->spare;
        if (lease->answer == NULL)
            lease->model = call->endpoint->model;
    } else {
        json_decref(j->spare);
    }
    j->spare = NULL;
}

static void next_step(struct model_lease *lease, const struct model_call *call, struct classification *j,
                      CURL *easy)
{
    struct model_client *client = lease->client;
    int64_t told_ms = easy == NULL ? 0 : http_retry_after_ms(easy);
    enum doubt doubt = j->deed == DEED_DONE ? keep_better(lease, call, j->answer) : DOUBT_NONE;
    struct retry_step step =
        retry_next_step(&lease->retry, j, doubt, &client->limits, client->successes, told_ms, stage_now_ms());

    switch (step.next) {
    case RETRY_DONE:
        model_lease_settle(lease);
        break;
    case RETRY_CALL:
        schedule_call(lease, call, j, step.waits, easy);
        break;
    case RETRY_FAIL:
        model_lease_fail(lease, step.code, step.retryable, told_ms, j->detail);
        break;
    case RETRY_FAIL_ALL: /* the others need not find that out by a call each */
        client->hopeless = step.code;
        snprintf(client->fact, sizeof client->fact, "%s", j->detail);
        model_lease_fail(lease, step.code, false, told_ms, j->detail);
        break;
    }
}

/* The picture is of no use here, and what stands in it may do instead. */
static void drop_picture_after_ocr(struct model_lease *lease)
{
    struct classification j = lease->heard;

    drop_picture(lease, &j);
    next_step(lease, &lease->calls[0], &j, NULL);
}

void model_lease_on_response(struct model_call *call, const struct http_answer *answer)
{
    struct model_lease *lease = call->arg;
    struct classification j;

    model_lease_wake(lease);
    model_call_classify(call, answer, &j);
    keep_spare(lease, call, &j);
    excuse_queued(lease->client, call, &j);
    count_call(lease, call, &j, answer->curl == CURLE_OK ? answer->status : 0, answer->easy);
    use_other_endpoint(lease->client, &j);
    if (j.deed != DEED_DONE && j.deed != DEED_ALL && model_lease_calls_under_way(lease) > 0) {
        log_again(lease, call, &j, answer->easy, 0); /* the other of the two may still answer */
        return;
    }
    model_lease_drop_calls(lease, j.input_tokens, j.output_tokens);
    if (j.deed == DEED_PLAIN && model_lease_ocr_first(lease, drop_picture_after_ocr)) {
        lease->heard = j;
        return;
    }
    drop_picture(lease, &j);
    next_step(lease, call, &j, answer->easy);
}
