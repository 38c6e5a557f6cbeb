/* limits - what this process and its children may take from the system, held against what the service needs
 *
 * A limit that is too low shows late and far from its cause (a library aborts, a file ends in the middle), so
 * it is looked at before anything starts, and told with the name people set it by.  See getrlimit(2),
 * cgroups(7).
 */
#ifndef SUPERVISOR_LIMITS_H
#define SUPERVISOR_LIMITS_H

#include "conf/conf.h"
#include "proto/enums.h"

/* How many workers of a kind the parameters want. */
unsigned limits_workers(const struct conf *conf, enum stage_kind kind);

struct limits_fault {
    char what[160];
    const char *remedy; /* static */
};

/* Raises the number of files that may be open as far as it goes, then looks at all limits. 0; or -1: *fault
 * says which is too low and what to set. Starts threads for a moment, to see how many may be. */
int limits_check(const struct conf *conf, struct limits_fault *fault);

/* What to change when a system call fails for want of something; "" for other numbers. Static. */
const char *limits_remedy(int number);

#endif
