/* in_flight - the same slide in several hands: the first is asked, the others wait for its answer
 *
 * A key stands for all that an answer depends on; a question also for what goes along and is not the
 * slide's own (the lecture's title, the neighbours).  While a lease for a key is out, it leads, and work with
 * the same key waits here.  Work that has seen a leader fail may lead beside others.
 *
 * Promise: work waits only while somebody leads.
 */
#ifndef SUPERVISOR_IN_FLIGHT_H
#define SUPERVISOR_IN_FLIGHT_H

#include <stdbool.h>

#include "supervisor/store/blob.h"
#include "supervisor/base/lease.h"

struct in_flight;

/* A slide to ask about. */
struct asker {
    char key[BLOB_NAME], question[BLOB_NAME]; /* question "": not known */
    struct work work;
};

struct in_flight *in_flight_new(void);
void in_flight_free(struct in_flight **in_flight);

/* true: fewer than max lead for its key; the asker does, too, and the caller must end that. false: it waits
 * here until one of them has ended. max: at least 1. */
bool in_flight_lead(struct in_flight *in_flight, const struct asker *asker, unsigned max);

/* Takes one of those that wait for that key, the oldest. false: there is none. */
bool in_flight_take(struct in_flight *in_flight, const char *key, struct asker *asker);

/* A leader has ended, with an answer or without. All that waited have been taken. */
void in_flight_end(struct in_flight *in_flight, const char *key);

/* Does anybody wait for the answer to that key? */
bool in_flight_waiting(struct in_flight *in_flight, const char *key);

/* Forgets the waiting work of a job. */
void in_flight_drop(struct in_flight *in_flight, int64_t job);

#endif
