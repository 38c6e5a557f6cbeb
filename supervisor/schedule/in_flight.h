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

/* true: this key is out now and the caller leads. false: somebody else does, and the work waits for it. */
bool in_flight_lead(struct in_flight *in_flight, const char *key, struct work work);

/* The leader is done, well or not: what waited goes back into its lane. */
void in_flight_end(struct in_flight *in_flight, const char *key, struct lanes *lanes);

/* Does anybody wait for the answer to that key? */
bool in_flight_waiting(struct in_flight *in_flight, const char *key);

/* Takes waiting work of a job out. */
void in_flight_drop(struct in_flight *in_flight, int64_t job);

#endif
