/* dry_spell - a time in which calls are refused: how long to wait, and what the refusals tell apart; pure
 *
 * It begins with a refusal, and ends with the first call that is let in.  Meanwhile one call at a time tries.
 * Times are monotonic milliseconds.
 */
#ifndef SUPERVISOR_DRY_SPELL_H
#define SUPERVISOR_DRY_SPELL_H

#include <stdbool.h>
#include <stdint.h>

enum { WINDOW_MS = 3000 /* a wait so long: a limit by windows of time */ };

struct dry_spell {
    bool on;
    unsigned refusals; /* in a row */
    int64_t begun_ms;
    unsigned first, at;    /* calls let in that were under way at the first refusal, and at the last */
    unsigned youngs, same; /* others at the last; refusals in a row at the same number */
    unsigned ended;        /* answers since it is likely that one of them is waited for */
};

/* A call was refused beside fit that were let in, and youngs of which it is not known yet. told_ms: the wait
 * asked for, 0: none. */
void dry_spell_refused(struct dry_spell *spell, unsigned fit, unsigned youngs, int64_t told_ms,
                       int64_t now_ms);

/* How long to wait after that if no wait was told. all_ms: since calls began; rate: calls a millisecond, 0:
 * not known. */
int64_t dry_spell_wait_ms(const struct dry_spell *spell, int64_t all_ms, double rate);

/* A call was answered. Returns whether it is to be tried at once if another fits in its place. */
bool dry_spell_answered(struct dry_spell *spell);

/* The call that ended it began beside so many: were calls refused at one number until one of them ended? */
bool dry_spell_at_once(const struct dry_spell *spell, unsigned beside);

/* Were calls refused beside fewer and fewer others? Then time is what was waited for. */
bool dry_spell_fewer(const struct dry_spell *spell);

#endif
