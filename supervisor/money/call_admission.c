/* call_admission - see call_admission.h */
#include "supervisor/money/call_admission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/money/billing.h"
#include "supervisor/money/call_admission_state.h"
#include "supervisor/process/call_room.h"

/* MIN: fewer tokens than that make no answer. */
enum { MIN_TOKENS = 512 };

struct admissions *admission_new(const struct service *service, struct ledger *ledger,
                                 struct worker_pool *pool, struct budget *budget,
                                 const struct money_rows *rows)
{
    struct admissions *admissions = need_zero(1, sizeof *admissions);

    admissions->service = service;
    admissions->ledger = ledger;
    admissions->pool = pool;
    admissions->budget = budget;
    admissions->rows = *rows;
    endpoint_rates_open(&admissions->rates, service->conf, ledger);
    TAILQ_INIT(&admissions->asked);
    return admissions;
}

void admission_free(struct admissions **admissions)
{
    permits_free(&(*admissions)->flying);
    call_queue_drop(&(*admissions)->asked, 0);
    free(*admissions);
    *admissions = NULL;
}

/* ---- is there money for it? ---- */

enum budget_verdict admission_afford(struct admissions *admissions, const struct payer *payer,
                                     const struct cost_input *input, uint32_t *max_tokens, enum code *which)
{
    const struct cost_seen *seen = &admissions->seen;
    uint64_t less = seen->longest * 5 / 4;
    enum budget_verdict verdict = budget_look(
        admissions->budget, payer, cost_max(admissions->service->conf, seen, input, *max_tokens), which);

    if (verdict == BUDGET_FINE || less == 0)
        return verdict;
    less = less < MIN_TOKENS ? MIN_TOKENS : less;
    if (less >= *max_tokens ||
        budget_look(admissions->budget, payer,
                    cost_max(admissions->service->conf, seen, input, (uint32_t)less), which) != BUDGET_FINE)
        return verdict;
    *max_tokens = (uint32_t)less;
    return BUDGET_FINE;
}

enum budget_verdict admission_look(struct admissions *admissions, const struct job_row *job,
                                   const struct slide_row *slide, uint32_t *max_tokens, enum code *which)
{
    const struct payer payer = payer_of(job);
    struct cost_input input;

    if (call_queue_holds(&admissions->asked, job->id)) /* what comes back is for those who asked before */
        return BUDGET_BUSY;
    *max_tokens = (uint32_t)admissions->service->conf->model_max_tokens;
    cost_input(admissions->service->conf, job, slide, false, &input);
    return admission_afford(admissions, &payer, &input, max_tokens, which);
}

/* ---- how many at once, and when ---- */

struct rate_control *admission_rate_control(struct admissions *admissions)
{
    const struct worker *vision = worker_pool_ready(admissions->pool, STAGE_VISION);

    return vision == NULL || !worker_calls_model(vision) ? NULL : endpoint_rates_current(&admissions->rates);
}

unsigned admission_most_calls(const struct admissions *admissions)
{
    unsigned credit = worker_pool_credit(admissions->pool, STAGE_VISION);

    return credit < CALLS_MAX ? credit : CALLS_MAX;
}

bool admission_allow(struct admissions *admissions)
{
    struct rate_control *rate_control = admission_rate_control(admissions);

    return rate_control == NULL ||
           (call_queue_due(&admissions->asked, admissions->service->now_ms) == NULL &&
            rate_control_allows(rate_control, admission_most_calls(admissions), admissions->service->now_ms));
}

static struct permit *permit_new(struct admissions *admissions, uint64_t lease, uint32_t call, uint32_t item,
                                 const struct payer *payer)
{
    struct permit *permit = permits_add(&admissions->flying, lease, call, item);

    permit->payer = *payer;
    endpoint_rates_started(&admissions->rates, &permit->counted, admissions->service->now_ms);
    return permit;
}

void admission_start(struct admissions *admissions, const struct lease *lease, uint32_t call,
                     const struct payer *payer, const struct cost_input *input, uint32_t max_tokens)
{
    struct permit *permit = permit_new(admissions, lease->id, call, lease->work.item, payer);

    permit->input = *input;
    permit->reserved = cost_max(admissions->service->conf, &admissions->seen, input, max_tokens);
    budget_reserve(admissions->budget, &permit->payer, permit->lease, permit->reserved);
}

void admission_lease(struct admissions *admissions, struct worker *worker, const struct lease *lease,
                     const struct job_row *job, const struct slide_row *slide, uint32_t max_tokens)
{
    const struct payer payer = payer_of(job);
    struct cost_input input;

    if (!worker_calls_model(worker))
        return;
    cost_input(admissions->service->conf, job, slide, false, &input);
    admission_start(admissions, lease, 1, &payer, &input, max_tokens);
}

void admission_found(struct admissions *admissions, const struct lease *lease, int64_t reserved)
{
    struct payer payer = {.job = lease->work.job};
    struct permit *permit;

    ledger_job_payer(admissions->ledger, payer.job, payer.tenant);
    permit = permit_new(admissions, lease->id, 0, lease->work.item, &payer);
    permit->reserved = reserved;
    budget_found(admissions->budget, &payer, reserved);
}

/* ---- the end of calls ---- */

static void learn(struct admissions *admissions, const struct permit *permit,
                  const struct wire_called *called)
{
    if (!cost_learn(&admissions->seen, &permit->input, called->endpoint, called->input_tokens,
                    called->output_tokens)) {
        log_warn(token_estimate_low, log_str("model", called->model),
                 log_int("estimated", (int64_t)permit->input.tokens[called->endpoint]),
                 log_int("input_tokens", (int64_t)called->input_tokens));
    }
}

void admission_called(struct admissions *admissions, struct worker *worker, const struct wire_called *called)
{
    struct permit *permit = permits_find(&admissions->flying, called->lease, called->call);
    struct lease *lease = worker_find(worker, called->lease);
    struct usage usage = {.input = called->input_tokens, .output = called->output_tokens, .calls = 1};

    if (permit == NULL) {
        log_debug(call_stale, log_int("lease", (int64_t)called->lease), log_int("call", called->call));
        return;
    }
    usage.spent = billing_called(admissions->service->conf, called, permit->reserved);
    endpoint_rates_heard(&admissions->rates, &permit->counted, called, admissions->service);
    budget_settle(admissions->budget, &permit->payer, permit->lease, permit->reserved, usage.spent);
    billing_add(&admissions->rows, permit->payer.job, permit->item, &usage);
    if (lease != NULL) {
        lease->told_input += called->input_tokens;
        lease->told_output += called->output_tokens;
        lease->told_calls++;
    }
    learn(admissions, permit, called);
    admissions->ended[called->verdict]++;
    permits_drop(permit);
    endpoint_rates_keep(&admissions->rates, admissions->ledger, admissions->service->now_ms);
}

void admission_lease_ended(struct admissions *admissions, const struct lease *lease, enum lease_end end,
                           const struct wire *result)
{
    struct usage usage = {0};
    struct permit *permit;

    if (end == LEASE_SETTLED)
        usage.spent = billing_untold(admissions->service->conf, lease, result);
    while ((permit = permits_of(&admissions->flying, lease->id)) != NULL) {
        if (end == LEASE_LOST || permit->reserved == 0) /* 0: it is settled, our predecessor heard of it */
            usage.spent = permit->reserved;
        endpoint_rates_lost(&admissions->rates, &permit->counted);
        budget_settle(admissions->budget, &permit->payer, permit->lease, permit->reserved, usage.spent);
        billing_add(&admissions->rows, permit->payer.job, permit->item, &usage);
        usage.spent = 0;
        permits_drop(permit);
    }
    call_queue_drop(&admissions->asked, lease->id);
}

unsigned admission_flying(const struct admissions *admissions)
{
    return endpoint_rates_flying(&admissions->rates);
}

void admission_reloaded(struct admissions *admissions)
{
    endpoint_rates_reloaded(&admissions->rates, admissions->service->conf);
}

void admission_learned(struct admissions *admissions, const struct wire_learned *learned)
{
    conf_set(&admissions->service->conf->model_dialects, learned->dialects);
    ledger_note_set(admissions->ledger, "dialects", learned->dialects);
}

uint64_t admission_ended(const struct admissions *admissions, enum call_verdict verdict)
{
    return admissions->ended[verdict];
}
