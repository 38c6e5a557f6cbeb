/* call_admission - see call_admission.h */
#include "supervisor/money/call_admission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/money/cost.h"
#include "supervisor/money/price.h"

/* LEAST: fewer tokens than that make no answer. */
enum { MIN_TOKENS = 512, BUSY_MS = 100, MILLION = 1000000 };

/* A call that is under way. */
struct permit {
    struct permit *next;
    uint64_t lease;
    uint32_t call, item;
    unsigned endpoint; /* whose rate_control counts it */
    struct cost_input input;
    int64_t reserved;
    struct payer payer;
    struct flight flight;
};

/* A worker that has asked for one more call. */
struct asking {
    struct asking *next;
    uint64_t lease;
    uint32_t call, max_tokens;
};

struct admissions {
    const struct service *service;
    struct ledger *ledger;
    struct worker_pool *pool;
    struct budget *budget;
    struct money_rows rows;
    struct rate_control rate_controls[MAX_SETTINGS];
    unsigned endpoint; /* where the last call was made */
    struct permit *flying;
    struct asking *first, **last;
    int64_t busy_ms; /* no money until then, unless a call ends */
    struct cost_seen seen;
    bool told_other[MAX_SETTINGS]; /* that another model answers there than is asked */
    uint64_t ended[VERDICTS];      /* calls */
};

/* A server of one's own has few slots, and queues what is more. */
static bool is_own(const struct setting *setting)
{
    return setting->kind != PRESETS && !preset_table[setting->kind].costs;
}

struct admissions *admission_new(const struct service *service, struct ledger *ledger,
                                 struct worker_pool *pool, struct budget *budget,
                                 const struct money_rows *rows)
{
    struct admissions *admissions = need_zero(1, sizeof *admissions);
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(service->conf, settings);

    admissions->service = service;
    admissions->ledger = ledger;
    admissions->pool = pool;
    admissions->budget = budget;
    admissions->rows = *rows;
    for (unsigned i = 0; i < MAX_SETTINGS; i++)
        rate_control_open(&admissions->rate_controls[i], i < count && is_own(&settings[i]));
    admissions->last = &admissions->first;
    return admissions;
}

static void permit_drop(struct permit **at)
{
    struct permit *permit = *at;

    *at = permit->next;
    free(permit);
}

static void asking_drop(struct admissions *admissions, struct asking **at)
{
    struct asking *asking = *at;

    *at = asking->next;
    if (*at == NULL)
        admissions->last = at;
    free(asking);
}

void admission_free(struct admissions **admissions)
{
    while ((*admissions)->flying != NULL)
        permit_drop(&(*admissions)->flying);
    while ((*admissions)->first != NULL)
        asking_drop(*admissions, &(*admissions)->first);
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
static struct rate_control *governor_of(struct admissions *admissions)
{
    const struct worker *vision = worker_pool_ready(admissions->pool, STAGE_VISION);

    return vision == NULL || strcmp(vision->engine, "openai") != 0
               ? NULL
               : &admissions->rate_controls[admissions->endpoint];
}

static unsigned max_at_once(const struct admissions *admissions)
{
    unsigned max = 0;

    for (const struct worker *w = worker_pool_first(admissions->pool); w != NULL; w = w->next)
        if (w->kind == STAGE_VISION && !w->exited)
            max += w->credit;
    return max;
}

bool admission_allow(struct admissions *admissions)
{
    struct rate_control *rate_control = governor_of(admissions);

    return rate_control == NULL ||
           (admissions->first == NULL &&
            rate_control_allows(rate_control, max_at_once(admissions), admissions->service->now_ms));
}

static struct permit *permit_new(struct admissions *admissions, uint64_t lease, uint32_t call, uint32_t item,
                                 const struct payer *payer)
{
    struct permit *permit = need_zero(1, sizeof *permit);

    permit->lease = lease;
    permit->call = call;
    permit->item = item;
    permit->payer = *payer;
    permit->endpoint = admissions->endpoint;
    permit->next = admissions->flying;
    admissions->flying = permit;
    rate_control_started(&admissions->rate_controls[permit->endpoint], &permit->flight,
                         admissions->service->now_ms);
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

    if (strcmp(worker->engine, "openai") != 0)
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

static struct permit **permit_at(struct admissions *admissions, uint64_t lease, uint32_t call)
{
    struct permit **at = &admissions->flying;

    while (*at != NULL && ((*at)->lease != lease || ((*at)->call != call && (*at)->call != 0)))
        at = &(*at)->next;
    return at;
}

static void tell_governor(struct admissions *admissions, struct permit *permit,
                          const struct wire_called *called)
{
    const struct rate_outcome heard = {.verdict = (enum call_verdict)called->verdict,
                                       .overload = called->status != 429,
                                       .tokens = called->input_tokens + called->output_tokens,
                                       .told_ms = (int64_t)called->retry_after_ms,
                                       .limit_requests = called->limit_requests,
                                       .left_requests = called->left_requests,
                                       .limit_tokens = called->limit_tokens,
                                       .left_tokens = called->left_tokens};

    if (permit->endpoint != called->endpoint) {
        rate_control_lost(&admissions->rate_controls[permit->endpoint], &permit->flight);
        permit->endpoint = admissions->endpoint = called->endpoint;
        rate_control_started(&admissions->rate_controls[permit->endpoint], &permit->flight,
                             permit->flight.started_ms);
    }
    if (heard.verdict == VERDICT_LEFT)
        rate_control_lost(&admissions->rate_controls[permit->endpoint], &permit->flight);
    else
        rate_control_heard(&admissions->rate_controls[permit->endpoint], &permit->flight, &heard,
                           admissions->service->now_ms);
}

/* What the slide and the job have used. */
static void account(struct admissions *admissions, const struct permit *permit, uint64_t input,
                    uint64_t output, uint32_t calls, int64_t spent)
{
    const struct money_rows *rows = &admissions->rows;
    struct job_row *job = rows->job(rows->arg, permit->payer.job);
    struct slide_row *slide = rows->slide(rows->arg, permit->payer.job, permit->item);

    if (slide != NULL) {
        slide->input_tokens += input;
        slide->output_tokens += output;
        slide->calls += calls;
        slide->spent += spent;
    } else if (job != NULL) {
        job->input_tokens += input;
        job->output_tokens += output;
        job->calls += calls;
    }
}

/* An answer that never came, or that does not say what it took, may have been paid for all the same; a
 * refusal costs nothing. */
static bool is_silent(const struct wire_called *called)
{
    switch (called->verdict) {
    case VERDICT_DONE:
        return called->input_tokens == 0 || called->output_tokens == 0;
    case VERDICT_TIMED_OUT:
        return called->input_tokens == 0;
    case VERDICT_FAILED:
    case VERDICT_LEFT:
        return called->input_tokens == 0 && called->status == 0;
    default:
        return false;
    }
}

static int64_t spent_on(const struct admissions *admissions, const struct permit *permit,
                        const struct wire_called *called)
{
    int64_t spent = cost_answered(admissions->service->conf, called->endpoint, called->model,
                                  called->input_tokens, called->output_tokens);
    bool costs =
        cost_answered(admissions->service->conf, called->endpoint, called->model, MILLION, MILLION) > 0;

    return is_silent(called) && costs && spent < permit->reserved ? permit->reserved : spent;
}

/* Once for each endpoint. */
static void say_who_answers(struct admissions *admissions, const struct wire_called *called)
{
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(admissions->service->conf, settings);

    if (called->endpoint >= count || *called->model == '\0' || admissions->told_other[called->endpoint] ||
        price_same_model(settings[called->endpoint].model, called->model))
        return;
    admissions->told_other[called->endpoint] = true;
    log_warn(model_mismatch, log_int("endpoint", called->endpoint),
             log_str("asked", settings[called->endpoint].model), log_str("answered", called->model));
}

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

static void log_called(const struct rate_control *rate_control, const struct wire_called *called)
{
    log_debug(model_called, log_int("lease", (int64_t)called->lease), log_int("call", called->call),
              log_str("verdict", verdict_name((enum call_verdict)called->verdict)),
              log_int("status", called->status), log_int("in_flight", rate_control->flying),
              log_int("window", rate_control->window), log_int("ceiling", rate_control->ceiling),
              log_int("calls_per_minute", (int64_t)(rate_control->rate * 60000)));
}

void admission_called(struct admissions *admissions, struct worker *worker, const struct wire_called *called)
{
    struct permit **at = permit_at(admissions, called->lease, called->call), *permit = *at;
    struct lease *lease = worker_find(worker, called->lease);
    int64_t spent;

    if (permit == NULL) {
        log_debug(call_stale, log_int("lease", (int64_t)called->lease), log_int("call", called->call));
        return;
    }
    tell_governor(admissions, permit, called);
    spent = spent_on(admissions, permit, called);
    budget_settle(admissions->budget, &permit->payer, permit->lease, permit->reserved, spent);
    account(admissions, permit, called->input_tokens, called->output_tokens, 1, spent);
    if (lease != NULL) {
        lease->told_input += called->input_tokens;
        lease->told_output += called->output_tokens;
        lease->told_calls++;
    }
    learn(admissions, permit, called);
    say_who_answers(admissions, called);
    log_called(&admissions->rate_controls[permit->endpoint], called);
    admissions->ended[called->verdict]++;
    admissions->busy_ms = 0;
    permit_drop(at);
}

/* Micro-USD of what a result tells beyond what CALLED told: the calls our predecessor may have heard of. */
static int64_t untold(const struct admissions *admissions, const struct lease *lease,
                      const struct wire *result)
{
    uint64_t input = 0, output = 0;
    const char *model = "";

    if (result->type == WIRE_EXPLAINED) {
        input = result->explained.input_tokens;
        output = result->explained.output_tokens;
        model = result->explained.model;
    } else if (result->type == WIRE_OVERVIEWED) {
        input = result->overviewed.input_tokens;
        output = result->overviewed.output_tokens;
        model = result->overviewed.model;
    }
    return cost_of(admissions->service->conf, 0, model, lease_untold(input, lease->told_input),
                   lease_untold(output, lease->told_output));
}

void admission_lease_ended(struct admissions *admissions, const struct lease *lease, enum lease_end end,
                           const struct wire *result)
{
    int64_t spent = end == LEASE_SETTLED ? untold(admissions, lease, result) : 0;

    for (struct permit **at = &admissions->flying; *at != NULL;) {
        struct permit *permit = *at;

        if (permit->lease != lease->id) {
            at = &permit->next;
            continue;
        }
        if (end == LEASE_LOST || permit->reserved == 0) /* 0: it is settled, our predecessor heard of it */
            spent = permit->reserved;
        rate_control_lost(&admissions->rate_controls[permit->endpoint], &permit->flight);
        budget_settle(admissions->budget, &permit->payer, permit->lease, permit->reserved, spent);
        account(admissions, permit, 0, 0, 0, spent);
        spent = 0;
        permit_drop(at);
    }
    for (struct asking **at = &admissions->first; *at != NULL;)
        if ((*at)->lease == lease->id)
            asking_drop(admissions, at);
        else
            at = &(*at)->next;
}

/* ---- who asks for more ---- */

/* A worker that was adopted asks again, and what it asked while there was no supervisor may have come too. */
static bool is_known(struct admissions *admissions, const struct wire_call *call)
{
    for (const struct asking *asking = admissions->first; asking != NULL; asking = asking->next)
        if (asking->lease == call->lease && asking->call == call->call)
            return true;
    for (const struct permit *permit = admissions->flying; permit != NULL; permit = permit->next)
        if (permit->lease == call->lease && permit->call == call->call)
            return true;
    return false;
}

void admission_asked(struct admissions *admissions, const struct wire_call *call)
{
    struct asking *asking;

    if (is_known(admissions, call))
        return;
    asking = need_zero(1, sizeof *asking);
    *asking = (struct asking){.lease = call->lease, .call = call->call, .max_tokens = call->max_tokens};
    *admissions->last = asking;
    admissions->last = &asking->next;
}

static struct worker *holder_of(struct admissions *admissions, uint64_t id, const struct lease **lease)
{
    for (struct worker *w = worker_pool_first(admissions->pool); w != NULL; w = w->next)
        if (w->kind == STAGE_VISION && (*lease = worker_find(w, id)) != NULL)
            return w;
    return NULL;
}

static void say_go(struct worker *worker, const struct asking *asking, uint32_t max_tokens)
{
    struct wire go;

    wire_init(&go, WIRE_GO);
    go.go = (struct wire_go){.lease = asking->lease, .call = asking->call, .max_tokens = max_tokens};
    worker_send(worker, &go);
}

static void say_denied(struct worker *worker, const struct asking *asking, enum code code)
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
    struct worker *worker = holder_of(admissions, asking->lease, &lease);
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
        say_denied(worker, asking, which);
        return true;
    }
    reserve(admissions, permit_new(admissions, asking->lease, asking->call, lease->work.item, &payer), &input,
            max_tokens);
    say_go(worker, asking, max_tokens);
    return true;
}

void admission_turn(struct admissions *admissions)
{
    struct rate_control *rate_control = &admissions->rate_controls[admissions->endpoint];

    while (admissions->first != NULL && admissions->service->now_ms >= admissions->busy_ms &&
           rate_control_allows(rate_control, max_at_once(admissions), admissions->service->now_ms)) {
        if (!answer(admissions, admissions->first)) {
            admissions->busy_ms = admissions->service->now_ms + BUSY_MS;
            return;
        }
        asking_drop(admissions, &admissions->first);
    }
}

int64_t admission_next(struct admissions *admissions, bool wanted)
{
    struct rate_control *rate_control = governor_of(admissions);
    int64_t at;

    if (rate_control == NULL || (admissions->first == NULL && !wanted))
        return -1;
    if (rate_control_allows(rate_control, max_at_once(admissions),
                            admissions->service->now_ms)) /* it is not the rate_control that they wait for */
        return admissions->first == NULL ? -1 : admissions->busy_ms;
    at = rate_control_next(rate_control, max_at_once(admissions), admissions->service->now_ms);
    return at == -1 || at > admissions->service->now_ms ? at : admissions->service->now_ms + 1;
}

unsigned admission_flying(const struct admissions *admissions)
{
    unsigned flying = 0;

    for (int i = 0; i < MAX_SETTINGS; i++)
        flying += admissions->rate_controls[i].flying;
    return flying;
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
