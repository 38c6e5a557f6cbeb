/* budget - money for model calls: put aside before a call, settled after it, never more than allowed
 *
 * Three budgets (budget.job_usd, key_day_usd, day_usd), each of which may be absent.  What is put aside
 * counts as spent until its call has ended.  All of it is in the ledger: a call whose end nobody saw is taken
 * for paid. Money is micro-USD, a day is a day of UTC.
 */
#ifndef SUPERVISOR_BUDGET_H
#define SUPERVISOR_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"
#include "proto/codes.h"
#include "proto/tenant.h"
#include "supervisor/base/service.h"
#include "supervisor/money/money_rows.h"

struct budget;

/* Who pays. */
struct payer {
    int64_t job;
    char tenant[TENANT_ROOM];
};

struct payer payer_of(const struct job_row *job);

/* Is there a budget at all? */
bool budget_is_limited(const struct conf *conf);

/* Does the code say that a budget was in the way? */
bool budget_is_code(enum code code);

/* Of what jobs have spent, the rows in memory are kept up to date, too. */
struct budget *budget_new(const struct service *service, struct ledger *ledger,
                          const struct money_rows *rows);
void budget_free(struct budget **budget);

/* BUSY: there is enough, unless calls under way cost all that is put aside for them. */
enum budget_verdict { BUDGET_FINE, BUDGET_BUSY, BUDGET_SPENT };

/* May so much be put aside? *which: the budget that is in the way. */
enum budget_verdict budget_look(struct budget *budget, const struct payer *payer, int64_t micro,
                                enum code *which);

/* Puts it aside, in the row of the lease, too. */
void budget_reserve(struct budget *budget, const struct payer *payer, uint64_t lease, int64_t micro);

/* A lease that was found at the start has so much put aside. */
void budget_found(struct budget *budget, const struct payer *payer, int64_t micro);

/* The call has ended and has cost so much. */
void budget_settle(struct budget *budget, const struct payer *payer, uint64_t lease, int64_t reserved,
                   int64_t spent);

/* At the start: what void leases had put aside is taken for spent. but: generations as JSON, of workers that
 * live. */
void budget_recover(struct budget *budget, const char *but);

#endif
