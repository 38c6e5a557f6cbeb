/* rows - see rows.h */
#include "tests/wire/rows.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

#define FIELD(name, type, lo, hi, miss, doc) AT_##name,
enum field_at {
#include "proto/fields.def"
    FIELDS
};
#undef FIELD

static const struct value fields[FIELDS] = {
#define FIELD(name, type, lo, hi, miss, doc) [AT_##name] = {#name, VALUE_##type, lo, hi, 0, NULL, 0},
#include "proto/fields.def"
#undef FIELD
};

/* ---- between a struct and a list of values ---- */

static void fill_u32(wire_u32 *member, const struct value *value)
{
    *member = (wire_u32)value->number;
}

static void fill_u64(wire_u64 *member, const struct value *value)
{
    *member = value->number;
}

static void fill_str(wire_str *member, const struct value *value)
{
    *member = value->text;
}

static void look_u32(wire_u32 member, struct value *value)
{
    value->number = member;
}

static void look_u64(wire_u64 member, struct value *value)
{
    value->number = member;
}

static void look_str(wire_str member, struct value *value)
{
    value->text = need_dup(member);
    value->size = strlen(member);
}

#define F(field)                                                                                             \
    _Generic(m->field, wire_u32 : fill_u32, wire_u64 : fill_u64, wire_str : fill_str)(&m->field, values++);
#define MESSAGE(NAME, name, number, direction, senders, phases, fewest, most, members, doc)                  \
    static void fill_##name(struct wire *w, const struct value *values)                                      \
    {                                                                                                        \
        struct wire_##name *m = &w->name;                                                                    \
        members                                                                                              \
    }
#include "proto/messages.def"
#undef MESSAGE
#undef F

#define F(field)                                                                                             \
    _Generic(m->field, wire_u32 : look_u32, wire_u64 : look_u64, wire_str : look_str)(m->field, values++);
#define MESSAGE(NAME, name, number, direction, senders, phases, fewest, most, members, doc)                  \
    static void look_##name(const struct wire *w, struct value *values)                                      \
    {                                                                                                        \
        const struct wire_##name *m = &w->name;                                                              \
        members                                                                                              \
    }
#include "proto/messages.def"
#undef MESSAGE
#undef F

#define F(field) AT_##field,
#define MESSAGE(NAME, name, number, direction, senders, phases, fewest, most, members, doc)                  \
    static const unsigned char fields_of_##name[] = {members};
#include "proto/messages.def"
#undef MESSAGE
#undef F

const struct row rows[] = {
#define MESSAGE(NAME, name, number, direction, senders, phases, fewest, most, members, doc)                  \
    {#NAME,       WIRE_##NAME, WIRE_##direction, fewest, most, sizeof fields_of_##name, fields_of_##name,    \
     fill_##name, look_##name},
#include "proto/messages.def"
#undef MESSAGE
};
const size_t rows_count = sizeof rows / sizeof rows[0];

const struct row *row_of_type(enum wire_type type)
{
    for (size_t i = 0; i < rows_count; i++)
        if (rows[i].type == type)
            return &rows[i];
    return NULL;
}

/* ---- values ---- */

static uint64_t between(uint64_t lo, uint64_t hi, uint64_t wanted)
{
    return wanted < lo ? lo : wanted > hi ? hi : wanted;
}

/* Letters of two bytes, and one of a single byte where the size is odd; no two salts alike. */
static char *text_make(size_t size, unsigned salt)
{
    char *text = need(size + 1);

    for (size_t at = 0; at < size; at += 2) {
        if (at + 1 == size) {
            text[at] = (char)('a' + salt % 26);
            break;
        }
        text[at] = (char)0xc3;
        text[at + 1] = (char)(0xa0 + (at / 2 + salt) % 23);
    }
    text[size] = '\0';
    return text;
}

static void value_make(struct value *value, enum value_mode mode, unsigned salt)
{
    static const uint64_t usual_size = 9, usual_number = 300;
    uint64_t middle = value->kind == VALUE_str ? usual_size : usual_number + salt;
    uint64_t chosen = mode == SMALLEST  ? value->lo
                      : mode == LARGEST ? value->hi
                                        : between(value->lo, value->hi, middle);

    if (value->kind != VALUE_str) {
        value->number = chosen;
        return;
    }
    value->size = (size_t)chosen;
    value->text = text_make(value->size, salt);
}

void values_make(const struct row *row, enum value_mode mode, struct value values[VALUES_MOST])
{
    memset(values, 0, VALUES_MOST * sizeof values[0]);
    for (unsigned i = 0; i < row->members; i++) {
        values[i] = fields[row->fields[i]];
        value_make(&values[i], mode, i);
    }
}

void values_free(const struct row *row, struct value values[VALUES_MOST])
{
    for (unsigned i = 0; i < row->members; i++) {
        free(values[i].text);
        values[i].text = NULL;
    }
}

/* ---- the encoder ---- */

static size_t put_tagged(uint8_t *bytes, size_t at, uint8_t tag, uint64_t number, unsigned width)
{
    bytes[at++] = tag;
    for (unsigned i = width; i > 0; i--)
        bytes[at++] = (uint8_t)(number >> (i - 1) * 8);
    return at;
}

size_t put_number(uint8_t *bytes, size_t at, uint64_t number)
{
    if (number <= 0x7f)
        return put_tagged(bytes, at, (uint8_t)number, 0, 0);
    if (number <= UINT8_MAX)
        return put_tagged(bytes, at, 0xcc, number, 1);
    if (number <= UINT16_MAX)
        return put_tagged(bytes, at, 0xcd, number, 2);
    if (number <= UINT32_MAX)
        return put_tagged(bytes, at, 0xce, number, 4);
    return put_tagged(bytes, at, 0xcf, number, 8);
}

size_t put_text(uint8_t *bytes, size_t at, const char *text, size_t size)
{
    if (size <= 31)
        at = put_tagged(bytes, at, (uint8_t)(0xa0 + size), 0, 0);
    else if (size <= UINT8_MAX)
        at = put_tagged(bytes, at, 0xd9, size, 1);
    else
        at = put_tagged(bytes, at, 0xda, size, 2);
    memcpy(bytes + at, text, size);
    return at + size;
}

size_t values_encode(const struct row *row, const struct value *values, uint8_t bytes[BYTES_MOST])
{
    size_t at = put_tagged(bytes, 0, (uint8_t)(0x90 + row->members + 1), 0, 0);

    at = put_number(bytes, at, row->type);
    for (unsigned i = 0; i < row->members; i++)
        at = values[i].kind == VALUE_str ? put_text(bytes, at, values[i].text, values[i].size)
                                         : put_number(bytes, at, values[i].number);
    return at;
}
