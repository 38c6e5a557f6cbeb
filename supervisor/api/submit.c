/* submit - see submit.h */
#include "supervisor/api/submit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/fault.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "proto/job_options.h"
#include "supervisor/api/api_json.h"
#include "supervisor/api/asker.h"
#include "supervisor/api/reply.h"
#include "supervisor/job/job_list.h"
#include "supervisor/schedule/dispatch.h"

/* A job that is asked for. What came along is written: the PDF and the summary of its previous run. */
struct paper {
    struct blob_write write;
    const struct wire_submit *submit;
    struct job_options options;
    char digest[SHA_ROOM]; /* with the password's share */
    size_t bytes;          /* of the PDF */
    uint64_t generation;   /* of front */
};

/* What came could not be written to the state folder. number: errno. */
static void refuse_unkept(struct worker *front, uint64_t request, int number)
{
    char detail[160];

    snprintf(detail, sizeof detail, "the state folder takes no files (%s); see blob_failed in the log",
             strerror(number));
    reply_refuse(front, request, CODE_STORAGE_FULL, number == ENOSPC || number == EDQUOT ? NULL : detail,
                 FULL_RETRY_MS);
}

/* true: a job of that name is there, and the request has its answer. */
static bool is_known(struct api *api, struct worker *front, const struct paper *paper)
{
    const struct wire_submit *submit = paper->submit;
    struct job_row row;
    bool same;

    if (!ledger_job_find(api->ledger, submit->tenant, submit->job, &row))
        return false;
    same = strcmp(row.digest, paper->digest) == 0 && row.estimate == (submit->estimate != 0);
    job_row_clear(&row);
    if (same)
        reply_json(front, submit->request, 202, api_json_accepted(submit->job));
    else
        reply_refuse(front, submit->request, CODE_JOB_CONFLICT, NULL, 0);
    return true;
}

static bool is_over_quota(const struct api *api, const char *tenant)
{
    uint64_t max = (uint64_t)api->service->conf->limit_key_jobs_open;

    return max > 0 && tenants_at(api->tenants, tenant)->open >= max;
}

static bool is_refused(struct api *api, struct worker *front, const struct paper *paper)
{
    const struct wire_submit *submit = paper->submit;

    if (job_list_counts(api->jobs)->open >= (uint64_t)api->service->conf->limit_jobs_open)
        reply_refuse(front, submit->request, CODE_QUEUE_FULL, NULL, FULL_RETRY_MS);
    else if (is_over_quota(api, submit->tenant))
        reply_refuse(front, submit->request, CODE_KEY_QUEUE_FULL, NULL, FULL_RETRY_MS);
    else
        return false;
    return true;
}

/* What stands against beginning with it. */
static bool is_untimely(struct api *api, struct worker *front, const struct paper *paper)
{
    const struct wire_submit *submit = paper->submit;

    if (api->service->draining)
        reply_refuse(front, submit->request, CODE_SHUTTING_DOWN, NULL, DRAIN_RETRY_MS);
    else if (!blobs_has_room(api->blobs, paper->bytes))
        reply_refuse(front, submit->request, CODE_STORAGE_FULL, NULL, FULL_RETRY_MS);
    else if (paper->bytes > 0 && dispatch_disk_busy(api->schedule))
        reply_refuse(front, submit->request, CODE_STORAGE_BUSY, NULL, BUSY_RETRY_MS);
    else
        return false;
    return true;
}

static void keep_password(struct api *api, int64_t job, const struct paper *paper)
{
    char *sealed;

    if (*paper->options.password == '\0')
        return;
    sealed = vault_seal(api->vault, paper->submit->job, paper->options.password);
    ledger_password_set(api->ledger, job, sealed);
    free(sealed);
}

/* What front has to say of the request stands where a job's end is told: with a code it is a failure, without
 * a remark. */
static void note_words(struct api *api, struct job_row *row, const struct job_options *options)
{
    bool fault = *options->fault != '\0';

    if (!fault && *options->remark == '\0')
        return;
    row->code = (char *)(fault ? code_name(CODE_REQUEST_INVALID) : "");
    row->detail = fault ? options->fault : options->remark;
    ledger_job_update(api->ledger, row);
}

static void accept_job(struct api *api, struct worker *front, const struct paper *paper)
{
    const struct wire_submit *submit = paper->submit;
    struct job_row row = {.job = (char *)submit->job,
                          .digest = (char *)paper->digest,
                          .key = (char *)submit->key,
                          .email = (char *)submit->email,
                          .language = (char *)submit->language,
                          .filename = (char *)submit->filename,
                          .client = (char *)submit->client,
                          .tenant = (char *)submit->tenant,
                          .instructions = (char *)submit->instructions,
                          .card_style = (enum card_style)submit->card_style,
                          .cards = submit->cards,
                          .economy = paper->options.economy,
                          .estimate = submit->estimate,
                          .outputs = paper->options.outputs,
                          .metadata = paper->options.metadata,
                          .previous = paper->options.previous,
                          .previous_sha = (char *)paper->write.names[1],
                          .state = JOB_ACCEPTED,
                          .document = (char *)paper->write.names[0]};

    if (front->child.pid == 0) { /* the local client: `slidemill run` says nothing of cards */
        row.card_style = card_style_of(api->service->conf->model_card_style);
        row.cards = (uint32_t)api->service->conf->model_cards;
    }
    if (!ledger_job_add(api->ledger, &row)) { /* another tenant's by now: its key was given a name */
        reply_refuse(front, submit->request, CODE_JOB_CONFLICT, NULL, 0);
        return;
    }
    note_words(api, &row, &paper->options);
    keep_password(api, row.id, paper);
    blobs_hold(api->blobs, paper->write.names[0]);
    blobs_hold(api->blobs, paper->write.names[1]);
    job_list_accepted(api->jobs, submit->tenant);
    log_info(job_accepted, log_job(submit->job), log_str("from", *submit->key == '\0' ? "upload" : "store"),
             log_int("bytes", (int64_t)paper->bytes), log_str("language", submit->language),
             log_str("client", submit->client), log_str("tenant", submit->tenant));
    if (submit->estimate && front->child.pid != 0)
        asker_add(api, front, submit->request, &row);
    else
        reply_json(front, submit->request, 202, api_json_accepted(submit->job));
}

/* What came along is on the disk, or cannot be. Meanwhile others may have come. */
static void on_kept(void *arg, struct blob_write *write)
{
    struct api *api = arg;
    const struct paper *paper = (struct paper *)write;
    struct worker *front = reply_front(api->pool, paper->generation);

    if (front == NULL) /* who asked is gone, and was promised nothing */
        return;
    if (write->error != 0) {
        log_error(blob_failed, log_job(paper->submit->job), log_str("reason", strerror(write->error)));
        refuse_unkept(front, paper->submit->request, write->error);
    } else if (!is_known(api, front, paper) && !is_refused(api, front, paper))
        accept_job(api, front, paper);
    FAULT_POINT("supervisor", "settled", wire_name(WIRE_SUBMIT));
}

static void paper_free(struct blob_write *write)
{
    job_options_clear(&((struct paper *)write)->options);
    free(write);
}

static struct paper *paper_new(struct api *api, const struct worker *front, struct wire *message)
{
    struct paper *paper = need_zero(1, sizeof *paper);

    paper->submit = &message->submit;
    paper->generation = front->generation;
    paper->bytes = message->frames == 0 ? 0 : wire_size(message, 0);
    job_options_read(&paper->options, paper->submit->options);
    if (*paper->options.password == '\0')
        memcpy(paper->digest, paper->submit->digest, sizeof paper->digest);
    else
        vault_mark(api->vault, paper->submit->digest, paper->options.password, paper->digest);
    return paper;
}

/* Takes paper and message over. */
static void keep_paper(struct api *api, struct paper *paper, struct wire *message)
{
    wire_move(&paper->write.message, message);
    paper->submit = &paper->write.message.submit;
    paper->write.then = on_kept;
    paper->write.arg = api;
    paper->write.end = paper_free;
    paper->write.durable = true;
    blobs_write(api->blobs, &paper->write);
}

void api_submit(struct api *api, struct worker *front, struct wire *message)
{
    struct paper *paper = paper_new(api, front, message);
    bool answered =
        is_known(api, front, paper) || is_refused(api, front, paper) || is_untimely(api, front, paper);

    if (!answered && message->frames > 0) {
        keep_paper(api, paper, message);
        return;
    }
    if (!answered)
        accept_job(api, front, paper);
    paper_free(&paper->write);
}
