/* callback - delivers one callback, once; waiting and trying again is the supervisor's outbox' business
 *
 * Without WORKER_CALLBACK_SECRET nothing is sent: a receiver could not tell it from anybody's. The event
 * stays in the outbox (CALLBACK_REFUSED, retryable, naming the secret) until the operator has set it.
 */
#ifndef STAGES_COURIER_CALLBACK_H
#define STAGES_COURIER_CALLBACK_H

#include "stages/courier/transfer.h"

void callback_start(struct transfer *transfer);

#endif
