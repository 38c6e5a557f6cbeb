/* model_lease - see model_lease.h */
#include "stages/vision/model/model_lease.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/vision/model/model_lease_state.h"
#include "stages/vision/text/ocr_process.h"

/* ---- birth and death ---- */

static void read_lease(struct model_lease *lease)
{
    if (lease->wire.type == WIRE_OVERVIEW) {
        lease->subject = &subject_lecture;
        lease->job = lease->wire.overview.job;
        lease->max_tokens = lease->wire.overview.max_tokens;
        return;
    }
    lease->subject = &subject_slide;
    lease->job = lease->wire.explain.job;
    lease->slide = lease->wire.explain.slide;
    lease->max_tokens = lease->wire.explain.max_tokens;
}

static void start_call(struct model_lease *lease, unsigned number, unsigned max_tokens);

/* ZeroMQ leaves a small frame in the buffer that it was received into, 19 KB of which stay as long as it. */
static void copy_first_frame(struct wire *wire)
{
    size_t size = wire_size(wire, 0);
    void *copy = need(size + 1);

    memcpy(copy, wire_data(wire, 0), size);
    wire_set_owned(wire, 0, copy, size);
}

struct model_lease *model_lease_new(struct model_client *client, struct stage *stage, struct wire *wire)
{
    struct model_lease *lease = need_zero(1, sizeof *lease);

    lease->client = client;
    lease->stage = stage;
    lease->number = wire_lease(wire);
    wire_move(&lease->wire, wire);
    copy_first_frame(&lease->wire);
    read_lease(lease);
    for (int i = 0; i < MAX_CALLS; i++)
        lease->calls[i] = (struct model_call){.net = client->net,
                                              .endpoints = client->endpoints,
                                              .stage = stage,
                                              .lease = &lease->wire,
                                              .done = model_lease_on_response,
                                              .arg = lease};
    lease->retry.born_ms = stage_now_ms();
    lease->permits = 1;
    start_call(lease, 1, lease->max_tokens);
    return lease;
}

void model_lease_free(struct model_lease **at)
{
    struct model_lease *lease = *at;

    ocr_process_forget(lease->client->ocr, lease);
    for (int i = 0; i < MAX_CALLS; i++)
        model_call_drop(&lease->calls[i]);
    json_decref(lease->answer);
    json_decref(lease->spare);
    wire_clear(&lease->wire);
    free(lease);
    *at = NULL;
}

uint64_t model_lease_number(const struct model_lease *lease)
{
    return lease->number;
}

bool model_lease_is_over(const struct model_lease *lease)
{
    return lease->over;
}

unsigned model_lease_calls_under_way(const struct model_lease *lease)
{
    return (lease->calls[0].transfer != NULL) + (lease->calls[1].transfer != NULL);
}

/* ---- permits ---- */

static void send_call_request(struct model_lease *lease)
{
    struct wire call;

    wire_init(&call, WIRE_CALL);
    call.call = (struct wire_call){.lease = lease->number,
                                   .call = lease->asked,
                                   .max_tokens = lease->max_tokens,
                                   .doubt = lease->retry.checking ? lease->doubt : DOUBT_NONE};
    stage_say(lease->stage, &call);
}

void model_lease_request_call(struct model_lease *lease)
{
    lease->asked = ++lease->permits;
    send_call_request(lease);
}

/* ---- calls ---- */

bool model_lease_drop_picture(struct model_lease *lease)
{
    if (lease->subject->lighten == NULL || !lease->subject->lighten(&lease->wire))
        return false;
    lease->plain = true;
    return true;
}

/* As its endpoint takes it, which may have been learned since the permit was asked for. */
static struct dialect dialect_for(struct model_lease *lease, const struct endpoint *endpoint)
{
    struct dialect dialect = endpoint->dialect;

    if (dialect.blind && !lease->plain)
        model_lease_drop_picture(lease);
    dialect.blind = lease->plain || lease->subject->lighten == NULL;
    return dialect;
}

static unsigned room_for(const struct endpoint *endpoint, unsigned max_tokens)
{
    unsigned max = endpoint->dialect.max;

    return max > 0 && max < max_tokens ? max : max_tokens;
}

static void start_call(struct model_lease *lease, unsigned number, unsigned max_tokens)
{
    struct model_call *call = &lease->calls[lease->calls[0].transfer == NULL ? 0 : 1];

    must(call->transfer == NULL);
    call->before = lease->client->successes;
    call->inquiry = lease->answer == NULL ? &lease->subject->ask : &lease->subject->correct;
    call->endpoint = endpoints_pick(lease->client->endpoints, stage_now_ms(), &call->turn);
    lease->waiting = call->endpoint == NULL && model_lease_calls_under_way(lease) == 0 ? number : 0;
    if (call->endpoint == NULL)
        return;
    model_call_start(call, number,
                     &(struct question){.conf = lease->client->conf,
                                        .texts = lease->client->texts,
                                        .model = call->endpoint->model,
                                        .dialect = dialect_for(lease, call->endpoint),
                                        .max_tokens = room_for(call->endpoint, max_tokens),
                                        .why = *lease->why == '\0' ? NULL : lease->why,
                                        .answer = lease->answer});
}

void model_lease_on_go(struct model_lease *lease, const struct wire_go *go)
{
    if (lease->over || go->call != lease->asked)
        return;
    lease->asked = 0;
    lease->max_tokens = go->max_tokens;
    start_call(lease, go->call, go->max_tokens);
}

void model_lease_on_denied(struct model_lease *lease, const struct wire_denied *denied)
{
    if (lease->over || denied->call != lease->asked)
        return;
    lease->asked = 0;
    if (model_lease_calls_under_way(lease) == 0) /* else it was for a hedge */
        model_lease_fail_with(lease, code_of(denied->code), false, 0, denied->detail, denied->detail);
}

void model_lease_on_adopted(struct model_lease *lease)
{
    if (!lease->over && lease->asked != 0)
        send_call_request(lease);
}

/* Asks for a second call beside one that takes unusually long. Returns ms until it may, -1: never. */
static int64_t hedge_straggler(struct model_lease *lease, int64_t now_ms)
{
    int64_t p99_ms = lease->client->conf->vision_hedge ? latency_p99(&lease->client->latency) : -1, left_ms;

    if (p99_ms == -1 || lease->hedged || lease->asked != 0 || lease->slide == 0 ||
        model_lease_calls_under_way(lease) != 1)
        return -1;
    left_ms = lease->calls[0].transfer == NULL ? -1 : lease->calls[0].sent_at_ms + p99_ms - now_ms;
    if (left_ms > 0)
        return left_ms;
    lease->hedged = true;
    model_lease_request_call(lease);
    return -1;
}

int64_t model_lease_turn(struct model_lease *lease, int64_t now_ms)
{
    if (lease->over || lease->after_ocr != NULL)
        return -1;
    if (model_lease_calls_under_way(lease) > 0)
        return hedge_straggler(lease, now_ms);
    if (now_ms - lease->retry.born_ms >= lease->client->limits.deadline_ms) {
        model_lease_fail(lease, CODE_MODEL_RATE_LIMITED, true, 0, "its turn did not come in time");
        return -1;
    }
    if (lease->waiting != 0)
        start_call(lease, lease->waiting, lease->max_tokens);
    if (model_lease_calls_under_way(lease) > 0)
        return 0; /* the network has had its turn already */
    if (lease->waiting != 0 && endpoints_wait(lease->client->endpoints, now_ms) >= 0)
        return endpoints_wait(lease->client->endpoints, now_ms);
    if (lease->asked != 0 || lease->waiting != 0)
        return lease->retry.born_ms + lease->client->limits.deadline_ms - now_ms;
    if (lease->next_call_ms > now_ms)
        return lease->next_call_ms - now_ms;
    model_lease_request_call(lease);
    return -1;
}
