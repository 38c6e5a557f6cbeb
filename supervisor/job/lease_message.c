/* lease_message - see lease_message.h */
#include "supervisor/job/lease_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/job/artifacts.h"
#include "supervisor/job/greedy.h"
#include "supervisor/job/manifest.h"
#include "supervisor/job/model_message.h"
#include "supervisor/job/overview.h"
#include "supervisor/job/previous_run.h"

/* BATCH: before a batch of a job that is on its way back to it is looked at again. */
enum { ATTEMPTS_SHOWN = 1000, BATCH_MS = 1000 };

/* ---- courier ---- */

/* Where an artifact stands in the store; malloced. No job id begins with an underscore. */
static char *key_of_artifact(const char *tenant, const char *job, unsigned n)
{
    bool named = *tenant != '\0';
    char *key;

    if (asprintf(&key, "outputs/%s%s%s%s/%s", named ? "_" : "", tenant, named ? "/" : "", job,
                 artifact_file(n)) == -1)
        panic("out of memory");
    return key;
}

static bool issue_fetch(struct issue *issue)
{
    issue->draft->message.fetch = (struct wire_fetch){LEASE_OF(issue), .key = issue->job->row.key};
    return true;
}

static bool issue_store(struct issue *issue)
{
    struct draft *draft = issue->draft;
    struct artifact_row row;
    char *key;
    int rc;

    rc = ledger_artifact_find(issue->jobs->ledger, issue->job->row.id, draft->work.item, &row) ? 0 : -1;
    if (rc == 0) {
        free(row.url);
        rc = blobs_add_frame(issue->jobs->blobs, row.sha, &draft->message);
    }
    if (rc == -1) { /* it is made again */
        artifacts_lost(issue->jobs->lanes, issue->job);
        return false;
    }
    key = key_of_artifact(issue->job->row.tenant, issue->job->row.job, draft->work.item);
    draft->message.text = key; /* the message gives it back */
    draft->message.store =
        (struct wire_store){LEASE_OF(issue), .key = key, .content_type = artifact_type(draft->work.item),
                            .filename = artifact_file(draft->work.item)};
    return true;
}

/* The job has ended: its name and the body come from what is owed. */
static bool issue_notify(struct issue *issue)
{
    struct draft *draft = issue->draft;
    struct owed owed;
    char *body;

    if (!outbox_find(issue->jobs->outbox, draft->work.job, &owed))
        return false;
    draft->attempt = owed.attempt;
    body = ledger_outbox_body(issue->jobs->ledger, owed.event);
    wire_add_owned(&draft->message, body, strlen(body));
    draft->message.notify = (struct wire_notify){
        .lease = draft->lease, .job = owed.name, .attempt = draft->attempt, .event = owed.event};
    return true;
}

static bool issue_link(struct issue *issue)
{
    struct draft *draft = issue->draft;
    struct owed owed;

    if (!outbox_find(issue->jobs->outbox, draft->work.job, &owed))
        return false;
    draft->attempt = owed.attempt;
    draft->message.text = key_of_artifact(owed.tenant, owed.name, draft->work.item);
    draft->message.link = (struct wire_link){.lease = draft->lease,
                                             .job = owed.name,
                                             .attempt = draft->attempt,
                                             .key = draft->message.text,
                                             .filename = artifact_file(draft->work.item)};
    return true;
}

/* What another tenant made is not there. */
static bool issue_previous(struct issue *issue)
{
    struct draft *draft = issue->draft;
    const struct job_row *row = &issue->job->row;
    char space[TENANT_ROOM];

    if (!ledger_job_space(issue->jobs->ledger, row, row->previous, space)) {
        previous_run_none(issue->jobs->ledger, issue->jobs->lanes, issue->job, CODE_S3_NOT_FOUND);
        return false;
    }
    draft->message.text = key_of_artifact(space, row->previous, ARTIFACT_SUMMARY);
    draft->message.revisit = (struct wire_revisit){LEASE_OF(issue), .key = draft->message.text};
    return true;
}

/* ---- rasterizer ---- */

/* The PDF goes along unless this worker was sent it last. -1: its file is lost. */
static int add_document(struct issue *issue)
{
    struct draft *draft = issue->draft;
    const char *document = issue->job->row.document;

    if (!worker_has_document(draft->worker, document) &&
        blobs_add_frame(issue->jobs->blobs, document, &draft->message) == -1)
        return -1;
    worker_note_document(draft->worker, draft->work.job, document, issue->jobs->service->now_ms);
    return 0;
}

/* Unsealed for each lease, so that it is nowhere else in this process; "" if there is none. */
static const char *add_password(struct issue *issue)
{
    struct draft *draft = issue->draft;
    char *sealed = ledger_password(issue->jobs->ledger, issue->job->row.id);

    if (sealed == NULL)
        return "";
    draft->message.text =
        vault_unseal(issue->jobs->vault, issue->job->row.job, sealed); /* which gives it back */
    free(sealed);
    if (draft->message.text != NULL)
        return draft->message.text;
    log_warn(password_unreadable, log_job(issue->job->row.job),
             log_str("do", "post the job again; the file password.key is not the one it was accepted with"));
    return "";
}

static bool issue_inspect(struct issue *issue)
{
    struct draft *draft = issue->draft;

    if (greedy_defers(issue->jobs->lanes, issue->job, &draft->work))
        return false;
    if (add_document(issue) == -1) {
        job_raise(issue->job, EVENT_LOST);
        return false;
    }
    draft->message.inspect =
        (struct wire_inspect){LEASE_OF(issue), .document = issue->job->row.document,
                              .password = add_password(issue), .first_ms = greedy_first_ms(&draft->work)};
    return true;
}

static bool issue_raster(struct issue *issue)
{
    struct draft *draft = issue->draft;

    if (greedy_defers(issue->jobs->lanes, issue->job, &draft->work))
        return false;
    if (add_document(issue) == -1) { /* it is told again what it needs when the document is back */
        job_set_busy(issue->job, draft->work.item, false);
        job_raise(issue->job, EVENT_LOST);
        return false;
    }
    draft->message.raster =
        (struct wire_raster){LEASE_OF(issue), .slide = draft->work.item, .document = issue->job->row.document,
                             .password = add_password(issue), .first_ms = greedy_first_ms(&draft->work)};
    return true;
}

/* ---- assembler ---- */

static int add_picture(void *arg, const struct slide_row *slide)
{
    struct issue *issue = arg;

    if (*slide->picture == '\0')
        return 0;
    if (blobs_add_frame(issue->jobs->blobs, slide->picture, &issue->draft->message) == -1)
        return -1;
    return (int)issue->draft->message.frames - 1; /* frame 0 is the manifest */
}

static bool issue_assemble(struct issue *issue)
{
    struct draft *draft = issue->draft;
    const struct manifest_source from = {.conf = issue->jobs->service->conf,
                                         .ledger = issue->jobs->ledger,
                                         .blobs = issue->jobs->blobs,
                                         .vision = worker_pool_ready(issue->jobs->pool, STAGE_VISION),
                                         .job = issue->job,
                                         .frame_of = add_picture,
                                         .arg = issue};
    char *manifest;

    wire_add_copy(&draft->message, "", 0); /* keeps the place */
    if (!previous_run_add(issue->jobs->ledger, issue->jobs->blobs, issue->jobs->lanes, issue->job,
                          &draft->message))
        return false;
    manifest = manifest_make(&from);
    if (manifest == NULL) {
        job_raise(issue->job, EVENT_LOST);
        return false;
    }
    wire_set_owned(&draft->message, 0, manifest, strlen(manifest));
    draft->message.assemble = (struct wire_assemble){LEASE_OF(issue), .outputs = issue->job->row.outputs};
    return true;
}

/* ---- all lanes ---- */

/* clang-format off */
#define LANE(NAME, text, kind, down, up, counted, state, room, failures, poison, outage, issue, ...) issue,
static bool (*const issues[LANES])(struct issue *) = {
#include "supervisor/base/lanes.def"
};
#undef LANE
/* clang-format on */

static struct issue issue_of(struct jobs *jobs, struct draft *draft)
{
    return (struct issue){.jobs = jobs, .job = job_list_find(jobs->list, draft->work.job), .draft = draft};
}

/* Where the attempts of this work are counted; NULL: in the outbox. */
static uint32_t *attempts_of(const struct issue *issue)
{
    if (lane_row(issue->draft->work.lane)->counted == COUNTED_SLIDE)
        return &job_slide(issue->job, issue->draft->work.item)->row.attempt;
    return issue->job == NULL ? NULL : &issue->job->row.attempt;
}

static bool begin(void *arg, struct draft *draft)
{
    const struct issue issue = issue_of(arg, draft);
    const uint32_t *attempts;

    if (!lane_is_owed(draft->work.lane) && (issue.job == NULL || !job_fits(issue.job, draft->work.lane))) {
        if (issue.job != NULL && lane_row(draft->work.lane)->counted == COUNTED_SLIDE)
            job_set_busy(issue.job, draft->work.item, false); /* it is told again what it needs */
        else if (issue.job != NULL && draft->work.lane == LANE_OVERVIEW)
            overview_is_back(issue.job);
        else if (issue.job != NULL && batch_is_work(issue.job, &draft->work))
            lanes_add(issue.jobs->lanes, draft->work, issue.jobs->service->now_ms + BATCH_MS);
        return false;
    }
    attempts = attempts_of(&issue);
    if (attempts != NULL)
        draft->attempt = *attempts < ATTEMPTS_SHOWN ? *attempts + 1 : ATTEMPTS_SHOWN;
    return true;
}

static bool fill(void *arg, struct draft *draft)
{
    struct issue issue = issue_of(arg, draft);

    return issues[draft->work.lane](&issue);
}

static void write_attempt(const struct issue *issue)
{
    const struct draft *draft = issue->draft;
    struct attempt_row row = {.lease = draft->lease,
                              .job = draft->work.job,
                              .slide = draft->work.item,
                              .attempt = draft->attempt,
                              .generation = worker_generation(draft->worker)};
    uint32_t *attempts = attempts_of(issue);
    char name[WORKER_NAME];

    if (attempts != NULL)
        *attempts = draft->attempt;
    if (lane_row(draft->work.lane)->counted == COUNTED_SLIDE)
        ledger_slide_update(issue->jobs->ledger, draft->work.job,
                            job_slide_row(issue->job, draft->work.item));
    else if (issue->job != NULL)
        ledger_job_update(issue->jobs->ledger, &issue->job->row);
    worker_name(draft->worker, name);
    memcpy(row.answers, draft->key, sizeof row.answers);
    ledger_attempt_add(issue->jobs->ledger, &row, lane_name(draft->work.lane), name);
}

static void leased(void *arg, struct draft *draft, const struct lease *lease)
{
    const struct issue issue = issue_of(arg, draft);

    write_attempt(&issue);
    if (draft->work.lane == LANE_EXPLAIN || draft->work.lane == LANE_OVERVIEW)
        admission_lease(issue.jobs->admissions, draft->worker, lease, &issue.job->row,
                        job_slide_row(issue.job, draft->work.item), draft->max_tokens);
    if (draft->work.lane == LANE_EXPLAIN)
        overview_beside(issue.jobs, issue.job);
}

struct work_source lease_message_source(struct jobs *jobs)
{
    return (struct work_source){.begin = begin, .fill = fill, .leased = leased, .arg = jobs};
}
