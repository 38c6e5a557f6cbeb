/* in_flight - see in_flight.h */
#include "supervisor/schedule/in_flight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "proto/panic.h"

struct waiting {
    STAILQ_ENTRY(waiting) next;
    struct work work;
};

/* A key that is asked for, and the work that waits for its answer. */
struct flight {
    LIST_ENTRY(flight) next;
    char key[BLOB_NAME];
    STAILQ_HEAD(waiting_list, waiting) waiting;
};

struct in_flight {
    LIST_HEAD(, flight) flights;
};

struct in_flight *in_flight_new(void)
{
    return need_zero(1, sizeof(struct in_flight));
}

/* NULL: nobody asks for it. */
static struct flight *flight_of(const struct in_flight *in_flight, const char *key)
{
    struct flight *flight = LIST_FIRST(&in_flight->flights);

    while (flight != NULL && strcmp(flight->key, key) != 0)
        flight = LIST_NEXT(flight, next);
    return flight;
}

/* What waits goes to the lanes, or nowhere. */
static void end_flight(struct flight *flight, struct lanes *lanes)
{
    struct waiting *waiting;

    while ((waiting = STAILQ_FIRST(&flight->waiting)) != NULL) {
        STAILQ_REMOVE_HEAD(&flight->waiting, next);
        if (lanes != NULL)
            lanes_add(lanes, waiting->work, 0);
        free(waiting);
    }
    LIST_REMOVE(flight, next);
    free(flight);
}

void in_flight_free(struct in_flight **in_flight)
{
    while (!LIST_EMPTY(&(*in_flight)->flights))
        end_flight(LIST_FIRST(&(*in_flight)->flights), NULL);
    free(*in_flight);
    *in_flight = NULL;
}

bool in_flight_lead(struct in_flight *in_flight, const char *key, struct work work)
{
    struct flight *flight = flight_of(in_flight, key);
    struct waiting *waiting;

    if (flight != NULL) {
        waiting = need_zero(1, sizeof *waiting);
        waiting->work = work;
        STAILQ_INSERT_TAIL(&flight->waiting, waiting, next);
        return false;
    }
    flight = need_zero(1, sizeof *flight);
    snprintf(flight->key, sizeof flight->key, "%s", key);
    STAILQ_INIT(&flight->waiting);
    LIST_INSERT_HEAD(&in_flight->flights, flight, next);
    return true;
}

void in_flight_end(struct in_flight *in_flight, const char *key, struct lanes *lanes)
{
    struct flight *flight = flight_of(in_flight, key);

    if (flight != NULL)
        end_flight(flight, lanes);
}

bool in_flight_waiting(struct in_flight *in_flight, const char *key)
{
    const struct flight *flight = flight_of(in_flight, key);

    return flight != NULL && !STAILQ_EMPTY(&flight->waiting);
}

static void drop_waiting(struct waiting_list *list, int64_t job)
{
    struct waiting *next;

    for (struct waiting *waiting = STAILQ_FIRST(list); waiting != NULL; waiting = next) {
        next = STAILQ_NEXT(waiting, next);
        if (waiting->work.job != job)
            continue;
        STAILQ_REMOVE(list, waiting, waiting, next);
        free(waiting);
    }
}

void in_flight_drop(struct in_flight *in_flight, int64_t job)
{
    struct flight *flight;

    LIST_FOREACH(flight, &in_flight->flights, next)
    {
        drop_waiting(&flight->waiting, job);
    }
}
