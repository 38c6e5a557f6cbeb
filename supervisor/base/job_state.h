/* job_state - the states of a job, as its row in the ledger holds them; what leads from one to the next is
 * job_table.c's */
#ifndef SUPERVISOR_JOB_STATE_H
#define SUPERVISOR_JOB_STATE_H

#define JOB_STATE_TABLE(row)                                                                                 \
    row(ACCEPTED, "accepted") row(FETCHING, "fetching") row(INSPECTING, "inspecting")                        \
        row(WORKING, "working") row(ASSEMBLING, "assembling") row(STORING, "storing")                        \
            row(COMPLETED, "completed") row(FAILED, "failed")

#define ENUM_JOB(name, text) JOB_##name,
enum job_state { JOB_STATE_TABLE(ENUM_JOB) JOB_STATES };

/* As GET /jobs/{id} says it. Static. */
const char *job_state_name(enum job_state state);

#endif
