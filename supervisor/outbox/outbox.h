/* outbox - callbacks that are owed, and when each is tried next
 *
 * The rows are in the ledger, written with the job's end; this keeps the clock.  A delivery goes out as a
 * NOTIFY lease like any other work; what it answers decides: delivered, tried again later, or given up.  If
 * its links would be stale by then, LINK leases renew them first.
 *
 * Promise: every delivery of a job's end has the same event, and the same body but for renewed links.
 */
#ifndef SUPERVISOR_OUTBOX_H
#define SUPERVISOR_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/wire.h"
#include "supervisor/base/service.h"
#include "supervisor/ledger/ledger.h"
#include "supervisor/schedule/lane.h"
#include "supervisor/schedule/tenants.h"

struct outbox;

/* The body of the callback of a job that has ended: JSON, malloced. */
typedef char *callback_body(void *arg, const struct job_row *row);

/* Reads what the ledger owes. arg is handed to body. */
struct outbox *outbox_new(const struct service *service, struct ledger *ledger, struct lanes *lanes,
                          struct tenants *tenants, callback_body *body, void *arg);
void outbox_free(struct outbox **outbox);

/* A job has ended: its callback is owed (unless no URL is set). */
void outbox_add(struct outbox *outbox, const struct job_row *row);

/* It is asked for again, delivered or not: due at once, as if it were new. For a job that ended when no URL
 * was set it is owed from now on. The caller has seen that one is set. */
void outbox_resend(struct outbox *outbox, const struct job_row *row);

/* Nothing is owed (any more). */
bool outbox_empty(const struct outbox *outbox);

/* Puts what is due into the lane. Returns when the next will be (monotonic), -1: none. */
int64_t outbox_turn(struct outbox *outbox);

/* A job's delivery; the texts live as long as it is owed. */
struct owed {
    const char *event, *name, *tenant; /* the job's */
    uint32_t attempt;                  /* the number of the next try */
};
/* false: nothing is owed. */
bool outbox_find(struct outbox *outbox, int64_t job, struct owed *owed);

void outbox_delivered(struct outbox *outbox, int64_t job, uint32_t status);
void outbox_failed(struct outbox *outbox, int64_t job, const struct wire_failed *failed);

/* A link to the job's n-th artifact was made anew, or could not be. After the last the callback goes out. */
void outbox_linked(struct outbox *outbox, int64_t job, uint32_t n, const struct wire_linked *linked);
void outbox_link_failed(struct outbox *outbox, int64_t job, const struct wire_failed *failed);

/* The worker died over it: that was a try, and it waits for the next like after a refusal. */
void outbox_died(struct outbox *outbox, int64_t job);

/* How many callbacks are owed. */
size_t outbox_count(const struct outbox *outbox);

/* A link with less life left than this is renewed before it is told. Pure. */
int64_t outbox_fresh_s(int64_t link_ttl_s);

#endif
