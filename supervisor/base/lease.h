/* lease - a piece of work, and what is known of it while a worker holds it */
#ifndef SUPERVISOR_LEASE_H
#define SUPERVISOR_LEASE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "supervisor/base/lane_table.h"
#include "supervisor/store/blob.h"

struct work {
    enum lane_id lane;
    int64_t job;     /* the ledger's number */
    uint32_t item;   /* slide from 1; artifact from 0; else 0 */
    uint32_t tenant; /* number of the tenant it is done for; 0: not known, as if all such work were one's */
    bool light;      /* of a short job: before that of long ones, within bounds */
    bool greedy;     /* it takes long: only some of the workers take such work at once */
    bool suspect;    /* a worker died over it and perhaps others: it goes first, and alone */
};

struct lease {
    TAILQ_ENTRY(lease) link;
    uint64_t id;
    struct work work;
    uint32_t attempt;
    int64_t issued_ms, deadline_ms;
    char key[BLOB_NAME];              /* EXPLAIN: what its answer answers, */
    char question[BLOB_NAME];         /* and all that was asked (in_flight.h); "": not known */
    bool claimed;                     /* adopted: the worker says that it works on it */
    const char *misfit;               /* the field that kept its message from being sent; NULL: it was sent */
    uint64_t told_input, told_output; /* tokens of its calls, as CALLED said */
    uint32_t told_calls;
};

TAILQ_HEAD(lease_list, lease);

/* What a result counts beyond what CALLED has told of the same lease, if it does. */
uint64_t lease_untold(uint64_t counted, uint64_t told);

#endif
