/* wire_row - the tables fields.def and messages.def in memory, and an iterator over the members of a header
 *
 * Private to wire_*.c.
 */
#ifndef PROTO_WIRE_ROW_H
#define PROTO_WIRE_ROW_H

#include "proto/wire.h"

enum { WIRE_HEADER_ROOM = 64 * 1024, WIRE_MAX_MEMBERS = 16 };

enum field_type { TYPE_u32, TYPE_u64, TYPE_str };

#define FIELD(field, kind, min, max, miss, doc) FIELD_##field,
enum field_id {
#include "proto/fields.def"
    FIELD_COUNT
};
#undef FIELD

/* What happens to a value outside its bounds: it is cut, or the message is not sent. */
enum miss { MISS_CUT, MISS_FAIL };

struct field_row {
    const char *name;
    uint64_t lo, hi;
    enum field_type type;
    enum miss miss;
};

struct message_row {
    const char *name;
    enum wire_type type;
    enum wire_direction direction;
    unsigned senders, phases;
    size_t frames_lo, frames_hi, size, body;
    uint8_t members[WIRE_MAX_MEMBERS]; /* field_id + 1; 0 ends */
};

/* The row of that number; NULL: there is none. */
const struct message_row *wire_row(uint64_t type);

/* How many members a message has. */
size_t wire_row_members(const struct message_row *row);

/* An iterator over the members of a header. Begins as {.row = wire_row(type)}. */
struct wire_walk {
    const struct message_row *row;
    unsigned index;
    size_t offset;
    const struct field_row *field; /* of this member */
    void *member;
};

/* Goes to the next member of w. Returns false at the end. */
bool wire_walk_next(struct wire_walk *walk, const struct wire *w);

/* Whether this member is that field. */
bool wire_walk_is(const struct wire_walk *walk, enum field_id field);

#endif
