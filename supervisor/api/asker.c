/* asker - see asker.h */
#include "supervisor/api/asker.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/panic.h"
#include "proto/timer.h"
#include "supervisor/api/api_json.h"
#include "supervisor/api/reply.h"

enum { ESTIMATE_MAX_MS = 8000 };

struct asker {
    struct asker *next;
    int64_t job, until_ms;
    uint64_t generation, request; /* of front */
    char name[129];
};

void asker_add(struct api *api, const struct worker *front, uint64_t request, const struct job_row *row)
{
    struct asker *asker = need_zero(1, sizeof *asker);

    *asker = (struct asker){.next = api->askers,
                            .job = row->id,
                            .generation = front->generation,
                            .request = request,
                            .until_ms = api->service->now_ms + ESTIMATE_MAX_MS};
    snprintf(asker->name, sizeof asker->name, "%s", row->job);
    api->askers = asker;
}

/* row: of a job that has ended, NULL: it has not yet. */
static void answer_asker(struct api *api, struct asker **at, const struct job_row *row)
{
    struct asker *asker = *at;
    struct worker *front = reply_front(api->pool, asker->generation);

    if (front != NULL && row == NULL)
        reply_json(front, asker->request, 202, api_json_accepted(asker->name));
    else if (front != NULL && row->state == JOB_FAILED)
        reply_refuse(front, asker->request, code_of(row->code), row->detail, 0);
    else if (front != NULL)
        reply_json(front, asker->request, 200, api_json_job(api, row));
    *at = asker->next;
    free(asker);
}

void asker_estimated(void *arg, const struct job_row *row)
{
    struct api *api = arg;

    for (struct asker **at = &api->askers; *at != NULL; at = &(*at)->next)
        if ((*at)->job == row->id) {
            answer_asker(api, at, row);
            return;
        }
}

int64_t asker_turn(struct api *api)
{
    int64_t next = TIMER_NONE;

    for (struct asker **at = &api->askers; *at != NULL;) {
        if (api->service->now_ms >= (*at)->until_ms) {
            answer_asker(api, at, NULL);
            continue;
        }
        next = timer_sooner(next, (*at)->until_ms);
        at = &(*at)->next;
    }
    return next;
}

void asker_free(struct api *api)
{
    while (api->askers != NULL) {
        struct asker *asker = api->askers;

        api->askers = asker->next;
        free(asker);
    }
}
