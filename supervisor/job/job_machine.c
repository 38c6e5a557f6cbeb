/* job_machine - see job_machine.h */
#include "supervisor/job/job_machine.h"

#include <stdlib.h>
#include <string.h>

#include "proto/clock.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/job/artifacts.h"
#include "supervisor/job/estimate.h"
#include "supervisor/job/job_activate.h"
#include "supervisor/job/job_outcome.h"
#include "supervisor/job/lease_result.h"
#include "supervisor/job/overview.h"
#include "supervisor/job/previous_run.h"

/* ---- actions ---- */

/* Does the key name what we have made, for whomever? A PDF is none of it, and whether it is there is the
 * business of whose job it was. */
static bool is_result(const char *key)
{
    static const char folder[] = "outputs/";
    const char *file = strrchr(key, '/');

    for (unsigned n = 0; strncmp(key, folder, sizeof folder - 1) == 0 && n < ARTIFACTS; n++)
        if (strcmp(file + 1, artifact_file(n)) == 0)
            return true;
    return false;
}

/* It was accepted only so that its caller is told. */
static void fail_as_noted(struct job *job)
{
    char *detail = need_dup(job->row.detail);

    job_fail(job, code_of(job->row.code), detail);
    free(detail);
}

static void act_fetch(struct jobs *jobs, struct job *job)
{
    if (*job->row.code != '\0')
        fail_as_noted(job);
    else if (is_result(job->row.key))
        job_fail(job, CODE_S3_NOT_FOUND, "s3Key names a result of a job, not a PDF; name the PDF");
    else if (*job->row.key != '\0')
        lanes_add(jobs->lanes, job_work(job, LANE_FETCH, 0), 0);
    else if (blobs_has(jobs->blobs, job->row.document))
        job_raise(job, EVENT_FETCHED);
    else
        job_fail(job, CODE_INTERNAL, "the uploaded PDF is no longer in the state folder; upload it again");
}

static void act_inspect(struct jobs *jobs, struct job *job)
{
    lanes_add(jobs->lanes, job_work(job, LANE_INSPECT, 0), 0);
}

static void act_work(struct jobs *jobs, struct job *job)
{
    slides_work(&jobs->slides, job);
    overview_beside(jobs, job);
}

/* Every slide has its outcome. */
static void act_sum_up(struct jobs *jobs, struct job *job)
{
    if (job->row.estimate)
        estimate_make(&jobs->cache, worker_pool_ready(jobs->pool, STAGE_VISION), job);
    else if (!job_outcome_fail(job) && !overview_begin(jobs->service->conf, jobs->lanes, job))
        job_raise(job, EVENT_SUMMED_UP);
}

static void act_assemble(struct jobs *jobs, struct job *job)
{
    lanes_add(jobs->lanes, job_work(job, previous_run_lane(job), 0), 0);
}

static void act_store(struct jobs *jobs, struct job *job)
{
    artifacts_store(jobs->ledger, jobs->lanes, job);
}

/* The one last line of a job, with its story in figures. */
static void log_end(struct ledger *ledger, const struct job *job)
{
    struct tally tally;
    bool completed = job->row.state == JOB_COMPLETED;

    ledger_tally(ledger, job->row.id, &tally);
    log_event(completed ? LOG_INFO_job_completed : LOG_WARN_job_failed, log_job(job->row.job),
              log_int("slides", job->row.pages), log_int("explained", tally.outcomes[OUTCOME_EXPLAINED]),
              log_int("cached", tally.outcomes[OUTCOME_CACHED]),
              log_int("text_only", tally.outcomes[OUTCOME_TEXT_ONLY]),
              log_int("blank", tally.outcomes[OUTCOME_BLANK]),
              log_int("failed", tally.outcomes[OUTCOME_FAILED]), log_int("calls", (int64_t)tally.calls),
              log_int("input_tokens", (int64_t)tally.input_tokens),
              log_int("output_tokens", (int64_t)tally.output_tokens),
              log_int("took_ms", clock_unix_ms() - job->row.created_ms), log_str("code", job->row.code),
              log_str("reason", job->row.detail));
}

/* A model call that is still out for it is cancelled, unless another job waits for the same answer. */
static void cancel_calls(struct jobs *jobs, int64_t job)
{
    const struct lease *lease;

    for (struct worker *w = NULL; (w = worker_pool_next(jobs->pool, STAGE_VISION, w)) != NULL;)
        TAILQ_FOREACH(lease, worker_leases(w), link)
        {
            struct wire cancel;

            if (lease->work.job != job || in_flight_waiting(jobs->in_flight, lease->key))
                continue;
            wire_init(&cancel, WIRE_CANCEL);
            cancel.cancel.lease = lease->id;
            worker_send(w, &cancel);
        }
}

static void act_end(struct jobs *jobs, struct job *job)
{
    if (job->row.estimate)
        jobs->listener.estimated(jobs->listener.arg, &job->row);
    else
        outbox_add(jobs->outbox, &job->row);
    log_end(jobs->ledger, job);
    lanes_drop(jobs->lanes, job->row.id);
    in_flight_drop(jobs->in_flight, job->row.id);
    cancel_calls(jobs, job->row.id);
    ledger_password_drop(jobs->ledger, job->row.id);
    batches_give_back(jobs->budget, job);
    job_list_end(jobs->list, job);
}

static void (*const acts[JOB_ACTIONS])(struct jobs *, struct job *) = {
    [ACTION_FETCH] = act_fetch,   [ACTION_INSPECT] = act_inspect,   [ACTION_WORK] = act_work,
    [ACTION_SUM_UP] = act_sum_up, [ACTION_ASSEMBLE] = act_assemble, [ACTION_STORE] = act_store,
    [ACTION_END] = act_end,
};

/* ---- events ---- */

static bool apply_events(struct jobs *jobs)
{
    bool applied = false;
    enum job_action action;
    struct job *next;

    for (struct job *job = job_list_first(jobs->list); job != NULL; job = next) {
        next = job->next; /* the job may end */
        if (!job_step(job, &action))
            continue;
        ledger_job_update(jobs->ledger, &job->row);
        acts[action](jobs, job);
        applied = true;
    }
    return applied;
}

bool job_machine_turn(struct jobs *jobs)
{
    bool applied = lease_result_fail_unsent(jobs);

    job_activate(jobs);
    while (apply_events(jobs)) {
        applied = true;
        job_activate(jobs);
    }
    return applied;
}
