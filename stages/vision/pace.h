/* pace - how many model calls at once, and when: one for all calls of a process
 *
 * Pure.  A refusal for speed (429, overload) pauses all calls for as long as the API told, and brings the
 * number at once down to what it was letting through; successes raise it again: by one a round from there on,
 * doubling if none got through.
 */
#ifndef STAGES_VISION_PACE_H
#define STAGES_VISION_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
    unsigned most;    /* calls at once, never more */
    unsigned flying;  /* now */
    unsigned allowed; /* calls at once, at present */
    unsigned careful; /* from here on it grows by one a round */
    unsigned earned;  /* successes of this round */
    int64_t paused_until_ms;
    uint64_t successes;
};

void pace_open(struct pace *pace, unsigned most);

/* May one more call start? */
bool pace_free(const struct pace *pace, int64_t now_ms);

void pace_started(struct pace *pace);
void pace_succeeded(struct pace *pace);
void pace_refused(struct pace *pace, int64_t now_ms, int64_t wait_ms);
void pace_failed(struct pace *pace); /* for another reason, or cancelled */

#endif
