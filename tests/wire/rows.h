/* rows - the message tables once more, with an encoder of their own, to hold proto/wire_row.c against
 *
 * Everything here follows from messages.def and fields.def: a new row or field is tested without a new line.
 * The encoder is written from the msgpack specification and shares nothing with the one under test.
 */
#ifndef TESTS_WIRE_ROWS_H
#define TESTS_WIRE_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "proto/wire.h"

enum { VALUES_MOST = 16, BYTES_MOST = 65536 };

enum value_kind { VALUE_u32, VALUE_u64, VALUE_str };

/* SMALLEST and LARGEST stand on the bounds, USUAL between them. */
enum value_mode { SMALLEST, USUAL, LARGEST, VALUE_MODES };

struct value {
    const char *field;
    enum value_kind kind;
    uint64_t lo, hi, number; /* number: of a number */
    char *text;              /* of a str, size bytes and a NUL */
    size_t size;
};

struct row {
    const char *name;
    enum wire_type type;
    enum wire_direction direction;
    size_t fewest, most;
    unsigned members;
    const unsigned char *fields;
    void (*fill)(struct wire *w, const struct value *values);
    void (*look)(const struct wire *w, struct value *values);
};

extern const struct row rows[];
extern const size_t rows_count;

const struct row *row_of_type(enum wire_type type);

/* The row's fields with values of that mode; values_free gives the texts back. */
void values_make(const struct row *row, enum value_mode mode, struct value values[VALUES_MOST]);
void values_free(const struct row *row, struct value values[VALUES_MOST]);

/* One header, as the specification has it. Returns its size. */
size_t values_encode(const struct row *row, const struct value *values, uint8_t bytes[BYTES_MOST]);

/* Single msgpack values, appended at bytes + at; the new end. */
size_t put_number(uint8_t *bytes, size_t at, uint64_t number);
size_t put_text(uint8_t *bytes, size_t at, const char *text, size_t size);

#endif
