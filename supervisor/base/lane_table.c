/* lane_table - see lane_table.h */
#include "supervisor/base/lane_table.h"

#include "proto/panic.h"

#define ROOM    true
#define NO_ROOM false
#define LANE(name, text, kind, down, up, counted, state, room, failures, poison, outage, ...)                \
    [LANE_##name] = {text,  STAGE_##kind, WIRE_##down, WIRE_##up,     COUNTED_##counted,                     \
                     state, room,         failures,    CODE_##poison, OUTAGE_OF_##outage},
static const struct lane_row rows[LANES] = {
#include "supervisor/base/lanes.def"
};
#undef LANE

const struct lane_row *lane_row(enum lane_id lane)
{
    must(lane < LANES);
    return &rows[lane];
}

const char *lane_name(enum lane_id lane)
{
    return lane_row(lane)->name;
}

enum stage_kind lane_kind(enum lane_id lane)
{
    return lane_row(lane)->kind;
}

bool lane_is_owed(enum lane_id lane)
{
    return lane_row(lane)->counted == COUNTED_OUTBOX;
}
