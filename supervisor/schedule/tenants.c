/* tenants - see tenants.h */
#include "supervisor/schedule/tenants.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

struct tenants {
    struct tenant *first;
    uint32_t count;
    uint64_t turns;
};

struct tenants *tenants_new(void)
{
    return need_zero(1, sizeof(struct tenants));
}

void tenants_free(struct tenants **tenants)
{
    while ((*tenants)->first != NULL) {
        struct tenant *tenant = (*tenants)->first;

        (*tenants)->first = tenant->next;
        free(tenant);
    }
    free(*tenants);
    *tenants = NULL;
}

struct tenant *tenants_at(struct tenants *tenants, const char *name)
{
    struct tenant *tenant = tenants->first;

    while (tenant != NULL && strcmp(tenant->name, name) != 0)
        tenant = tenant->next;
    if (tenant != NULL)
        return tenant;
    tenant = need_zero(1, sizeof *tenant);
    snprintf(tenant->name, sizeof tenant->name, "%s", name);
    tenant->number = ++tenants->count;
    tenant->next = tenants->first;
    tenants->first = tenant;
    return tenant;
}

static bool is_before(const struct tenant *a, const struct tenant *b)
{
    return a->active < b->active || (a->active == b->active && a->turn < b->turn);
}

struct tenant *tenants_turn(struct tenants *tenants)
{
    struct tenant *best = NULL;

    for (struct tenant *tenant = tenants->first; tenant != NULL; tenant = tenant->next)
        if (tenant->open > tenant->active && (best == NULL || is_before(tenant, best)))
            best = tenant;
    return best;
}

void tenants_took(struct tenants *tenants, struct tenant *tenant, int64_t job)
{
    tenant->last_job = job;
    tenant->turn = ++tenants->turns;
}
