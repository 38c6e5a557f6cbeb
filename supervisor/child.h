/* child - birth and death of one process: fork and exec only, an environment of its own, a pidfd
 *
 * It knows how, not whether: that is roster.c's business.  Between fork and exec only async-signal-safe
 * calls.
 */
#ifndef SUPERVISOR_CHILD_H
#define SUPERVISOR_CHILD_H

#include <sys/types.h>

struct child {
    pid_t pid; /* 0: none */
    int pidfd; /* readable once it has ended */
};

/* Starts path with that environment. socket: becomes descriptor 3 (-1: none); nothing else is inherited but
 * standard error. 0, or -1 with errno (fork refused): nothing was started. */
int child_start(struct child *child, const char *path, char *const argv[], char *const env[], int socket);

/* Reaps it once the pidfd has fired. Returns its exit code, 128 + number if a signal ended it. */
int child_reap(struct child *child);

/* The same code without reaping it; -1: it still runs. */
int child_code(const struct child *child);

void child_kill(const struct child *child);

#endif
