/* watchdog - looks whether the running supervisor makes progress: lanes that stand still, jobs past their
 * time
 *
 * stall.c says what standing still means.
 */
#ifndef SUPERVISOR_WATCHDOG_H
#define SUPERVISOR_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/schedule/schedule.h"

/* Once a turn, after dispatch. Ends the process (EXIT_SOFTWARE: `slidemill serve` starts it afresh) if
 * killing the workers of a lane brought no progress. Returns when it wants to be called again; -1: when
 * something happens. */
int64_t watchdog_turn(struct schedule *schedule);

/* Has a lane been found standing still, and not moved since? Its name, or NULL. */
const char *watchdog_stalled(const struct schedule *schedule);

#endif
