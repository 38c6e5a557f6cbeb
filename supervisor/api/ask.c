/* ask - see ask.h */
#include "supervisor/api/ask.h"

#include <stdio.h>

#include "proto/log.h"
#include "supervisor/api/api_json.h"
#include "supervisor/api/cursor.h"
#include "supervisor/api/metrics.h"
#include "supervisor/api/reply.h"
#include "supervisor/schedule/watchdog.h"

/* The job that is asked about, if whoever asks may see it. Else the request has its answer. */
static bool find(struct api *api, struct worker *front, const struct wire_ask *ask, struct job_row *row)
{
    unsigned found = ask->everyone ? ledger_job_find_any(api->ledger, ask->job, row)
                                   : ledger_job_find(api->ledger, ask->tenant, ask->job, row);

    if (found != 1)
        reply_refuse(front, ask->request, found == 0 ? CODE_JOB_NOT_FOUND : CODE_JOB_AMBIGUOUS, NULL, 0);
    return found == 1;
}

static void ask_job(struct api *api, struct worker *front, const struct wire_ask *ask)
{
    struct job_row row;

    if (!find(api, front, ask, &row))
        return;
    reply_json(front, ask->request, 200, api_json_job(api, &row));
    job_row_clear(&row);
}

static void ask_callback(struct api *api, struct worker *front, const struct wire_ask *ask)
{
    struct job_row row;

    if (!find(api, front, ask, &row))
        return;
    if (row.estimate)
        reply_refuse(front, ask->request, CODE_JOB_IS_ESTIMATE, NULL, 0);
    else if (row.state != JOB_COMPLETED && row.state != JOB_FAILED)
        reply_refuse(front, ask->request, CODE_JOB_NOT_ENDED, NULL, 0);
    else if (*api->service->conf->callback_url == '\0')
        reply_refuse(front, ask->request, CODE_NO_CALLBACK, NULL, 0);
    else {
        outbox_resend(api->outbox, &row);
        reply_json(front, ask->request, 202, api_json_resent(row.job));
    }
    job_row_clear(&row);
}

static void ask_jobs(struct api *api, struct worker *front, const struct wire_ask *ask)
{
    const char *tenant = ask->everyone ? NULL : ask->tenant;
    int64_t before = cursor_read(api->vault, tenant, ask->cursor);

    if (before == -1)
        reply_refuse(front, ask->request, CODE_INVALID_VALUE, "cursor is not one that this list gave", 0);
    else
        reply_json(front, ask->request, 200, api_json_jobs(api, tenant, before));
}

/* What front asks for itself: may the service be given work, and does it go on? */
static void answer_probe(struct api *api, struct worker *front, uint64_t request)
{
    const char *stalled = watchdog_stalled(api->schedule), *missing = api_json_unready(api);
    char detail[160];

    if (stalled != NULL) {
        snprintf(detail, sizeof detail, "the lane %s stands still; see lane_stalled in the log", stalled);
        reply_refuse(front, request, CODE_WEDGED, detail, 0);
    } else if (api->service->draining)
        reply_refuse(front, request, CODE_SHUTTING_DOWN, NULL, DRAIN_RETRY_MS);
    else if (missing != NULL)
        reply_refuse(front, request, CODE_NOT_READY, missing, 0);
    else if (job_list_counts(api->jobs)->open >= (uint64_t)api->service->conf->limit_jobs_open)
        reply_refuse(front, request, CODE_QUEUE_FULL, NULL, FULL_RETRY_MS);
    else if (!blobs_has_room(api->blobs, 0))
        reply_refuse(front, request, CODE_STORAGE_FULL, NULL, FULL_RETRY_MS);
    else
        reply_fine(front, request);
}

void api_named(struct api *api, const struct wire_named *named)
{
    unsigned jobs = 0;

    if (*named->client != '\0') /* jobs that came while no key was needed are nobody else's */
        jobs = ledger_jobs_own(api->ledger, named->client, named->tenant);
    if (jobs > 0)
        log_info(tenant_jobs_moved, log_str("client", named->client), log_str("tenant", named->tenant),
                 log_int("jobs", jobs));
}

void api_ask(struct api *api, struct worker *front, const struct wire_ask *ask)
{
    bool healthy;
    char *json;

    switch (ask->about) {
    case ASK_JOB:
        ask_job(api, front, ask);
        break;
    case ASK_CALLBACK:
        ask_callback(api, front, ask);
        break;
    case ASK_JOBS:
        ask_jobs(api, front, ask);
        break;
    case ASK_METRICS:
        if (ask->everyone)
            reply_now(front, ask->request, 200, metrics_text(api));
        else
            reply_refuse(front, ask->request, CODE_ADMIN_ONLY, NULL, 0);
        break;
    case ASK_PROBE:
        answer_probe(api, front, ask->request);
        break;
    default:
        json = api_json_health(api, ask->everyone, &healthy);
        reply_now(front, ask->request, healthy ? 200 : 503, json);
        break;
    }
}
