/* process - birth and death of one process: fork and exec only, an environment of its own, a pidfd
 *
 * It knows how, not whether: that is worker_pool.c's business.  Between fork and exec only async-signal-safe
 * calls.
 */
#ifndef SUPERVISOR_PROCESS_H
#define SUPERVISOR_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct process {
    pid_t pid;    /* 0: none */
    int pidfd;    /* readable once it has ended */
    bool adopted; /* our predecessor's: another process reaps it, how it ended is not for us to know */
};

enum { PROCESS_CODE_UNKNOWN = -1 };

/* Starts path with that environment. given: becomes descriptor 3 (-1: none); nothing else is inherited but
 * standard error. outlives: it does not die with us. 0, or -1 with errno (fork refused): nothing was started.
 */
int process_start(struct process *child, const char *path, char *const argv[], char *const env[], int given,
                  bool outlives);

/* Takes a living process for ours. 0, or -1: it is gone. */
int process_adopt(struct process *child, pid_t pid);

/* Reaps it once the pidfd has fired. Returns its exit code, 128 + number if a signal ended it;
 * PROCESS_CODE_UNKNOWN if it was adopted. */
int process_reap(struct process *child);

/* The same code without reaping it; PROCESS_CODE_UNKNOWN also if it still runs. */
int process_code(const struct process *child);

void process_kill(const struct process *child);

#endif
