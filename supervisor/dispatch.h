/* dispatch - joins lanes and credit: work becomes a lease, its attempt goes to the ledger, the message waits
 * for the commit */
#ifndef SUPERVISOR_DISPATCH_H
#define SUPERVISOR_DISPATCH_H

#include <stdint.h>

#include "conf/conf.h"
#include "proto/enums.h"

struct supervisor;

/* How long a worker of that kind may hold a lease. */
int64_t dispatch_deadline_ms(const struct conf *conf, enum stage_kind kind);

/* Gives every worker with credit what its lanes hold. */
void dispatch(struct supervisor *sup);

#endif
