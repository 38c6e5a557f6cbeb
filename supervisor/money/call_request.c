/* call_request - who asks for one more call, and what they hear: see call_admission.h */
#include "supervisor/money/call_admission.h"

#include "proto/log.h"
#include "proto/timer.h"
#include "supervisor/money/call_admission_state.h"
#include "supervisor/money/second_questions.h"

enum { BUSY_MS = 100 };

/* ---- who asks for more ---- */

/* A worker that was adopted asks again, and what it asked while there was no supervisor may have come too. */
static bool is_known(struct admissions *admissions, const struct wire_call *call)
{
    const struct permit *permit = permits_find(&admissions->flying, call->lease, call->call);

    if (permit != NULL && permit->call == call->call)
        return true;
    return call_queue_has(&admissions->asked, call->lease, call->call);
}

static void send_go(struct worker *worker, const struct call_asked *asked, uint32_t max_tokens)
{
    struct wire go;

    wire_init(&go, WIRE_GO);
    go.go = (struct wire_go){.lease = asked->lease, .call = asked->call, .max_tokens = max_tokens};
    worker_send(worker, &go);
}

/* code CODES: it is the share of second questions that is spent. */
static void send_denied(struct worker *worker, const struct call_asked *asked, enum code code)
{
    struct wire denied;

    wire_init(&denied, WIRE_DENIED);
    denied.denied = (struct wire_denied){.lease = asked->lease,
                                         .call = asked->call,
                                         .code = code == CODES ? "" : code_name(code),
                                         .detail = code == CODES ? "" : code_doc(code)};
    worker_send(worker, &denied);
}

/* What the share of second questions of a job is counted by. */
struct share {
    const struct job_row *job; /* NULL: it is gone, and not asked about */
    uint32_t slides;
    int64_t percent;
};

/* Walks over all slides of the job. */
static struct share share_of(const struct admissions *admissions, int64_t job)
{
    const struct money_rows *rows = &admissions->rows;

    return (struct share){.job = rows->job(rows->arg, job),
                          .slides = rows->slides_to_ask(rows->arg, job),
                          .percent = admissions->service->conf->model_retry_unsupported_share};
}

/* A second question that the share has no room for? */
static bool is_beyond(const struct share *share, enum doubt doubt)
{
    return doubt != DOUBT_NONE && share->job != NULL &&
           share->job->second_questions >= second_questions_most(share->slides, share->percent, doubt);
}

static void deny_second(struct worker *worker, const struct lease *lease, const struct call_asked *asked)
{
    log_debug(second_question_denied, log_int("lease", (int64_t)asked->lease),
              log_int("slide", lease->work.item), log_str("doubt", doubt_name(asked->doubt)));
    send_denied(worker, asked, CODES);
}

/* The others of the job that wait, and for which no room is left now, need not wait for their turn. */
static void deny_beyond_share(struct admissions *admissions, int64_t job)
{
    const struct share share = share_of(admissions, job);
    const struct lease *lease;
    struct call_asked *next;

    for (struct call_asked *asked = TAILQ_FIRST(&admissions->asked); asked != NULL; asked = next) {
        struct worker *worker;

        next = TAILQ_NEXT(asked, link);
        if (asked->job != job || !is_beyond(&share, asked->doubt))
            continue;
        worker = worker_pool_holder(admissions->pool, asked->lease, &lease);
        if (worker != NULL)
            deny_second(worker, lease, asked);
        call_queue_remove(&admissions->asked, asked);
    }
}

void admission_asked(struct admissions *admissions, const struct wire_call *call)
{
    const struct lease *lease = NULL;
    struct worker *worker = worker_pool_holder(admissions->pool, call->lease, &lease);
    struct share share = {.job = NULL};
    struct call_asked asked = {.lease = call->lease,
                               .call = call->call,
                               .max_tokens = call->max_tokens,
                               .doubt = (enum doubt)call->doubt};

    if (worker == NULL || is_known(admissions, call))
        return;
    asked.job = lease->work.job;
    if (asked.doubt != DOUBT_NONE)
        share = share_of(admissions, asked.job);
    if (is_beyond(&share, asked.doubt))
        deny_second(worker, lease, &asked);
    else
        call_queue_add(&admissions->asked, &asked);
}

/* Counted in the commit that puts its money aside: a crash does not give the share anew. */
static void count_second(struct admissions *admissions, const struct call_asked *asked)
{
    const struct money_rows *rows = &admissions->rows;

    if (asked->doubt == DOUBT_NONE)
        return;
    rows->job(rows->arg, asked->job)->second_questions++;
    ledger_second_question(admissions->ledger, asked->job);
}

/* false: not now. */
static bool answer(struct admissions *admissions, const struct call_asked *asked)
{
    const struct lease *lease = NULL;
    struct worker *worker = worker_pool_holder(admissions->pool, asked->lease, &lease);
    const struct money_rows *rows = &admissions->rows;
    const struct job_row *job = lease == NULL ? NULL : rows->job(rows->arg, lease->work.job);
    uint32_t max_tokens = asked->max_tokens;
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
        verdict = admission_afford(admissions, &payer, &input, &max_tokens, &which);
    }
    if (verdict == BUDGET_BUSY)
        return false;
    if (verdict == BUDGET_SPENT) {
        send_denied(worker, asked, which);
        return true;
    }
    admission_start(admissions, lease, asked->call, &payer, &input, max_tokens);
    count_second(admissions, asked);
    send_go(worker, asked, max_tokens);
    return true;
}

void admission_turn(struct admissions *admissions)
{
    const int64_t now_ms = admissions->service->now_ms;
    struct call_asked *asked;

    while ((asked = call_queue_due(&admissions->asked, now_ms)) != NULL &&
           rate_control_allows(endpoint_rates_current(&admissions->rates), admission_most_calls(admissions),
                               now_ms)) {
        const struct call_asked answered = *asked;

        if (!answer(admissions, asked)) {
            call_queue_hold(&admissions->asked, answered.job, now_ms + BUSY_MS);
            continue;
        }
        call_queue_remove(&admissions->asked, asked);
        if (answered.doubt != DOUBT_NONE)
            deny_beyond_share(admissions, answered.job);
    }
}

int64_t admission_next(struct admissions *admissions, bool wanted)
{
    struct rate_control *rate_control = endpoint_rates_current(&admissions->rates);
    const int64_t now_ms = admissions->service->now_ms, held = call_queue_next(&admissions->asked, now_ms);
    const bool asked = call_queue_due(&admissions->asked, now_ms) != NULL;
    const unsigned max = admission_most_calls(admissions);
    int64_t at;

    /* who asks calls a model, whatever the workers do that new leases go to */
    if (!asked && (!wanted || admission_rate_control(admissions) == NULL))
        return held;
    if (rate_control_allows(rate_control, max, now_ms)) /* it is not the rate that they wait for */
        return asked ? now_ms : held;
    at = rate_control_next(rate_control, max, now_ms);
    return timer_sooner(held, at == TIMER_NONE || at > now_ms ? at : now_ms + 1);
}
