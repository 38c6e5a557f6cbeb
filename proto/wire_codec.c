/* wire_codec - the header of a message: made to fit its row, written as msgpack, and read; see wire.h */
#include "proto/wire.h"

#include <stdlib.h>
#include <string.h>

#include <msgpack.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "proto/wire_row.h"

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

static uint64_t number_in(const struct wire_walk *walk)
{
    return walk->field->type == TYPE_u32 ? *(const wire_u32 *)walk->member : *(const wire_u64 *)walk->member;
}

/* What the bounds are for: a number, or the bytes of a text. */
static uint64_t measure_of(const struct wire_walk *walk)
{
    return walk->field->type == TYPE_str ? strlen(*(const wire_str *)walk->member) : number_in(walk);
}

static bool is_within(const struct wire_walk *walk)
{
    uint64_t measure = measure_of(walk);

    return measure >= walk->field->lo && measure <= walk->field->hi;
}

static int pack_member(msgpack_packer *packer, const struct wire_walk *walk)
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

size_t wire_encode(const struct wire *w, void *data, size_t room)
{
    struct wire_walk walk = {.row = wire_row(w->type)};
    struct buffer buffer = {.data = data, .room = room};
    msgpack_packer packer;
    int rc = 0;

    must(walk.row != NULL);
    msgpack_packer_init(&packer, &buffer, buffer_write);
    rc |= msgpack_pack_array(&packer, 1 + wire_row_members(walk.row));
    rc |= msgpack_pack_uint32(&packer, w->type);
    while (wire_walk_next(&walk, w))
        rc |= pack_member(&packer, &walk);
    return rc == 0 ? buffer.used : 0;
}

/* ---- a header that fits ---- */

static void cut_number(const struct wire_walk *walk)
{
    uint64_t number = number_in(walk);

    number = number < walk->field->lo ? walk->field->lo : number > walk->field->hi ? walk->field->hi : number;
    if (walk->field->type == TYPE_u32)
        *(wire_u32 *)walk->member = (wire_u32)number;
    else
        *(wire_u64 *)walk->member = number;
}

/* The text is the message's own. */
static void cut_text(const struct wire_walk *walk)
{
    char *text = *(char **)walk->member;

    utf8_mend(text);
    text[utf8_head(text, walk->field->hi)] = '\0';
}

static bool is_fit(const struct wire_walk *walk)
{
    wire_str text = walk->field->type == TYPE_str ? *(const wire_str *)walk->member : "";

    return is_within(walk) && utf8_valid(text, strlen(text));
}

/* An absent text is an empty one. */
static void fill_absent(struct wire *w)
{
    struct wire_walk walk = {.row = wire_row(w->type)};

    while (wire_walk_next(&walk, w))
        if (walk.field->type == TYPE_str && *(wire_str *)walk.member == NULL)
            *(wire_str *)walk.member = "";
}

const char *wire_fit(struct wire *w)
{
    struct wire_walk walk = {.row = wire_row(w->type)};
    bool own = false;

    fill_absent(w);
    while (wire_walk_next(&walk, w)) {
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

static const char *decode_number(const struct wire_walk *walk, const msgpack_object *value)
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

static const char *decode_text(const struct wire_walk *walk, const msgpack_object *value, char **text)
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

static const char *decode_members(struct wire *w, const struct message_row *row,
                                  const msgpack_object_array *array, size_t size)
{
    struct wire_walk walk = {.row = row};
    const char *why = NULL;
    char *text;

    if (array->size != 1 + wire_row_members(row))
        return "wrong number of fields";
    text = w->text =
        need(size + WIRE_MAX_MEMBERS); /* all texts together are shorter than what carried them */
    for (uint32_t i = 1; why == NULL && wire_walk_next(&walk, w); i++)
        why = walk.field->type == TYPE_str ? decode_text(&walk, &array->ptr[i], &text)
                                           : decode_number(&walk, &array->ptr[i]);
    return why;
}

static const char *decode_header(struct wire *w, const msgpack_object *header, size_t size,
                                 enum wire_direction way)
{
    const struct message_row *row;

    if (header->type != MSGPACK_OBJECT_ARRAY || header->via.array.size == 0)
        return "header is not an array";
    if (header->via.array.ptr[0].type != MSGPACK_OBJECT_POSITIVE_INTEGER)
        return "message number missing";
    row = wire_row(header->via.array.ptr[0].via.u64);
    if (row == NULL)
        return "unknown message";
    if (row->direction != way)
        return "message goes the other way";
    wire_init(w, row->type);
    return decode_members(w, row, &header->via.array, size);
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
    if (size > WIRE_HEADER_ROOM) {
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
        *why = decode_header(w, &unpacked.data, size, way);
    msgpack_unpacked_destroy(&unpacked);
    if (*why == NULL)
        return 0;
    wire_clear(w);
    return -1;
}
