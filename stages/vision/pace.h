/* pace - how many model calls at once, and when: one for all calls of a process
 *
 * Pure.  A refusal for speed (429, overload) brings the number at once down to what was let through.  If the
 * API told how long to wait, or nothing gets through, all calls pause that long; else the refused one waits
 * alone.  Successes raise the number again: by one in a few rounds, or doubling if nothing had got through
 * and the limit is unknown.
 */
#ifndef STAGES_VISION_PACE_H
#define STAGES_VISION_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
    unsigned most;    /* calls at once, never more */
    unsigned flying;  /* now */
    unsigned allowed; /* calls at once, at present */
    unsigned careful; /* from here on it grows slowly */
    unsigned earned;  /* successes since it last changed */
    int64_t paused_until_ms;
    uint64_t successes;
};

void pace_open(struct pace *pace, unsigned most);

/* May one more call start? */
bool pace_free(const struct pace *pace, int64_t now_ms);

void pace_started(struct pace *pace);
void pace_succeeded(struct pace *pace);

/* told: the API itself asked for that wait. */
void pace_refused(struct pace *pace, int64_t now_ms, int64_t wait_ms, bool told);

void pace_failed(struct pace *pace); /* for another reason, or cancelled */

#endif
