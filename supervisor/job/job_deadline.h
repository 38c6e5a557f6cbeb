/* job_deadline - fails jobs that are older than limits.job_s */
#ifndef SUPERVISOR_JOB_DEADLINE_H
#define SUPERVISOR_JOB_DEADLINE_H

#include <stdint.h>

#include "supervisor/base/service.h"
#include "supervisor/job/job_list.h"

/* The clock of jobs goes on evenly from our start, whatever is done to the machine's. */
struct job_deadline {
    const struct service *service;
    struct ledger *ledger;
    struct job_list *list;
    int64_t start_ms, start_unix_ms; /* when we began, by both clocks */
    int64_t look_ms;                 /* when jobs are looked through again */
};

/* Returns when it wants to be called again (monotonic), TIMER_NONE: when something happens. */
int64_t job_deadline_turn(struct job_deadline *deadline);

#endif
