/* api - see api.h */
#include "supervisor/api/api.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/codes.h"
#include "proto/fault.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "proto/wished.h"
#include "supervisor/api/cursor.h"
#include "supervisor/schedule/dispatch.h"
#include "supervisor/api/metrics.h"
#include "supervisor/api/api_json.h"
#include "supervisor/supervisor.h"
#include "supervisor/schedule/watchdog.h"

enum { DRAIN_RETRY_MS = 10000, FULL_RETRY_MS = 30000, BUSY_RETRY_MS = 5000, ESTIMATE_MAX_MS = 8000 };

/* A job that is asked for. What came along is written: the PDF and the summary of its previous run. */
struct paper {
    struct blob_write write;
    const struct wire_submit *submit;
    struct wished wished;
    char digest[SHA_ROOM]; /* with the password's share */
    size_t bytes;          /* of the PDF */
    uint64_t generation;   /* of front */
};

/* Who waits for an estimate. */
struct asker {
    struct asker *next;
    int64_t job, until_ms;
    uint64_t generation, request; /* of front */
    char name[129];
};

/* Takes json over. */
static void answer_make(struct wire *message, uint64_t request, unsigned status, char *json)
{
    wire_init(message, WIRE_ANSWER);
    message->answer.request = request;
    message->answer.status = status;
    wire_add_owned(message, json, strlen(json));
}

/* Once all it says is durable. */
static void answer(struct worker *front, uint64_t request, unsigned status, char *json)
{
    struct wire message;

    answer_make(&message, request, status, json);
    worker_send(front, &message);
}

/* It says how the service is, and nothing of a job. */
static void answer_now(struct worker *front, uint64_t request, unsigned status, char *json)
{
    struct wire message;

    answer_make(&message, request, status, json);
    worker_send_now(front, &message);
}

/* A refusal promises nothing. */
static void refuse(struct worker *front, uint64_t request, enum code code, const char *detail,
                   uint64_t retry_after_ms)
{
    struct wire message;

    wire_init(&message, WIRE_ANSWER);
    message.answer = (struct wire_answer){.request = request,
                                          .status = code_status(code),
                                          .code = code_name(code),
                                          .detail = detail == NULL ? code_doc(code) : detail,
                                          .retry_after_ms = retry_after_ms};
    worker_send_now(front, &message);
}

/* What came could not be written to the state folder. number: errno. */
static void refuse_unkept(struct worker *front, uint64_t request, int number)
{
    char detail[160];

    snprintf(detail, sizeof detail, "the state folder takes no files (%s); see blob_failed in the log",
             strerror(number));
    refuse(front, request, CODE_STORAGE_FULL, number == ENOSPC || number == EDQUOT ? NULL : detail,
           FULL_RETRY_MS);
}

/* Nothing stands against it. */
static void refuse_none(struct worker *front, uint64_t request)
{
    struct wire message;

    wire_init(&message, WIRE_ANSWER);
    message.answer = (struct wire_answer){.request = request, .status = 200, .code = "", .detail = ""};
    worker_send_now(front, &message);
}

/* ---- accepting ---- */

/* true: a job of that name is there, and the request has its answer. */
static bool is_known(struct supervisor *sup, struct worker *front, const struct paper *paper)
{
    const struct wire_submit *submit = paper->submit;
    struct job_row row;
    bool same;

    if (!ledger_job_find(sup->ledger, submit->tenant, submit->job, &row))
        return false;
    same = strcmp(row.digest, paper->digest) == 0 && row.estimate == (submit->estimate != 0);
    job_row_clear(&row);
    if (same)
        answer(front, submit->request, 202, api_json_accepted(submit->job));
    else
        refuse(front, submit->request, CODE_JOB_CONFLICT, NULL, 0);
    return true;
}

static bool is_over_quota(const struct supervisor *sup, const char *tenant)
{
    uint64_t max = (uint64_t)sup->service.conf->limit_key_jobs_open;

    return max > 0 && tenants_at(sup->tenants, tenant)->open >= max;
}

static bool is_refused(struct supervisor *sup, struct worker *front, const struct paper *paper)
{
    const struct wire_submit *submit = paper->submit;

    if (sup->open_jobs >= (uint64_t)sup->service.conf->limit_jobs_open)
        refuse(front, submit->request, CODE_QUEUE_FULL, NULL, FULL_RETRY_MS);
    else if (is_over_quota(sup, submit->tenant))
        refuse(front, submit->request, CODE_KEY_QUEUE_FULL, NULL, FULL_RETRY_MS);
    else
        return false;
    return true;
}

/* What stands against beginning with it. */
static bool is_untimely(struct supervisor *sup, struct worker *front, const struct paper *paper)
{
    const struct wire_submit *submit = paper->submit;

    if (sup->service.draining)
        refuse(front, submit->request, CODE_SHUTTING_DOWN, NULL, DRAIN_RETRY_MS);
    else if (!blobs_has_room(sup->blobs, paper->bytes))
        refuse(front, submit->request, CODE_STORAGE_FULL, NULL, FULL_RETRY_MS);
    else if (paper->bytes > 0 && dispatch_disk_busy(sup))
        refuse(front, submit->request, CODE_STORAGE_BUSY, NULL, BUSY_RETRY_MS);
    else
        return false;
    return true;
}

/* ---- estimates: answered when they are there, unless that takes too long ---- */

static void wait_for_estimate(struct supervisor *sup, const struct worker *front, uint64_t request,
                              const struct job_row *row)
{
    struct asker *asker = need_zero(1, sizeof *asker);

    *asker = (struct asker){.next = sup->askers,
                            .job = row->id,
                            .generation = front->generation,
                            .request = request,
                            .until_ms = sup->service.now_ms + ESTIMATE_MAX_MS};
    snprintf(asker->name, sizeof asker->name, "%s", row->job);
    sup->askers = asker;
}

static struct worker *front_of(const struct supervisor *sup, uint64_t generation)
{
    for (struct worker *w = worker_pool_first(sup->pool); w != NULL; w = w->next)
        if (w->kind == STAGE_FRONT && w->generation == generation && !w->exited)
            return w;
    return NULL;
}

/* row: of a job that has ended, NULL: it has not yet. */
static void answer_asker(struct supervisor *sup, struct asker **at, const struct job_row *row)
{
    struct asker *asker = *at;
    struct worker *front = front_of(sup, asker->generation);

    if (front != NULL && row == NULL)
        answer(front, asker->request, 202, api_json_accepted(asker->name));
    else if (front != NULL && row->state == JOB_FAILED)
        refuse(front, asker->request, code_of(row->code), row->detail, 0);
    else if (front != NULL)
        answer(front, asker->request, 200, api_json_job(sup, row));
    *at = asker->next;
    free(asker);
}

void api_estimated(struct supervisor *sup, struct job *job)
{
    for (struct asker **at = &sup->askers; *at != NULL; at = &(*at)->next)
        if ((*at)->job == job->row.id) {
            answer_asker(sup, at, &job->row);
            return;
        }
}

int64_t api_turn(struct supervisor *sup)
{
    int64_t next = -1;

    for (struct asker **at = &sup->askers; *at != NULL;) {
        if (sup->service.now_ms >= (*at)->until_ms) {
            answer_asker(sup, at, NULL);
            continue;
        }
        if (next == -1 || (*at)->until_ms < next)
            next = (*at)->until_ms;
        at = &(*at)->next;
    }
    return next;
}

void api_free(struct supervisor *sup)
{
    while (sup->askers != NULL) {
        struct asker *asker = sup->askers;

        sup->askers = asker->next;
        free(asker);
    }
}

static void keep_password(struct supervisor *sup, int64_t job, const struct paper *paper)
{
    char *sealed;

    if (*paper->wished.password == '\0')
        return;
    sealed = vault_seal(sup->vault, paper->submit->job, paper->wished.password);
    ledger_password_set(sup->ledger, job, sealed);
    free(sealed);
}

/* What front has to say of the request stands where a job's end is told: with a code it is a failure, without
 * a remark. */
static void note_words(struct supervisor *sup, struct job_row *row, const struct wished *wished)
{
    bool fault = *wished->fault != '\0';

    if (!fault && *wished->remark == '\0')
        return;
    row->code = (char *)(fault ? code_name(CODE_REQUEST_INVALID) : "");
    row->detail = fault ? wished->fault : wished->remark;
    ledger_job_update(sup->ledger, row);
}

static void accept_job(struct supervisor *sup, struct worker *front, const struct paper *paper)
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
                          .economy = paper->wished.economy,
                          .estimate = submit->estimate,
                          .outputs = paper->wished.outputs,
                          .metadata = paper->wished.metadata,
                          .previous = paper->wished.previous,
                          .previous_sha = (char *)paper->write.names[1],
                          .state = JOB_ACCEPTED,
                          .document = (char *)paper->write.names[0]};

    if (front->child.pid == 0) { /* the seat: `slidemill run` says nothing of cards */
        row.card_style = card_style_of(sup->service.conf->model_card_style);
        row.cards = (uint32_t)sup->service.conf->model_cards;
    }
    if (!ledger_job_add(sup->ledger, &row)) { /* another tenant's by now: its key was given a name */
        refuse(front, submit->request, CODE_JOB_CONFLICT, NULL, 0);
        return;
    }
    note_words(sup, &row, &paper->wished);
    keep_password(sup, row.id, paper);
    blobs_hold(sup->blobs, paper->write.names[0]);
    blobs_hold(sup->blobs, paper->write.names[1]);
    sup->open_jobs++;
    tenants_at(sup->tenants, submit->tenant)->open++;
    log_info(job_accepted, log_job(submit->job), log_str("from", *submit->key == '\0' ? "upload" : "store"),
             log_int("bytes", (int64_t)paper->bytes), log_str("language", submit->language),
             log_str("client", submit->client), log_str("tenant", submit->tenant));
    if (submit->estimate && front->child.pid != 0)
        wait_for_estimate(sup, front, submit->request, &row);
    else
        answer(front, submit->request, 202, api_json_accepted(submit->job));
}

/* What came along is on the disk, or cannot be. Meanwhile others may have come. */
static void on_kept(void *arg, struct blob_write *write)
{
    struct supervisor *sup = arg;
    const struct paper *paper = (struct paper *)write;
    struct worker *front = front_of(sup, paper->generation);

    if (front == NULL) /* who asked is gone, and was promised nothing */
        return;
    if (write->error != 0) {
        log_error(blob_failed, log_job(paper->submit->job), log_str("reason", strerror(write->error)));
        refuse_unkept(front, paper->submit->request, write->error);
    } else if (!is_known(sup, front, paper) && !is_refused(sup, front, paper))
        accept_job(sup, front, paper);
    FAULT_POINT("supervisor", "settled", wire_name(WIRE_SUBMIT));
}

static void paper_free(struct blob_write *write)
{
    wished_clear(&((struct paper *)write)->wished);
    free(write);
}

static struct paper *paper_new(struct supervisor *sup, const struct worker *front, struct wire *message)
{
    struct paper *paper = need_zero(1, sizeof *paper);

    paper->submit = &message->submit;
    paper->generation = front->generation;
    paper->bytes = message->frames == 0 ? 0 : wire_size(message, 0);
    wished_read(&paper->wished, paper->submit->wishes);
    if (*paper->wished.password == '\0')
        memcpy(paper->digest, paper->submit->digest, sizeof paper->digest);
    else
        vault_mark(sup->vault, paper->submit->digest, paper->wished.password, paper->digest);
    return paper;
}

/* Takes paper and message over. */
static void keep_paper(struct supervisor *sup, struct paper *paper, struct wire *message)
{
    wire_move(&paper->write.message, message);
    paper->submit = &paper->write.message.submit;
    paper->write.then = on_kept;
    paper->write.end = paper_free;
    paper->write.durable = true;
    blobs_write(sup->blobs, &paper->write);
}

void api_submit(struct supervisor *sup, struct worker *front, struct wire *message)
{
    struct paper *paper = paper_new(sup, front, message);
    bool answered =
        is_known(sup, front, paper) || is_refused(sup, front, paper) || is_untimely(sup, front, paper);

    if (!answered && message->frames > 0) {
        keep_paper(sup, paper, message);
        return;
    }
    if (!answered)
        accept_job(sup, front, paper);
    paper_free(&paper->write);
}

/* ---- questions ---- */

/* The job that is asked about, if whoever asks may see it. Else the request has its answer. */
static bool find(struct supervisor *sup, struct worker *front, const struct wire_ask *ask,
                 struct job_row *row)
{
    unsigned found = ask->everyone ? ledger_job_find_any(sup->ledger, ask->job, row)
                                   : ledger_job_find(sup->ledger, ask->tenant, ask->job, row);

    if (found != 1)
        refuse(front, ask->request, found == 0 ? CODE_JOB_NOT_FOUND : CODE_JOB_AMBIGUOUS, NULL, 0);
    return found == 1;
}

static void ask_job(struct supervisor *sup, struct worker *front, const struct wire_ask *ask)
{
    struct job_row row;

    if (!find(sup, front, ask, &row))
        return;
    answer(front, ask->request, 200, api_json_job(sup, &row));
    job_row_clear(&row);
}

static void ask_callback(struct supervisor *sup, struct worker *front, const struct wire_ask *ask)
{
    struct job_row row;

    if (!find(sup, front, ask, &row))
        return;
    if (row.estimate)
        refuse(front, ask->request, CODE_JOB_IS_ESTIMATE, NULL, 0);
    else if (row.state != JOB_COMPLETED && row.state != JOB_FAILED)
        refuse(front, ask->request, CODE_JOB_NOT_ENDED, NULL, 0);
    else if (*sup->service.conf->callback_url == '\0')
        refuse(front, ask->request, CODE_NO_CALLBACK, NULL, 0);
    else {
        outbox_resend(sup, &row);
        answer(front, ask->request, 202, api_json_resent(row.job));
    }
    job_row_clear(&row);
}

static void ask_jobs(struct supervisor *sup, struct worker *front, const struct wire_ask *ask)
{
    const char *tenant = ask->everyone ? NULL : ask->tenant;
    int64_t before = cursor_read(sup->vault, tenant, ask->cursor);

    if (before == -1)
        refuse(front, ask->request, CODE_INVALID_VALUE, "cursor is not one that this list gave", 0);
    else
        answer(front, ask->request, 200, api_json_jobs(sup, tenant, before));
}

/* What front asks for itself: may the service be given work, and does it go on? */
static void answer_probe(struct supervisor *sup, struct worker *front, uint64_t request)
{
    const char *stalled = watchdog_stalled(sup), *missing = api_json_unready(sup);
    char detail[160];

    if (stalled != NULL) {
        snprintf(detail, sizeof detail, "the lane %s stands still; see lane_stalled in the log", stalled);
        refuse(front, request, CODE_WEDGED, detail, 0);
    } else if (sup->service.draining)
        refuse(front, request, CODE_SHUTTING_DOWN, NULL, DRAIN_RETRY_MS);
    else if (missing != NULL)
        refuse(front, request, CODE_NOT_READY, missing, 0);
    else if (sup->open_jobs >= (uint64_t)sup->service.conf->limit_jobs_open)
        refuse(front, request, CODE_QUEUE_FULL, NULL, FULL_RETRY_MS);
    else if (!blobs_has_room(sup->blobs, 0))
        refuse(front, request, CODE_STORAGE_FULL, NULL, FULL_RETRY_MS);
    else
        refuse_none(front, request);
}

void api_named(struct supervisor *sup, const struct wire_named *named)
{
    unsigned jobs = 0;

    if (*named->client != '\0') /* jobs that came while no key was needed are nobody else's */
        jobs = ledger_jobs_own(sup->ledger, named->client, named->tenant);
    if (jobs > 0)
        log_info(tenant_jobs_moved, log_str("client", named->client), log_str("tenant", named->tenant),
                 log_int("jobs", jobs));
}

void api_ask(struct supervisor *sup, struct worker *front, const struct wire_ask *ask)
{
    bool healthy;
    char *json;

    switch (ask->about) {
    case ASK_JOB:
        ask_job(sup, front, ask);
        break;
    case ASK_CALLBACK:
        ask_callback(sup, front, ask);
        break;
    case ASK_JOBS:
        ask_jobs(sup, front, ask);
        break;
    case ASK_METRICS:
        if (ask->everyone)
            answer_now(front, ask->request, 200, metrics_text(sup));
        else
            refuse(front, ask->request, CODE_ADMIN_ONLY, NULL, 0);
        break;
    case ASK_PROBE:
        answer_probe(sup, front, ask->request);
        break;
    default:
        json = api_json_health(sup, ask->everyone, &healthy);
        answer_now(front, ask->request, healthy ? 200 : 503, json);
        break;
    }
}
