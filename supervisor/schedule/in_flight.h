/* in_flight - the same slide in several hands: the first is asked, the others wait for its answer
 *
 * A key stands for all that an answer depends on.  While a lease for it is out, work with the same key waits
 * here.
 */
#ifndef SUPERVISOR_IN_FLIGHT_H
#define SUPERVISOR_IN_FLIGHT_H

#include <stdbool.h>

#include "supervisor/store/blob.h"
#include "supervisor/schedule/lane.h"

struct in_flight;

struct in_flight *in_flight_new(void);
void in_flight_free(struct in_flight **in_flight);

/* true: nobody was asking for this key; the caller leads, and must end it. false: another asks already, and
 * the work is kept here until its answer comes. */
bool in_flight_lead(struct in_flight *in_flight, const char *key, struct work work);

/* The leader has ended, with an answer or without: puts the work that waited back into its lane. */
void in_flight_end(struct in_flight *in_flight, const char *key, struct lanes *lanes);

/* Does anybody wait for the answer to that key? */
bool in_flight_waiting(struct in_flight *in_flight, const char *key);

/* Forgets the waiting work of a job. */
void in_flight_drop(struct in_flight *in_flight, int64_t job);

#endif
