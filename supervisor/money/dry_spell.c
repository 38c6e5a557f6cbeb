/* dry_spell - see dry_spell.h */
#include "supervisor/money/dry_spell.h"

enum {
    PAUSE_MS = 100, /* after the first refusal; doubles */
    MAX_DOUBLED = 7,
    SHARE = 8,      /* no longer than the eighth part of all time so far */
    STILL_MS = 800, /* but so long where it is likely that a call has to end */
    SAME = 2,
    MANY_SAME = 3,
    TRIES = 2
};

void dry_spell_refused(struct dry_spell *spell, unsigned fit, unsigned youngs, int64_t told_ms,
                       int64_t now_ms)
{
    if (!spell->on) {
        spell->begun_ms = now_ms;
        spell->first = fit;
        spell->same = spell->ended = 0;
    }
    spell->same = fit >= spell->at && fit <= spell->at + spell->youngs ? spell->same + 1 : 1;
    spell->at = fit;
    spell->youngs = youngs;
    /* a short wait that is told is all there is to know */
    spell->on = told_ms == 0 || told_ms >= WINDOW_MS || spell->refusals > 0;
    spell->refusals++;
}

int64_t dry_spell_wait_ms(const struct dry_spell *spell, int64_t all_ms, double rate)
{
    unsigned doubled = spell->refusals - 1;
    int64_t wait = PAUSE_MS << (doubled < MAX_DOUBLED ? doubled : MAX_DOUBLED), max = all_ms / SHARE;
    int64_t least = rate > 0 ? (int64_t)(1 / rate) : 0;

    if (max < STILL_MS && spell->same >= MANY_SAME && spell->at > 0)
        max = STILL_MS;
    if (max < 2 * PAUSE_MS)
        max = 2 * PAUSE_MS;
    wait = wait > least ? wait : least;
    return wait < max ? wait : max;
}

bool dry_spell_answered(struct dry_spell *spell)
{
    return spell->on && spell->same >= MANY_SAME && ++spell->ended <= TRIES;
}

bool dry_spell_at_once(const struct dry_spell *spell, unsigned beside)
{
    return spell->same >= SAME && beside < spell->at && beside + TRIES >= spell->at;
}

bool dry_spell_fewer(const struct dry_spell *spell)
{
    return spell->at + 1 < spell->first;
}
