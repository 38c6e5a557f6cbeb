/* inbox - what workers say: is it theirs to say, and whom is it for? And their deaths, once all they said was
 * heard */
#ifndef SUPERVISOR_INBOX_H
#define SUPERVISOR_INBOX_H

#include "supervisor/api/ask.h"
#include "supervisor/api/submit.h"
#include "supervisor/job/jobs.h"

struct inbox {
    const struct service *service;
    struct ledger *ledger;
    struct worker_pool *pool;
    struct admissions *admissions;
    struct jobs *jobs;
    struct ask *ask;
    struct submit *submit;
};

/* Hands on what has come, some of each worker. */
void inbox_take(struct inbox *inbox);

/* Takes the rest of what dead workers said, then their leases back, and removes them. */
void inbox_bury_the_dead(struct inbox *inbox);

#endif
