/* inbox - see inbox.h */
#include "supervisor/inbox.h"

#include "proto/fault.h"
#include "proto/log.h"
#include "supervisor/job/failure.h"
#include "supervisor/job/lease_result.h"
#include "supervisor/job/worker_adopt.h"
#include "supervisor/process/sender.h"

/* Taken from one worker before others have their turn. */
enum { MAX_MESSAGES = 256 };

static void on_message(struct inbox *inbox, struct worker *worker, struct wire *message)
{
    worker_heard(worker, inbox->service->now_ms);
    switch (message->type) {
    case WIRE_HELLO:
        worker_hello(worker, &message->hello);
        if (worker_kind(worker) == STAGE_VISION)
            ledger_note_set(inbox->ledger, "prompt", message->hello.prompt);
        log_info(worker_ready, log_worker(worker), log_int("credit", message->hello.credit),
                 log_str("engine", message->hello.engine), log_str("lacks", message->hello.lacks));
        break;
    case WIRE_BEAT:
        break;
    case WIRE_HOLDING:
        adopt_on_holding(worker, message->holding.lease);
        break;
    case WIRE_STATE:
        adopt_on_state(inbox->jobs, worker, message->state.supervisor);
        break;
    case WIRE_CALL:
        admission_asked(inbox->admissions, &message->call);
        break;
    case WIRE_CALLED:
        admission_called(inbox->admissions, worker, &message->called);
        break;
    case WIRE_LEARNED:
        admission_learned(inbox->admissions, &message->learned);
        break;
    case WIRE_SUBMIT:
        submit_take(inbox->submit, worker, message);
        break;
    case WIRE_ASK:
        ask_answer(inbox->ask, worker, &message->ask);
        break;
    case WIRE_NAMED:
        ask_named(inbox->ask, &message->named);
        break;
    default:
        lease_result_take(inbox->jobs, worker, message);
        break;
    }
}

static enum claim claim_of(struct inbox *inbox, const struct worker *worker, uint64_t lease)
{
    struct attempt_row row;

    if (lease == 0)
        return CLAIM_NONE;
    if (worker_find(worker, lease) != NULL)
        return CLAIM_HOLDS;
    return ledger_attempt_find(inbox->ledger, lease, &row) && row.generation == worker_generation(worker)
               ? CLAIM_HAD
               : CLAIM_NONE;
}

static const char *unfit(struct inbox *inbox, const struct worker *worker, const struct wire *message)
{
    const struct sender sender = {.kind = worker_kind(worker),
                                  .phase = worker_state_phase(worker_state(worker)),
                                  .claim = claim_of(inbox, worker, wire_lease(message))};

    return sender_fault(&sender, message);
}

static void log_refused(const struct worker *worker, const char *message, const char *why)
{
    log_error(message_refused, log_worker(worker), log_str("message", message), log_str("reason", why));
}

/* A worker whose words we do not understand may have settled a lease in them: it goes, and its leases come
 * back. */
static void on_garbled(struct worker *worker, const char *why)
{
    log_refused(worker, "", why);
    if (worker_held(worker) > 0)
        worker_kill(worker, DEATH_GARBLED);
}

/* A worker that says what it may not say is not ours any more: it goes, and nothing else it says counts. */
static void on_forbidden(struct worker *worker, enum wire_type type, const char *why)
{
    log_refused(worker, wire_name(type), why);
    worker_silence(worker, DEATH_GARBLED);
}

/* true: there may be more. */
static bool take_one(struct inbox *inbox, struct worker *worker)
{
    struct wire message;
    const char *why;
    int rc = worker_receive(worker, &message, &why);

    if (rc == -1 && !worker_is_silenced(worker))
        on_garbled(worker, why);
    if (rc != 1)
        return rc != 0;
    why = worker_is_silenced(worker) ? NULL : unfit(inbox, worker, &message);
    if (why != NULL)
        on_forbidden(worker, message.type, why);
    else if (!worker_is_silenced(worker)) {
        FAULT_POINT("supervisor", "heard", wire_name(message.type));
        on_message(inbox, worker, &message);
        if (message.type != WIRE_NONE) /* else its bytes are kept first */
            FAULT_POINT("supervisor", "settled", wire_name(message.type));
    }
    wire_clear(&message);
    return true;
}

void inbox_take(struct inbox *inbox)
{
    for (struct worker *w = worker_pool_first(inbox->pool); w != NULL; w = worker_next(w))
        for (int i = 0; worker_speaks(w) && i < MAX_MESSAGES && take_one(inbox, w); i++)
            ;
}

void inbox_bury_the_dead(struct inbox *inbox)
{
    struct worker *next;

    for (struct worker *w = worker_pool_first(inbox->pool); w != NULL; w = next) {
        next = worker_next(w);
        if (!worker_is_ending(w) || !worker_gone(w, inbox->service->now_ms))
            continue;
        while (take_one(inbox, w)) /* all it said counts */
            ;
        failure_on_death(inbox->jobs, w);
        worker_pool_bury(inbox->pool, w, inbox->service->now_ms);
    }
}
