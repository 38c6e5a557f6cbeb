/* previous_run - the earlier run of the same lecture that a request names, for cards to keep their names
 *
 * Its summary.json comes from the store, or along with the request, and goes to the assembler as it is.
 * Nothing fails with it: what cannot be had is told in our own summary.json.
 */
#ifndef SUPERVISOR_PREVIOUS_RUN_H
#define SUPERVISOR_PREVIOUS_RUN_H

#include <stdbool.h>

#include <jansson.h>

#include "proto/codes.h"
#include "proto/wire.h"
#include "supervisor/job/job.h"

/* Is one named, and not here yet? Then it is to be got before the documents are made. */
bool previous_run_awaited(const struct job *job);

/* The lane of what a job needs first whose slides are done: the earlier run, or the documents. */
enum lane_id previous_run_lane(const struct job *job);

/* REVISITED came, and its summary is on the disk now: queues the documents. */
void previous_run_on_result(struct ledger *ledger, struct blobs *blobs, struct lanes *lanes, struct job *job,
                            const struct blob_write *kept);

/* It cannot be had, for that reason: notes why, and queues the documents. */
void previous_run_none(struct ledger *ledger, struct lanes *lanes, struct job *job, enum code code);

/* Adds it to an ASSEMBLE, as frame 1, if it is here. false: its file is lost, and it is queued to be got
 * again. */
bool previous_run_add(struct ledger *ledger, struct blobs *blobs, struct lanes *lanes, struct job *job,
                      struct wire *message);

/* What the manifest says of it, owned by the caller; NULL: none is named. */
json_t *previous_run_said(const struct job *job);

#endif
