/* vitals - what is looked at to tell how the service is; whoever has it changes nothing */
#ifndef SUPERVISOR_VITALS_H
#define SUPERVISOR_VITALS_H

#include "supervisor/base/service.h"
#include "supervisor/job/job_list.h"
#include "supervisor/money/call_admission.h"
#include "supervisor/outbox/outbox.h"
#include "supervisor/process/worker_pool.h"
#include "supervisor/schedule/schedule.h"
#include "supervisor/store/blob.h"

struct vitals {
    const struct service *service;
    const struct blobs *blobs;
    const struct worker_pool *pool;
    const struct lanes *lanes;
    const struct schedule *schedule;
    const struct admissions *admissions;
    const struct outbox *outbox;
    const struct job_list *jobs; /* how many are open, active, ended */
};

#endif
