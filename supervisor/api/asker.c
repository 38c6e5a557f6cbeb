/* asker - see asker.h */
#include "supervisor/api/asker.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "proto/panic.h"
#include "proto/timer.h"
#include "supervisor/api/job_json.h"
#include "supervisor/api/reply.h"

struct asker {
    LIST_ENTRY(asker) link;
    int64_t job, until_ms;
    uint64_t generation, request; /* of front */
    char name[129];
};

struct askers {
    const struct service *service;
    struct ledger *ledger;
    const struct worker_pool *pool;
    LIST_HEAD(, asker) waiting;
};

struct askers *askers_new(const struct service *service, struct ledger *ledger,
                          const struct worker_pool *pool)
{
    struct askers *askers = need_zero(1, sizeof *askers);

    askers->service = service;
    askers->ledger = ledger;
    askers->pool = pool;
    LIST_INIT(&askers->waiting);
    return askers;
}

static void asker_remove(struct asker *asker)
{
    LIST_REMOVE(asker, link);
    free(asker);
}

void askers_free(struct askers **askers)
{
    struct asker *asker = LIST_FIRST(&(*askers)->waiting), *next;

    for (; asker != NULL; asker = next) {
        next = LIST_NEXT(asker, link);
        free(asker);
    }
    free(*askers);
    *askers = NULL;
}

void asker_add(struct askers *askers, const struct worker *front, uint64_t request, const struct job_row *row)
{
    struct asker *asker = need_zero(1, sizeof *asker);

    asker->job = row->id;
    asker->generation = worker_generation(front);
    asker->request = request;
    asker->until_ms = askers->service->now_ms + ASKER_MAX_MS;
    snprintf(asker->name, sizeof asker->name, "%s", row->job);
    LIST_INSERT_HEAD(&askers->waiting, asker, link);
}

/* Answers one, who is forgotten. row: of a job that has ended, NULL: it has not yet. */
static void answer(struct askers *askers, struct asker *asker, const struct job_row *row)
{
    struct worker *front = reply_front(askers->pool, asker->generation);

    if (front != NULL && row == NULL)
        reply_json(front, asker->request, 202, job_json_accepted(asker->name));
    else if (front != NULL && row->state == JOB_FAILED)
        reply_refuse(front, asker->request, code_of(row->code), row->detail, 0);
    else if (front != NULL)
        reply_json(front, asker->request, 200, job_json_state(askers->service->conf, askers->ledger, row));
    asker_remove(asker);
}

void asker_estimated(void *arg, const struct job_row *row)
{
    struct askers *askers = arg;
    struct asker *asker = LIST_FIRST(&askers->waiting);

    while (asker != NULL && asker->job != row->id)
        asker = LIST_NEXT(asker, link);
    if (asker != NULL)
        answer(askers, asker, row);
}

int64_t asker_turn(struct askers *askers)
{
    int64_t next_ms = TIMER_NONE;
    struct asker *next;

    for (struct asker *asker = LIST_FIRST(&askers->waiting); asker != NULL; asker = next) {
        next = LIST_NEXT(asker, link);
        if (askers->service->now_ms >= asker->until_ms)
            answer(askers, asker, NULL);
        else
            next_ms = timer_sooner(next_ms, asker->until_ms);
    }
    return next_ms;
}
