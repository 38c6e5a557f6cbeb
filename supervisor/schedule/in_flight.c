/* in_flight - see in_flight.h */
#include "supervisor/schedule/in_flight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

struct waiting {
    struct waiting *next;
    struct work work;
};

struct twin {
    struct twin *next;
    char key[BLOB_NAME];
    struct waiting *first, **last;
};

struct in_flight {
    struct twin *first;
};

struct in_flight *in_flight_new(void)
{
    return need_zero(1, sizeof(struct in_flight));
}

static struct twin **twin_at(struct in_flight *in_flight, const char *key)
{
    struct twin **at = &in_flight->first;

    while (*at != NULL && strcmp((*at)->key, key) != 0)
        at = &(*at)->next;
    return at;
}

/* Takes the twin off; its waiting work goes to the lanes, or nowhere. */
static void twin_end(struct twin **at, struct lanes *lanes)
{
    struct twin *twin = *at;

    *at = twin->next;
    while (twin->first != NULL) {
        struct waiting *waiting = twin->first;

        twin->first = waiting->next;
        if (lanes != NULL)
            lanes_add(lanes, waiting->work, 0);
        free(waiting);
    }
    free(twin);
}

void in_flight_free(struct in_flight **in_flight)
{
    while ((*in_flight)->first != NULL)
        twin_end(&(*in_flight)->first, NULL);
    free(*in_flight);
    *in_flight = NULL;
}

bool in_flight_lead(struct in_flight *in_flight, const char *key, struct work work)
{
    struct twin *twin = *twin_at(in_flight, key);
    struct waiting *waiting;

    if (twin != NULL) {
        waiting = need_zero(1, sizeof *waiting);
        waiting->work = work;
        *twin->last = waiting;
        twin->last = &waiting->next;
        return false;
    }
    twin = need_zero(1, sizeof *twin);
    snprintf(twin->key, sizeof twin->key, "%s", key);
    twin->last = &twin->first;
    twin->next = in_flight->first;
    in_flight->first = twin;
    return true;
}

void in_flight_end(struct in_flight *in_flight, const char *key, struct lanes *lanes)
{
    struct twin **at = twin_at(in_flight, key);

    if (*at != NULL)
        twin_end(at, lanes);
}

bool in_flight_waiting(struct in_flight *in_flight, const char *key)
{
    const struct twin *twin = *twin_at(in_flight, key);

    return twin != NULL && twin->first != NULL;
}

void in_flight_drop(struct in_flight *in_flight, int64_t job)
{
    for (struct twin *twin = in_flight->first; twin != NULL; twin = twin->next) {
        struct waiting **at = &twin->first;

        while (*at != NULL) {
            struct waiting *waiting = *at;

            if (waiting->work.job == job) {
                *at = waiting->next;
                free(waiting);
            } else
                at = &waiting->next;
        }
        twin->last = at;
    }
}
