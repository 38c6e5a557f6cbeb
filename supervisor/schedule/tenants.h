/* tenants - whose jobs are open, how many of them are worked on, and whose turn it is (pure)
 *
 * A tenant that is known is never forgotten, so that its number stays. The configuration bounds how many
 * there are.
 */
#ifndef SUPERVISOR_TENANTS_H
#define SUPERVISOR_TENANTS_H

#include <stdint.h>

#include "proto/tenant.h"

struct tenant {
    struct tenant *next;
    char name[TENANT_ROOM];
    uint32_t number;  /* from 1 */
    uint64_t open;    /* its jobs that are accepted and have not ended, */
    uint64_t active;  /* and of these, that are worked on */
    int64_t last_job; /* the ledger's number of the one that became active last; later ones wait */
    uint64_t turn;    /* when one of its jobs became active: rises */
};

struct tenants;

struct tenants *tenants_new(void);
void tenants_free(struct tenants **tenants);

/* The tenant of that name; one that is not known yet has nothing open. */
struct tenant *tenants_at(struct tenants *tenants, const char *name);

/* The tenant whose waiting job becomes active next: the one with the fewest active jobs, and among several
 * the one whose last turn was longest ago. NULL: no job waits. */
struct tenant *tenants_turn(struct tenants *tenants);

/* One of the tenant's jobs, of that number, became active: its next turn comes after those of the others. */
void tenants_took(struct tenants *tenants, struct tenant *tenant, int64_t job);

#endif
