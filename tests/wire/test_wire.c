/* test_wire - every message of the tables, there and back, cut, changed and forged */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "tests/wire/rows.h"

/* Decodes from a block of exactly that size, so that a sanitizer sees every byte read beyond it. */
static int decode(struct wire *w, const uint8_t *bytes, size_t size, enum wire_direction way,
                  const char **why)
{
    uint8_t *exact = need(size);
    int rc;

    memcpy(exact, bytes, size);
    rc = wire_decode(w, exact, size, way, why);
    free(exact);
    if (rc == -1) {
        assert_non_null(*why);
        assert_int_equal(w->type, WIRE_NONE);
    } else
        assert_null(*why);
    return rc;
}

static void refused(const char *what, const uint8_t *bytes, size_t size, enum wire_direction way,
                    const char *reason)
{
    const char *why = "accepted";
    struct wire w;

    if (decode(&w, bytes, size, way, &why) == 0)
        fail_msg("%s: was accepted", what);
    if (reason != NULL && strcmp(why, reason) != 0)
        fail_msg("%s: refused for \"%s\" instead of \"%s\"", what, why, reason);
}

static enum wire_direction other(enum wire_direction way)
{
    return way == WIRE_UP ? WIRE_DOWN : WIRE_UP;
}

/* Calls back for every row and mode with its values and its header. */
struct sample {
    const struct row *row;
    enum value_mode mode;
    struct value values[VALUES_MOST];
    uint8_t bytes[BYTES_MOST];
    size_t size;
};

static void each_sample(void (*visit)(struct sample *))
{
    struct sample *sample = need(sizeof *sample);

    for (size_t i = 0; i < rows_count; i++)
        for (int mode = 0; mode < VALUE_MODES; mode++) {
            sample->row = &rows[i];
            sample->mode = (enum value_mode)mode;
            values_make(sample->row, sample->mode, sample->values);
            sample->size = values_encode(sample->row, sample->values, sample->bytes);
            visit(sample);
            values_free(sample->row, sample->values);
        }
    free(sample);
}

static void same_values(const struct sample *sample, const struct wire *w)
{
    struct value seen[VALUES_MOST] = {0};

    sample->row->look(w, seen);
    for (unsigned i = 0; i < sample->row->members; i++) {
        if (sample->values[i].kind == VALUE_str)
            assert_string_equal(seen[i].text, sample->values[i].text);
        else
            assert_true(seen[i].number == sample->values[i].number);
    }
    values_free(sample->row, seen);
}

/* ---- there and back ---- */

static void encodes(struct sample *sample)
{
    uint8_t bytes[BYTES_MOST];
    struct wire w;
    size_t size;

    wire_init(&w, sample->row->type);
    sample->row->fill(&w, sample->values);
    size = wire_encode(&w, bytes, sizeof bytes);
    assert_int_equal(size, sample->size);
    assert_memory_equal(bytes, sample->bytes, size);
    assert_int_equal(wire_encode(&w, bytes, size), size);
    assert_int_equal(wire_encode(&w, bytes, size - 1), 0); /* no room: nothing, not half */
    wire_clear(&w);
}

static void decodes(struct sample *sample)
{
    const char *why;
    struct wire w;

    assert_int_equal(decode(&w, sample->bytes, sample->size, sample->row->direction, &why), 0);
    assert_int_equal(w.type, sample->row->type);
    assert_int_equal(w.frames, 0);
    same_values(sample, &w);
    wire_clear(&w);
    assert_int_equal(w.type, WIRE_NONE);
}

static void every_message_is_written_as_msgpack_has_it(void **state)
{
    (void)state;
    each_sample(encodes);
}

static void every_message_is_read_back_whole(void **state)
{
    (void)state;
    each_sample(decodes);
}

/* Written out by hand once, so that a change of the format cannot pass as a change of both encoders. */
static void some_headers_are_known_to_the_byte(void **state)
{
    static const uint8_t beat[] = {0x92, 2, 7};
    static const uint8_t raster[] =
        "\x98\x16\xcd\x01\x00\xa2j1\x03\x01\xd9\x40"
        "aca5cc5e8af072ac68e0c5026c87b9852096f0450fa2407516de412f03382bb6\xa2pw\xcd\x01\xf4";
    static const uint8_t failed[] = "\x97\x06\xcf\x01\x02\x03\x04\x05\x06\x07\x08\xacS3_NOT_"
                                    "FOUND\x00\xcd\x03\xe8\xa2\xc3\xa9\xcd\x01\x94";
    uint8_t bytes[256];
    char document[65] = "";
    struct wire w;

    (void)state;
    memcpy(document, raster + 12, 64);
    wire_init(&w, WIRE_BEAT);
    w.beat.generation = 7;
    assert_int_equal(wire_encode(&w, bytes, sizeof bytes), sizeof beat);
    assert_memory_equal(bytes, beat, sizeof beat);
    wire_init(&w, WIRE_RASTER);
    w.raster = (struct wire_raster){256, "j1", 3, 1, document, "pw", 500};
    assert_int_equal(wire_encode(&w, bytes, sizeof bytes), sizeof raster - 1);
    assert_memory_equal(bytes, raster, sizeof raster - 1);
    wire_init(&w, WIRE_FAILED);
    w.failed = (struct wire_failed){0x0102030405060708, "S3_NOT_FOUND", 0, 1000, "\xc3\xa9", 404};
    assert_int_equal(wire_encode(&w, bytes, sizeof bytes), sizeof failed - 1);
    assert_memory_equal(bytes, failed, sizeof failed - 1);
}

static void every_message_has_its_name_and_its_own_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < rows_count; i++) {
        assert_string_equal(wire_name(rows[i].type), rows[i].name);
        assert_ptr_equal(row_of_type(rows[i].type), &rows[i]); /* the first of that number */
        assert_true(rows[i].members < VALUES_MOST - 1);        /* one more must still be a short array */
    }
    assert_null(wire_name(WIRE_NONE));
}

/* ---- cut and changed ---- */

static void refuses_cuts(struct sample *sample)
{
    enum wire_direction way = sample->row->direction;
    size_t size = sample->size;

    for (size_t cut = 0; cut < size; cut++)
        refused("a cut header", sample->bytes, cut, way, NULL);
    for (unsigned extra = 0; extra <= UINT8_MAX; extra++) {
        sample->bytes[size] = (uint8_t)extra;
        refused("a header with a byte too many", sample->bytes, size + 1, way, NULL);
    }
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    each_sample(refuses_cuts);
}

/* What was accepted must lie within the bounds of its row, and say the same once more. */
static void is_sound(struct wire *w)
{
    const struct row *row = row_of_type(w->type);
    uint8_t bytes[BYTES_MOST], again[BYTES_MOST];
    struct value seen[VALUES_MOST], bounds[VALUES_MOST];
    size_t size;

    assert_non_null(row);
    values_make(row, SMALLEST, bounds);
    memset(seen, 0, sizeof seen);
    row->look(w, seen);
    for (unsigned i = 0; i < row->members; i++) {
        uint64_t measure = bounds[i].kind == VALUE_str ? seen[i].size : seen[i].number;

        assert_true(measure >= bounds[i].lo && measure <= bounds[i].hi);
        if (bounds[i].kind == VALUE_str)
            assert_true(utf8_valid(seen[i].text, seen[i].size));
        seen[i].kind = bounds[i].kind;
    }
    size = wire_encode(w, bytes, sizeof bytes);
    assert_true(size > 0);
    assert_int_equal(values_encode(row, seen, again), size);
    assert_memory_equal(bytes, again, size);
    values_free(row, bounds);
    values_free(row, seen);
}

static void try_changed(struct sample *sample, size_t at, uint8_t byte)
{
    uint8_t kept = sample->bytes[at];
    const char *why;
    struct wire w;

    sample->bytes[at] = byte;
    if (decode(&w, sample->bytes, sample->size, sample->row->direction, &why) == 0)
        is_sound(&w);
    wire_clear(&w);
    sample->bytes[at] = kept;
}

/* With four more on each side: rows.c makes texts of such bytes. */
static bool is_inside_text(const struct sample *sample, size_t at)
{
    for (size_t i = at < 4 ? 0 : at - 4; i <= at + 4 && i < sample->size; i++)
        if (sample->bytes[i] != 0xc3 && (sample->bytes[i] < 0xa0 || sample->bytes[i] > 0xb6))
            return false;
    return true;
}

/* Long texts get a few changes a byte instead of all 255, and that at one byte in eleven: the bytes inside
 * one text are alike. */
static void survives_changes(struct sample *sample)
{
    static const uint8_t telling[] = {0x00, 0x7f, 0x80, 0xc0, 0xc1, 0xdb, 0xff};

    for (size_t at = 0; at < sample->size; at++) {
        if (sample->size > 256 && at % 11 != 0 && is_inside_text(sample, at))
            continue;
        if (sample->size <= 256)
            for (unsigned byte = 0; byte <= UINT8_MAX; byte++)
                try_changed(sample, at, (uint8_t)byte);
        else
            for (size_t i = 0; i < sizeof telling; i++)
                try_changed(sample, at, telling[i]);
    }
}

static void no_changed_byte_crashes_or_breaks_a_bound(void **state)
{
    (void)state;
    each_sample(survives_changes);
}

/* ---- forged ---- */

static void refuses_direction(struct sample *sample)
{
    refused(sample->row->name, sample->bytes, sample->size, other(sample->row->direction),
            "message goes the other way");
}

static void no_message_is_taken_from_the_wrong_side(void **state)
{
    (void)state;
    each_sample(refuses_direction);
}

static void an_unknown_number_is_refused(void **state)
{
    static const uint64_t far[] = {UINT16_MAX, UINT32_MAX, (uint64_t)UINT32_MAX + 1 + WIRE_BEAT, UINT64_MAX};
    uint8_t bytes[16];

    (void)state;
    for (uint64_t number = 0; number < 1000; number++)
        if (row_of_type((enum wire_type)number) == NULL) {
            bytes[0] = 0x91;
            refused("an unknown number", bytes, put_number(bytes, 1, number), WIRE_UP, "unknown message");
        }
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        bytes[0] = 0x91;
        refused("a number far away", bytes, put_number(bytes, 1, far[i]), WIRE_UP, "unknown message");
    }
}

static void only_the_exact_count_of_fields_is_taken(void **state)
{
    uint8_t bytes[64];

    (void)state;
    for (size_t i = 0; i < rows_count; i++)
        for (unsigned count = 0; count < VALUES_MOST - 1; count++) {
            size_t at = put_number(bytes, 1, rows[i].type);

            bytes[0] = (uint8_t)(0x90 + count + 1);
            memset(bytes + at, 0x01, count);
            if (count != rows[i].members)
                refused(rows[i].name, bytes, at + count, rows[i].direction, "wrong number of fields");
        }
}

/* The header of sample with the bytes of value number i replaced by others. */
static size_t with_value(const struct sample *sample, unsigned i, const uint8_t *value, size_t size,
                         uint8_t *bytes)
{
    uint8_t head[BYTES_MOST];
    struct row cut = *sample->row;
    size_t before, after;

    cut.members = i;
    before = values_encode(&cut, sample->values, head);
    cut.members = i + 1;
    after = values_encode(&cut, sample->values, head);
    memcpy(bytes, sample->bytes, before);
    memcpy(bytes + before, value, size);
    memcpy(bytes + before + size, sample->bytes + after, sample->size - after);
    return sample->size - after + before + size;
}

static void refuse_value(const struct sample *sample, unsigned i, const uint8_t *value, size_t size,
                         const char *why)
{
    static uint8_t bytes[2 * BYTES_MOST];
    char what[128];

    snprintf(what, sizeof what, "%s with a forged %s", sample->row->name, sample->values[i].field);
    refused(what, bytes, with_value(sample, i, value, size, bytes), sample->row->direction, why);
}

static void refuse_number_out_of_bounds(const struct sample *sample, unsigned i)
{
    const struct value *value = &sample->values[i];
    uint8_t bytes[16];

    if (value->lo > 0)
        refuse_value(sample, i, bytes, put_number(bytes, 0, value->lo - 1), "number out of bounds");
    if (value->hi < UINT64_MAX)
        refuse_value(sample, i, bytes, put_number(bytes, 0, value->hi + 1), "number out of bounds");
    refuse_value(sample, i,
                 (const uint8_t *)"\xa1"
                                  "1",
                 2, "field is not a number");
}

static void refuse_text_out_of_bounds(const struct sample *sample, unsigned i)
{
    static const char *const broken[] = {"\xff",     "\xc3",    "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                         "\xc0\x80", "\xe2\x82"};
    const struct value *value = &sample->values[i];
    uint8_t bytes[BYTES_MOST];
    char *text = need_zero(1, value->hi + 8);

    memset(text, 'x', value->hi + 1);
    if (value->lo > 0)
        refuse_value(sample, i, bytes, put_text(bytes, 0, text, value->lo - 1), "text out of bounds");
    refuse_value(sample, i, bytes, put_text(bytes, 0, text, value->hi + 1), "text out of bounds");
    for (size_t k = 0; k < sizeof broken / sizeof broken[0]; k++) {
        memcpy(text + value->hi - strlen(broken[k]), broken[k], strlen(broken[k]));
        refuse_value(sample, i, bytes, put_text(bytes, 0, text, value->hi), "text is not UTF-8");
    }
    text[value->hi / 2] = '\0';
    refuse_value(sample, i, bytes, put_text(bytes, 0, text, value->hi), "text is not UTF-8");
    refuse_value(sample, i, (const uint8_t *)"\x01", 1, "field is not text");
    free(text);
}

/* Nil, booleans, negative numbers, floats, binary, arrays, maps, extensions, and a length that is a lie. */
static void refuse_other_types(const struct sample *sample, unsigned i)
{
    static const struct {
        const char *bytes;
        size_t size;
    } others[] = {
        {"\xc0", 1},
        {"\xc1", 1},
        {"\xc2", 1},
        {"\xc3", 1},
        {"\xff", 1},
        {"\xd0\xff", 2},
        {"\xca\x3f\x80\x00\x00", 5},
        {"\xc4\x01x", 3},
        {"\x91\x01", 2},
        {"\xdc\xff\xff", 3},
        {"\xdd\xff\xff\xff\xff", 5},
        {"\x81\x01\x01", 3},
        {"\xdf\xff\xff\xff\xff", 5},
        {"\xd4\x01x", 3},
        {"\xdb\xff\xff\xff\xff", 5},
        {"\xda\xff\xff", 3},
    };

    for (size_t k = 0; k < sizeof others / sizeof others[0]; k++)
        refuse_value(sample, i, (const uint8_t *)others[k].bytes, others[k].size, NULL);
}

static void refuses_forged(struct sample *sample)
{
    for (unsigned i = 0; i < sample->row->members; i++) {
        refuse_other_types(sample, i);
        if (sample->values[i].kind == VALUE_str)
            refuse_text_out_of_bounds(sample, i);
        else
            refuse_number_out_of_bounds(sample, i);
    }
}

static void every_field_refuses_what_its_row_does_not_list(void **state)
{
    (void)state;
    each_sample(refuses_forged);
}

static void what_is_no_header_is_refused(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t size;
        const char *why;
    } table[] = {
        {"nothing at all", "", 0, "header is not a flat array"},
        {"an empty array", "\x90", 1, "header is not an array"},
        {"a bare number", "\x02", 1, "header is not a flat array"},
        {"a map", "\x81\x02\x07", 3, "header is not a flat array"},
        {"a long form of array", "\xdc\x00\x02\x02\x07", 5, "header is not a flat array"},
        {"text instead of the number",
         "\x92\xa1"
         "2\x07",
         4, "message number missing"},
        {"two headers in one frame", "\x92\x02\x07\x92\x02\x07", 6, "header is not a flat array"},
        {"JSON", "[2,7]", 5, "header is not a flat array"},
    };
    uint8_t *big = need_zero(1, 65 * 1024);

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        refused(table[i].name, (const uint8_t *)table[i].bytes, table[i].size, WIRE_UP, table[i].why);
    big[0] = 0x90;
    refused("a header without end", big, 65 * 1024, WIRE_UP, "header too long");
    free(big);
}

/* ---- what we may not send ---- */

/* Its words may be others': see test_fit. */
static void what_misses_a_bound_is_not_encoded(void **state)
{
    uint8_t bytes[64];
    struct wire w;

    (void)state;
    wire_init(&w, WIRE_BEAT); /* generation 0 is below its bound */
    assert_int_equal(wire_encode(&w, bytes, sizeof bytes), 0);
    w.beat.generation = 1;
    assert_true(wire_encode(&w, bytes, sizeof bytes) > 0);
    wire_clear(&w);
}

static void make_no_message(void)
{
    struct wire w;

    wire_init(&w, WIRE_NONE);
}

static void ask_for_absent_frame(void)
{
    struct wire w;

    wire_init(&w, WIRE_FETCHED);
    wire_data(&w, 0);
}

static void a_broken_promise_of_our_own_aborts(void **state)
{
    void (*const deeds[])(void) = {make_no_message, ask_for_absent_frame};

    (void)state;
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
        pid_t child = fork();
        int status;

        if (child == 0) {
            setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
            close(STDERR_FILENO);
            deeds[i]();
            _exit(0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_written_as_msgpack_has_it),
        cmocka_unit_test(every_message_is_read_back_whole),
        cmocka_unit_test(some_headers_are_known_to_the_byte),
        cmocka_unit_test(every_message_has_its_name_and_its_own_number),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(no_changed_byte_crashes_or_breaks_a_bound),
        cmocka_unit_test(no_message_is_taken_from_the_wrong_side),
        cmocka_unit_test(an_unknown_number_is_refused),
        cmocka_unit_test(only_the_exact_count_of_fields_is_taken),
        cmocka_unit_test(every_field_refuses_what_its_row_does_not_list),
        cmocka_unit_test(what_is_no_header_is_refused),
        cmocka_unit_test(what_misses_a_bound_is_not_encoded),
        cmocka_unit_test(a_broken_promise_of_our_own_aborts),
    };

    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
