/* dispatch - see dispatch.h */
#include "supervisor/schedule/dispatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/fault.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/job/provider_batch.h"
#include "supervisor/schedule/outage.h"
#include "supervisor/job/overview.h"
#include "supervisor/job/previous_run.h"
#include "supervisor/job/answer_cache.h"
#include "supervisor/api/api_json.h"
#include "supervisor/job/slide.h"
#include "supervisor/supervisor.h"

/* STREAK: pages of one document that a rasterizer is given in a row before others have their turn; each
 * change costs a new jail and opening the document again. */
enum {
    MAX_STREAK = 8,
    ATTEMPTS_SHOWN = 1000,
    DISK_FULL_MS = 5000,
    BUDGET_BUSY_MS = 200,
    DISK_EXTRA = 1 << 20
};

/* What became of a piece of work. SPENT: there is nothing to lease (any more). */
enum issued { LEASED, SPENT };

struct deal {
    struct supervisor *sup;
    struct worker *worker;
    struct work work;
    struct job *job; /* NULL for what is owed of one that has ended */
    struct wire message;
    uint64_t lease;
    uint32_t attempt;
    char key[BLOB_NAME];
    uint32_t max_tokens; /* that its first model call may write */
};

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

static enum issued issue_fetch(struct deal *deal)
{
    deal->message.fetch = (struct wire_fetch){
        .lease = deal->lease, .job = deal->job->row.job, .attempt = deal->attempt, .key = deal->job->row.key};
    return LEASED;
}

static enum issued issue_store(struct deal *deal)
{
    struct artifact_row row;
    char *key;
    int rc;

    rc = ledger_artifact_find(deal->sup->ledger, deal->job->row.id, deal->work.item, &row) ? 0 : -1;
    if (rc == 0) {
        free(row.url);
        rc = blobs_add_frame(deal->sup->blobs, row.sha, &deal->message);
    }
    if (rc == -1) { /* it is made again */
        lanes_drop(deal->sup->lanes, deal->job->row.id);
        job_raise(deal->job, EVENT_LOST);
        return SPENT;
    }
    key = key_of_artifact(deal->job->row.tenant, deal->job->row.job, deal->work.item);
    deal->message.text = key; /* the message gives it back */
    deal->message.store = (struct wire_store){.lease = deal->lease,
                                              .job = deal->job->row.job,
                                              .attempt = deal->attempt,
                                              .key = key,
                                              .content_type = artifact_type(deal->work.item),
                                              .filename = artifact_file(deal->work.item)};
    return LEASED;
}

/* The job has ended: its name and the body come from what is owed. */
static enum issued issue_notify(struct deal *deal)
{
    struct owed owed;
    char *body;

    if (!outbox_find(deal->sup, deal->work.job, &owed))
        return SPENT;
    deal->attempt = owed.attempt;
    body = ledger_outbox_body(deal->sup->ledger, owed.event);
    wire_add_owned(&deal->message, body, strlen(body));
    deal->message.notify = (struct wire_notify){
        .lease = deal->lease, .job = owed.name, .attempt = deal->attempt, .event = owed.event};
    return LEASED;
}

static enum issued issue_link(struct deal *deal)
{
    struct owed owed;

    if (!outbox_find(deal->sup, deal->work.job, &owed))
        return SPENT;
    deal->attempt = owed.attempt;
    deal->message.text = key_of_artifact(owed.tenant, owed.name, deal->work.item);
    deal->message.link = (struct wire_link){.lease = deal->lease,
                                            .job = owed.name,
                                            .attempt = deal->attempt,
                                            .key = deal->message.text,
                                            .filename = artifact_file(deal->work.item)};
    return LEASED;
}

/* What another tenant made is not there. */
static enum issued issue_previous(struct deal *deal)
{
    const struct job_row *row = &deal->job->row;
    char space[TENANT_ROOM];

    if (!ledger_job_space(deal->sup->ledger, row, row->previous, space)) {
        previous_run_none(deal->sup, deal->job, CODE_S3_NOT_FOUND);
        return SPENT;
    }
    deal->message.text = key_of_artifact(space, row->previous, ARTIFACT_SUMMARY);
    deal->message.revisit = (struct wire_revisit){
        .lease = deal->lease, .job = deal->job->row.job, .attempt = deal->attempt, .key = deal->message.text};
    return LEASED;
}

/* ---- rasterizer ---- */

/* The PDF goes along unless this worker was sent it last. -1: its file is lost. */
static int add_document(struct deal *deal)
{
    const char *document = deal->job->row.document;

    deal->worker->streak = deal->worker->job == deal->work.job ? deal->worker->streak + 1 : 1;
    deal->worker->job = deal->work.job;
    if (strcmp(deal->worker->document, document) == 0)
        return 0;
    if (blobs_add_frame(deal->sup->blobs, document, &deal->message) == -1)
        return -1;
    snprintf(deal->worker->document, sizeof deal->worker->document, "%s", document);
    return 0;
}

/* Unsealed for each lease, so that it is nowhere else in this process; "" if there is none. */
static const char *add_password(struct deal *deal)
{
    char *sealed = ledger_password(deal->sup->ledger, deal->job->row.id);

    if (sealed == NULL)
        return "";
    deal->message.text = vault_unseal(deal->sup->vault, deal->job->row.job, sealed); /* which gives it back */
    free(sealed);
    if (deal->message.text != NULL)
        return deal->message.text;
    log_warn(password_unreadable, log_job(deal->job->row.job),
             log_str("do", "post the job again; the file password.key is not the one it was accepted with"));
    return "";
}

static enum issued issue_inspect(struct deal *deal)
{
    if (add_document(deal) == -1) {
        job_raise(deal->job, EVENT_LOST);
        return SPENT;
    }
    deal->message.inspect = (struct wire_inspect){.lease = deal->lease,
                                                  .job = deal->job->row.job,
                                                  .attempt = deal->attempt,
                                                  .document = deal->job->row.document,
                                                  .password = add_password(deal)};
    return LEASED;
}

static enum issued issue_raster(struct deal *deal)
{
    if (add_document(deal) == -1) { /* it is told again what it needs when the document is back */
        job_set_busy(deal->job, deal->work.item, false);
        job_raise(deal->job, EVENT_LOST);
        return SPENT;
    }
    deal->message.raster = (struct wire_raster){.lease = deal->lease,
                                                .job = deal->job->row.job,
                                                .slide = deal->work.item,
                                                .attempt = deal->attempt,
                                                .document = deal->job->row.document,
                                                .password = add_password(deal)};
    return LEASED;
}

/* ---- vision ---- */

/* Is there money for its first call? If not, it waits for some to be given back, or goes without. */
static bool is_affordable(struct deal *deal)
{
    enum code which = CODE_INTERNAL;
    enum budget_verdict verdict;

    if (strcmp(deal->worker->engine, "openai") != 0) {
        deal->max_tokens = (uint32_t)deal->sup->service.conf->model_max_tokens;
        return true;
    }
    verdict = admission_look(deal->sup->admissions, &deal->job->row,
                             job_slide_row(deal->job, deal->work.item), &deal->max_tokens, &which);
    if (verdict == BUDGET_BUSY)
        lanes_add(deal->sup->lanes, deal->work, deal->sup->service.now_ms + BUDGET_BUSY_MS);
    else if (verdict == BUDGET_SPENT && deal->work.lane == LANE_OVERVIEW)
        overview_none(deal->job);
    else if (verdict == BUDGET_SPENT)
        slide_skip(deal->sup, deal->job, deal->work.item, which);
    return verdict == BUDGET_FINE;
}

static enum issued draw_again(struct deal *deal)
{
    lanes_add(deal->sup->lanes, job_work(deal->job, LANE_RASTER, deal->work.item), 0);
    return SPENT;
}

static const char *title_of(const struct deal *deal, uint32_t slide)
{
    const struct build_up *build_up = job_build_up(deal->sup, deal->job, slide);

    return build_up == NULL ? "" : build_up->title;
}

static enum issued issue_explain(struct deal *deal)
{
    const struct slide_row *slide = job_slide_row(deal->job, deal->work.item);
    const struct job_row *row = &deal->job->row;

    answer_cache_slide_key(deal->worker, deal->job, deal->work.item, deal->key);
    if (answer_cache_slide(deal->sup, deal->job, deal->work.item, deal->key) || !is_affordable(deal))
        return SPENT;
    if (answer_cache_is_on(deal->sup) && !in_flight_lead(deal->sup->in_flight, deal->key, deal->work))
        return SPENT;
    if (blobs_add_frame(deal->sup->blobs, slide->text, &deal->message) == -1 ||
        (*slide->picture != '\0' &&
         blobs_add_frame(deal->sup->blobs, slide->picture, &deal->message) == -1)) {
        in_flight_end(deal->sup->in_flight, deal->key, deal->sup->lanes);
        return draw_again(deal);
    }
    deal->message.explain = (struct wire_explain){.lease = deal->lease,
                                                  .job = row->job,
                                                  .slide = deal->work.item,
                                                  .attempt = deal->attempt,
                                                  .slides = row->pages,
                                                  .language = row->language,
                                                  .title = row->title,
                                                  .outline = row->outline,
                                                  .before = title_of(deal, deal->work.item - 1),
                                                  .after = title_of(deal, deal->work.item + 1),
                                                  .instructions = row->instructions,
                                                  .card_style = row->card_style,
                                                  .cards = row->cards,
                                                  .max_tokens = deal->max_tokens};
    return LEASED;
}

static enum issued issue_overview(struct deal *deal)
{
    const struct job_row *row = &deal->job->row;
    char *request = overview_request(deal->sup, deal->job);

    answer_cache_overview_key(deal->worker, deal->job, request, deal->key);
    wire_add_owned(&deal->message, request, strlen(request));
    if (overview_cached(deal->sup, deal->job, deal->key))
        return SPENT;
    if (strcmp(deal->worker->engine, "openai") != 0) { /* it was another one that explained the slides */
        overview_none(deal->job);
        return SPENT;
    }
    if (!is_affordable(deal))
        return SPENT;
    deal->message.overview = (struct wire_overview){.lease = deal->lease,
                                                    .job = row->job,
                                                    .attempt = deal->attempt,
                                                    .slides = row->pages,
                                                    .language = row->language,
                                                    .title = row->title,
                                                    .outline = row->outline,
                                                    .instructions = row->instructions,
                                                    .max_tokens = deal->max_tokens};
    return LEASED;
}

static enum issued issue_batch(struct deal *deal)
{
    if (!batch_issue(deal->sup, deal->job, deal->worker, deal->work.item, &deal->message))
        return SPENT;
    deal->message.batch.lease = deal->lease;
    deal->message.batch.attempt = deal->attempt;
    return LEASED;
}

static enum issued issue_poll(struct deal *deal)
{
    if (!batch_issue_poll(deal->sup, deal->job, deal->work.item, &deal->message))
        return SPENT;
    deal->message.poll.lease = deal->lease;
    deal->message.poll.attempt = deal->attempt;
    return LEASED;
}

/* ---- assembler ---- */

static int add_picture(void *arg, const struct slide_row *slide)
{
    struct deal *deal = arg;

    if (*slide->picture == '\0')
        return 0;
    if (blobs_add_frame(deal->sup->blobs, slide->picture, &deal->message) == -1)
        return -1;
    return (int)deal->message.frames - 1; /* frame 0 is the manifest */
}

static enum issued issue_assemble(struct deal *deal)
{
    char *manifest;

    wire_add_copy(&deal->message, "", 0); /* keeps the place */
    if (!previous_run_add(deal->sup, deal->job, &deal->message))
        return SPENT;
    manifest = api_json_manifest(deal->sup, deal->job, add_picture, deal);
    if (manifest == NULL) {
        job_raise(deal->job, EVENT_LOST);
        return SPENT;
    }
    wire_set_owned(&deal->message, 0, manifest, strlen(manifest));
    deal->message.assemble = (struct wire_assemble){.lease = deal->lease,
                                                    .job = deal->job->row.job,
                                                    .attempt = deal->attempt,
                                                    .outputs = deal->job->row.outputs};
    return LEASED;
}

/* ---- leasing ---- */

static enum issued (*const issue[LANES])(struct deal *) = {
    [LANE_FETCH] = issue_fetch,       [LANE_STORE] = issue_store,       [LANE_NOTIFY] = issue_notify,
    [LANE_INSPECT] = issue_inspect,   [LANE_RASTER] = issue_raster,     [LANE_EXPLAIN] = issue_explain,
    [LANE_OVERVIEW] = issue_overview, [LANE_BATCH] = issue_batch,       [LANE_POLL] = issue_poll,
    [LANE_PREVIOUS] = issue_previous, [LANE_ASSEMBLE] = issue_assemble, [LANE_LINK] = issue_link};

int64_t dispatch_deadline_ms(const struct conf *conf, enum stage_kind kind)
{
    const int64_t seconds[STAGE_KINDS] = {[STAGE_COURIER] = conf->courier_deadline_s,
                                          [STAGE_RASTERIZER] = conf->rasterizer_deadline_s,
                                          [STAGE_VISION] = conf->vision_deadline_s,
                                          [STAGE_ASSEMBLER] = conf->assembler_deadline_s};

    return seconds[kind] * 1000;
}

/* Where the attempts of this work are counted; NULL: in the outbox. */
static uint32_t *attempts_of(const struct deal *deal)
{
    if (lane_row(deal->work.lane)->counted == COUNTED_SLIDE)
        return &job_slide_row(deal->job, deal->work.item)->attempt;
    return deal->job == NULL ? NULL : &deal->job->row.attempt;
}

/* Before the lease goes out. */
static void write_attempt(struct deal *deal)
{
    uint32_t *attempts = attempts_of(deal);
    struct attempt_row row = {.lease = deal->lease,
                              .job = deal->work.job,
                              .slide = deal->work.item,
                              .attempt = deal->attempt,
                              .generation = deal->worker->generation};
    char name[WORKER_NAME];

    if (attempts != NULL)
        *attempts = deal->attempt;
    if (lane_row(deal->work.lane)->counted == COUNTED_SLIDE)
        ledger_slide_update(deal->sup->ledger, deal->work.job, job_slide_row(deal->job, deal->work.item));
    else if (deal->job != NULL)
        job_save(deal->sup, deal->job);
    worker_name(deal->worker, name);
    memcpy(row.answers, deal->key, sizeof row.answers);
    ledger_attempt_add(deal->sup->ledger, &row, lane_name(deal->work.lane), name);
}

static void lease_out(struct deal *deal)
{
    struct lease *lease = worker_lease(deal->worker, deal->lease, deal->work);

    lease->misfit = wire_fit(&deal->message); /* then it fails as if the worker had said so (job_machine.c) */
    lease->attempt = deal->attempt;
    lease->issued_ms = deal->sup->service.now_ms;
    lease->deadline_ms =
        deal->sup->service.now_ms + dispatch_deadline_ms(deal->sup->service.conf, deal->worker->kind);
    memcpy(lease->key, deal->key, sizeof lease->key);
    deal->sup->counters.leased[deal->work.lane]++;
    write_attempt(deal);
    if (deal->work.lane == LANE_EXPLAIN || deal->work.lane == LANE_OVERVIEW)
        admission_lease(deal->sup->admissions, deal->worker, lease, &deal->job->row,
                        job_slide_row(deal->job, deal->work.item), deal->max_tokens);
    if (lease->misfit == NULL)
        worker_send(deal->worker, &deal->message);
    else
        wire_clear(&deal->message);
}

/* As much as front takes in at once (stages/front/request_body.c), and a little. What is leased already may
 * come on top: the credit of the workers bounds it. */
bool dispatch_disk_busy(const struct supervisor *sup)
{
    return blobs_bytes(sup->blobs) > 2 * (size_t)sup->service.conf->limit_pdf_bytes + DISK_EXTRA;
}

bool dispatch_allows(struct supervisor *sup, enum lane_id lane)
{
    return outage_allows(sup, lane) && !(lane_row(lane)->room && dispatch_disk_busy(sup));
}

static void try_work(struct supervisor *sup, struct worker *worker, struct work work)
{
    struct deal deal = {.sup = sup, .worker = worker, .work = work, .job = job_find(sup, work.job)};

    if (!lane_is_owed(work.lane) && (deal.job == NULL || !job_fits(deal.job, work.lane))) {
        if (deal.job != NULL && lane_row(work.lane)->counted == COUNTED_SLIDE)
            job_set_busy(deal.job, work.item, false); /* it is told again what it needs */
        return;
    }
    if (lane_row(work.lane)->room && !blobs_has_room(sup->blobs, 0)) {
        lanes_add(sup->lanes, work, sup->service.now_ms + DISK_FULL_MS);
        return;
    }
    deal.lease = ++sup->lease;
    if (attempts_of(&deal) != NULL)
        deal.attempt = *attempts_of(&deal) < ATTEMPTS_SHOWN ? *attempts_of(&deal) + 1 : ATTEMPTS_SHOWN;
    wire_init(&deal.message, lane_row(work.lane)->down);
    if (issue[work.lane](&deal) == LEASED)
        lease_out(&deal);
    else
        wire_clear(&deal.message);
}

/* One piece of work for the worker, from the lanes of its kind in turn. false: there is none. */
static bool serve(struct supervisor *sup, struct worker *worker)
{
    int64_t prefer = worker->streak < MAX_STREAK ? worker->job : 0;
    struct work work;

    for (unsigned i = 0; i < LANES; i++) {
        enum lane_id lane = (enum lane_id)((sup->rotation[worker->kind] + i) % LANES);

        if (lane_kind(lane) != worker->kind || !dispatch_allows(sup, lane) ||
            (worker->kind == STAGE_VISION && !admission_allow(sup->admissions)) ||
            FAULT_REFUSES("supervisor", lane_name(lane)) || !lanes_take(sup->lanes, lane, prefer, &work))
            continue;
        sup->rotation[worker->kind] = (unsigned)lane + 1;
        try_work(sup, worker, work);
        return true;
    }
    return false;
}

static bool holds_suspect(const struct supervisor *sup, enum stage_kind kind)
{
    for (const struct worker *w = worker_pool_first(sup->pool); w != NULL; w = w->next)
        if (w->kind == kind && w->leases != NULL && w->leases->work.suspect)
            return true;
    return false;
}

bool dispatch_has_credit(const struct supervisor *sup, const struct worker *worker)
{
    return worker_has_credit(worker) && (worker->held == 0 || !(lanes_suspect(sup->lanes, worker->kind) ||
                                                                holds_suspect(sup, worker->kind)));
}

void dispatch(struct supervisor *sup)
{
    bool again = !sup->service.draining || !sup->service.conf->ledger_durable;

    while (again) {
        again = false;
        for (struct worker *w = worker_pool_first(sup->pool); w != NULL; w = w->next)
            if (dispatch_has_credit(sup, w))
                again = serve(sup, w) || again;
    }
}
