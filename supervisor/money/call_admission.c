/* call_admission - see call_admission.h */
#include "supervisor/money/call_admission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "supervisor/money/billing.h"
#include "supervisor/money/cost.h"
#include "supervisor/money/endpoint_rates.h"
#include "supervisor/money/permits.h"
#include "supervisor/process/call_room.h"

/* MIN: fewer tokens than that make no answer. */
enum { MIN_TOKENS = 512, BUSY_MS = 100 };

/* A worker that has asked for one more call. */
struct asking {
    TAILQ_ENTRY(asking) link;
    uint64_t lease;
    uint32_t call, max_tokens;
};

struct admissions {
    const struct service *service;
    struct ledger *ledger;
    struct worker_pool *pool;
    struct budget *budget;
    struct money_rows rows;
    struct endpoint_rates rates;
    struct permits flying;
    TAILQ_HEAD(, asking) asking;
    int64_t busy_ms; /* no money until then, unless a call ends */
    struct cost_seen seen;
    uint64_t ended[VERDICTS]; /* calls */
};

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
    TAILQ_INIT(&admissions->asking);
    return admissions;
}

static void asking_free(struct admissions *admissions, struct asking *asking)
{
    TAILQ_REMOVE(&admissions->asking, asking, link);
    free(asking);
}

void admission_free(struct admissions **admissions)
{
    struct asking *asking = TAILQ_FIRST(&(*admissions)->asking), *next_asking;

    permits_free(&(*admissions)->flying);
    for (; asking != NULL; asking = next_asking) {
        next_asking = TAILQ_NEXT(asking, link);
        free(asking);
    }
    free(*admissions);
    *admissions = NULL;
}

/* ---- is there money for it? ---- */

/* Where the wished room for the answer cannot be paid, what answers have taken so far may do. */
static enum budget_verdict look(struct admissions *admissions, const struct payer *payer,
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

    *max_tokens = (uint32_t)admissions->service->conf->model_max_tokens;
    cost_input(admissions->service->conf, job, slide, false, &input);
    return look(admissions, &payer, &input, max_tokens, which);
}

/* ---- how many at once, and when ---- */

/* NULL: no model is asked. */
static struct rate_control *rate_control_of(struct admissions *admissions)
{
    const struct worker *vision = worker_pool_ready(admissions->pool, STAGE_VISION);

    return vision == NULL || !worker_calls_model(vision) ? NULL : endpoint_rates_current(&admissions->rates);
}

/* That the workers can make, retiring ones included. */
static unsigned most_calls(const struct admissions *admissions)
{
    unsigned credit = worker_pool_credit(admissions->pool, STAGE_VISION);

    return credit < CALLS_MAX ? credit : CALLS_MAX;
}

bool admission_allow(struct admissions *admissions)
{
    struct rate_control *rate_control = rate_control_of(admissions);

    return rate_control == NULL ||
           (TAILQ_EMPTY(&admissions->asking) &&
            rate_control_allows(rate_control, most_calls(admissions), admissions->service->now_ms));
}

static struct permit *permit_new(struct admissions *admissions, uint64_t lease, uint32_t call, uint32_t item,
                                 const struct payer *payer)
{
    struct permit *permit = permits_add(&admissions->flying, lease, call, item);

    permit->payer = *payer;
    endpoint_rates_started(&admissions->rates, &permit->counted, admissions->service->now_ms);
    return permit;
}

static void reserve(struct admissions *admissions, struct permit *permit, const struct cost_input *input,
                    uint32_t max_tokens)
{
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
    reserve(admissions, permit_new(admissions, lease->id, 1, lease->work.item, &payer), &input, max_tokens);
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
    admissions->busy_ms = 0;
    permits_drop(permit);
    endpoint_rates_keep(&admissions->rates, admissions->ledger, admissions->service->now_ms);
}

void admission_lease_ended(struct admissions *admissions, const struct lease *lease, enum lease_end end,
                           const struct wire *result)
{
    struct usage usage = {0};
    struct permit *permit;
    struct asking *later;

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
    for (struct asking *asking = TAILQ_FIRST(&admissions->asking); asking != NULL; asking = later) {
        later = TAILQ_NEXT(asking, link);
        if (asking->lease == lease->id)
            asking_free(admissions, asking);
    }
}

/* ---- who asks for more ---- */

/* A worker that was adopted asks again, and what it asked while there was no supervisor may have come too. */
static bool is_known(struct admissions *admissions, const struct wire_call *call)
{
    const struct permit *permit = permits_find(&admissions->flying, call->lease, call->call);
    const struct asking *asking;

    TAILQ_FOREACH(asking, &admissions->asking, link)
    {
        if (asking->lease == call->lease && asking->call == call->call)
            return true;
    }
    return permit != NULL && permit->call == call->call;
}

void admission_asked(struct admissions *admissions, const struct wire_call *call)
{
    struct asking *asking;

    if (is_known(admissions, call))
        return;
    asking = need_zero(1, sizeof *asking);
    *asking = (struct asking){.lease = call->lease, .call = call->call, .max_tokens = call->max_tokens};
    TAILQ_INSERT_TAIL(&admissions->asking, asking, link);
}

static void send_go(struct worker *worker, const struct asking *asking, uint32_t max_tokens)
{
    struct wire go;

    wire_init(&go, WIRE_GO);
    go.go = (struct wire_go){.lease = asking->lease, .call = asking->call, .max_tokens = max_tokens};
    worker_send(worker, &go);
}

static void send_denied(struct worker *worker, const struct asking *asking, enum code code)
{
    struct wire denied;

    wire_init(&denied, WIRE_DENIED);
    denied.denied = (struct wire_denied){
        .lease = asking->lease, .call = asking->call, .code = code_name(code), .detail = code_doc(code)};
    worker_send(worker, &denied);
}

/* false: not now. */
static bool answer(struct admissions *admissions, const struct asking *asking)
{
    const struct lease *lease = NULL;
    struct worker *worker = worker_pool_holder(admissions->pool, asking->lease, &lease);
    const struct money_rows *rows = &admissions->rows;
    const struct job_row *job = lease == NULL ? NULL : rows->job(rows->arg, lease->work.job);
    uint32_t max_tokens = asking->max_tokens;
    enum code which = CODE_INTERNAL;
    enum budget_verdict verdict = BUDGET_SPENT;
    struct payer payer;
    struct cost_input input;

    if (worker == NULL)
        return true; /* it has ended meanwhile */
    if (job != NULL && job->pages > 0) {
        payer = payer_of(job);
        cost_input(admissions->service->conf, job, rows->slide(rows->arg, job->id, lease->work.item), true,
                   &input);
        verdict = look(admissions, &payer, &input, &max_tokens, &which);
    }
    if (verdict == BUDGET_BUSY)
        return false;
    if (verdict == BUDGET_SPENT) {
        send_denied(worker, asking, which);
        return true;
    }
    reserve(admissions, permit_new(admissions, asking->lease, asking->call, lease->work.item, &payer), &input,
            max_tokens);
    send_go(worker, asking, max_tokens);
    return true;
}

/* The rate allows it, and there may be money again. */
static bool may_answer(struct admissions *admissions)
{
    const int64_t now_ms = admissions->service->now_ms;

    return now_ms >= admissions->busy_ms &&
           rate_control_allows(endpoint_rates_current(&admissions->rates), most_calls(admissions), now_ms);
}

void admission_turn(struct admissions *admissions)
{
    struct asking *asking;

    while ((asking = TAILQ_FIRST(&admissions->asking)) != NULL && may_answer(admissions)) {
        if (!answer(admissions, asking)) {
            admissions->busy_ms = admissions->service->now_ms + BUSY_MS;
            return;
        }
        asking_free(admissions, asking);
    }
}

int64_t admission_next(struct admissions *admissions, bool wanted)
{
    struct rate_control *rate_control = rate_control_of(admissions);
    const int64_t now_ms = admissions->service->now_ms;
    const bool asked = !TAILQ_EMPTY(&admissions->asking);
    const unsigned max = most_calls(admissions);
    int64_t at;

    if (rate_control == NULL || (!asked && !wanted))
        return TIMER_NONE;
    if (rate_control_allows(rate_control, max, now_ms)) /* it is not the rate that they wait for */
        return asked ? admissions->busy_ms : TIMER_NONE;
    at = rate_control_next(rate_control, max, now_ms);
    return at == TIMER_NONE || at > now_ms ? at : now_ms + 1;
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
