/* wire_row - see wire_row.h */
#include "proto/wire_row.h"

#include "proto/panic.h"

static const struct field_row fields[FIELD_COUNT] = {
#define FIELD(field, kind, min, max, miss, doc)                                                              \
    [FIELD_##field] = {#field, min, max, TYPE_##kind, MISS_##miss},
#include "proto/fields.def"
#undef FIELD
};

static const struct message_row messages[] = {
#define F(field) FIELD_##field + 1,
#define MESSAGE(NAME, kind, number, way, senders_, phases_, fewest, max, members_, doc)                      \
    {#NAME,                                                                                                  \
     WIRE_##NAME,                                                                                            \
     WIRE_##way,                                                                                             \
     senders_,                                                                                               \
     phases_,                                                                                                \
     fewest,                                                                                                 \
     max,                                                                                                    \
     sizeof(struct wire_##kind),                                                                             \
     offsetof(struct wire, kind),                                                                            \
     {members_}},
#include "proto/messages.def"
#undef MESSAGE
#undef F
};

const struct message_row *wire_row(uint64_t type)
{
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if ((uint64_t)messages[i].type == type)
            return &messages[i];
    return NULL;
}

static size_t size_of(enum field_type type)
{
    return type == TYPE_u32 ? sizeof(wire_u32) : type == TYPE_u64 ? sizeof(wire_u64) : sizeof(wire_str);
}

/* C lays members out in order, each at the next multiple of its own size (which is its alignment for these
 * three types), so the table needs no second list of offsets. */
bool wire_walk_next(struct wire_walk *walk, const struct wire *w)
{
    size_t size;

    if (walk->index == WIRE_MAX_MEMBERS || walk->row->members[walk->index] == 0)
        return false;
    walk->field = &fields[walk->row->members[walk->index++] - 1];
    size = size_of(walk->field->type);
    walk->offset = (walk->offset + size - 1) / size * size;
    walk->member = (char *)w + walk->row->body + walk->offset;
    walk->offset += size;
    must(walk->offset <= walk->row->size);
    return true;
}

bool wire_walk_is(const struct wire_walk *walk, enum field_id field)
{
    return walk->field == &fields[field];
}

size_t wire_row_members(const struct message_row *row)
{
    size_t count = 0;

    while (count < WIRE_MAX_MEMBERS && row->members[count] != 0)
        count++;
    return count;
}
