/* billing - see billing.h */
#include "supervisor/money/billing.h"

#include <stdbool.h>

#include "supervisor/money/cost.h"

enum { MILLION = 1000000 };

/* An answer that never came, or that does not say what it took, may have been paid for all the same; a
 * refusal costs nothing. */
static bool is_silent(const struct wire_called *called)
{
    switch (called->verdict) {
    case VERDICT_DONE:
        return called->input_tokens == 0 || called->output_tokens == 0;
    case VERDICT_TIMED_OUT:
        return called->input_tokens == 0;
    case VERDICT_FAILED:
    case VERDICT_LEFT:
        return called->input_tokens == 0 && called->status == 0;
    default:
        return false;
    }
}

int64_t billing_called(const struct conf *conf, const struct wire_called *called, int64_t reserved)
{
    int64_t spent =
        cost_answered(conf, called->endpoint, called->model, called->input_tokens, called->output_tokens);
    bool costs = cost_answered(conf, called->endpoint, called->model, MILLION, MILLION) > 0;

    return is_silent(called) && costs && spent < reserved ? reserved : spent;
}

int64_t billing_untold(const struct conf *conf, const struct lease *lease, const struct wire *result)
{
    uint64_t input = 0, output = 0;
    const char *model = "";

    if (result->type == WIRE_EXPLAINED) {
        input = result->explained.input_tokens;
        output = result->explained.output_tokens;
        model = result->explained.model;
    } else if (result->type == WIRE_OVERVIEWED) {
        input = result->overviewed.input_tokens;
        output = result->overviewed.output_tokens;
        model = result->overviewed.model;
    }
    return cost_of(conf, 0, model, lease_untold(input, lease->told_input),
                   lease_untold(output, lease->told_output));
}

void billing_add(const struct money_rows *rows, int64_t job_id, uint32_t item, const struct usage *usage)
{
    struct job_row *job = rows->job(rows->arg, job_id);
    struct slide_row *slide = rows->slide(rows->arg, job_id, item);

    if (slide != NULL) {
        slide->input_tokens += usage->input;
        slide->output_tokens += usage->output;
        slide->calls += usage->calls;
        slide->spent += usage->spent;
    } else if (job != NULL) {
        job->input_tokens += usage->input;
        job->output_tokens += usage->output;
        job->calls += usage->calls;
    }
}
