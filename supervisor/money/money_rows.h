/* money_rows - the rows of the jobs that are worked on, as those who account for money see them
 *
 * Rows in memory are ahead of the ledger's.  Whoever keeps them gives these functions.
 */
#ifndef SUPERVISOR_MONEY_ROWS_H
#define SUPERVISOR_MONEY_ROWS_H

#include "supervisor/ledger/ledger.h"

struct money_rows {
    /* NULL: the job is not worked on (any more). */
    struct job_row *(*job)(void *arg, int64_t job);
    /* NULL: neither is the job, or it has no such slide; 0 is none. */
    struct slide_row *(*slide)(void *arg, int64_t job, uint32_t slide);
    /* How many slides of the job the model was asked about, or may still be; 0: the job is not worked on. */
    uint32_t (*slides_to_ask)(void *arg, int64_t job);
    void *arg; /* handed to all */
};

#endif
