/* callback - delivers one callback, once; the supervisor's outbox waits and tries again
 *
 * Without WORKER_CALLBACK_SECRET nothing is sent: a receiver could not tell it from anybody's. The event
 * stays in the outbox (CALLBACK_REFUSED, retryable, naming the secret) until the operator has set it.
 */
#ifndef STAGES_COURIER_CALLBACK_H
#define STAGES_COURIER_CALLBACK_H

#include "stages/courier/transfer.h"

/* POSTs the lease's body (NOTIFY, frame 0), signed, to WORKER_CALLBACK_URL. Any 2xx answers NOTIFIED; 410
 * fails for good (RFC 9110 15.5.11), everything else fails retryable. May answer the lease at once, and free
 * the transfer. */
void callback_start(struct transfer *transfer);

#endif
