/* pending_requests - the requests the supervisor has and has not yet answered (pure)
 *
 * They expire in the order of their deadlines: uploads wait longer than all others.  A number is never used
 * twice: an answer that comes too late finds nobody.
 */
#ifndef FRONT_PENDING_REQUESTS_H
#define FRONT_PENDING_REQUESTS_H

#include <stdint.h>

struct pending_requests;

struct pending_requests *pending_requests_new(unsigned room);
void pending_requests_free(struct pending_requests **pending);

/* The request's number on the wire; 0 if all room is taken. */
uint64_t pending_requests_add(struct pending_requests *pending, void *request, int64_t until_ms);
/* Whose number that is, taken out; NULL if nobody's. */
void *pending_requests_take(struct pending_requests *pending, uint64_t number);
/* One that has waited until now_ms or longer, taken out; NULL if none. */
void *pending_requests_expired(struct pending_requests *pending, int64_t now_ms);
/* When the first expires; -1: nobody waits. */
int64_t pending_requests_next(const struct pending_requests *pending);

#endif
