/* staffing - the next step towards as many workers of a kind as are wanted; pure
 *
 * Old workers (of former parameters, or due for recycling) are relieved one by one: the new one is READY
 * before the old one goes, so that a kind never has fewer working than before.
 */
#ifndef SUPERVISOR_STAFFING_H
#define SUPERVISOR_STAFFING_H

/* Those on their way out are not counted. */
struct staffing {
    unsigned wanted;
    unsigned fresh, fresh_ready; /* started as they should be now; of these, READY */
    unsigned old;                /* to be relieved */
};

enum staffing_step { STAFFING_ENOUGH, STAFFING_START, STAFFING_RETIRE_FRESH, STAFFING_RETIRE_OLD };

enum staffing_step staffing_next(const struct staffing *staffing);

#endif
