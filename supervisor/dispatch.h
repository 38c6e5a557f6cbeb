/* dispatch - joins lanes and credit: work becomes a lease, its attempt goes to the ledger, the message waits
 * for the commit */
#ifndef SUPERVISOR_DISPATCH_H
#define SUPERVISOR_DISPATCH_H

struct supervisor;

/* Gives every worker with credit what its lanes hold. */
void dispatch(struct supervisor *sup);

#endif
