/* permit - see permit.h */
#include "supervisor/permit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/price.h"
#include "supervisor/supervisor.h"

/* PROMPT: bytes of a request besides the slide and the caller's wishes. LEAST: fewer tokens than that make no
 * answer. */
enum {
    ENDPOINTS = 3,
    PROMPT_BYTES = 5000,
    OUTLINE_BYTES_MOST = 2000,
    WEIGHED_LEAST = 8, /* calls, before estimates are cut down to what was seen */
    LETTER_BYTES = 3,
    TEXT_BYTES_MOST = 12000,
    LEAST_TOKENS = 512,
    BUSY_MS = 100
};

static const double MARGIN = 1.2;

/* What is to be expected, where the bounds above are never exceeded. PAGE: of a slide in an overview. */
enum {
    ANSWER_TOKENS = 700,
    OVERVIEW_TOKENS = 1500,
    PROMPT_TOKENS = 1200,
    PAGE_TOKENS = 60,
    TOKEN_LETTERS = 3
};

/* A call that is under way. */
struct permit {
    struct permit *next;
    uint64_t lease;
    uint32_t call, item;
    unsigned endpoint; /* whose governor counts it */
    uint64_t estimate; /* input tokens */
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

struct permits {
    struct governor governors[ENDPOINTS];
    unsigned endpoint; /* where the last call was made */
    struct permit *flying;
    struct asking *first, **last;
    int64_t busy_ms;  /* no money until then, unless a call ends */
    uint64_t longest; /* output tokens of a call so far */
    double ratio;     /* most that a call has read for each token estimated */
    unsigned weighed; /* calls that tell so */
};

struct permits *permits_new(void)
{
    struct permits *permits = need_zero(1, sizeof *permits);

    for (int i = 0; i < ENDPOINTS; i++)
        governor_open(&permits->governors[i]);
    permits->last = &permits->first;
    return permits;
}

static void permit_drop(struct permit **at)
{
    struct permit *permit = *at;

    *at = permit->next;
    free(permit);
}

static void asking_drop(struct permits *permits, struct asking **at)
{
    struct asking *asking = *at;

    *at = asking->next;
    if (*at == NULL)
        permits->last = at;
    free(asking);
}

void permits_free(struct permits **permits)
{
    while ((*permits)->flying != NULL)
        permit_drop(&(*permits)->flying);
    while ((*permits)->first != NULL)
        asking_drop(*permits, &(*permits)->first);
    free(*permits);
    *permits = NULL;
}

/* ---- what a call may cost ---- */

static void price_at(const struct conf *conf, unsigned endpoint, const char *model, struct price *price)
{
    const char *const presets[ENDPOINTS] = {conf->model_preset, conf->fallback_1_preset,
                                            conf->fallback_2_preset};
    const char *const urls[ENDPOINTS] = {conf->model_base_url, conf->fallback_1_base_url,
                                         conf->fallback_2_base_url};

    price_find_at(price, conf->model_prices, presets[endpoint], urls[endpoint], model);
}

int64_t permit_price(const struct supervisor *sup, const char *model, uint64_t input, uint64_t output)
{
    struct price price;

    price_at(sup->conf, 0, model, &price);
    return price_of(&price, input, output);
}

static uint64_t input_of(const struct supervisor *sup, const struct job *job, uint32_t item)
{
    const struct slide_row *slide = item == 0 ? NULL : &job->slides[item - 1];
    const struct conf *conf = sup->conf;
    uint64_t outline = strlen(job->row.outline), tokens = 0;
    uint64_t bytes = PROMPT_BYTES + strlen(job->row.instructions) + strlen(job->row.title) +
                     (outline < OUTLINE_BYTES_MOST ? outline : OUTLINE_BYTES_MOST);

    if (slide == NULL)
        bytes += (uint64_t)job->row.pages * 1000; /* titles, summaries and cards */
    else {
        uint64_t text = (uint64_t)slide->letters * LETTER_BYTES;

        bytes += text < TEXT_BYTES_MOST ? text : TEXT_BYTES_MOST;
        if (*slide->picture != '\0')
            tokens = tokens_image(conf->model_name, conf->model_detail, slide->width, slide->height);
    }
    return tokens + tokens_text(bytes);
}

/* An upper bound, cut down to a little more than the most that was seen; raised, if that was more. */
static uint64_t bound_of(const struct permits *permits, uint64_t estimate)
{
    double ratio = permits->ratio * MARGIN;

    if (ratio < 1 && permits->weighed < WEIGHED_LEAST)
        return estimate;
    return (uint64_t)((double)estimate * ratio) + 1;
}

static int64_t cost_of(const struct supervisor *sup, uint64_t input, uint32_t max_tokens)
{
    struct price price;

    price_dearest(&price, sup->conf, NULL); /* nobody knows yet which one will answer */
    return price_of(&price, input, max_tokens);
}

void permit_cost(const struct supervisor *sup, const struct job *job, uint32_t item, struct permit_cost *cost)
{
    const struct slide_row *slide = item == 0 ? NULL : &job->slides[item - 1];
    uint64_t input = input_of(sup, job, item);
    uint64_t text = slide == NULL ? (uint64_t)job->row.pages * PAGE_TOKENS : slide->letters / TOKEN_LETTERS;
    uint64_t picture =
        slide == NULL || *slide->picture == '\0'
            ? 0
            : tokens_image(sup->conf->model_name, sup->conf->model_detail, slide->width, slide->height);

    cost->input = picture + PROMPT_TOKENS + text;
    cost->output = slide == NULL ? OVERVIEW_TOKENS : ANSWER_TOKENS;
    cost->expected = cost_of(sup, cost->input, (uint32_t)cost->output);
    cost->most = cost_of(sup, input, (uint32_t)sup->conf->model_max_tokens);
}

static struct payer payer_of(const struct job *job)
{
    struct payer payer = {.job = job->row.id};

    snprintf(payer.client, sizeof payer.client, "%s", job->row.client);
    return payer;
}

/* Where the wished room for the answer cannot be paid, what answers have taken so far may do. */
static enum budget_verdict look(struct supervisor *sup, const struct payer *payer, uint64_t input,
                                uint32_t *max_tokens, enum code *which)
{
    uint64_t less = sup->permits->longest * 5 / 4, bound = bound_of(sup->permits, input);
    enum budget_verdict verdict = budget_look(sup, payer, cost_of(sup, bound, *max_tokens), which);

    if (verdict == BUDGET_FINE || less == 0)
        return verdict;
    less = less < LEAST_TOKENS ? LEAST_TOKENS : less;
    if (less >= *max_tokens ||
        budget_look(sup, payer, cost_of(sup, bound, (uint32_t)less), which) != BUDGET_FINE)
        return verdict;
    *max_tokens = (uint32_t)less;
    return BUDGET_FINE;
}

enum budget_verdict permit_look(struct supervisor *sup, const struct job *job, uint32_t item,
                                uint32_t *max_tokens, enum code *which)
{
    const struct payer payer = payer_of(job);

    *max_tokens = (uint32_t)sup->conf->model_max_tokens;
    return look(sup, &payer, input_of(sup, job, item), max_tokens, which);
}

/* ---- how many at once, and when ---- */

/* NULL: no model is asked. */
static struct governor *governor_of(struct supervisor *sup)
{
    const struct worker *vision = roster_ready(sup->roster, STAGE_VISION);

    return vision == NULL || strcmp(vision->engine, "openai") != 0
               ? NULL
               : &sup->permits->governors[sup->permits->endpoint];
}

static unsigned most_at_once(const struct supervisor *sup)
{
    unsigned most = 0;

    for (const struct worker *w = roster_first(sup->roster); w != NULL; w = w->next)
        if (w->kind == STAGE_VISION && !w->exited)
            most += w->credit;
    return most;
}

bool permits_allow(struct supervisor *sup)
{
    struct governor *governor = governor_of(sup);

    return governor == NULL ||
           (sup->permits->first == NULL && governor_allows(governor, most_at_once(sup), sup->now_ms));
}

static struct permit *permit_new(struct supervisor *sup, uint64_t lease, uint32_t call, uint32_t item,
                                 const struct payer *payer)
{
    struct permits *permits = sup->permits;
    struct permit *permit = need_zero(1, sizeof *permit);

    permit->lease = lease;
    permit->call = call;
    permit->item = item;
    permit->payer = *payer;
    permit->endpoint = permits->endpoint;
    permit->next = permits->flying;
    permits->flying = permit;
    governor_started(&permits->governors[permit->endpoint], &permit->flight, sup->now_ms);
    return permit;
}

static void reserve(struct supervisor *sup, struct permit *permit, uint64_t input, uint32_t max_tokens)
{
    permit->estimate = input;
    permit->reserved = cost_of(sup, bound_of(sup->permits, input), max_tokens);
    budget_reserve(sup, &permit->payer, permit->lease, permit->reserved);
}

void permit_lease(struct supervisor *sup, struct worker *worker, const struct lease *lease,
                  const struct job *job, uint32_t max_tokens)
{
    const struct payer payer = payer_of(job);

    if (strcmp(worker->engine, "openai") == 0)
        reserve(sup, permit_new(sup, lease->id, 1, lease->work.item, &payer),
                input_of(sup, job, lease->work.item), max_tokens);
}

void permit_found(struct supervisor *sup, const struct lease *lease, int64_t reserved)
{
    struct payer payer = {.job = lease->work.job};
    struct permit *permit;

    ledger_job_client(sup->ledger, payer.job, payer.client);
    permit = permit_new(sup, lease->id, 0, lease->work.item, &payer);
    permit->reserved = reserved;
    budget_found(sup, &payer, reserved);
}

/* ---- the end of calls ---- */

static struct permit **permit_at(struct permits *permits, uint64_t lease, uint32_t call)
{
    struct permit **at = &permits->flying;

    while (*at != NULL && ((*at)->lease != lease || ((*at)->call != call && (*at)->call != 0)))
        at = &(*at)->next;
    return at;
}

static void tell_governor(struct supervisor *sup, struct permit *permit, const struct wire_called *called)
{
    struct permits *permits = sup->permits;
    const struct governor_heard heard = {.verdict = (enum call_verdict)called->verdict,
                                         .overload = called->status != 429,
                                         .tokens = called->input_tokens + called->output_tokens,
                                         .told_ms = (int64_t)called->retry_after_ms,
                                         .limit_requests = called->limit_requests,
                                         .left_requests = called->left_requests,
                                         .limit_tokens = called->limit_tokens,
                                         .left_tokens = called->left_tokens};

    if (permit->endpoint != called->endpoint) {
        governor_lost(&permits->governors[permit->endpoint], &permit->flight);
        permit->endpoint = permits->endpoint = called->endpoint;
        governor_started(&permits->governors[permit->endpoint], &permit->flight, permit->flight.started_ms);
    }
    if (heard.verdict == VERDICT_LEFT)
        governor_lost(&permits->governors[permit->endpoint], &permit->flight);
    else
        governor_heard(&permits->governors[permit->endpoint], &permit->flight, &heard, sup->now_ms);
}

/* What the slide and the job have used. */
static void account(struct supervisor *sup, const struct permit *permit, uint64_t input, uint64_t output,
                    uint32_t calls, int64_t spent)
{
    struct job *job = job_find(sup, permit->payer.job);
    struct slide_row *slide = job == NULL ? NULL : job_slide(job, permit->item);

    if (slide != NULL) {
        slide->input_tokens += input;
        slide->output_tokens += output;
        slide->calls += calls;
        slide->spent += spent;
    } else if (job != NULL) {
        job->row.input_tokens += input;
        job->row.output_tokens += output;
        job->row.calls += calls;
    }
}

/* An answer that never came may have been paid for all the same; a refusal costs nothing. */
static int64_t spent_on(const struct supervisor *sup, const struct permit *permit,
                        const struct wire_called *called)
{
    bool silent = called->input_tokens == 0 && called->status == 0 &&
                  (called->verdict == VERDICT_FAILED || called->verdict == VERDICT_LEFT);
    struct price price;

    price_at(sup->conf, called->endpoint, called->model, &price);
    return silent ? permit->reserved : price_of(&price, called->input_tokens, called->output_tokens);
}

static void learn_sizes(struct permits *permits, const struct permit *permit,
                        const struct wire_called *called)
{
    double ratio;

    if (called->output_tokens > permits->longest)
        permits->longest = called->output_tokens;
    if (permit->estimate == 0 || called->input_tokens == 0)
        return;
    ratio = (double)called->input_tokens / (double)permit->estimate;
    permits->weighed++;
    permits->ratio = ratio > permits->ratio ? ratio : permits->ratio;
    if (ratio > 1) {
        log_warn("estimate_low", log_str("model", called->model),
                 log_int("estimated", (int64_t)permit->estimate),
                 log_int("input_tokens", (int64_t)called->input_tokens));
    }
}

static void log_called(const struct governor *governor, const struct wire_called *called)
{
    log_debug("model_called", log_int("lease", (int64_t)called->lease), log_int("call", called->call),
              log_str("verdict", verdict_name((enum call_verdict)called->verdict)),
              log_int("status", called->status), log_int("flying", governor->flying),
              log_int("window", governor->window), log_int("ceiling", governor->ceiling),
              log_int("calls_a_minute", (int64_t)(governor->rate * 60000)));
}

void permit_called(struct supervisor *sup, struct worker *worker, const struct wire_called *called)
{
    struct permits *permits = sup->permits;
    struct permit **at = permit_at(permits, called->lease, called->call), *permit = *at;
    struct lease *lease = worker_find(worker, called->lease);
    int64_t spent;

    if (permit == NULL) {
        log_debug("call_stale", log_int("lease", (int64_t)called->lease), log_int("call", called->call));
        return;
    }
    tell_governor(sup, permit, called);
    spent = spent_on(sup, permit, called);
    budget_settle(sup, &permit->payer, permit->lease, permit->reserved, spent);
    account(sup, permit, called->input_tokens, called->output_tokens, 1, spent);
    if (lease != NULL) {
        lease->told_input += called->input_tokens;
        lease->told_output += called->output_tokens;
        lease->told_calls++;
    }
    learn_sizes(permits, permit, called);
    log_called(&permits->governors[permit->endpoint], called);
    sup->counters.calls[called->verdict]++;
    permits->busy_ms = 0;
    permit_drop(at);
}

/* Micro-USD of what a result tells beyond what CALLED told: the calls our predecessor may have heard of. */
static int64_t untold(const struct supervisor *sup, const struct lease *lease, const struct wire *result)
{
    uint64_t input = 0, output = 0;
    const char *model = "";
    struct price price;

    if (result->type == WIRE_EXPLAINED) {
        input = result->explained.input_tokens;
        output = result->explained.output_tokens;
        model = result->explained.model;
    } else if (result->type == WIRE_OVERVIEWED) {
        input = result->overviewed.input_tokens;
        output = result->overviewed.output_tokens;
        model = result->overviewed.model;
    }
    price_at(sup->conf, 0, model, &price);
    return price_of(&price, input > lease->told_input ? input - lease->told_input : 0,
                    output > lease->told_output ? output - lease->told_output : 0);
}

void permit_lease_ended(struct supervisor *sup, const struct lease *lease, enum lease_end end,
                        const struct wire *result)
{
    struct permits *permits = sup->permits;
    int64_t spent = end == LEASE_SETTLED ? untold(sup, lease, result) : 0;

    for (struct permit **at = &permits->flying; *at != NULL;) {
        struct permit *permit = *at;

        if (permit->lease != lease->id) {
            at = &permit->next;
            continue;
        }
        if (end == LEASE_LOST || permit->reserved == 0) /* 0: it is settled, our predecessor heard of it */
            spent = permit->reserved;
        governor_lost(&permits->governors[permit->endpoint], &permit->flight);
        budget_settle(sup, &permit->payer, permit->lease, permit->reserved, spent);
        account(sup, permit, 0, 0, 0, spent);
        spent = 0;
        permit_drop(at);
    }
    for (struct asking **at = &permits->first; *at != NULL;)
        if ((*at)->lease == lease->id)
            asking_drop(permits, at);
        else
            at = &(*at)->next;
}

/* ---- who asks for more ---- */

/* A worker that was adopted asks again, and what it asked while there was no supervisor may have come too. */
static bool is_known(struct permits *permits, const struct wire_call *call)
{
    for (const struct asking *asking = permits->first; asking != NULL; asking = asking->next)
        if (asking->lease == call->lease && asking->call == call->call)
            return true;
    for (const struct permit *permit = permits->flying; permit != NULL; permit = permit->next)
        if (permit->lease == call->lease && permit->call == call->call)
            return true;
    return false;
}

void permit_asked(struct supervisor *sup, const struct wire_call *call)
{
    struct permits *permits = sup->permits;
    struct asking *asking;

    if (is_known(permits, call))
        return;
    asking = need_zero(1, sizeof *asking);
    *asking = (struct asking){.lease = call->lease, .call = call->call, .max_tokens = call->max_tokens};
    *permits->last = asking;
    permits->last = &asking->next;
}

static struct worker *holder_of(struct supervisor *sup, uint64_t id, const struct lease **lease)
{
    for (struct worker *w = roster_first(sup->roster); w != NULL; w = w->next)
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
static bool answer(struct supervisor *sup, const struct asking *asking)
{
    const struct lease *lease = NULL;
    struct worker *worker = holder_of(sup, asking->lease, &lease);
    const struct job *job = lease == NULL ? NULL : job_find(sup, lease->work.job);
    uint32_t max_tokens = asking->max_tokens;
    enum code which = CODE_INTERNAL;
    enum budget_verdict verdict = BUDGET_SPENT;
    struct payer payer;
    uint64_t input;

    if (worker == NULL)
        return true; /* it has ended meanwhile */
    if (job != NULL && job->slides != NULL) {
        payer = payer_of(job);
        input = input_of(sup, job, lease->work.item) + tokens_text(PROMPT_BYTES);
        verdict = look(sup, &payer, input, &max_tokens, &which);
    }
    if (verdict == BUDGET_BUSY)
        return false;
    if (verdict == BUDGET_SPENT) {
        say_denied(worker, asking, which);
        return true;
    }
    reserve(sup, permit_new(sup, asking->lease, asking->call, lease->work.item, &payer), input, max_tokens);
    say_go(worker, asking, max_tokens);
    return true;
}

void permits_turn(struct supervisor *sup)
{
    struct permits *permits = sup->permits;
    struct governor *governor = &permits->governors[permits->endpoint];

    while (permits->first != NULL && sup->now_ms >= permits->busy_ms &&
           governor_allows(governor, most_at_once(sup), sup->now_ms)) {
        if (!answer(sup, permits->first)) {
            permits->busy_ms = sup->now_ms + BUSY_MS;
            return;
        }
        asking_drop(permits, &permits->first);
    }
}

int64_t permits_next(struct supervisor *sup)
{
    const struct permits *permits = sup->permits;
    struct governor *governor = governor_of(sup);
    int64_t at;

    if (governor == NULL || (permits->first == NULL && lanes_due(sup->lanes, LANE_EXPLAIN) == 0 &&
                             lanes_due(sup->lanes, LANE_OVERVIEW) == 0))
        return -1;
    if (governor_allows(governor, most_at_once(sup),
                        sup->now_ms)) /* it is not the governor that they wait for */
        return permits->first == NULL ? -1 : permits->busy_ms;
    at = governor_next(governor, most_at_once(sup), sup->now_ms);
    return at == -1 || at > sup->now_ms ? at : sup->now_ms + 1;
}

unsigned permits_flying(const struct permits *permits)
{
    unsigned flying = 0;

    for (int i = 0; i < ENDPOINTS; i++)
        flying += permits->governors[i].flying;
    return flying;
}

void permit_learned(struct supervisor *sup, const struct wire_learned *learned)
{
    conf_set(&sup->conf->model_dialects, learned->dialects);
    ledger_note_set(sup->ledger, "dialects", learned->dialects);
}
