/* model_leases - see model_leases.h */
#include "stages/vision/model/model_leases.h"

#include "proto/timer.h"
#include "stages/vision/model/model_lease_state.h"

void model_leases_open(struct model_client *client)
{
    TAILQ_INIT(&client->busy);
    TAILQ_INIT(&client->calling);
}

static void free_all(struct model_lease_list *list)
{
    struct model_lease *lease, *next;

    for (lease = TAILQ_FIRST(list); lease != NULL; lease = next) {
        next = TAILQ_NEXT(lease, link);
        model_lease_free(&lease);
    }
    TAILQ_INIT(list);
}

void model_leases_free(struct model_client *client)
{
    free_all(&client->busy);
    free_all(&client->calling);
}

void model_leases_add(struct model_client *client, struct stage *stage, struct wire *wire)
{
    struct model_lease *lease = model_lease_new(client, stage, wire);

    TAILQ_INSERT_TAIL(&client->busy, lease, link);
}

void model_lease_wake(struct model_lease *lease)
{
    if (!lease->calling)
        return;
    TAILQ_REMOVE(&lease->client->calling, lease, link);
    TAILQ_INSERT_TAIL(&lease->client->busy, lease, link);
    lease->calling = false;
}

/* One that may be hedged has a time of its own to wait for. */
static void let_call(struct model_lease *lease)
{
    if (model_lease_calls_under_way(lease) == 0 || lease->client->conf->vision_hedge)
        return;
    TAILQ_REMOVE(&lease->client->busy, lease, link);
    TAILQ_INSERT_TAIL(&lease->client->calling, lease, link);
    lease->calling = true;
}

/* ---- finding one ---- */

static struct model_lease *find_in(const struct model_lease_list *list, uint64_t number)
{
    struct model_lease *lease = TAILQ_FIRST(list);

    while (lease != NULL && (model_lease_number(lease) != number || model_lease_is_over(lease)))
        lease = TAILQ_NEXT(lease, link);
    return lease;
}

struct model_lease *model_leases_find(const struct model_client *client, uint64_t number)
{
    struct model_lease *lease = find_in(&client->busy, number); /* those that asked for a call are here */

    return lease != NULL ? lease : find_in(&client->calling, number);
}

void model_leases_on_adopted(struct model_client *client)
{
    struct model_lease *lease;

    TAILQ_FOREACH(lease, &client->busy, link)
    {
        model_lease_on_adopted(lease);
    }
    TAILQ_FOREACH(lease, &client->calling, link)
    {
        model_lease_on_adopted(lease);
    }
}

/* ---- turns ---- */

/* No call will get through: those who wait need not find that out by a call each. */
static void give_up_waiting(struct model_client *client)
{
    struct model_lease *lease;

    if (client->hopeless == CODES)
        return;
    TAILQ_FOREACH(lease, &client->busy, link)
    {
        model_lease_give_up(lease, client->hopeless, client->fact);
    }
    client->hopeless =
        CODES; /* a lease that comes later finds out for itself: the key may be another by then */
}

int64_t model_leases_turn(struct model_client *client, int64_t now_ms)
{
    int64_t wait = TIMER_NONE;
    struct model_lease *lease, *next;

    give_up_waiting(client);
    for (lease = TAILQ_FIRST(&client->busy); lease != NULL; lease = next) {
        wait = timer_sooner(wait, model_lease_turn(lease, now_ms));
        next = TAILQ_NEXT(lease, link);
        if (model_lease_is_over(lease)) {
            TAILQ_REMOVE(&client->busy, lease, link);
            model_lease_free(&lease);
        } else {
            let_call(lease);
        }
    }
    return wait;
}
