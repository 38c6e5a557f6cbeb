/* service - what every part of the supervisor may know of the whole: its parameters, the time, whether it
 * stops
 *
 * The loop owns it; the loop, reload.c and drain.c write it, and all others are given it to read.
 */
#ifndef SUPERVISOR_SERVICE_H
#define SUPERVISOR_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"

struct service {
    struct conf *conf; /* another one after each reload */
    int64_t now_ms;    /* monotonic, read once in each turn */
    unsigned lacks;    /* production.h */
    bool draining;     /* told to stop: no new jobs */
    bool interrupting; /* every job that is still open fails now, and none becomes active */
};

#endif
