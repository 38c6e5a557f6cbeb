/* call_room - how many model calls at once there is room for, where the operator named no number
 *
 * What an endpoint lets in is found out by the rate control (supervisor/money/rate_control.h); here stands
 * what this machine can hold: a call holds its slide's picture and a connection.  The limits of a container
 * count, not only those of the machine.  cgroups(7), https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
#ifndef SUPERVISOR_CALL_ROOM_H
#define SUPERVISOR_CALL_ROOM_H

#include <stdint.h>

#include "conf/conf.h"

/* Calls at once of all vision processes together, whatever they say. */
enum { CALLS_MAX = 4096 };

struct call_room {
    uint64_t memory; /* bytes that are free, caches included */
    uint64_t files;  /* that a process may open */
};

/* What this process and its children have now. root: "" but in tests; the folder that stands for "/". */
struct call_room call_room_now(const char *root);

/* Calls at once for each vision process; at least a few. Pure. */
unsigned call_room_for(const struct call_room *room, const struct conf *conf);

/* The same as one number: stages.vision.in_flight, or what there is room for now. */
unsigned call_room_calls(const struct conf *conf);

#endif
