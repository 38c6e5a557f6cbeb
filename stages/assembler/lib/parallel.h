/* parallel - one piece of work for each of many things, on all processors that we may use */
#ifndef STAGES_ASSEMBLER_LIB_PARALLEL_H
#define STAGES_ASSEMBLER_LIB_PARALLEL_H

#include <stddef.h>

struct parallel {
    void (*work)(void *arg, size_t i); /* of the i-th thing; several run at once, each for another thing */
    void *arg;
    void (*tick)(void *arg); /* called by the caller's thread, between its pieces and at the end */
    void *tick_arg;
};

/* Calls work for 0 to count - 1, the first ones first, and returns when all are done. If the system gives no
 * thread, the caller's does it all. */
void parallel_each(const struct parallel *parallel, size_t count);

#endif
