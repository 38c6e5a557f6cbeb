/* warden - one jail process: its birth, one question at a time with a deadline, its death
 *
 * Knows nothing of leases and documents' meaning.  Every answer is checked (check.h) before the caller sees
 * it; a jail that answers wrongly is treated like one that died.
 */
#ifndef STAGES_RASTERIZER_WARDEN_H
#define STAGES_RASTERIZER_WARDEN_H

#include <stdint.h>
#include <sys/types.h>

#include "stages/rasterizer/hatch.h"

struct warden {
    pid_t pid; /* 0: no jail */
    int hatch;
};

struct answer {
    struct hatch_reply reply;
    unsigned char *bytes[2]; /* NUL-terminated beyond their sizes; answer_clear gives them back */
};

enum warden_news {
    WARDEN_ANSWERED,
    WARDEN_LATE,    /* past the deadline, or out of CPU time: killed */
    WARDEN_KILLED,  /* somebody else's SIGKILL: the system short of memory, or an operator */
    WARDEN_CRASHED, /* any other end, or an answer that cannot be true */
};

typedef void warden_beat(void *arg);

/* Starts a jail for the sealed document. 0; -1 with errno: the system refused. */
int warden_start(struct warden *warden, const char *program, int document, const struct hatch_terms *terms);

/* Asks (NULL: waits for the first, unasked answer) and waits until the jail has spent most_ms of CPU time, or
 * for PATIENCE times that by the clock: on a busy machine it is slow through no fault of the page. Calls beat
 * now and then. Unless WARDEN_ANSWERED the jail is gone afterwards; *how is then its wait status (0: killed
 * by us). */
enum { WARDEN_PATIENCE = 6 };
enum warden_news warden_ask(struct warden *warden, const struct hatch_ask *ask, int64_t most_ms,
                            warden_beat *beat, void *arg, struct answer *answer, int *how);

void answer_clear(struct answer *answer);

/* Ends the jail, if there is one. */
void warden_end(struct warden *warden);

#endif
