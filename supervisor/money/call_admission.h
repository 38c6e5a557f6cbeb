/* call_admission - every model call is allowed here before it is made
 *
 * A lease for the model is the permit for its first call; a worker asks for each further one (CALL, answered
 * by GO or DENIED) and tells how each ended (CALLED).  Here the rate_control of each endpoint
 * (rate_control.c) and the budgets (budget.c) meet: no call is made that either does not allow, whichever
 * process makes it and for whichever job.
 *
 * Without a model (the offline engine) nothing is asked and nothing is held back.
 */
#ifndef SUPERVISOR_CALL_ADMISSION_H
#define SUPERVISOR_CALL_ADMISSION_H

#include "supervisor/money/budget.h"
#include "supervisor/money/rate_control.h"
#include "supervisor/process/worker.h"

struct conf;
struct supervisor;
struct job;
struct admissions;

struct admissions *admission_new(const struct conf *conf);
void admission_free(struct admissions **admissions);

/* May a lease for the model go out now, as far as rate and calls at once are concerned? */
bool admission_allow(struct supervisor *sup);

/* The first call of a lease: how many tokens it may write, or that there is no money. BUSY: try again soon.
 */
enum budget_verdict admission_look(struct supervisor *sup, const struct job *job, uint32_t item,
                                   uint32_t *max_tokens, enum code *which);

/* The lease goes out. */
void admission_lease(struct supervisor *sup, struct worker *worker, const struct lease *lease,
                     const struct job *job, uint32_t max_tokens);

/* It was out when we came, with so much money put aside. */
void admission_found(struct supervisor *sup, const struct lease *lease, int64_t reserved);

/* A lease has ended. Calls of it that nobody told of end with it: what they cost is known from the result
 * (SETTLED; else NULL), or they are taken for paid (LOST). */
enum lease_end { LEASE_NEVER_BEGUN, LEASE_SETTLED, LEASE_LOST };
void admission_lease_ended(struct supervisor *sup, const struct lease *lease, enum lease_end end,
                           const struct wire *result);

void admission_asked(struct supervisor *sup, const struct wire_call *call);
void admission_called(struct supervisor *sup, struct worker *worker, const struct wire_called *called);

/* What endpoints take, for later workers. */
void admission_learned(struct supervisor *sup, const struct wire_learned *learned);

/* Answers those who ask, as far as they may. */
void admission_turn(struct supervisor *sup);

/* When more may be allowed (monotonic); -1: when something is heard. */
int64_t admission_next(struct supervisor *sup);

/* Calls under way, for /metrics. */
unsigned admission_flying(const struct admissions *admissions);

#endif
