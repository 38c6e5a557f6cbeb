/* call_admission - every model call is allowed here before it is made
 *
 * A lease for the model is the permit for its first call; a worker asks for each further one (CALL, answered
 * by GO or DENIED) and tells how each ended (CALLED).  Here the rate control of each endpoint
 * (endpoint_rates.c) and the budgets (budget.c) meet: no call is made that either does not allow, whichever
 * process makes it and for whichever job.
 * A call may be asked for because the answer in hand says what its slide does not: of such second questions
 * each job has a share (second_questions.h), which is counted in its row, whichever process asks and
 * whichever supervisor answers.  One beyond it is denied at once.
 *
 * Without a model (the offline engine) nothing is asked and nothing is held back.
 */
#ifndef SUPERVISOR_CALL_ADMISSION_H
#define SUPERVISOR_CALL_ADMISSION_H

#include "supervisor/money/budget.h"
#include "supervisor/process/worker.h"
#include "supervisor/process/worker_pool.h"

struct admissions;

/* All of it must outlive the admissions. */
struct admissions *admission_new(const struct service *service, struct ledger *ledger,
                                 struct worker_pool *pool, struct budget *budget,
                                 const struct money_rows *rows);
void admission_free(struct admissions **admissions);

/* May a lease for the model go out now, as far as rate and calls at once are concerned? */
bool admission_allow(struct admissions *admissions);

/* The first call of a lease, for a slide of the job (NULL: for its overview): how many tokens it may write,
 * or that there is no money. BUSY: try again soon. */
enum budget_verdict admission_look(struct admissions *admissions, const struct job_row *job,
                                   const struct slide_row *slide, uint32_t *max_tokens, enum code *which);

/* The lease goes out. */
void admission_lease(struct admissions *admissions, struct worker *worker, const struct lease *lease,
                     const struct job_row *job, const struct slide_row *slide, uint32_t max_tokens);

/* It was out when we came, with so much money put aside. */
void admission_found(struct admissions *admissions, const struct lease *lease, int64_t reserved);

/* A lease has ended. Calls of it that nobody told of end with it: what they cost is known from the result
 * (SETTLED; else NULL), or they are taken for paid (LOST). */
enum lease_end { LEASE_NEVER_BEGUN, LEASE_SETTLED, LEASE_LOST };
void admission_lease_ended(struct admissions *admissions, const struct lease *lease, enum lease_end end,
                           const struct wire *result);

/* CALL: a worker asks for one more call; admission_turn answers it, the most pressing first (call_queue.h).
 * One that is known already is not asked twice. */
void admission_asked(struct admissions *admissions, const struct wire_call *call);

/* CALLED: a call has ended, and the worker tells how. */
void admission_called(struct admissions *admissions, struct worker *worker, const struct wire_called *called);

/* The configuration is another one now. */
void admission_reloaded(struct admissions *admissions);

/* LEARNED: what endpoints take is kept for later workers. */
void admission_learned(struct admissions *admissions, const struct wire_learned *learned);

/* Answers those who ask, as far as they may. */
void admission_turn(struct admissions *admissions);

/* When more may be allowed (monotonic); TIMER_NONE: when something is heard. wanted: leases for the model
 * wait. */
int64_t admission_next(struct admissions *admissions, bool wanted);

/* Calls under way, and those that have ended in that way since the start, for /metrics. */
unsigned admission_flying(const struct admissions *admissions);
uint64_t admission_ended(const struct admissions *admissions, enum call_verdict verdict);

#endif
