/* billing - what an ended model call is taken to have cost, and the rows that count it
 *
 * Money is micro-USD.
 */
#ifndef SUPERVISOR_BILLING_H
#define SUPERVISOR_BILLING_H

#include <stdint.h>

#include "conf/conf.h"
#include "proto/wire.h"
#include "supervisor/base/lease.h"
#include "supervisor/money/money_rows.h"

/* What a call has cost, by what its worker tells. A call that may have been paid for and does not say what it
 * took (no answer came, or one without figures) counts as at least what was put aside for it; a refusal costs
 * nothing. */
int64_t billing_called(const struct conf *conf, const struct wire_called *called, int64_t reserved);

/* What a result tells beyond what CALLED told of its lease: the calls our predecessor may have heard of. */
int64_t billing_untold(const struct conf *conf, const struct lease *lease, const struct wire *result);

/* What a call took. */
struct usage {
    uint64_t input, output; /* tokens */
    uint32_t calls;
    int64_t spent;
};

/* Adds it to the row of the slide, or (item 0, or no such slide) of the job; nowhere if the job is gone. A
 * job's row takes no money here: what its overview costs, the budget writes (budget.c). */
void billing_add(const struct money_rows *rows, int64_t job, uint32_t item, const struct usage *usage);

#endif
