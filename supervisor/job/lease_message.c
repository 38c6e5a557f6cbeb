/* lease_message - see lease_message.h */
#include "supervisor/job/lease_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/job/answer_cache.h"
#include "supervisor/job/job.h"
#include "supervisor/job/jobs.h"
#include "supervisor/job/manifest.h"
#include "supervisor/job/overview.h"
#include "supervisor/job/previous_run.h"
#include "supervisor/job/provider_batch.h"
#include "supervisor/job/slide.h"

enum { ATTEMPTS_SHOWN = 1000, BUDGET_BUSY_MS = 200 };

struct deal {
    struct jobs *jobs;
    struct job *job; /* NULL for what is owed of one that has ended */
    struct draft *draft;
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

static bool issue_fetch(struct deal *deal)
{
    struct draft *draft = deal->draft;

    draft->message.fetch = (struct wire_fetch){.lease = draft->lease,
                                               .job = deal->job->row.job,
                                               .attempt = draft->attempt,
                                               .key = deal->job->row.key};
    return true;
}

static bool issue_store(struct deal *deal)
{
    struct draft *draft = deal->draft;
    struct artifact_row row;
    char *key;
    int rc;

    rc = ledger_artifact_find(deal->jobs->ledger, deal->job->row.id, draft->work.item, &row) ? 0 : -1;
    if (rc == 0) {
        free(row.url);
        rc = blobs_add_frame(deal->jobs->blobs, row.sha, &draft->message);
    }
    if (rc == -1) { /* it is made again */
        lanes_drop(deal->jobs->lanes, deal->job->row.id);
        job_raise(deal->job, EVENT_LOST);
        return false;
    }
    key = key_of_artifact(deal->job->row.tenant, deal->job->row.job, draft->work.item);
    draft->message.text = key; /* the message gives it back */
    draft->message.store = (struct wire_store){.lease = draft->lease,
                                               .job = deal->job->row.job,
                                               .attempt = draft->attempt,
                                               .key = key,
                                               .content_type = artifact_type(draft->work.item),
                                               .filename = artifact_file(draft->work.item)};
    return true;
}

/* The job has ended: its name and the body come from what is owed. */
static bool issue_notify(struct deal *deal)
{
    struct draft *draft = deal->draft;
    struct owed owed;
    char *body;

    if (!outbox_find(deal->jobs->outbox, draft->work.job, &owed))
        return false;
    draft->attempt = owed.attempt;
    body = ledger_outbox_body(deal->jobs->ledger, owed.event);
    wire_add_owned(&draft->message, body, strlen(body));
    draft->message.notify = (struct wire_notify){
        .lease = draft->lease, .job = owed.name, .attempt = draft->attempt, .event = owed.event};
    return true;
}

static bool issue_link(struct deal *deal)
{
    struct draft *draft = deal->draft;
    struct owed owed;

    if (!outbox_find(deal->jobs->outbox, draft->work.job, &owed))
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
static bool issue_previous(struct deal *deal)
{
    struct draft *draft = deal->draft;
    const struct job_row *row = &deal->job->row;
    char space[TENANT_ROOM];

    if (!ledger_job_space(deal->jobs->ledger, row, row->previous, space)) {
        previous_run_none(deal->jobs, deal->job, CODE_S3_NOT_FOUND);
        return false;
    }
    draft->message.text = key_of_artifact(space, row->previous, ARTIFACT_SUMMARY);
    draft->message.revisit = (struct wire_revisit){.lease = draft->lease,
                                                   .job = deal->job->row.job,
                                                   .attempt = draft->attempt,
                                                   .key = draft->message.text};
    return true;
}

/* ---- rasterizer ---- */

/* The PDF goes along unless this worker was sent it last. -1: its file is lost. */
static int add_document(struct deal *deal)
{
    struct draft *draft = deal->draft;
    const char *document = deal->job->row.document;

    draft->worker->streak = draft->worker->job == draft->work.job ? draft->worker->streak + 1 : 1;
    draft->worker->job = draft->work.job;
    if (strcmp(draft->worker->document, document) == 0)
        return 0;
    if (blobs_add_frame(deal->jobs->blobs, document, &draft->message) == -1)
        return -1;
    snprintf(draft->worker->document, sizeof draft->worker->document, "%s", document);
    return 0;
}

/* Unsealed for each lease, so that it is nowhere else in this process; "" if there is none. */
static const char *add_password(struct deal *deal)
{
    struct draft *draft = deal->draft;
    char *sealed = ledger_password(deal->jobs->ledger, deal->job->row.id);

    if (sealed == NULL)
        return "";
    draft->message.text =
        vault_unseal(deal->jobs->vault, deal->job->row.job, sealed); /* which gives it back */
    free(sealed);
    if (draft->message.text != NULL)
        return draft->message.text;
    log_warn(password_unreadable, log_job(deal->job->row.job),
             log_str("do", "post the job again; the file password.key is not the one it was accepted with"));
    return "";
}

static bool issue_inspect(struct deal *deal)
{
    struct draft *draft = deal->draft;

    if (add_document(deal) == -1) {
        job_raise(deal->job, EVENT_LOST);
        return false;
    }
    draft->message.inspect = (struct wire_inspect){.lease = draft->lease,
                                                   .job = deal->job->row.job,
                                                   .attempt = draft->attempt,
                                                   .document = deal->job->row.document,
                                                   .password = add_password(deal)};
    return true;
}

static bool issue_raster(struct deal *deal)
{
    struct draft *draft = deal->draft;

    if (add_document(deal) == -1) { /* it is told again what it needs when the document is back */
        job_set_busy(deal->job, draft->work.item, false);
        job_raise(deal->job, EVENT_LOST);
        return false;
    }
    draft->message.raster = (struct wire_raster){.lease = draft->lease,
                                                 .job = deal->job->row.job,
                                                 .slide = draft->work.item,
                                                 .attempt = draft->attempt,
                                                 .document = deal->job->row.document,
                                                 .password = add_password(deal)};
    return true;
}

/* ---- vision ---- */

/* Is there money for its first call? If not, it waits for some to be given back, or goes without. */
static bool is_affordable(struct deal *deal)
{
    struct draft *draft = deal->draft;
    enum code which = CODE_INTERNAL;
    enum budget_verdict verdict;

    if (strcmp(draft->worker->engine, "openai") != 0) {
        draft->max_tokens = (uint32_t)deal->jobs->service->conf->model_max_tokens;
        return true;
    }
    verdict = admission_look(deal->jobs->admissions, &deal->job->row,
                             job_slide_row(deal->job, draft->work.item), &draft->max_tokens, &which);
    if (verdict == BUDGET_BUSY)
        lanes_add(deal->jobs->lanes, draft->work, deal->jobs->service->now_ms + BUDGET_BUSY_MS);
    else if (verdict == BUDGET_SPENT && draft->work.lane == LANE_OVERVIEW)
        overview_none(deal->job);
    else if (verdict == BUDGET_SPENT)
        slide_skip(deal->jobs, deal->job, draft->work.item, which);
    return verdict == BUDGET_FINE;
}

static bool draw_again(struct deal *deal)
{
    lanes_add(deal->jobs->lanes, job_work(deal->job, LANE_RASTER, deal->draft->work.item), 0);
    return false;
}

static const char *title_of(const struct deal *deal, uint32_t slide)
{
    const struct build_up *build_up = job_build_up(deal->jobs, deal->job, slide);

    return build_up == NULL ? "" : build_up->title;
}

static bool issue_explain(struct deal *deal)
{
    struct draft *draft = deal->draft;
    const struct slide_row *slide = job_slide_row(deal->job, draft->work.item);
    const struct job_row *row = &deal->job->row;

    answer_cache_slide_key(draft->worker, deal->job, draft->work.item, draft->key);
    if (slide_find_answer(deal->jobs, deal->job, draft->work.item, draft->key) || !is_affordable(deal))
        return false;
    if (answer_cache_is_on(deal->jobs) && !in_flight_lead(deal->jobs->in_flight, draft->key, draft->work))
        return false;
    if (blobs_add_frame(deal->jobs->blobs, slide->text, &draft->message) == -1 ||
        (*slide->picture != '\0' &&
         blobs_add_frame(deal->jobs->blobs, slide->picture, &draft->message) == -1)) {
        in_flight_end(deal->jobs->in_flight, draft->key, deal->jobs->lanes);
        return draw_again(deal);
    }
    draft->message.explain = (struct wire_explain){.lease = draft->lease,
                                                   .job = row->job,
                                                   .slide = draft->work.item,
                                                   .attempt = draft->attempt,
                                                   .slides = row->pages,
                                                   .language = row->language,
                                                   .title = row->title,
                                                   .outline = row->outline,
                                                   .before = title_of(deal, draft->work.item - 1),
                                                   .after = title_of(deal, draft->work.item + 1),
                                                   .instructions = row->instructions,
                                                   .card_style = row->card_style,
                                                   .cards = row->cards,
                                                   .max_tokens = draft->max_tokens};
    return true;
}

static bool issue_overview(struct deal *deal)
{
    struct draft *draft = deal->draft;
    const struct job_row *row = &deal->job->row;
    char *request = overview_request(deal->jobs, deal->job);

    answer_cache_overview_key(draft->worker, deal->job, request, draft->key);
    wire_add_owned(&draft->message, request, strlen(request));
    if (overview_cached(deal->jobs, deal->job, draft->key))
        return false;
    if (strcmp(draft->worker->engine, "openai") != 0) { /* it was another one that explained the slides */
        overview_none(deal->job);
        return false;
    }
    if (!is_affordable(deal))
        return false;
    draft->message.overview = (struct wire_overview){.lease = draft->lease,
                                                     .job = row->job,
                                                     .attempt = draft->attempt,
                                                     .slides = row->pages,
                                                     .language = row->language,
                                                     .title = row->title,
                                                     .outline = row->outline,
                                                     .instructions = row->instructions,
                                                     .max_tokens = draft->max_tokens};
    return true;
}

static bool issue_batch(struct deal *deal)
{
    struct draft *draft = deal->draft;

    if (!batch_issue(deal->jobs, deal->job, draft->worker, draft->work.item, &draft->message))
        return false;
    draft->message.batch.lease = draft->lease;
    draft->message.batch.attempt = draft->attempt;
    return true;
}

static bool issue_poll(struct deal *deal)
{
    struct draft *draft = deal->draft;

    if (!batch_issue_poll(deal->jobs, deal->job, draft->work.item, &draft->message))
        return false;
    draft->message.poll.lease = draft->lease;
    draft->message.poll.attempt = draft->attempt;
    return true;
}

/* ---- assembler ---- */

static int add_picture(void *arg, const struct slide_row *slide)
{
    struct deal *deal = arg;

    if (*slide->picture == '\0')
        return 0;
    if (blobs_add_frame(deal->jobs->blobs, slide->picture, &deal->draft->message) == -1)
        return -1;
    return (int)deal->draft->message.frames - 1; /* frame 0 is the manifest */
}

static bool issue_assemble(struct deal *deal)
{
    struct draft *draft = deal->draft;
    char *manifest;

    wire_add_copy(&draft->message, "", 0); /* keeps the place */
    if (!previous_run_add(deal->jobs, deal->job, &draft->message))
        return false;
    manifest = manifest_make(deal->jobs, deal->job, add_picture, deal);
    if (manifest == NULL) {
        job_raise(deal->job, EVENT_LOST);
        return false;
    }
    wire_set_owned(&draft->message, 0, manifest, strlen(manifest));
    draft->message.assemble = (struct wire_assemble){.lease = draft->lease,
                                                     .job = deal->job->row.job,
                                                     .attempt = draft->attempt,
                                                     .outputs = deal->job->row.outputs};
    return true;
}

/* ---- all lanes ---- */

/* clang-format off */
#define LANE(NAME, text, kind, down, up, counted, state, room, failures, poison, outage, issue, result) issue,
static bool (*const issues[LANES])(struct deal *) = {
#include "supervisor/base/lanes.def"
};
#undef LANE
/* clang-format on */

static struct deal deal_of(struct jobs *jobs, struct draft *draft)
{
    return (struct deal){.jobs = jobs, .job = job_find(jobs, draft->work.job), .draft = draft};
}

/* Where the attempts of this work are counted; NULL: in the outbox. */
static uint32_t *attempts_of(const struct deal *deal)
{
    if (lane_row(deal->draft->work.lane)->counted == COUNTED_SLIDE)
        return &job_slide(deal->job, deal->draft->work.item)->row.attempt;
    return deal->job == NULL ? NULL : &deal->job->row.attempt;
}

static bool begin(void *arg, struct draft *draft)
{
    const struct deal deal = deal_of(arg, draft);
    const uint32_t *attempts;

    if (!lane_is_owed(draft->work.lane) && (deal.job == NULL || !job_fits(deal.job, draft->work.lane))) {
        if (deal.job != NULL && lane_row(draft->work.lane)->counted == COUNTED_SLIDE)
            job_set_busy(deal.job, draft->work.item, false); /* it is told again what it needs */
        return false;
    }
    attempts = attempts_of(&deal);
    if (attempts != NULL)
        draft->attempt = *attempts < ATTEMPTS_SHOWN ? *attempts + 1 : ATTEMPTS_SHOWN;
    return true;
}

static bool fill(void *arg, struct draft *draft)
{
    struct deal deal = deal_of(arg, draft);

    return issues[draft->work.lane](&deal);
}

static void write_attempt(const struct deal *deal)
{
    const struct draft *draft = deal->draft;
    struct attempt_row row = {.lease = draft->lease,
                              .job = draft->work.job,
                              .slide = draft->work.item,
                              .attempt = draft->attempt,
                              .generation = draft->worker->generation};
    uint32_t *attempts = attempts_of(deal);
    char name[WORKER_NAME];

    if (attempts != NULL)
        *attempts = draft->attempt;
    if (lane_row(draft->work.lane)->counted == COUNTED_SLIDE)
        ledger_slide_update(deal->jobs->ledger, draft->work.job, job_slide_row(deal->job, draft->work.item));
    else if (deal->job != NULL)
        job_save(deal->jobs, deal->job);
    worker_name(draft->worker, name);
    memcpy(row.answers, draft->key, sizeof row.answers);
    ledger_attempt_add(deal->jobs->ledger, &row, lane_name(draft->work.lane), name);
}

static void leased(void *arg, struct draft *draft, const struct lease *lease)
{
    const struct deal deal = deal_of(arg, draft);

    write_attempt(&deal);
    if (draft->work.lane == LANE_EXPLAIN || draft->work.lane == LANE_OVERVIEW)
        admission_lease(deal.jobs->admissions, draft->worker, lease, &deal.job->row,
                        job_slide_row(deal.job, draft->work.item), draft->max_tokens);
}

struct work_source lease_message_source(struct jobs *jobs)
{
    return (struct work_source){.begin = begin, .fill = fill, .leased = leased, .arg = jobs};
}
