/* permits - the model calls under way, each with the money that is put aside for it
 *
 * Thousands may be under way at once, and each message about one names its lease: they are found by that.
 */
#ifndef SUPERVISOR_PERMITS_H
#define SUPERVISOR_PERMITS_H

#include <stdint.h>
#include <sys/queue.h>

#include "supervisor/money/budget.h"
#include "supervisor/money/cost.h"
#include "supervisor/money/endpoint_rates.h"

struct permit {
    LIST_ENTRY(permit) link;
    uint64_t lease;
    uint32_t call, item; /* call 0: of one that was found at the start, it is not known which */
    struct cost_input input;
    int64_t reserved;
    struct payer payer;
    struct endpoint_call counted;
};

enum { PERMIT_LISTS = 256 };

/* Starts as zeros. */
struct permits {
    LIST_HEAD(permit_list, permit) by_lease[PERMIT_LISTS];
};

/* Frees all. */
void permits_free(struct permits *permits);

/* Adds one, with nothing in it but these. */
struct permit *permits_add(struct permits *permits, uint64_t lease, uint32_t call, uint32_t item);

/* Removes and frees it. */
void permits_drop(struct permit *permit);

/* The permit of that call; without it, one of the lease whose call is not known; NULL: there is none. */
struct permit *permits_find(const struct permits *permits, uint64_t lease, uint32_t call);

/* Any permit of the lease; NULL: there is none. */
struct permit *permits_of(const struct permits *permits, uint64_t lease);

#endif
