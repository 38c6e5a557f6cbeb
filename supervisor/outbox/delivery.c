/* delivery - see delivery.h */
#include "supervisor/outbox/delivery.h"

#include <stdlib.h>

#include "proto/backoff.h"
#include "proto/panic.h"

void delivery_add(struct delivery_list *list, const struct delivery_row *row)
{
    struct delivery *delivery = need_zero(1, sizeof *delivery);

    *delivery = (struct delivery){.job = row->job_id,
                                  .event = need_dup(row->event),
                                  .name = need_dup(row->job),
                                  .tenant = need_dup(row->tenant),
                                  .tries = row->tries,
                                  .next_ms = row->next_ms,
                                  .created_ms = row->created_ms};
    LIST_INSERT_HEAD(list, delivery, link);
}

void delivery_remove(struct delivery *delivery)
{
    LIST_REMOVE(delivery, link);
    free(delivery->event);
    free(delivery->name);
    free(delivery->tenant);
    free(delivery);
}

struct delivery *delivery_find(const struct delivery_list *list, int64_t job)
{
    struct delivery *delivery;

    LIST_FOREACH(delivery, list, link)
    if (delivery->job == job)
        break;
    return delivery;
}

struct delivery *delivery_first_due(const struct delivery_list *list)
{
    struct delivery *first = NULL, *d;

    LIST_FOREACH(d, list, link)
    if (!d->out && (first == NULL || d->next_ms < first->next_ms ||
                    (d->next_ms == first->next_ms && d->job < first->job)))
        first = d;
    return first;
}

size_t delivery_count(const struct delivery_list *list, size_t *out)
{
    const struct delivery *delivery;
    size_t count = 0;

    *out = 0;
    LIST_FOREACH(delivery, list, link)
    {
        count++;
        *out += delivery->out;
    }
    return count;
}

int64_t delivery_due_in(const struct delivery *delivery, int64_t now_ms)
{
    int64_t wait = delivery->next_ms - now_ms;

    return wait <= 0 || wait > 2 * (int64_t)DELIVERY_WAIT_MAX_MS ? 0 : wait;
}

int64_t delivery_wait_ms(uint32_t tries, int64_t first_ms)
{
    return backoff_ms(2 * (tries - 1), first_ms, DELIVERY_WAIT_MAX_MS, 0);
}
