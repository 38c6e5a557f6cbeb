/* job_outcome - see job_outcome.h */
#include "supervisor/job/job_outcome.h"

#include <stdio.h>
#include <string.h>

#include "supervisor/money/budget.h"

static bool is_render_code(const char *code)
{
    return strncmp(code, "RENDER_", strlen("RENDER_")) == 0;
}

/* Not explained, for a reason of its own. */
static bool is_missing(const struct slide_row *slide)
{
    return (slide->outcome == OUTCOME_FAILED || slide->outcome == OUTCOME_SKIPPED) && slide->see_slide == 0;
}

/* The code most missing slides have, and how many. */
static enum code commonest(const struct job *job, uint32_t *count)
{
    uint32_t counts[CODES] = {0};
    enum code best = CODE_INTERNAL;

    for (uint32_t i = 0; i < job->row.pages; i++)
        counts[code_of(job->slides[i].row.code)] += is_missing(&job->slides[i].row);
    for (int code = 0; code < CODES; code++)
        if (counts[code] > counts[best])
            best = (enum code)code;
    *count = counts[best];
    return best;
}

/* Pages that cannot be drawn are reported one by one, even if there are no others; a model that explains
 * nothing at all, or no money for it, has not done the job. */
static bool nothing_explained(const struct job *job)
{
    bool by_document = true;

    for (uint32_t i = 0; i < job->row.pages; i++) {
        const struct slide_row *slide = &job->slides[i].row;

        if (is_missing(slide))
            by_document = by_document && slide->outcome == OUTCOME_FAILED && is_render_code(slide->code);
        else if (slide->see_slide == 0)
            return false;
    }
    return !by_document;
}

/* What was said of the first slide that has the code: with it stand the other side's own words. */
static const char *said_of(const struct job *job, enum code code)
{
    for (uint32_t i = 0; i < job->row.pages; i++) {
        const struct slide_row *slide = &job->slides[i].row;

        if (is_missing(slide) && code_of(slide->code) == code && slide->detail != NULL &&
            *slide->detail != '\0')
            return slide->detail;
    }
    return code_doc(code);
}

bool job_outcome_fail(struct job *job)
{
    char detail[1024];
    uint32_t count;
    enum code code;

    if (!nothing_explained(job))
        return false;
    code = commonest(job, &count);
    snprintf(detail, sizeof detail, "not one slide could be explained; %u of %u: %s, %s", count,
             job->row.pages, code_name(code), said_of(job, code));
    job_text(&job->row.code, code_name(budget_is_code(code) ? code : CODE_ALL_SLIDES_FAILED));
    job_text(&job->row.detail, detail);
    job_raise(job, EVENT_NOTHING_EXPLAINED);
    return true;
}
