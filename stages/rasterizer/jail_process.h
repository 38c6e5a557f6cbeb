/* jail_process - one jail process: its birth, one question at a time with a deadline, its death
 *
 * Knows nothing of leases and documents' meaning.  Every answer is checked (jail_reply_check.h) before the
 * caller sees it; a jail that answers wrongly is treated like one that died.
 */
#ifndef STAGES_RASTERIZER_JAIL_PROCESS_H
#define STAGES_RASTERIZER_JAIL_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "stages/rasterizer/jail_protocol.h"

struct jail_process {
    pid_t pid; /* 0: no jail */
    int channel;
};

struct jail_answer {
    struct jail_reply reply;
    unsigned char *bytes[2]; /* NUL-terminated beyond their sizes; jail_answer_clear gives them back */
};

enum jail_process_news {
    JAIL_PROCESS_ANSWERED,
    JAIL_PROCESS_LATE,    /* past the deadline, or out of CPU time: killed */
    JAIL_PROCESS_KILLED,  /* somebody else's SIGKILL: the system short of memory, or an operator */
    JAIL_PROCESS_CRASHED, /* any other end, or an answer that cannot be true */
};

typedef void jail_process_beat(void *arg);

/* Starts a jail for the sealed document. 0; -1 with errno: the system refused. */
int jail_process_start(struct jail_process *process, const char *program, int document,
                       const struct jail_terms *terms);

/* Asks (NULL: waits for the first, unasked answer) and waits until the jail has spent max_ms of CPU time, or
 * for PATIENCE times that by the clock: on a busy machine it is slow through no fault of the page. Calls beat
 * now and then. Unless JAIL_PROCESS_ANSWERED the jail is gone afterwards; *how is then its wait status (0:
 * killed by us). */
enum { JAIL_PROCESS_PATIENCE = 6 };
enum jail_process_news jail_process_ask(struct jail_process *process, const struct jail_ask *ask,
                                        int64_t max_ms, jail_process_beat *beat, void *arg,
                                        struct jail_answer *answer, int *how);

void jail_answer_clear(struct jail_answer *answer);

/* Ends the jail, if there is one. */
void jail_process_end(struct jail_process *process);

#endif
