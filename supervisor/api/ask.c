/* ask - see ask.h */
#include "supervisor/api/ask.h"

#include <stdio.h>

#include "proto/log.h"
#include "supervisor/api/cursor.h"
#include "supervisor/api/health.h"
#include "supervisor/api/job_json.h"
#include "supervisor/api/metrics.h"
#include "supervisor/api/reply.h"
#include "supervisor/schedule/watchdog.h"

/* The job that is asked about, if whoever asks may see it. Else the request has its answer. */
static bool find(struct ask *ask, struct worker *front, const struct wire_ask *asked, struct job_row *row)
{
    unsigned found = asked->everyone ? ledger_job_find_any(ask->ledger, asked->job, row)
                                     : ledger_job_find(ask->ledger, asked->tenant, asked->job, row);

    if (found != 1)
        reply_refuse(front, asked->request, found == 0 ? CODE_JOB_NOT_FOUND : CODE_JOB_AMBIGUOUS, NULL, 0);
    return found == 1;
}

static void ask_job(struct ask *ask, struct worker *front, const struct wire_ask *asked)
{
    struct job_row row;

    if (!find(ask, front, asked, &row))
        return;
    reply_json(front, asked->request, 200, job_json_state(ask->service->conf, ask->ledger, &row));
    job_row_clear(&row);
}

static void ask_callback(struct ask *ask, struct worker *front, const struct wire_ask *asked)
{
    struct job_row row;

    if (!find(ask, front, asked, &row))
        return;
    if (row.estimate)
        reply_refuse(front, asked->request, CODE_JOB_IS_ESTIMATE, NULL, 0);
    else if (row.state != JOB_COMPLETED && row.state != JOB_FAILED)
        reply_refuse(front, asked->request, CODE_JOB_NOT_ENDED, NULL, 0);
    else if (*ask->service->conf->callback_url == '\0')
        reply_refuse(front, asked->request, CODE_NO_CALLBACK, NULL, 0);
    else {
        outbox_resend(ask->outbox, &row);
        reply_json(front, asked->request, 202, job_json_resent(row.job));
    }
    job_row_clear(&row);
}

static void ask_jobs(struct ask *ask, struct worker *front, const struct wire_ask *asked)
{
    const char *tenant = asked->everyone ? NULL : asked->tenant;
    int64_t before = cursor_read(ask->vault, tenant, asked->cursor);

    if (before == -1)
        reply_refuse(front, asked->request, CODE_INVALID_VALUE, "cursor is not one that this list gave", 0);
    else
        reply_json(front, asked->request, 200, job_json_list(ask->ledger, ask->vault, tenant, before));
}

/* What front asks for itself: may the service be given work, and does it go on? */
static void answer_probe(struct ask *ask, struct worker *front, uint64_t request)
{
    const char *stalled = watchdog_stalled(ask->vitals.schedule), *missing = health_unready(ask->vitals.pool);
    char detail[160];

    if (stalled != NULL) {
        snprintf(detail, sizeof detail, "the lane %s stands still; see lane_stalled in the log", stalled);
        reply_refuse(front, request, CODE_WEDGED, detail, 0);
    } else if (ask->service->draining)
        reply_refuse(front, request, CODE_SHUTTING_DOWN, NULL, DRAIN_RETRY_MS);
    else if (missing != NULL)
        reply_refuse(front, request, CODE_NOT_READY, missing, 0);
    else if (job_list_counts(ask->vitals.jobs)->open >= (uint64_t)ask->service->conf->limit_jobs_open)
        reply_refuse(front, request, CODE_QUEUE_FULL, NULL, FULL_RETRY_MS);
    else if (!blobs_has_room(ask->vitals.blobs, 0))
        reply_refuse(front, request, CODE_STORAGE_FULL, NULL, FULL_RETRY_MS);
    else
        reply_fine(front, request);
}

void ask_named(struct ask *ask, const struct wire_named *named)
{
    unsigned jobs = 0;

    if (*named->client != '\0') /* jobs that came while no key was needed are nobody else's */
        jobs = ledger_jobs_own(ask->ledger, named->client, named->tenant);
    if (jobs > 0)
        log_info(tenant_jobs_moved, log_str("client", named->client), log_str("tenant", named->tenant),
                 log_int("jobs", jobs));
}

void ask_answer(struct ask *ask, struct worker *front, const struct wire_ask *asked)
{
    bool healthy;
    char *json;

    switch (asked->about) {
    case ASK_JOB:
        ask_job(ask, front, asked);
        break;
    case ASK_CALLBACK:
        ask_callback(ask, front, asked);
        break;
    case ASK_JOBS:
        ask_jobs(ask, front, asked);
        break;
    case ASK_METRICS:
        if (asked->everyone)
            reply_now(front, asked->request, 200, metrics_text(&ask->vitals));
        else
            reply_refuse(front, asked->request, CODE_ADMIN_ONLY, NULL, 0);
        break;
    case ASK_PROBE:
        answer_probe(ask, front, asked->request);
        break;
    default:
        json = health_json(&ask->vitals, asked->everyone, &healthy);
        reply_now(front, asked->request, healthy ? 200 : 503, json);
        break;
    }
}
