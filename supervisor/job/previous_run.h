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
#include "supervisor/store/blob.h"

struct jobs;
struct job;

/* Is one named, and not here yet? Then it is to be got before the documents are made. */
bool previous_run_awaited(const struct job *job);

/* REVISITED, or FAILED for good. */
void previous_run_on_result(struct jobs *jobs, struct job *job, const struct blob_write *kept);

/* There is none. */
void previous_run_none(struct jobs *jobs, struct job *job, enum code code);

/* Adds it to an ASSEMBLE, as frame 1, if it is here. false: its file is lost, and it is got again. */
bool previous_run_add(struct jobs *jobs, struct job *job, struct wire *message);

/* What the manifest says of it; NULL: none is named. */
json_t *previous_run_said(const struct job *job);

#endif
