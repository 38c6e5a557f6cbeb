/* endpoint_rates - see endpoint_rates.h */
#include "supervisor/money/endpoint_rates.h"

#include <stdlib.h>

#include "proto/clock.h"
#include "proto/log.h"
#include "supervisor/money/price.h"
#include "supervisor/money/rate_recall.h"

#define NOTE "endpoints"

enum { KEEP_MS = 1000 };

/* A server of one's own has few slots, and queues what is more. */
static bool is_own(const struct setting *setting)
{
    return setting->kind != PRESETS && !preset_table[setting->kind].costs;
}

static void recall(struct endpoint_rates *rates, unsigned i)
{
    struct rate_memory memory;
    int64_t rested_ms;

    if (rate_memories_find(&rates->memories, rates->prints[i], clock_unix_ms(), &memory, &rested_ms))
        rate_recall_apply(&rates->controls[i], &memory, rested_ms);
}

void endpoint_rates_reloaded(struct endpoint_rates *rates, const struct conf *conf)
{
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(conf, settings);

    rates->reloads++;
    if (rates->current >= count)
        rates->current = 0;
    for (unsigned i = 0; i < count; i++) {
        uint64_t print = rate_memory_print(settings[i].base_url, settings[i].model, settings[i].key);

        if (print == rates->prints[i])
            continue;
        rates->prints[i] = print;
        rates->other_told[i] = false;
        rates->changed[i] = rates->reloads;
        rates->strays += rates->controls[i].flying;
        rate_control_open(&rates->controls[i], is_own(&settings[i]));
        recall(rates, i);
    }
}

void endpoint_rates_open(struct endpoint_rates *rates, const struct conf *conf, struct ledger *ledger)
{
    char *text = ledger_note(ledger, NOTE);

    *rates = (struct endpoint_rates){.current = 0};
    for (unsigned i = 0; i < MAX_SETTINGS; i++)
        rate_control_open(&rates->controls[i], false);
    rate_memories_read(&rates->memories, text);
    free(text);
    endpoint_rates_reloaded(rates, conf);
}

static void remember(struct endpoint_rates *rates, unsigned i)
{
    struct rate_memory memory;

    rate_recall_note(&rates->controls[i], &memory);
    if (rates->prints[i] != 0 && memory.window > 0)
        rate_memories_keep(&rates->memories, rates->prints[i], &memory, clock_unix_ms());
}

void endpoint_rates_keep(struct endpoint_rates *rates, struct ledger *ledger, int64_t now_ms)
{
    char text[MEMORY_TEXT];

    if (endpoint_rates_flying(rates) > 0 && now_ms - rates->kept_ms < KEEP_MS)
        return;
    rates->kept_ms = now_ms;
    rate_memories_write(&rates->memories, text);
    ledger_note_set(ledger, NOTE, text);
}

struct rate_control *endpoint_rates_current(struct endpoint_rates *rates)
{
    return &rates->controls[rates->current];
}

void endpoint_rates_started(struct endpoint_rates *rates, struct endpoint_call *call, int64_t now_ms)
{
    call->endpoint = rates->current;
    call->reloads = rates->reloads;
    rate_control_started(&rates->controls[call->endpoint], &call->flight, now_ms);
}

/* It began before the endpoint became another one. */
static bool is_stray(const struct endpoint_rates *rates, const struct endpoint_call *call, unsigned endpoint)
{
    return call->reloads < rates->changed[endpoint];
}

void endpoint_rates_lost(struct endpoint_rates *rates, struct endpoint_call *call)
{
    if (is_stray(rates, call, call->endpoint))
        rates->strays--;
    else
        rate_control_lost(&rates->controls[call->endpoint], &call->flight);
}

static void log_called(const struct rate_control *control, const struct wire_called *called)
{
    log_debug(model_called, log_int("lease", (int64_t)called->lease), log_int("call", called->call),
              log_str("verdict", verdict_name((enum call_verdict)called->verdict)),
              log_int("status", called->status), log_int("in_flight", control->flying),
              log_int("window", control->window.max), log_int("ceiling", control->ceiling.max),
              log_int("calls_per_minute", (int64_t)(control->rate * 60000)));
}

static void log_other_model(struct endpoint_rates *rates, const struct wire_called *called,
                            const struct conf *conf)
{
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(conf, settings);

    if (called->endpoint >= count || *called->model == '\0' || rates->other_told[called->endpoint] ||
        price_same_model(settings[called->endpoint].model, called->model))
        return;
    rates->other_told[called->endpoint] = true;
    log_warn(model_mismatch, log_int("endpoint", called->endpoint),
             log_str("asked", settings[called->endpoint].model), log_str("answered", called->model));
}

void endpoint_rates_heard(struct endpoint_rates *rates, struct endpoint_call *call,
                          const struct wire_called *called, const struct service *service)
{
    const struct rate_outcome heard = {.verdict = (enum call_verdict)called->verdict,
                                       .overload = called->status != 429,
                                       .tokens = called->input_tokens + called->output_tokens,
                                       .told_ms = (int64_t)called->retry_after_ms,
                                       .limit_requests = called->limit_requests,
                                       .left_requests = called->left_requests,
                                       .limit_tokens = called->limit_tokens,
                                       .left_tokens = called->left_tokens};

    if (is_stray(rates, call, called->endpoint)) {
        endpoint_rates_lost(rates, call);
        log_called(&rates->controls[called->endpoint], called);
        return;
    }
    if (call->endpoint != called->endpoint) {
        endpoint_rates_lost(rates, call);
        rates->current = called->endpoint;
        endpoint_rates_started(rates, call, call->flight.started_ms);
    }
    if (heard.verdict == VERDICT_LEFT)
        endpoint_rates_lost(rates, call);
    else
        rate_control_heard(&rates->controls[call->endpoint], &call->flight, &heard, service->now_ms);
    remember(rates, call->endpoint);
    log_called(&rates->controls[call->endpoint], called);
    log_other_model(rates, called, service->conf);
}

unsigned endpoint_rates_flying(const struct endpoint_rates *rates)
{
    unsigned flying = rates->strays;

    for (int i = 0; i < MAX_SETTINGS; i++)
        flying += rates->controls[i].flying;
    return flying;
}
