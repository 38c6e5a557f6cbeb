/* twin - see twin.h */
#include "supervisor/twin.h"

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

struct twins {
    struct twin *first;
};

struct twins *twins_new(void)
{
    return need_zero(1, sizeof(struct twins));
}

static struct twin **twin_at(struct twins *twins, const char *key)
{
    struct twin **at = &twins->first;

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

void twins_free(struct twins **twins)
{
    while ((*twins)->first != NULL)
        twin_end(&(*twins)->first, NULL);
    free(*twins);
    *twins = NULL;
}

bool twins_lead(struct twins *twins, const char *key, struct work work)
{
    struct twin *twin = *twin_at(twins, key);
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
    twin->next = twins->first;
    twins->first = twin;
    return true;
}

void twins_end(struct twins *twins, const char *key, struct lanes *lanes)
{
    struct twin **at = twin_at(twins, key);

    if (*at != NULL)
        twin_end(at, lanes);
}

bool twins_waiting(struct twins *twins, const char *key)
{
    const struct twin *twin = *twin_at(twins, key);

    return twin != NULL && twin->first != NULL;
}

void twins_drop(struct twins *twins, int64_t job)
{
    for (struct twin *twin = twins->first; twin != NULL; twin = twin->next) {
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
