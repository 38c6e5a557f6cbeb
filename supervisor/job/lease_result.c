/* lease_result - see lease_result.h */
#include "supervisor/job/lease_result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/fault.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/job/equal_slides.h"
#include "supervisor/job/lane_result.h"
#include "supervisor/job/overview.h"
#include "supervisor/schedule/outage.h"

/* ---- results whose bytes are kept: what follows waits until they are ---- */

struct arrival {
    struct blob_write write;
    struct lease *lease;
};

static bool brings_blobs(const struct lease *lease, const struct wire *result)
{
    return result->type != WIRE_FAILED && lane_row(lease->work.lane)->room;
}

static void on_kept(void *arg, struct blob_write *write)
{
    struct jobs *jobs = arg;
    const struct lease *lease = ((struct arrival *)write)->lease;
    struct job *job = job_list_find(jobs->list, lease->work.job);
    const char *name = wire_name(write->message.type);

    if (job != NULL)
        lane_result(&(struct settled){jobs, job, lease, &write->message, write});
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
    if (lease->work.lane == LANE_OVERVIEW) /* whatever has happened to the job meanwhile */
        return job->overview_out;
    return lease->work.lane != LANE_EXPLAIN || job_busy(job, lease->work.item);
}

static bool is_of_model(const struct wire *result)
{
    return result->type == WIRE_EXPLAINED || result->type == WIRE_OVERVIEWED;
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
    const struct job *job = job_list_find(jobs->list, lease->work.job);

    if (result->type == WIRE_FAILED)
        return true;
    if (result->type == WIRE_ASSEMBLED && job != NULL && result->frames != artifact_count(job->row.outputs))
        return false;
    if (is_of_model(result) && !is_object(result))
        return false;
    return result->type == lane_row(lease->work.lane)->up;
}

/* Nobody waits for the answer, but it is paid for: the next one that needs it finds it. */
static void remember(struct jobs *jobs, const char *key, struct wire *result)
{
    char *answer = strndup(wire_data(result, 0), wire_size(result, 0));

    must(answer != NULL);
    if (result->type == WIRE_OVERVIEWED)
        answer_cache_keep(&jobs->cache, key, answer, result->overviewed.engine, result->overviewed.model);
    else
        answer_cache_keep(&jobs->cache, key, answer, result->explained.engine, result->explained.model);
    free(answer);
}

/* Takes the lease over, and the result if its bytes are to be kept. */
static void settle(struct jobs *jobs, struct worker *worker, struct lease *lease, struct wire *result)
{
    struct job *job = job_list_find(jobs->list, lease->work.job);

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
        lane_result(&(struct settled){jobs, NULL, lease, result, NULL});
    else if (job != NULL && is_awaited(job, lease))
        lane_result(&(struct settled){jobs, job, lease, result, NULL});
    else if (is_of_model(result))
        remember(jobs, lease->key, result);
    if (lease->work.lane == LANE_EXPLAIN)
        equal_slides_end(jobs, lease, result->type == WIRE_FAILED ? result : NULL);
    else if (lease->work.lane == LANE_OVERVIEW)
        overview_ended(jobs, lease, result->type == WIRE_FAILED ? &result->failed : NULL);
    free(lease);
}

/* Its lease, which this worker had (sender.h), was void when it came, but it is paid for. */
static void remember_late(struct jobs *jobs, uint64_t lease, struct wire *result)
{
    struct attempt_row row;

    if (ledger_attempt_find(jobs->ledger, lease, &row) && *row.answers != '\0' && is_object(result))
        remember(jobs, row.answers, result);
}

void lease_result_take(struct jobs *jobs, struct worker *worker, struct wire *result)
{
    uint64_t id = wire_lease(result);
    const struct lease *known = worker_find(worker, id);
    struct lease *lease;

    if (worker_kind(worker) == STAGE_VISION)
        acknowledge(worker, id);
    if (known == NULL) {
        if (is_of_model(result))
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
    const struct lease *lease = TAILQ_FIRST(worker_leases(worker));

    while (lease != NULL && lease->misfit == NULL)
        lease = TAILQ_NEXT(lease, link);
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

bool lease_result_fail_unsent(struct jobs *jobs)
{
    const struct lease *lease;
    bool settled = false;

    if (!jobs->schedule->unsent) /* each turn asks, and thousands of leases may be out */
        return false;
    jobs->schedule->unsent = false;
    for (struct worker *w = worker_pool_first(jobs->pool); w != NULL; w = worker_next(w))
        while ((lease = unsent(w)) != NULL) {
            fail_unsent(jobs, w, lease);
            settled = true;
        }
    return settled;
}
