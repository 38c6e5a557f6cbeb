/* artifacts - what was made of a job's lecture: kept as files until the store has it
 *
 * Which there are says the job's row (outputs).  Made again after a file was lost, an artifact has the same
 * bytes: the assembler gives the same for the same lease.
 */
#ifndef SUPERVISOR_ARTIFACTS_H
#define SUPERVISOR_ARTIFACTS_H

#include "proto/artifact.h"
#include "proto/wire.h"
#include "supervisor/job/job.h"

/* Writes the names of the blobs that the job's artifacts are kept in; returns how many there are. */
unsigned artifacts_files(struct ledger *ledger, int64_t job, char names[ARTIFACTS][SHA_ROOM]);

/* ASSEMBLED came, with a frame for each artifact, which is on the disk now: raises EVENT_ASSEMBLED. */
void artifacts_on_assembled(struct ledger *ledger, struct blobs *blobs, struct job *job,
                            const struct blob_write *kept);

/* Queues for the store what it does not have yet; raises EVENT_STORED if that is nothing. */
void artifacts_store(struct ledger *ledger, struct lanes *lanes, struct job *job);

/* STORED came: the store has artifact n. Raises EVENT_STORED after the last. */
void artifacts_on_stored(struct ledger *ledger, struct lanes *lanes, struct job *job, uint32_t n,
                         const struct wire_stored *stored);

/* A file or a row of them is not there any more: takes the others out of their lane and raises EVENT_LOST, so
 * that all are made again. */
void artifacts_lost(struct lanes *lanes, struct job *job);

#endif
