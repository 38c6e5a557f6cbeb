/* api - what those who answer front were given at birth; main.c fills it in once */
#ifndef SUPERVISOR_API_H
#define SUPERVISOR_API_H

#include "supervisor/job/job_list.h"
#include "supervisor/outbox/outbox.h"
#include "supervisor/schedule/schedule.h"
#include "supervisor/store/vault.h"

struct asker;

struct api {
    const struct service *service;
    struct ledger *ledger;
    struct blobs *blobs;
    struct vault *vault;
    struct worker_pool *pool;
    struct lanes *lanes;
    struct schedule *schedule;
    struct admissions *admissions;
    struct tenants *tenants;
    struct outbox *outbox;
    struct job_list *jobs; /* that are open */
    struct asker *askers;  /* who waits for an estimate */
};

#endif
