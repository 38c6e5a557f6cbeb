/* job_machine - see job_machine.h */
#include "supervisor/job/job_machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/clock.h"
#include "proto/fault.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/job/worker_adopt.h"
#include "supervisor/job/artifacts.h"
#include "supervisor/job/provider_batch.h"
#include "supervisor/schedule/outage.h"
#include "supervisor/job/overview.h"
#include "supervisor/job/previous_run.h"
#include "supervisor/job/failure.h"
#include "supervisor/job/slide.h"
#include "supervisor/job/job_life.h"
#include "supervisor/job/jobs.h"

enum { RECOVER_AT_ONCE = 256, DISK_FULL_MS = 5000 };

/* ---- actions ---- */

static void act_none(struct jobs *jobs, struct job *job)
{
    (void)jobs;
    (void)job;
}

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

static void act_assemble(struct jobs *jobs, struct job *job)
{
    lanes_add(jobs->lanes, job_work(job, previous_run_awaited(job) ? LANE_PREVIOUS : LANE_ASSEMBLE, 0), 0);
}

/* The one last line of a job, with its story in figures. */
static void log_end(const struct jobs *jobs, const struct job *job)
{
    struct tally tally;
    bool completed = job->row.state == JOB_COMPLETED;

    ledger_tally(jobs->ledger, job->row.id, &tally);
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

/* A model call that is still out for it is called off, unless another job waits for the same answer. */
static void call_off(struct jobs *jobs, int64_t job)
{
    for (struct worker *w = worker_pool_first(jobs->pool); w != NULL; w = w->next)
        for (const struct lease *lease = w->leases; lease != NULL; lease = lease->next)
            if (lease->work.job == job && lane_kind(lease->work.lane) == STAGE_VISION &&
                !in_flight_waiting(jobs->in_flight, lease->key)) {
                struct wire cancel;

                wire_init(&cancel, WIRE_CANCEL);
                cancel.cancel.lease = lease->id;
                worker_send(w, &cancel);
            }
}

static void act_tell(struct jobs *jobs, struct job *job)
{
    if (job->row.estimate)
        jobs->listener.estimated(jobs->listener.arg, &job->row);
    else
        outbox_add(jobs->outbox, &job->row);
    log_end(jobs, job);
    if (job->row.state == JOB_COMPLETED)
        jobs->completed++;
    else
        jobs->failed++;
    lanes_drop(jobs->lanes, job->row.id);
    in_flight_drop(jobs->in_flight, job->row.id);
    call_off(jobs, job->row.id);
    ledger_password_drop(jobs->ledger, job->row.id);
    jobs->open--;
    tenants_at(jobs->tenants, job->row.tenant)->open--;
    job_end(jobs, job);
}

static void (*const acts[JOB_ACTIONS])(struct jobs *, struct job *) = {
    [ACTION_NONE] = act_none,    [ACTION_FETCH] = act_fetch,       [ACTION_INSPECT] = act_inspect,
    [ACTION_WORK] = slides_work, [ACTION_ASSEMBLE] = act_assemble, [ACTION_STORE] = artifacts_store,
    [ACTION_TELL] = act_tell,
};

/* What has happened to the job in this turn. It may have ended (and be gone) afterwards. */
static void apply_event(struct jobs *jobs, struct job *job)
{
    struct job_step step = job_table_step(job->row.state, job->event);

    log_debug(job_transition, log_job(job->row.job), log_str("from", job_state_name(job->row.state)),
              log_str("on", job_event_name(job->event)), log_str("do", job_action_name(step.action)),
              log_str("to", job_state_name(step.next)));
    job->event = JOB_EVENTS;
    job->checking = false;
    job->row.state = step.next;
    job->row.attempt = 0;
    job->row.crashes = 0;
    job_save(jobs, job);
    acts[step.action](jobs, job);
}

static bool apply_events(struct jobs *jobs)
{
    bool applied = false;
    struct job *next;

    for (struct job *job = jobs->first; job != NULL; job = next) {
        next = job->next;
        if (job->event == JOB_EVENTS)
            continue;
        apply_event(jobs, job);
        applied = true;
    }
    return applied;
}

/* ---- beginning ---- */

struct walk {
    struct jobs *jobs;
    int64_t last;
};

static void on_open_job(void *arg, struct job_row *row)
{
    struct walk *walk = arg;

    blobs_hold(walk->jobs->blobs, row->document);
    blobs_hold(walk->jobs->blobs, row->previous_sha);
    walk->last = row->id;
    job_row_clear(row);
}

static void resume(struct jobs *jobs, struct job *job)
{
    if (job->row.state == JOB_ACCEPTED)
        job_raise(job, EVENT_ACTIVATED);
    else
        acts[job_table_resume(job->row.state)](jobs, job);
}

/* It may have ended meanwhile, or gone on with an answer that a living worker had for it. */
static void on_checked(void *arg, const struct blob_check *check)
{
    struct jobs *jobs = arg;
    struct job *job = job_find(jobs, check->job);

    if (job == NULL || !job->checking)
        return;
    job->checking = false;
    resume(jobs, job);
}

static void on_waiting_job(void *arg, struct job_row *row)
{
    struct jobs *jobs = arg;
    struct blob_check *check;
    struct job *job;

    tenants_took(jobs->tenants, tenants_at(jobs->tenants, row->tenant), row->id);
    job = job_new(jobs, row);
    adopt_job(jobs, job);
    if (job->row.id > jobs->last_found) {
        resume(jobs, job);
        return;
    }
    check = blob_check_new(job->row.id, on_checked, jobs);
    job_blobs(jobs, job, check);
    job->checking = true;
    blobs_check(jobs->blobs, check);
}

/* Makes jobs active while there is room for them. */
static void activate(struct jobs *jobs)
{
    const unsigned max = (unsigned)jobs->service->conf->limit_jobs_active;
    struct tenant *tenant;
    int64_t before = -1;

    while (!jobs->interrupting && jobs->active < max && (tenant = tenants_turn(jobs->tenants)) != NULL &&
           before != tenant->last_job) {
        before = tenant->last_job;
        ledger_jobs_waiting(jobs->ledger, tenant->name, before, 1, on_waiting_job, jobs);
    }
}

static void on_tenant(void *arg, const char *tenant, uint64_t jobs)
{
    tenants_at(arg, tenant)->open = jobs;
}

void job_machine_recover(struct jobs *jobs)
{
    struct walk walk = {.jobs = jobs};
    int64_t before = -1;

    jobs->open = ledger_jobs_open_count(jobs->ledger, on_tenant, jobs->tenants);
    while (walk.last != before) {
        before = walk.last;
        ledger_jobs_open(jobs->ledger, before, RECOVER_AT_ONCE, on_open_job, &walk);
    }
    jobs->last_found = walk.last;
    activate(jobs);
    blobs_sweep(jobs->blobs);
    log_info(jobs_recovered, log_int("open_jobs", (int64_t)jobs->open), log_int("active_jobs", jobs->active));
}

/* ---- results ---- */

static void on_fetched(struct jobs *jobs, struct job *job, const struct lease *lease, struct blob_write *kept)
{
    const char *name = kept->names[0];

    (void)lease;
    if (job->row.state != JOB_FETCHING)
        return;
    if (kept->error != 0) {
        lanes_add(jobs->lanes, job_work(job, LANE_FETCH, 0), jobs->service->now_ms + DISK_FULL_MS);
        return;
    }
    if (job->row.pages > 0 && strcmp(job->row.document, name) != 0) {
        job_fail(job, CODE_S3_ERROR, "the object changed while the job was under way; post it as a new job");
        return;
    }
    if (strcmp(job->row.document, name) != 0) {
        blobs_drop(jobs->blobs, job->row.document);
        blobs_hold(jobs->blobs, name);
        job_text(&job->row.document, name);
    }
    job_raise(job, EVENT_FETCHED);
}

static void on_inspected(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    const struct wire_inspected *inspected = &result->inspected;

    (void)lease;
    if (job->row.state != JOB_INSPECTING)
        return;
    if (inspected->pages == 0 || inspected->pages > jobs->service->conf->limit_pages) {
        job_fail(job, inspected->pages == 0 ? CODE_PDF_EMPTY : CODE_PDF_TOO_LARGE, NULL);
        return;
    }
    if (job->row.pages == 0) {
        job->row.pages = inspected->pages;
        job->row.repaired = inspected->repaired;
        job_text(&job->row.title, inspected->title);
        job_text(&job->row.outline, inspected->outline);
        ledger_slides_add(jobs->ledger, job->row.id, job->row.pages);
        job_slides(jobs, job);
    }
    job_raise(job, EVENT_INSPECTED);
}

static void on_stored(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    artifacts_on_stored(jobs, job, lease->work.item, result);
}

/* What was owed of a job that has ended: there is no job. */
static void on_notified(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    (void)job;
    outbox_delivered(jobs->outbox, lease->work.job, result->notified.status);
}

static void on_linked(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    (void)job;
    outbox_linked(jobs->outbox, lease->work.job, lease->work.item, &result->linked);
}

static void on_previous(struct jobs *jobs, struct job *job, const struct lease *lease,
                        struct blob_write *kept)
{
    (void)lease;
    previous_run_on_result(jobs, job, kept);
}

static void on_assembled(struct jobs *jobs, struct job *job, const struct lease *lease,
                         struct blob_write *kept)
{
    (void)lease;
    artifacts_on_assembled(jobs, job, kept);
}

/* By lane: what its result means. Kept: where its bytes are kept first. */
/* clang-format off */
#define MEANS_NO_ROOM(function) {.result = function},
#define MEANS_ROOM(function)    {.kept = function},
#define LANE(NAME, text, kind, down, up, counted, state, room, failures, poison, outage, issue, result) MEANS_##room(result)
static const struct {
    void (*result)(struct jobs *, struct job *, const struct lease *, struct wire *);
    void (*kept)(struct jobs *, struct job *, const struct lease *, struct blob_write *);
} means[LANES] = {
#include "supervisor/base/lanes.def"
};
#undef LANE
/* clang-format on */

static void on_failed(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    if (lease->work.lane == LANE_BATCH || lease->work.lane == LANE_POLL)
        batch_on_result(jobs, job, lease, result);
    else if (lease->work.lane == LANE_OVERVIEW)
        overview_on_result(jobs, job, lease, result);
    else
        failure_on_failed(jobs, job, lease, result);
}

static void on_owed_failed(struct jobs *jobs, const struct work *work, const struct wire_failed *failed)
{
    if (work->lane == LANE_LINK)
        outbox_link_failed(jobs->outbox, work->job, failed);
    else
        outbox_failed(jobs->outbox, work->job, failed);
}

/* job: NULL for what is owed. */
static void on_result(struct jobs *jobs, struct job *job, const struct lease *lease, struct wire *result)
{
    if (result->type != WIRE_FAILED)
        means[lease->work.lane].result(jobs, job, lease, result);
    else if (job == NULL)
        on_owed_failed(jobs, &lease->work, &result->failed);
    else
        on_failed(jobs, job, lease, result);
}

/* ---- results whose bytes are kept: what follows waits until they are ---- */

struct arrival {
    struct blob_write write;
    struct lease *lease;
};

static bool brings_blobs(const struct lease *lease, const struct wire *result)
{
    return result->type != WIRE_FAILED && lane_row(lease->work.lane)->room;
}

static void use_kept(struct jobs *jobs, struct job *job, const struct lease *lease, struct blob_write *kept)
{
    if (kept->error != 0)
        log_error(blob_failed, log_job(job->row.job), log_int("slide", lease->work.item),
                  log_str("reason", strerror(kept->error)));
    means[lease->work.lane].kept(jobs, job, lease, kept);
}

static void on_kept(void *arg, struct blob_write *write)
{
    struct jobs *jobs = arg;
    const struct lease *lease = ((struct arrival *)write)->lease;
    struct job *job = job_find(jobs, lease->work.job);
    const char *name = wire_name(write->message.type);

    if (job != NULL)
        use_kept(jobs, job, lease, write);
    FAULT_POINT("supervisor", "settled", name);
}

static void arrival_free(struct blob_write *write)
{
    free(((struct arrival *)write)->lease);
    free(write);
}

/* Takes lease and result over. */
static void keep_bytes(struct jobs *jobs, struct lease *lease, struct wire *result)
{
    struct arrival *arrival = need_zero(1, sizeof *arrival);

    arrival->lease = lease;
    arrival->write.then = on_kept;
    arrival->write.arg = jobs;
    arrival->write.end = arrival_free;
    arrival->write.keeps_bytes = result->type == WIRE_RASTERED; /* its text is looked at */
    wire_move(&arrival->write.message, result);
    blobs_write(jobs->blobs, &arrival->write);
}

/* ---- from message to lease ---- */

/* Also for one that is stale: the worker need not keep it. */
static void acknowledge(struct worker *worker, uint64_t lease)
{
    struct wire ack;

    wire_init(&ack, WIRE_ACK);
    ack.ack.lease = lease;
    worker_send(worker, &ack);
}

static bool is_awaited(const struct job *job, const struct lease *lease)
{
    if (lease->work.lane == LANE_OVERVIEW)
        return job->overview_out && job_fits(job, LANE_OVERVIEW);
    return lease->work.lane != LANE_EXPLAIN || job_busy(job, lease->work.item);
}

/* What a model's answer is kept as. */
static bool is_object(struct wire *result)
{
    json_t *answer = json_loadb(wire_data(result, 0), wire_size(result, 0), 0, NULL);
    bool object = json_is_object(answer);

    json_decref(answer);
    return object;
}

/* Is it what the lease asked for? */
static bool is_answer(struct jobs *jobs, const struct lease *lease, struct wire *result)
{
    const struct job *job = job_find(jobs, lease->work.job);

    if (result->type == WIRE_FAILED)
        return true;
    if (result->type == WIRE_ASSEMBLED && job != NULL && result->frames != artifact_count(job->row.outputs))
        return false;
    if ((result->type == WIRE_EXPLAINED || result->type == WIRE_OVERVIEWED) && !is_object(result))
        return false;
    return result->type == lane_row(lease->work.lane)->up;
}

/* Takes the lease over, and the result if its bytes are to be kept. */
static void settle(struct jobs *jobs, struct worker *worker, struct lease *lease, struct wire *result)
{
    struct job *job = job_find(jobs, lease->work.job);

    ledger_attempt_end(jobs->ledger, lease->id, result->type == WIRE_FAILED ? result->failed.code : "done");
    worker_pool_proven(jobs->pool, worker);
    lease->work.suspect = false; /* if it is done again, nobody died over it */
    jobs->schedule->settled[lease->work.lane]++;
    outage_on_settled(jobs->schedule, lease->work.lane, result);
    admission_lease_ended(jobs->admissions, lease, LEASE_SETTLED, result);
    if (brings_blobs(lease, result)) {
        keep_bytes(jobs, lease, result);
        return;
    }
    if (lane_is_owed(lease->work.lane))
        on_result(jobs, NULL, lease, result);
    else if (job != NULL && is_awaited(job, lease))
        on_result(jobs, job, lease, result);
    else if (result->type == WIRE_EXPLAINED)
        slide_remember(jobs, lease->key, result);
    if (lease->work.lane == LANE_EXPLAIN)
        in_flight_end(jobs->in_flight, lease->key, jobs->lanes);
    free(lease);
}

/* Its lease, which this worker had (sender.h), was void when it came, but it is paid for. */
static void remember_late(struct jobs *jobs, uint64_t lease, struct wire *result)
{
    struct attempt_row row;

    if (ledger_attempt_find(jobs->ledger, lease, &row) && row.slide > 0 && *row.answers != '\0' &&
        is_object(result))
        slide_remember(jobs, row.answers, result);
}

void job_machine_on_result(struct jobs *jobs, struct worker *worker, struct wire *result)
{
    uint64_t id = wire_lease(result);
    const struct lease *known = worker_find(worker, id);
    struct lease *lease;

    if (worker->kind == STAGE_VISION)
        acknowledge(worker, id);
    if (known == NULL) {
        if (result->type == WIRE_EXPLAINED)
            remember_late(jobs, id, result);
        log_debug(result_stale, log_str("message", wire_name(result->type)), log_int("lease", (int64_t)id));
        return;
    }
    if (!is_answer(jobs, known, result)) {
        log_error(result_unexpected, log_str("message", wire_name(result->type)),
                  log_int("lease", (int64_t)id), log_str("lane", lane_name(known->work.lane)));
        worker_kill(worker, DEATH_GARBLED); /* its death gives the lease back */
        return;
    }
    lease = worker_settle(worker, id);
    settle(jobs, worker, lease, result);
}

/* ---- what could not be sent ---- */

static const struct lease *unsent(const struct worker *worker)
{
    const struct lease *lease = worker->leases;

    while (lease != NULL && lease->misfit == NULL)
        lease = lease->next;
    return lease;
}

/* What a row of the ledger holds could not be put into the message: no other try would do better. */
static void fail_unsent(struct jobs *jobs, struct worker *worker, const struct lease *lease)
{
    const char *message = wire_name(lane_row(lease->work.lane)->down);
    struct wire failed;
    char detail[160];

    snprintf(detail, sizeof detail, "the field %s of %s cannot be sent to a worker; post the job again",
             lease->misfit, message);
    log_error(message_invalid, log_str("message", message), log_str("field", lease->misfit),
              log_int("lease", (int64_t)lease->id));
    wire_init(&failed, WIRE_FAILED);
    failed.failed =
        (struct wire_failed){.lease = lease->id, .code = code_name(CODE_INTERNAL), .detail = detail};
    settle(jobs, worker, worker_settle(worker, lease->id), &failed);
    wire_clear(&failed);
}

static bool settle_unsent(struct jobs *jobs)
{
    const struct lease *lease;
    bool settled = false;

    for (struct worker *w = worker_pool_first(jobs->pool); w != NULL; w = w->next)
        while ((lease = unsent(w)) != NULL) {
            fail_unsent(jobs, w, lease);
            settled = true;
        }
    return settled;
}

bool job_machine_turn(struct jobs *jobs)
{
    bool applied = settle_unsent(jobs);

    activate(jobs);
    while (apply_events(jobs)) {
        applied = true;
        activate(jobs);
    }
    return applied;
}
