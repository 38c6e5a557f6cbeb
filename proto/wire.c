/* wire - see wire.h */
#include "proto/wire.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <msgpack.h>

#include "proto/pages.h"
#include "proto/panic.h"
#include "proto/utf8.h"

enum { HEADER_ROOM = 64 * 1024, MEMBERS_MOST = 16 };

enum field_type { TYPE_u32, TYPE_u64, TYPE_str };

#define FIELD(field, kind, least, most, miss, doc) FIELD_##field,
enum field_id {
#include "proto/fields.def"
    FIELD_COUNT
};
#undef FIELD

/* What becomes of a value outside its bounds. */
enum miss { MISS_CUT, MISS_FAIL };

static const struct field_row {
    const char *name;
    uint64_t lo, hi;
    enum field_type type;
    enum miss miss;
} fields[FIELD_COUNT] = {
#define FIELD(field, kind, least, most, miss, doc)                                                           \
    [FIELD_##field] = {#field, least, most, TYPE_##kind, MISS_##miss},
#include "proto/fields.def"
#undef FIELD
};

static const struct message_row {
    const char *name;
    enum wire_type type;
    enum wire_direction direction;
    unsigned senders, phases;
    size_t frames_lo, frames_hi, size, body;
    uint8_t members[MEMBERS_MOST]; /* field_id + 1; 0 ends */
} messages[] = {
#define F(field) FIELD_##field + 1,
#define MESSAGE(NAME, kind, number, way, senders_, phases_, fewest, most, members_, doc)                     \
    {#NAME,                                                                                                  \
     WIRE_##NAME,                                                                                            \
     WIRE_##way,                                                                                             \
     senders_,                                                                                               \
     phases_,                                                                                                \
     fewest,                                                                                                 \
     most,                                                                                                   \
     sizeof(struct wire_##kind),                                                                             \
     offsetof(struct wire, kind),                                                                            \
     {members_}},
#include "proto/messages.def"
#undef MESSAGE
#undef F
};

static const struct message_row *row_of(uint64_t type)
{
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if ((uint64_t)messages[i].type == type)
            return &messages[i];
    return NULL;
}

/* Walks the members of a header struct. C lays members out in order, each at the next multiple of its own
 * size (which is its alignment for these three types), so the table needs no second list of offsets. */
struct walk {
    const struct message_row *row;
    unsigned index;
    size_t offset;
    const struct field_row *field;
    void *member;
};

static size_t size_of(enum field_type type)
{
    return type == TYPE_u32 ? sizeof(wire_u32) : type == TYPE_u64 ? sizeof(wire_u64) : sizeof(wire_str);
}

static int walk_next(struct walk *walk, const struct wire *w)
{
    size_t size;

    if (walk->index == MEMBERS_MOST || walk->row->members[walk->index] == 0)
        return 0;
    walk->field = &fields[walk->row->members[walk->index++] - 1];
    size = size_of(walk->field->type);
    walk->offset = (walk->offset + size - 1) / size * size;
    walk->member = (char *)w + walk->row->body + walk->offset;
    walk->offset += size;
    must(walk->offset <= walk->row->size);
    return 1;
}

uint64_t wire_lease(const struct wire *w)
{
    struct walk walk = {.row = row_of(w->type)};

    while (walk_next(&walk, w))
        if (walk.field == &fields[FIELD_lease])
            return *(const wire_u64 *)walk.member;
    return 0;
}

bool wire_may(enum wire_type type, enum stage_kind kind, unsigned phases)
{
    const struct message_row *row = row_of(type);

    return row != NULL && row->direction == WIRE_UP && (row->senders & 1u << kind) != 0 &&
           (row->phases & phases) != 0;
}

const char *wire_name(enum wire_type type)
{
    const struct message_row *row = row_of(type);

    return row == NULL ? NULL : row->name;
}

void wire_init(struct wire *w, enum wire_type type)
{
    struct walk walk = {.row = row_of(type)};

    must(walk.row != NULL);
    memset(w, 0, sizeof *w);
    w->type = type;
    while (walk_next(&walk, w))
        if (walk.field->type == TYPE_str)
            *(wire_str *)walk.member = "";
}

void wire_clear(struct wire *w)
{
    for (size_t i = 0; i < w->frames; i++)
        zmq_msg_close(&w->frame[i]);
    free(w->frame);
    free(w->text);
    memset(w, 0, sizeof *w);
}

void wire_move(struct wire *to, struct wire *from)
{
    *to = *from;
    memset(from, 0, sizeof *from);
}

static size_t text_size(const struct wire *w)
{
    struct walk walk = {.row = row_of(w->type)};
    size_t size = 0;

    while (walk_next(&walk, w))
        if (walk.field->type == TYPE_str)
            size += strlen(*(wire_str *)walk.member) + 1;
    return size;
}

void wire_own(struct wire *w)
{
    struct walk walk = {.row = row_of(w->type)};
    char *text = need(text_size(w) + 1), *at = text;

    while (walk_next(&walk, w))
        if (walk.field->type == TYPE_str) {
            size_t size = strlen(*(wire_str *)walk.member) + 1;

            memcpy(at, *(wire_str *)walk.member, size);
            *(wire_str *)walk.member = at;
            at += size;
        }
    free(w->text);
    w->text = text;
}

/* ---- frames ---- */

static zmq_msg_t *frame_new(struct wire *w)
{
    if (w->frames == w->frames_room) {
        size_t room = w->frames_room == 0 ? 4 : w->frames_room * 2;
        zmq_msg_t *grown = need_zero(room, sizeof *grown);

        for (size_t i = 0; i < w->frames; i++) { /* a zmq_msg_t may not be moved by memcpy */
            zmq_msg_init(&grown[i]);
            zmq_msg_move(&grown[i], &w->frame[i]);
            zmq_msg_close(&w->frame[i]);
        }
        free(w->frame);
        w->frame = grown;
        w->frames_room = room;
    }
    return &w->frame[w->frames++];
}

void wire_add_copy(struct wire *w, const void *data, size_t size)
{
    zmq_msg_t *frame = frame_new(w);

    if (zmq_msg_init_size(frame, size) == -1)
        panic("out of memory");
    if (size > 0)
        memcpy(zmq_msg_data(frame), data, size);
}

static void give_back_heap(void *data, void *hint)
{
    (void)hint;
    free(data);
}

void wire_add_owned(struct wire *w, void *data, size_t size)
{
    if (zmq_msg_init_data(frame_new(w), data, size, give_back_heap, NULL) == -1)
        panic("out of memory");
}

void wire_set_owned(struct wire *w, size_t i, void *data, size_t size)
{
    must(i < w->frames);
    zmq_msg_close(&w->frame[i]);
    if (zmq_msg_init_data(&w->frame[i], data, size, give_back_heap, NULL) == -1)
        panic("out of memory");
}

void wire_drop(struct wire *w)
{
    must(w->frames > 0);
    zmq_msg_close(&w->frame[--w->frames]);
}

void wire_add_moved(struct wire *w, zmq_msg_t *from)
{
    zmq_msg_t *frame = frame_new(w);

    zmq_msg_init(frame);
    zmq_msg_move(frame, from);
}

void wire_add_shared(struct wire *w, zmq_msg_t *from)
{
    zmq_msg_t *frame = frame_new(w);

    zmq_msg_init(frame);
    zmq_msg_copy(frame, from);
}

void wire_copy(struct wire *to, struct wire *from)
{
    *to = *from;
    to->text = NULL;
    to->frame = NULL;
    to->frames = to->frames_room = 0;
    wire_own(to);
    for (size_t i = 0; i < from->frames; i++)
        wire_add_shared(to, &from->frame[i]);
}

static void give_back_map(void *data, void *hint)
{
    pages_forget(data, (size_t)(uintptr_t)hint);
    munmap(data, (size_t)(uintptr_t)hint);
}

int wire_add_mapped(struct wire *w, int fd, size_t size)
{
    void *data;

    if (size == 0) {
        wire_add_copy(w, "", 0);
        return 0;
    }
    data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return -1;
    if (zmq_msg_init_data(frame_new(w), data, size, give_back_map, (void *)(uintptr_t)size) == -1)
        panic("out of memory");
    return 0;
}

const void *wire_data(struct wire *w, size_t i)
{
    must(i < w->frames);
    return zmq_msg_data(&w->frame[i]);
}

size_t wire_size(struct wire *w, size_t i)
{
    must(i < w->frames);
    return zmq_msg_size(&w->frame[i]);
}

/* ---- header out ---- */

struct buffer {
    char *data;
    size_t used, room;
};

static int buffer_write(void *to, const char *data, size_t size)
{
    struct buffer *buffer = to;

    if (size > buffer->room - buffer->used)
        return -1;
    memcpy(buffer->data + buffer->used, data, size);
    buffer->used += size;
    return 0;
}

static uint64_t number_in(const struct walk *walk)
{
    return walk->field->type == TYPE_u32 ? *(const wire_u32 *)walk->member : *(const wire_u64 *)walk->member;
}

/* What the bounds are for: a number, or the bytes of a text. */
static uint64_t measure_of(const struct walk *walk)
{
    return walk->field->type == TYPE_str ? strlen(*(const wire_str *)walk->member) : number_in(walk);
}

static bool is_within(const struct walk *walk)
{
    uint64_t measure = measure_of(walk);

    return measure >= walk->field->lo && measure <= walk->field->hi;
}

static int pack_member(msgpack_packer *packer, const struct walk *walk)
{
    uint64_t measure = measure_of(walk);

    if (!is_within(walk))
        return -1;
    if (walk->field->type != TYPE_str)
        return msgpack_pack_uint64(packer, measure);
    wire_str text = *(const wire_str *)walk->member;
    if (msgpack_pack_str(packer, measure) != 0)
        return -1;
    return msgpack_pack_str_body(packer, text, measure);
}

static size_t members_in(const struct message_row *row)
{
    size_t count = 0;

    while (count < MEMBERS_MOST && row->members[count] != 0)
        count++;
    return count;
}

size_t wire_encode(const struct wire *w, void *data, size_t room)
{
    struct walk walk = {.row = row_of(w->type)};
    struct buffer buffer = {.data = data, .room = room};
    msgpack_packer packer;
    int rc = 0;

    must(walk.row != NULL);
    msgpack_packer_init(&packer, &buffer, buffer_write);
    rc |= msgpack_pack_array(&packer, 1 + members_in(walk.row));
    rc |= msgpack_pack_uint32(&packer, w->type);
    while (walk_next(&walk, w))
        rc |= pack_member(&packer, &walk);
    return rc == 0 ? buffer.used : 0;
}

/* ---- a header that fits ---- */

static void cut_number(const struct walk *walk)
{
    uint64_t number = number_in(walk);

    number = number < walk->field->lo ? walk->field->lo : number > walk->field->hi ? walk->field->hi : number;
    if (walk->field->type == TYPE_u32)
        *(wire_u32 *)walk->member = (wire_u32)number;
    else
        *(wire_u64 *)walk->member = number;
}

/* The text is the message's own. */
static void cut_text(const struct walk *walk)
{
    char *text = *(char **)walk->member;

    utf8_mend(text);
    text[utf8_head(text, walk->field->hi)] = '\0';
}

static bool is_fit(const struct walk *walk)
{
    wire_str text = walk->field->type == TYPE_str ? *(const wire_str *)walk->member : "";

    return is_within(walk) && utf8_valid(text, strlen(text));
}

/* An absent text is an empty one. */
static void fill_absent(struct wire *w)
{
    struct walk walk = {.row = row_of(w->type)};

    while (walk_next(&walk, w))
        if (walk.field->type == TYPE_str && *(wire_str *)walk.member == NULL)
            *(wire_str *)walk.member = "";
}

const char *wire_fit(struct wire *w)
{
    struct walk walk = {.row = row_of(w->type)};
    bool own = false;

    fill_absent(w);
    while (walk_next(&walk, w)) {
        if (is_fit(&walk))
            continue;
        if (walk.field->type == TYPE_str && walk.field->miss == MISS_CUT && !own) {
            wire_own(w);
            own = true;
        }
        if (walk.field->miss == MISS_CUT && walk.field->type == TYPE_str)
            cut_text(&walk);
        else if (walk.field->miss == MISS_CUT)
            cut_number(&walk);
        if (!is_fit(&walk))
            return walk.field->name;
    }
    return w->frames >= walk.row->frames_lo && w->frames <= walk.row->frames_hi ? NULL : "frames";
}

/* ---- header in ---- */

static const char *take_number(const struct walk *walk, const msgpack_object *value)
{
    if (value->type != MSGPACK_OBJECT_POSITIVE_INTEGER)
        return "field is not a number";
    if (value->via.u64 < walk->field->lo || value->via.u64 > walk->field->hi)
        return "number out of bounds";
    if (walk->field->type == TYPE_u32)
        *(wire_u32 *)walk->member = (wire_u32)value->via.u64;
    else
        *(wire_u64 *)walk->member = value->via.u64;
    return NULL;
}

static const char *take_text(const struct walk *walk, const msgpack_object *value, char **text)
{
    const char *from = value->via.str.ptr;
    size_t size = value->via.str.size;

    if (value->type != MSGPACK_OBJECT_STR)
        return "field is not text";
    if (size < walk->field->lo || size > walk->field->hi)
        return "text out of bounds";
    if (!utf8_valid(from, size))
        return "text is not UTF-8";
    if (size > 0) /* an empty text may come with no address at all */
        memcpy(*text, from, size);
    (*text)[size] = '\0';
    *(wire_str *)walk->member = *text;
    *text += size + 1;
    return NULL;
}

static const char *take_members(struct wire *w, const struct message_row *row,
                                const msgpack_object_array *array, size_t size)
{
    struct walk walk = {.row = row};
    const char *why = NULL;
    char *text;

    if (array->size != 1 + members_in(row))
        return "wrong number of fields";
    text = w->text = need(size + MEMBERS_MOST); /* all texts together are shorter than what carried them */
    for (uint32_t i = 1; why == NULL && walk_next(&walk, w); i++)
        why = walk.field->type == TYPE_str ? take_text(&walk, &array->ptr[i], &text)
                                           : take_number(&walk, &array->ptr[i]);
    return why;
}

static const char *take_header(struct wire *w, const msgpack_object *header, size_t size,
                               enum wire_direction way)
{
    const struct message_row *row;

    if (header->type != MSGPACK_OBJECT_ARRAY || header->via.array.size == 0)
        return "header is not an array";
    if (header->via.array.ptr[0].type != MSGPACK_OBJECT_POSITIVE_INTEGER)
        return "message number missing";
    row = row_of(header->via.array.ptr[0].via.u64);
    if (row == NULL)
        return "unknown message";
    if (row->direction != way)
        return "message goes the other way";
    wire_init(w, row->type);
    return take_members(w, row, &header->via.array, size);
}

/* Bytes that one flat msgpack value occupies: an unsigned integer of any width, or text; 0 for all else. */
static size_t value_size(const uint8_t *b, size_t left)
{
    if (b[0] <= 0x7f)
        return 1;
    if (b[0] >= 0xa0 && b[0] <= 0xbf)
        return 1 + (size_t)(b[0] & 0x1f);
    if (b[0] >= 0xcc && b[0] <= 0xcf)
        return 1 + ((size_t)1 << (b[0] - 0xcc));
    if (b[0] == 0xd9 && left >= 2)
        return 2 + (size_t)b[1];
    if (b[0] == 0xda && left >= 3)
        return 3 + ((size_t)b[1] << 8 | b[2]);
    return 0;
}

/* Looks before msgpack-c allocates what a length claims: one short array of flat values that end with the
 * frame. */
static bool is_flat(const uint8_t *b, size_t size)
{
    size_t at = 1, values;

    if (size == 0 || (b[0] & 0xf0) != 0x90)
        return false;
    for (values = b[0] & 0x0f; values > 0 && at < size; values--) {
        size_t step = value_size(b + at, size - at);

        if (step == 0 || step > size - at)
            return false;
        at += step;
    }
    return values == 0 && at == size;
}

int wire_decode(struct wire *w, const void *data, size_t size, enum wire_direction way, const char **why)
{
    msgpack_unpacked unpacked;
    size_t used = 0;

    memset(w, 0, sizeof *w);
    *why = NULL;
    if (size > HEADER_ROOM) {
        *why = "header too long";
        return -1;
    }
    if (!is_flat(data, size)) {
        *why = "header is not a flat array";
        return -1;
    }
    msgpack_unpacked_init(&unpacked);
    if (msgpack_unpack_next(&unpacked, data, size, &used) != MSGPACK_UNPACK_SUCCESS)
        *why = "not msgpack";
    else if (used != size)
        *why = "bytes left over";
    else
        *why = take_header(w, &unpacked.data, size, way);
    msgpack_unpacked_destroy(&unpacked);
    if (*why == NULL)
        return 0;
    wire_clear(w);
    return -1;
}

/* ---- sockets ---- */

int wire_send(void *socket, struct wire *w)
{
    char header[HEADER_ROOM];
    size_t size = wire_fit(w) == NULL ? wire_encode(w, header, sizeof header) : 0;

    if (size == 0) {
        errno = EINVAL;
        return -1;
    }
    if (zmq_send(socket, header, size, ZMQ_DONTWAIT | (w->frames > 0 ? ZMQ_SNDMORE : 0)) == -1) {
        must(errno == EAGAIN || errno == ETERM || errno == EINTR || errno == EHOSTUNREACH);
        return -1;
    }
    for (size_t i = 0; i < w->frames; i++) /* after the first part the message is admitted whole */
        if (zmq_msg_send(&w->frame[i], socket, ZMQ_DONTWAIT | (i + 1 < w->frames ? ZMQ_SNDMORE : 0)) == -1)
            panic("a later frame was refused");
    wire_clear(w);
    return 0;
}

static int has_more(void *socket)
{
    int more = 0;
    size_t size = sizeof more;

    return zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) == 0 && more;
}

/* Takes the raw frames that belong to the header just read; more than the row allows are dropped and refused.
 */
static const char *take_frames(void *socket, struct wire *w, const struct message_row *row)
{
    const char *why = NULL;

    while (has_more(socket)) {
        zmq_msg_t spare;

        zmq_msg_init(&spare);
        if (zmq_msg_recv(&spare, socket, ZMQ_DONTWAIT) == -1)
            panic("half a message");
        if (row != NULL && w->frames < row->frames_hi)
            wire_add_moved(w, &spare);
        else
            why = "too many frames";
        zmq_msg_close(&spare);
    }
    if (why == NULL && row != NULL && w->frames < row->frames_lo)
        why = "too few frames";
    return why;
}

int wire_receive(void *socket, struct wire *w, enum wire_direction way, const char **why)
{
    const char *first = NULL, *later;
    zmq_msg_t header;
    int rc;

    memset(w, 0, sizeof *w);
    *why = NULL;
    zmq_msg_init(&header);
    if (zmq_msg_recv(&header, socket, ZMQ_DONTWAIT) == -1) {
        zmq_msg_close(&header);
        return 0;
    }
    rc = wire_decode(w, zmq_msg_data(&header), zmq_msg_size(&header), way, &first);
    zmq_msg_close(&header);
    later = take_frames(socket, w, rc == 0 ? row_of(w->type) : NULL);
    *why = first != NULL ? first : later;
    if (*why == NULL)
        return 1;
    wire_clear(w);
    return -1;
}
