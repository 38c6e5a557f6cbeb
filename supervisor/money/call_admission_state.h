/* call_admission_state - what the parts of the admission of calls share
 *
 * For two files alone: call_admission.c follows each call from its permit to its bill, call_request.c answers
 * those who ask for one more.
 */
#ifndef SUPERVISOR_CALL_ADMISSION_STATE_H
#define SUPERVISOR_CALL_ADMISSION_STATE_H

#include "supervisor/money/budget.h"
#include "supervisor/money/call_queue.h"
#include "supervisor/money/cost.h"
#include "supervisor/money/endpoint_rates.h"
#include "supervisor/money/permits.h"
#include "supervisor/process/worker_pool.h"

struct admissions {
    const struct service *service;
    struct ledger *ledger;
    struct worker_pool *pool;
    struct budget *budget;
    struct money_rows rows;
    struct endpoint_rates rates;
    struct permits flying;
    struct call_queue asked;
    struct cost_seen seen;
    uint64_t ended[VERDICTS]; /* calls */
};

/* call_admission.c */

/* Is there money for such a call? Where the wished room for the answer cannot be paid, what answers have
 * taken so far may do. */
enum budget_verdict admission_afford(struct admissions *admissions, const struct payer *payer,
                                     const struct cost_input *input, uint32_t *max_tokens, enum code *which);

/* A call of the lease starts: it is counted, and its money is put aside. */
void admission_start(struct admissions *admissions, const struct lease *lease, uint32_t call,
                     const struct payer *payer, const struct cost_input *input, uint32_t max_tokens);

/* Of the endpoint that the next call will probably go to; NULL: no model is asked. */
struct rate_control *admission_rate_control(struct admissions *admissions);

/* How many calls at once the workers can make, retiring ones included. */
unsigned admission_most_calls(const struct admissions *admissions);

#endif
