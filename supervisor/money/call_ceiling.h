/* call_ceiling - how many model calls at once an account allows, if that is what it limits; pure
 *
 * When refusals come at the same number of calls at once, again and again, that number is the ceiling.  One
 * call more is tried now and then, the rarer the more often the ceiling was confirmed: if it is let in, the
 * ceiling is raised, or it was none.  A refusal with fewer calls shows that it was none, too.
 */
#ifndef SUPERVISOR_CALL_CEILING_H
#define SUPERVISOR_CALL_CEILING_H

#include <stdbool.h>

struct call_ceiling {
    unsigned max;           /* calls at once; 0: no ceiling is known */
    unsigned step;          /* by how much it is raised */
    unsigned seen_at, seen; /* where the last refusals came, and how often in a row */
    unsigned confirmed;     /* how often it was met */
    unsigned earned;        /* calls let in since then */
    bool probing;           /* one call more is under way */
};

/* Calls at once that may be made now; UINT_MAX: any number. */
unsigned call_ceiling_allows(const struct call_ceiling *ceiling);

/* A call starts, and so many are under way with it. Returns whether it is one more than the ceiling. */
bool call_ceiling_started(struct call_ceiling *ceiling, unsigned flying);

/* A call was let in; probe: as call_ceiling_started said. */
void call_ceiling_let_in(struct call_ceiling *ceiling, unsigned flying, bool probe);

/* A call was refused beside at least min and at most max others that were let in. */
void call_ceiling_refused(struct call_ceiling *ceiling, unsigned min, unsigned max);

/* A call has ended without showing whether one more fits: it failed, was cancelled, or was refused for
 * another reason. If it was the probe, another one may be tried. */
void call_ceiling_ended(struct call_ceiling *ceiling, bool probe);

/* Calls were refused with so many under way until one of these ended. */
void call_ceiling_found(struct call_ceiling *ceiling, unsigned at);

#endif
