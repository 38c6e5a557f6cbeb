/* in_flight - see in_flight.h */
#include "supervisor/schedule/in_flight.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "proto/panic.h"

struct waiting {
    STAILQ_ENTRY(waiting) next;
    struct asker asker;
};

/* A key that is asked for, and the work that waits for its answer. */
struct flight {
    LIST_ENTRY(flight) next;
    char key[BLOB_NAME];
    unsigned leaders; /* at least one */
    STAILQ_HEAD(waiting_list, waiting) waiting;
};

/* Thousands may be out at once: LISTS of them keep each short. */
enum { LISTS = 1024 };

LIST_HEAD(flights, flight);

struct in_flight {
    struct flights by_key[LISTS];
};

struct in_flight *in_flight_new(void)
{
    return need_zero(1, sizeof(struct in_flight));
}

/* FNV-1a. */
static unsigned list_of(const char *key)
{
    uint32_t hash = 2166136261u;

    for (; *key != '\0'; key++)
        hash = (hash ^ (unsigned char)*key) * 16777619u;
    return hash % LISTS;
}

/* NULL: nobody asks for it. */
static struct flight *flight_of(const struct in_flight *in_flight, const char *key)
{
    struct flight *flight = LIST_FIRST(&in_flight->by_key[list_of(key)]);

    while (flight != NULL && strcmp(flight->key, key) != 0)
        flight = LIST_NEXT(flight, next);
    return flight;
}

static struct flight *flight_add(struct in_flight *in_flight, const char *key)
{
    struct flight *flight = need_zero(1, sizeof *flight);

    snprintf(flight->key, sizeof flight->key, "%s", key);
    STAILQ_INIT(&flight->waiting);
    LIST_INSERT_HEAD(&in_flight->by_key[list_of(key)], flight, next);
    return flight;
}

static bool take_first(struct flight *flight, struct asker *asker)
{
    struct waiting *waiting = STAILQ_FIRST(&flight->waiting);

    if (waiting == NULL)
        return false;
    *asker = waiting->asker;
    STAILQ_REMOVE_HEAD(&flight->waiting, next);
    free(waiting);
    return true;
}

static void free_all(const struct flights *flights)
{
    struct flight *next;
    struct asker asker;

    for (struct flight *flight = LIST_FIRST(flights); flight != NULL; flight = next) {
        next = LIST_NEXT(flight, next);
        while (take_first(flight, &asker))
            ;
        free(flight);
    }
}

void in_flight_free(struct in_flight **in_flight)
{
    for (unsigned i = 0; i < LISTS; i++)
        free_all(&(*in_flight)->by_key[i]);
    free(*in_flight);
    *in_flight = NULL;
}

bool in_flight_lead(struct in_flight *in_flight, const struct asker *asker, unsigned max)
{
    struct flight *flight = flight_of(in_flight, asker->key);
    struct waiting *waiting;

    if (flight == NULL)
        flight = flight_add(in_flight, asker->key);
    if (flight->leaders < max) {
        flight->leaders++;
        return true;
    }
    waiting = need_zero(1, sizeof *waiting);
    waiting->asker = *asker;
    STAILQ_INSERT_TAIL(&flight->waiting, waiting, next);
    return false;
}

bool in_flight_take(struct in_flight *in_flight, const char *key, struct asker *asker)
{
    struct flight *flight = flight_of(in_flight, key);

    return flight != NULL && take_first(flight, asker);
}

void in_flight_end(struct in_flight *in_flight, const char *key)
{
    struct flight *flight = flight_of(in_flight, key);

    if (flight == NULL || --flight->leaders > 0)
        return;
    must(STAILQ_EMPTY(&flight->waiting));
    LIST_REMOVE(flight, next);
    free(flight);
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
        if (waiting->asker.work.job != job)
            continue;
        STAILQ_REMOVE(list, waiting, waiting, next);
        free(waiting);
    }
}

void in_flight_drop(struct in_flight *in_flight, int64_t job)
{
    struct flight *flight;

    for (unsigned i = 0; i < LISTS; i++)
        LIST_FOREACH(flight, &in_flight->by_key[i], next)
        {
            drop_waiting(&flight->waiting, job);
        }
}
