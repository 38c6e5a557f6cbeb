/* ask - see ask.h */
#include "stages/vision/model/ask_inside.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/vision/text/ocr_process.h"

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
        ask->flights[i] = (struct call_in_flight){.net = all->net,
                                                  .endpoints = all->endpoints,
                                                  .stage = stage,
                                                  .subject = ask->subject,
                                                  .lease = &ask->lease,
                                                  .done = ask_on_heard,
                                                  .arg = ask};
    ask->call.born_ms = stage_now_ms();
    ask->permits = 1;
    fly(ask, 1, ask->max_tokens);
    return ask;
}

void ask_free(struct ask **at)
{
    struct ask *ask = *at;

    ocr_process_forget(ask->all->ocr, ask);
    for (int i = 0; i < FLIGHTS; i++)
        call_in_flight_drop(&ask->flights[i]);
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

unsigned ask_flying(const struct ask *ask)
{
    return (ask->flights[0].transfer != NULL) + (ask->flights[1].transfer != NULL);
}

/* ---- telling the supervisor ---- */

static void say_call(struct ask *ask)
{
    struct wire call;

    wire_init(&call, WIRE_CALL);
    call.call = (struct wire_call){.lease = ask->number, .call = ask->asked, .max_tokens = ask->max_tokens};
    stage_say(ask->stage, &call);
}

void ask_for_call(struct ask *ask)
{
    ask->asked = ++ask->permits;
    say_call(ask);
}

/* ---- asking ---- */

bool ask_lighten(struct ask *ask)
{
    if (ask->subject->lighten == NULL || !ask->subject->lighten(&ask->lease))
        return false;
    ask->plain = true;
    return true;
}

/* As its endpoint takes it, which may have been learned since the call was asked for. */
static struct dialect dialect_for(struct ask *ask, const struct endpoint *endpoint)
{
    struct dialect dialect = endpoint->dialect;

    if (dialect.blind && !ask->plain)
        ask_lighten(ask);
    dialect.blind = ask->plain || ask->subject->lighten == NULL;
    return dialect;
}

static unsigned room_for(const struct endpoint *endpoint, unsigned max_tokens)
{
    unsigned max = endpoint->dialect.max;

    return max > 0 && max < max_tokens ? max : max_tokens;
}

static void fly(struct ask *ask, unsigned call, unsigned max_tokens)
{
    struct call_in_flight *flight = &ask->flights[ask->flights[0].transfer == NULL ? 0 : 1];

    must(flight->transfer == NULL);
    flight->before = ask->all->successes;
    flight->endpoint = endpoints_pick(ask->all->endpoints, stage_now_ms(), &flight->turn);
    ask->held = flight->endpoint == NULL && ask_flying(ask) == 0 ? call : 0;
    if (flight->endpoint == NULL)
        return;
    call_in_flight_start(flight, call,
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
    if (ask_flying(ask) == 0) /* else it was for a hedge */
        ask_end_with(ask, code_of(denied->code), false, 0, denied->detail, denied->detail);
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

    if (p99_ms == -1 || ask->hedged || ask->asked != 0 || ask->slide == 0 || ask_flying(ask) != 1)
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
    if (ask->over || ask->after_ocr != NULL)
        return -1;
    if (ask_flying(ask) > 0)
        return hedge(ask, now_ms);
    if (now_ms - ask->call.born_ms >= ask->all->limits.deadline_ms) {
        ask_end(ask, CODE_MODEL_RATE_LIMITED, true, 0, "its turn did not come in time");
        return -1;
    }
    if (ask->held != 0)
        fly(ask, ask->held, ask->max_tokens);
    if (ask_flying(ask) > 0)
        return 0; /* the network has had its turn already */
    if (ask->asked != 0 || ask->held != 0)
        return ask->call.born_ms + ask->all->limits.deadline_ms - now_ms;
    if (ask->ask_at_ms > now_ms)
        return ask->ask_at_ms - now_ms;
    ask_for_call(ask);
    return -1;
}
