/* seat - front's seat at a supervisor of our own: what `slidemill run` has instead of HTTP
 *
 * Starts `slidemill-supervisor --seat` in a private state folder and speaks front's part of the protocol with
 * it: HELLO, SUBMIT, ASK, ANSWER (proto/messages.def).  One question at a time; what the answers mean is the
 * caller's business.
 */
#ifndef CLI_SEAT_H
#define CLI_SEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/wire.h"

#include "supervisor/cli/lecture.h"
#include "supervisor/cli/nest.h"
#include "supervisor/cli/order.h"

struct seat;

enum seat_event {
    SEAT_QUIET,  /* nothing happened in that time */
    SEAT_ANSWER, /* the answer to the question that is open */
    SEAT_ENDED,  /* the supervisor is no more */
    SEAT_STOP,   /* we were asked to stop (SIGINT, SIGTERM, SIGHUP) */
};

/* Starts the supervisor. NULL: it cannot be started (told). From here on the three signals come as SEAT_STOP.
 */
struct seat *seat_new(const struct nest *nest);

/* Ends the supervisor and what it started: asks it first, and kills it if it takes longer than some seconds.
 * Returns its exit code, 128 and the number if a signal ended it. */
int seat_free(struct seat **seat);

/* Connects and says HELLO as soon as the supervisor's sockets are there. true once that is done. */
bool seat_connect(struct seat *seat);

/* Hands the lecture over under a new job id (seat_job). 0; -1: a file cannot be mapped (told). */
int seat_submit(struct seat *seat, const struct lecture *lecture, const struct order *order);
const char *seat_job(const struct seat *seat);

/* Asks how the job stands. */
void seat_ask(struct seat *seat);

/* Waits for one of the events, at most that long. SEAT_ANSWER: answer holds it, and the caller clears it. */
enum seat_event seat_wait(struct seat *seat, int max_ms, struct wire *answer);

#endif
