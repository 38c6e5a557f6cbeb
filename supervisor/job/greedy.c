/* greedy - see greedy.h */
#include "supervisor/job/greedy.h"

enum { FIRST_MS = 250, IN_A_ROW = 3 };

static bool is_first_try(const struct work *work)
{
    return !work->greedy && lane_kind(work->lane) == STAGE_RASTERIZER;
}

static void add(struct lanes *lanes, const struct work *work)
{
    struct work greedy = *work;

    greedy.greedy = true;
    lanes_add(lanes, greedy, 0);
}

uint32_t greedy_first_ms(const struct work *work)
{
    return is_first_try(work) ? FIRST_MS : 0;
}

bool greedy_defers(struct lanes *lanes, const struct job *job, const struct work *work)
{
    if (!is_first_try(work) || job->greedy_run < IN_A_ROW)
        return false;
    add(lanes, work);
    return true;
}

bool greedy_takes(struct lanes *lanes, struct job *job, const struct work *work,
                  const struct wire_failed *failed)
{
    if (!is_first_try(work) || !failed->retryable || code_of(failed->code) != CODE_RENDER_TIMEOUT)
        return false;
    if (work->lane == LANE_INSPECT)
        job->greedy_run = IN_A_ROW;
    else if (job->greedy_run < IN_A_ROW)
        job->greedy_run++;
    add(lanes, work);
    return true;
}

bool greedy_by_ocr(const struct worker *vision, const struct slide_row *slide)
{
    return vision != NULL && !worker_calls_model(vision) && slide->letters == 0 && *slide->picture != '\0';
}

void greedy_done(struct job *job, const struct work *work)
{
    if (is_first_try(work) && job->greedy_run < IN_A_ROW)
        job->greedy_run = 0;
}
