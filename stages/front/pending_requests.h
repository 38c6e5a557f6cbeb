/* pending_requests - the requests that the supervisor was given and has not answered yet (pure)
 *
 * They expire in the order of their deadlines: uploads wait longer than all others. No number is used twice,
 * so an answer that comes too late finds no request.
 */
#ifndef FRONT_PENDING_REQUESTS_H
#define FRONT_PENDING_REQUESTS_H

#include <stdint.h>

struct pending_requests;

/* room: how many there may be at once. */
struct pending_requests *pending_requests_new(unsigned room);
void pending_requests_free(struct pending_requests **pending);

/* Returns the number of the request on the wire; 0: there is no room for one more. */
uint64_t pending_requests_add(struct pending_requests *pending, void *request, int64_t until_ms);
/* Removes the request with that number and returns it; NULL: there is none. */
void *pending_requests_take(struct pending_requests *pending, uint64_t number);
/* Removes a request whose deadline has passed and returns it; NULL: there is none. */
void *pending_requests_expired(struct pending_requests *pending, int64_t now_ms);
/* The earliest deadline; -1: no request is pending. */
int64_t pending_requests_next(const struct pending_requests *pending);

#endif
