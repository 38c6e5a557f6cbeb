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
#include "supervisor/api/job_json.h"
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
static bool is_known(struct submit *submit, struct worker *front, const struct paper *paper)
{
    const struct wire_submit *asked = paper->submit;
    struct job_row row;
    bool same;

    if (!ledger_job_find(submit->ledger, asked->tenant, asked->job, &row))
        return false;
    same = strcmp(row.digest, paper->digest) == 0 && row.estimate == (asked->estimate != 0);
    job_row_clear(&row);
    if (same)
        reply_json(front, asked->request, 202, job_json_accepted(asked->job));
    else
        reply_refuse(front, asked->request, CODE_JOB_CONFLICT, NULL, 0);
    return true;
}

static bool is_over_quota(const struct submit *submit, const char *tenant)
{
    uint64_t max = (uint64_t)submit->service->conf->limit_key_jobs_open;

    return max > 0 && tenants_at(submit->tenants, tenant)->open >= max;
}

static bool is_refused(struct submit *submit, struct worker *front, const struct paper *paper)
{
    const struct wire_submit *asked = paper->submit;

    if (job_list_counts(submit->jobs)->open >= (uint64_t)submit->service->conf->limit_jobs_open)
        reply_refuse(front, asked->request, CODE_QUEUE_FULL, NULL, FULL_RETRY_MS);
    else if (is_over_quota(submit, asked->tenant))
        reply_refuse(front, asked->request, CODE_KEY_QUEUE_FULL, NULL, FULL_RETRY_MS);
    else
        return false;
    return true;
}

/* What stands against beginning with it. */
static bool is_untimely(struct submit *submit, struct worker *front, const struct paper *paper)
{
    const struct wire_submit *asked = paper->submit;

    if (submit->service->draining)
        reply_refuse(front, asked->request, CODE_SHUTTING_DOWN, NULL, DRAIN_RETRY_MS);
    else if (!blobs_has_room(submit->blobs, paper->bytes))
        reply_refuse(front, asked->request, CODE_STORAGE_FULL, NULL, FULL_RETRY_MS);
    else if (paper->bytes > 0 && dispatch_disk_busy(submit->schedule))
        reply_refuse(front, asked->request, CODE_STORAGE_BUSY, NULL, BUSY_RETRY_MS);
    else
        return false;
    return true;
}

static void keep_password(struct submit *submit, int64_t job, const struct paper *paper)
{
    char *sealed;

    if (*paper->options.password == '\0')
        return;
    sealed = vault_seal(submit->vault, paper->submit->job, paper->options.password);
    ledger_password_set(submit->ledger, job, sealed);
    free(sealed);
}

/* What front has to say of the request stands where a job's end is told: with a code it is a failure, without
 * a remark. */
static void note_words(struct submit *submit, struct job_row *row, const struct job_options *options)
{
    bool fault = *options->fault != '\0';

    if (!fault && *options->remark == '\0')
        return;
    row->code = (char *)(fault ? code_name(CODE_REQUEST_INVALID) : "");
    row->detail = fault ? options->fault : options->remark;
    ledger_job_update(submit->ledger, row);
}

static void accept_job(struct submit *submit, struct worker *front, const struct paper *paper)
{
    const struct wire_submit *asked = paper->submit;
    struct job_row row = {.job = (char *)asked->job,
                          .digest = (char *)paper->digest,
                          .key = (char *)asked->key,
                          .email = (char *)asked->email,
                          .language = (char *)asked->language,
                          .filename = (char *)asked->filename,
                          .client = (char *)asked->client,
                          .tenant = (char *)asked->tenant,
                          .instructions = (char *)asked->instructions,
                          .card_style = (enum card_style)asked->card_style,
                          .cards = asked->cards,
                          .economy = paper->options.economy,
                          .estimate = asked->estimate,
                          .outputs = paper->options.outputs,
                          .metadata = paper->options.metadata,
                          .previous = paper->options.previous,
                          .previous_sha = (char *)paper->write.names[1],
                          .state = JOB_ACCEPTED,
                          .document = (char *)paper->write.names[0]};

    if (worker_is_local_client(front)) { /* `slidemill run` says nothing of cards */
        row.card_style = card_style_of(submit->service->conf->model_card_style);
        row.cards = (uint32_t)submit->service->conf->model_cards;
    }
    if (!ledger_job_add(submit->ledger, &row)) { /* another tenant's by now: its key was given a name */
        reply_refuse(front, asked->request, CODE_JOB_CONFLICT, NULL, 0);
        return;
    }
    note_words(submit, &row, &paper->options);
    keep_password(submit, row.id, paper);
    blobs_hold(submit->blobs, paper->write.names[0]);
    blobs_hold(submit->blobs, paper->write.names[1]);
    job_list_accepted(submit->jobs, asked->tenant);
    log_info(job_accepted, log_job(asked->job), log_str("from", *asked->key == '\0' ? "upload" : "store"),
             log_int("bytes", (int64_t)paper->bytes), log_str("language", asked->language),
             log_str("client", asked->client), log_str("tenant", asked->tenant));
    if (asked->estimate && !worker_is_local_client(front))
        asker_add(submit->askers, front, asked->request, &row);
    else
        reply_json(front, asked->request, 202, job_json_accepted(asked->job));
}

/* What came along is on the disk, or cannot be. Meanwhile others may have come. */
static void on_kept(void *arg, struct blob_write *write)
{
    struct submit *submit = arg;
    const struct paper *paper = (struct paper *)write;
    struct worker *front = reply_front(submit->pool, paper->generation);

    if (front == NULL) /* who asked is gone, and was promised nothing */
        return;
    if (write->error != 0) {
        log_error(blob_failed, log_job(paper->submit->job), log_str("reason", strerror(write->error)));
        refuse_unkept(front, paper->submit->request, write->error);
    } else if (!is_known(submit, front, paper) && !is_refused(submit, front, paper))
        accept_job(submit, front, paper);
    FAULT_POINT("supervisor", "settled", wire_name(WIRE_SUBMIT));
}

static void paper_free(struct blob_write *write)
{
    job_options_clear(&((struct paper *)write)->options);
    free(write);
}

static struct paper *paper_new(struct submit *submit, const struct worker *front, struct wire *message)
{
    struct paper *paper = need_zero(1, sizeof *paper);

    paper->submit = &message->submit;
    paper->generation = worker_generation(front);
    paper->bytes = message->frames == 0 ? 0 : wire_size(message, 0);
    job_options_read(&paper->options, paper->submit->options);
    if (*paper->options.password == '\0')
        memcpy(paper->digest, paper->submit->digest, sizeof paper->digest);
    else
        vault_mark(submit->vault, paper->submit->digest, paper->options.password, paper->digest);
    return paper;
}

/* Takes paper and message over. */
static void keep_paper(struct submit *submit, struct paper *paper, struct wire *message)
{
    wire_move(&paper->write.message, message);
    paper->submit = &paper->write.message.submit;
    paper->write.then = on_kept;
    paper->write.arg = submit;
    paper->write.end = paper_free;
    paper->write.durable = true;
    blobs_write(submit->blobs, &paper->write);
}

void submit_take(struct submit *submit, struct worker *front, struct wire *message)
{
    struct paper *paper = paper_new(submit, front, message);
    bool answered = is_known(submit, front, paper) || is_refused(submit, front, paper) ||
                    is_untimely(submit, front, paper);

    if (!answered && message->frames > 0) {
        keep_paper(submit, paper, message);
        return;
    }
    if (!answered)
        accept_job(submit, front, paper);
    paper_free(&paper->write);
}
