/* model_message - what a vision worker is sent with a lease: only what is not known already, and is paid for
 *
 * What another lease asks for already waits for its answer (in_flight.h); what there is no money for waits
 * for some to be given back, or goes without.
 */
#ifndef SUPERVISOR_MODEL_MESSAGE_H
#define SUPERVISOR_MODEL_MESSAGE_H

#include "supervisor/job/jobs.h"

/* A lease in the making, and whose it will be. */
struct issue {
    struct jobs *jobs;
    struct job *job; /* NULL for what is owed of one that has ended */
    struct draft *draft;
};

/* What each message says of its lease. */
#define LEASE_OF(issue)                                                                                      \
    .lease = (issue)->draft->lease, .job = (issue)->job->row.job, .attempt = (issue)->draft->attempt

/* As lanes.def names them: each fills the message of the draft. false: there is nothing to lease (any more),
 * or not now. */
bool issue_explain(struct issue *issue);
bool issue_overview(struct issue *issue);
bool issue_batch(struct issue *issue);
bool issue_poll(struct issue *issue);

#endif
