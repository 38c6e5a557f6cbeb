/* notify - delivers one callback, once; waiting and trying again is the supervisor's outbox' business
 *
 * Without WORKER_CALLBACK_SECRET nothing is sent: a receiver could not tell it from anybody's. The event
 * stays in the outbox (CALLBACK_REFUSED, retryable, naming the secret) until the operator has set it.
 */
#ifndef STAGES_COURIER_NOTIFY_H
#define STAGES_COURIER_NOTIFY_H

#include "stages/courier/errand.h"

void notify_start(struct errand *errand);

#endif
