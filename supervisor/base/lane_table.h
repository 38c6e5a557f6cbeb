/* lane_table - the lanes, that is, the kinds of leases, and all that is known of each (lanes.def) */
#ifndef SUPERVISOR_LANE_TABLE_H
#define SUPERVISOR_LANE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/codes.h"
#include "proto/enums.h"
#include "proto/wire.h"
#include "supervisor/base/job_state.h"

/* clang-format off */
#define LANE(name, ...) LANE_##name,
enum lane_id {
#include "supervisor/base/lanes.def"
    LANES
};
#undef LANE
/* clang-format on */

enum lane_counted { COUNTED_SLIDE, COUNTED_JOB, COUNTED_OUTBOX };
enum lane_outage { OUTAGE_OF_NOBODY, OUTAGE_OF_MODEL, OUTAGE_OF_STORE };

/* A row of lanes.def. */
struct lane_row {
    const char *name;
    enum stage_kind kind;
    enum wire_type down, up;
    enum lane_counted counted;
    enum job_state state;
    bool room;
    uint32_t failures;
    enum code poison;
    enum lane_outage outage;
};

const struct lane_row *lane_row(enum lane_id lane);

const char *lane_name(enum lane_id lane);
enum stage_kind lane_kind(enum lane_id lane);

/* Work for what is still owed of a job that has ended: there is no active job behind it. */
bool lane_is_owed(enum lane_id lane);

#endif
