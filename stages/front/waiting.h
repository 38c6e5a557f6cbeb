/* waiting - the requests the supervisor has and has not yet answered (pure)
 *
 * They expire in the order of their deadlines: uploads wait longer than all others.  A number is never used
 * twice: an answer that comes too late finds nobody.
 */
#ifndef FRONT_WAITING_H
#define FRONT_WAITING_H

#include <stdint.h>

struct waiting;

struct waiting *waiting_new(unsigned room);
void waiting_free(struct waiting **waiting);

/* The request's number on the wire; 0 if all room is taken. */
uint64_t waiting_add(struct waiting *waiting, void *request, int64_t until_ms);
/* Whose number that is, taken out; NULL if nobody's. */
void *waiting_take(struct waiting *waiting, uint64_t number);
/* One that has waited until now_ms or longer, taken out; NULL if none. */
void *waiting_expired(struct waiting *waiting, int64_t now_ms);
/* When the first expires; -1: nobody waits. */
int64_t waiting_next(const struct waiting *waiting);

#endif
