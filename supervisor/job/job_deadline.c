/* job_deadline - see job_deadline.h */
#include "supervisor/job/job_deadline.h"

#include <stdio.h>

#include "proto/timer.h"

/* AT_ONCE: jobs failed for their age in one turn. */
enum { LOOK_MAX_MS = 10000, LOOK_MIN_MS = 100, AT_ONCE = 32 };

struct late {
    struct job_deadline *deadline;
    unsigned count;
};

static void on_late(void *arg, struct job_row *row)
{
    struct late *late = arg;
    struct job *job = job_list_at(late->deadline->list, row);
    char detail[160];

    snprintf(detail, sizeof detail, "not done within limits.job_s (%lld s), it was %s",
             (long long)late->deadline->service->conf->limit_job_s, job_state_name(job->row.state));
    job_fail(job, CODE_JOB_DEADLINE, detail);
    late->count++;
}

int64_t job_deadline_turn(struct job_deadline *deadline)
{
    const struct conf *conf = deadline->service->conf;
    const int64_t now_ms = deadline->service->now_ms;
    struct late late = {.deadline = deadline};
    int64_t every = conf->limit_job_s * 100, before_ms;

    if (job_list_counts(deadline->list)->open == 0 || deadline->service->draining)
        return TIMER_NONE;
    if (now_ms < deadline->look_ms)
        return deadline->look_ms;
    before_ms = deadline->start_unix_ms + (now_ms - deadline->start_ms) - conf->limit_job_s * 1000;
    /* a batch takes its time, and that is what was asked for */
    ledger_jobs_late(deadline->ledger, before_ms - conf->economy_deadline_s * 1000, before_ms, AT_ONCE,
                     on_late, &late);
    every = every > LOOK_MAX_MS ? LOOK_MAX_MS : every;
    every = late.count == AT_ONCE || every < LOOK_MIN_MS ? LOOK_MIN_MS : every;
    deadline->look_ms = now_ms + every;
    return deadline->look_ms;
}
