/* outbox - sends the callbacks that are owed, and tries again until each is delivered or given up
 *
 * The ledger has a row for each, written with the job's end; the outbox knows when each is due (delivery.h).
 * A delivery goes out as a NOTIFY lease like any other work; its result decides: delivered, tried again
 * later, or given up.  If its links would soon expire, LINK leases renew them first.
 *
 * Promise: every try for a job has the same event id, and the same body except for renewed links.
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

/* Makes the body of the callback of a job that has ended: JSON, freed by the outbox. */
typedef char *callback_body(void *arg, const struct job_row *row);

/* Reads what is owed from the ledger. arg is passed to body. */
struct outbox *outbox_new(const struct service *service, struct ledger *ledger, struct lanes *lanes,
                          struct tenants *tenants, callback_body *body, void *arg);
void outbox_free(struct outbox **outbox);

/* Notes that the callback of a job that has just ended is owed, unless no URL is configured. */
void outbox_add(struct outbox *outbox, const struct job_row *row);

/* Makes the callback due at once, as if it were new, whether it was delivered or not; also for a job that
 * ended when no URL was configured. The caller has checked that one is configured now. */
void outbox_resend(struct outbox *outbox, const struct job_row *row);

/* Whether nothing is owed, or no URL is configured. */
bool outbox_empty(const struct outbox *outbox);

/* Puts what is due into its lane. Returns when the next one is due (monotonic ms); -1: none is waiting. */
int64_t outbox_turn(struct outbox *outbox);

/* What a NOTIFY lease needs; the texts live as long as the callback is owed. */
struct owed {
    const char *event, *name, *tenant; /* the job's */
    uint32_t attempt;                  /* the number of the next try */
};
/* Returns false if nothing is owed for that job. */
bool outbox_find(struct outbox *outbox, int64_t job, struct owed *owed);

/* The receiver has acknowledged the callback, or has not. */
void outbox_delivered(struct outbox *outbox, int64_t job, uint32_t status);
void outbox_failed(struct outbox *outbox, int64_t job, const struct wire_failed *failed);

/* The link to the job's n-th artifact was renewed, or could not be. After the last one the callback goes out.
 */
void outbox_linked(struct outbox *outbox, int64_t job, uint32_t n, const struct wire_linked *linked);
void outbox_link_failed(struct outbox *outbox, int64_t job, const struct wire_failed *failed);

/* The worker died while it delivered: that counts as a failed try. */
void outbox_died(struct outbox *outbox, int64_t job);

/* How many callbacks are owed. */
size_t outbox_count(const struct outbox *outbox);

/* How many seconds a link must still be valid to be sent without renewal: a quarter of its lifetime, at most
 * an hour. Pure. */
int64_t outbox_fresh_s(int64_t link_ttl_s);

#endif
