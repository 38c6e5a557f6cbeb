/* model_message - see model_message.h */
#include "supervisor/job/model_message.h"

#include <string.h>

#include "supervisor/job/equal_slides.h"
#include "supervisor/job/lecture_told.h"
#include "supervisor/job/overview.h"
#include "supervisor/job/provider_batch.h"

enum { BUDGET_BUSY_MS = 200 };

/* Is there money for its first call? If not, it waits for some to be given back, or goes without. */
static bool is_affordable(struct issue *issue)
{
    struct draft *draft = issue->draft;
    enum code which = CODE_INTERNAL;
    enum budget_verdict verdict;

    if (!worker_calls_model(draft->worker)) {
        draft->max_tokens = (uint32_t)issue->jobs->service->conf->model_max_tokens;
        return true;
    }
    verdict = admission_look(issue->jobs->admissions, &issue->job->row,
                             job_slide_row(issue->job, draft->work.item), &draft->max_tokens, &which);
    if (verdict == BUDGET_BUSY)
        lanes_add(issue->jobs->lanes, draft->work, issue->jobs->service->now_ms + BUDGET_BUSY_MS);
    else if (verdict == BUDGET_SPENT && draft->work.lane == LANE_OVERVIEW)
        overview_none(issue->jobs->ledger, issue->job);
    else if (verdict == BUDGET_SPENT)
        slide_skip(&issue->jobs->slides, issue->job, draft->work.item, which);
    return verdict == BUDGET_FINE;
}

/* A file that is lost is drawn again. */
static bool add_slide(struct issue *issue)
{
    struct draft *draft = issue->draft;
    const struct slide_row *slide = job_slide_row(issue->job, draft->work.item);
    struct lease unsent = {.work = draft->work};

    if (blobs_add_frame(issue->jobs->blobs, slide->text, &draft->message) == 0 &&
        (*slide->picture == '\0' ||
         blobs_add_frame(issue->jobs->blobs, slide->picture, &draft->message) == 0))
        return true;
    memcpy(unsent.key, draft->key, sizeof unsent.key);
    equal_slides_end(issue->jobs, &unsent, NULL);
    lanes_add(issue->jobs->lanes, job_work(issue->job, LANE_RASTER, draft->work.item), 0);
    return false;
}

bool issue_explain(struct issue *issue)
{
    struct draft *draft = issue->draft;

    if (worker_calls_model(draft->worker)) /* it may have been queued to be read by OCR */
        draft->work.greedy = false;
    answer_cache_slide_key(draft->worker, issue->job, draft->work.item, draft->key);
    if (slide_find_answer(&issue->jobs->slides, issue->job, draft->work.item, draft->key) ||
        !is_affordable(issue))
        return false;
    draft->message.explain =
        (struct wire_explain){LEASE_OF(issue),
                              LECTURE_OF(&issue->job->row),
                              .slide = draft->work.item,
                              .before = job_slide_title(issue->jobs->blobs, issue->job, draft->work.item - 1),
                              .after = job_slide_title(issue->jobs->blobs, issue->job, draft->work.item + 1),
                              .max_tokens = draft->max_tokens};
    return equal_slides_lead(issue->jobs, issue->job, draft) && add_slide(issue);
}

bool issue_overview(struct issue *issue)
{
    struct draft *draft = issue->draft;
    const struct job_row *row = &issue->job->row;
    char *request = lecture_told(issue->jobs->ledger, issue->jobs->blobs, issue->job);

    answer_cache_overview_key(draft->worker, issue->job, request, draft->key);
    wire_add_owned(&draft->message, request, strlen(request));
    if (overview_cached(&issue->jobs->cache, issue->job, draft->key))
        return false;
    if (!worker_calls_model(draft->worker)) {
        overview_without_model(issue->jobs->ledger, issue->job);
        return false;
    }
    if (!is_affordable(issue) || !overview_lead(issue->jobs, draft))
        return false;
    draft->message.overview = (struct wire_overview){LEASE_OF(issue),
                                                     .slides = row->pages,
                                                     .language = row->language,
                                                     .title = row->title,
                                                     .outline = row->outline,
                                                     .instructions = row->instructions,
                                                     .max_tokens = draft->max_tokens};
    return true;
}

bool issue_batch(struct issue *issue)
{
    struct draft *draft = issue->draft;

    if (!batch_issue(&issue->jobs->slides, issue->job, draft->worker, draft->work.item, &draft->message))
        return false;
    draft->message.batch.lease = draft->lease;
    draft->message.batch.attempt = draft->attempt;
    return true;
}

bool issue_poll(struct issue *issue)
{
    struct draft *draft = issue->draft;

    if (!batch_issue_poll(&issue->jobs->slides, issue->job, draft->work.item, &draft->message))
        return false;
    draft->message.poll.lease = draft->lease;
    draft->message.poll.attempt = draft->attempt;
    return true;
}
