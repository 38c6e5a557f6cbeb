/* job_deadline - see job_deadline.h */
#include "supervisor/job/job_deadline.h"

#include <stdio.h>

#include "supervisor/job/job_life.h"
#include "supervisor/job/jobs.h"

/* AT_ONCE: jobs failed for their age in one turn. */
enum { LOOK_MAX_MS = 10000, LOOK_MIN_MS = 100, AT_ONCE = 32 };

struct late {
    struct jobs *jobs;
    unsigned count;
};

static void on_late(void *arg, struct job_row *row)
{
    struct late *late = arg;
    struct jobs *jobs = late->jobs;
    struct job *job = job_find(jobs, row->id);
    char detail[160];

    snprintf(detail, sizeof detail, "not done within limits.job_s (%lld s), it was %s",
             (long long)jobs->service->conf->limit_job_s,
             job_state_name(job == NULL ? row->state : job->row.state));
    if (job == NULL)
        job = job_new(jobs, row);
    else
        job_row_clear(row);
    job_fail(job, CODE_JOB_DEADLINE, detail);
    late->count++;
}

static int64_t even_unix_ms(const struct job_deadline *deadline, const struct jobs *jobs)
{
    return deadline->start_unix_ms + (jobs->service->now_ms - deadline->start_ms);
}

int64_t job_deadline_turn(struct job_deadline *deadline, struct jobs *jobs)
{
    struct late late = {.jobs = jobs};
    int64_t every = jobs->service->conf->limit_job_s * 100, before_ms;

    if (jobs->open == 0 || jobs->service->draining)
        return -1;
    if (jobs->service->now_ms < deadline->look_ms)
        return deadline->look_ms;
    before_ms = even_unix_ms(deadline, jobs) - jobs->service->conf->limit_job_s * 1000;
    /* a batch takes its time, and that is what was asked for */
    ledger_jobs_late(jobs->ledger, before_ms - jobs->service->conf->economy_deadline_s * 1000, before_ms,
                     AT_ONCE, on_late, &late);
    every = every > LOOK_MAX_MS ? LOOK_MAX_MS : every;
    every = late.count == AT_ONCE || every < LOOK_MIN_MS ? LOOK_MIN_MS : every;
    deadline->look_ms = jobs->service->now_ms + every;
    return deadline->look_ms;
}
