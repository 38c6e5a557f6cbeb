/* sender - may this worker say that, now? (pure)
 *
 * Every message of a worker passes here before anybody acts on it; what is not allowed is refused.  A worker
 * that strangers' bytes have taken over can so say no more than its kind may, at its time, about the leases
 * it holds. Which kind and when stand in proto/messages.def.  The same idea as OpenSSH's monitor (monitor.c:
 * mon_dispatch).
 */
#ifndef SUPERVISOR_SENDER_H
#define SUPERVISOR_SENDER_H

#include <stdbool.h>

#include "proto/wire.h"

/* What a worker has to do with the lease a message names. HAD: it was this worker's, and is not any more: it
 * was answered, or was void when the worker was adopted. */
enum claim { CLAIM_NONE, CLAIM_HOLDS, CLAIM_HAD, CLAIMS };

struct sender {
    enum stage_kind kind;
    enum wire_phase phase;
    enum claim claim; /* without a meaning if the message names no lease */
};

/* NULL: it may say so. Else why not; static. */
const char *sender_fault(const struct sender *sender, const struct wire *message);

#endif
