/* twin - the same slide in several hands: the first is asked, the others wait for its answer
 *
 * A key stands for all that an answer depends on.  While a lease for it is out, work with the same key waits
 * here.
 */
#ifndef SUPERVISOR_TWIN_H
#define SUPERVISOR_TWIN_H

#include <stdbool.h>

#include "supervisor/blob.h"
#include "supervisor/lane.h"

struct twins;

struct twins *twins_new(void);
void twins_free(struct twins **twins);

/* true: this key is out now and the caller leads. false: somebody else does, and the work waits for it. */
bool twins_lead(struct twins *twins, const char *key, struct work work);

/* The leader is done, well or not: what waited goes back into its lane. */
void twins_end(struct twins *twins, const char *key, struct lanes *lanes);

/* Does anybody wait for the answer to that key? */
bool twins_waiting(struct twins *twins, const char *key);

/* Takes waiting work of a job out. */
void twins_drop(struct twins *twins, int64_t job);

#endif
