/* test_fit - whatever others say, count or answer: what a sender puts into a header is cut to fit or refused,
 * and what leaves is taken by the receiver
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "tests/wire/rows.h"

static const struct {
    const char *name, *miss;
} policies[] = {
#define FIELD(name, type, lo, hi, miss, doc) {#name, #miss},
#include "proto/fields.def"
#undef FIELD
};

static bool is_cut(const char *field)
{
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        if (strcmp(policies[i].name, field) == 0)
            return strcmp(policies[i].miss, "CUT") == 0;
    fail_msg("no field %s", field);
    return false;
}

/* The header goes out, and is what a receiver takes. */
static void is_taken(const struct wire *w, const struct row *row)
{
    uint8_t *bytes = need(BYTES_MOST);
    size_t size = wire_encode(w, bytes, BYTES_MOST);
    const char *why = "";
    struct wire back;

    assert_true(size > 0);
    if (wire_decode(&back, bytes, size, row->direction, &why) == -1)
        fail_msg("%s is refused by the receiver: %s", row->name, why);
    wire_clear(&back);
    free(bytes);
}

/* The row's usual values, but for one. fixable: cutting makes it fit, if its row says so. */
static void try_value(const struct row *row, unsigned member, const struct value *bad, bool fixable)
{
    struct value values[VALUES_MOST];
    const char *misfit;
    struct wire w;

    values_make(row, USUAL, values);
    if (values[member].kind == VALUE_str) {
        free(values[member].text);
        values[member].text = bad->text == NULL ? NULL : need_dup(bad->text);
    } else
        values[member].number = bad->number;
    wire_init(&w, row->type);
    row->fill(&w, values);
    for (size_t i = 0; i < row->fewest; i++)
        wire_add_copy(&w, "x", 1);
    misfit = wire_fit(&w);
    if (fixable && is_cut(values[member].field)) {
        if (misfit != NULL)
            fail_msg("%s: %s is not cut", row->name, misfit);
        is_taken(&w, row);
        assert_null(wire_fit(&w)); /* once is enough */
    } else {
        assert_non_null(misfit);
        assert_string_equal(misfit, values[member].field);
    }
    wire_clear(&w);
    values_free(row, values);
}

static void try_numbers(const struct row *row, unsigned member, const struct value *value)
{
    uint64_t widest = value->kind == VALUE_u32 ? UINT32_MAX : UINT64_MAX;
    struct value bad = *value;

    if (value->hi < widest) {
        bad.number = value->hi + 1;
        try_value(row, member, &bad, true);
        bad.number = widest;
        try_value(row, member, &bad, true);
    }
    if (value->lo > 0) {
        bad.number = value->lo - 1;
        try_value(row, member, &bad, true);
    }
}

/* Letters of three bytes, so that the bound falls inside one, and a byte that is none. */
static void try_texts(const struct row *row, unsigned member, const struct value *value)
{
    size_t size = (size_t)value->hi + 64;
    struct value bad = *value;

    bad.text = need_zero(size + 4, 1);
    for (size_t at = 0; at < size; at += 3)
        memcpy(bad.text + at, "\xe6\x97\xa5", 3);
    try_value(row, member, &bad, true);
    strcpy(bad.text, "ab\xff"
                     "cd");
    try_value(row, member, &bad, value->lo <= 5 && value->hi >= 5);
    if (value->lo > 0) {
        bad.text[0] = '\0';
        try_value(row, member, &bad, false);
    }
    free(bad.text);
}

static void every_field_is_cut_or_refused_as_its_row_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < rows_count; i++) {
        struct value values[VALUES_MOST];

        values_make(&rows[i], USUAL, values);
        for (unsigned m = 0; m < rows[i].members; m++)
            if (values[m].kind == VALUE_str)
                try_texts(&rows[i], m, &values[m]);
            else
                try_numbers(&rows[i], m, &values[m]);
        values_free(&rows[i], values);
    }
}

static void what_fits_is_left_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < rows_count; i++)
        for (int mode = 0; mode < VALUE_MODES; mode++) {
            struct value values[VALUES_MOST];
            uint8_t *before = need(BYTES_MOST), *after = need(BYTES_MOST);
            struct wire w;
            size_t size;

            values_make(&rows[i], (enum value_mode)mode, values);
            wire_init(&w, rows[i].type);
            rows[i].fill(&w, values);
            for (size_t f = 0; f < rows[i].fewest; f++)
                wire_add_copy(&w, "", 0);
            size = wire_encode(&w, before, BYTES_MOST);
            assert_null(wire_fit(&w));
            assert_int_equal(wire_encode(&w, after, BYTES_MOST), size);
            assert_memory_equal(before, after, size);
            wire_clear(&w);
            values_free(&rows[i], values);
            free(before);
            free(after);
        }
}

static void an_absent_text_is_an_empty_one(void **state)
{
    struct wire w;

    (void)state;
    wire_init(&w, WIRE_FAILED);
    w.failed = (struct wire_failed){.lease = 1};
    assert_null(wire_fit(&w));
    assert_string_equal(w.failed.code, "");
    assert_string_equal(w.failed.detail, "");
    wire_clear(&w);
}

static void too_many_or_too_few_frames_do_not_fit(void **state)
{
    struct wire w;

    (void)state;
    wire_init(&w, WIRE_FETCHED);
    w.fetched.lease = 1;
    assert_string_equal(wire_fit(&w), "frames");
    wire_add_copy(&w, "x", 1);
    assert_null(wire_fit(&w));
    wire_add_copy(&w, "x", 1);
    assert_string_equal(wire_fit(&w), "frames");
    wire_clear(&w);
}

static void what_does_not_fit_stays_with_the_sender(void **state)
{
    void *context = zmq_ctx_new(), *push = zmq_socket(context, ZMQ_PUSH),
         *pull = zmq_socket(context, ZMQ_PULL);
    zmq_pollitem_t item = {.socket = pull, .events = ZMQ_POLLIN};
    const char *why;
    struct wire w;

    (void)state;
    assert_int_equal(zmq_bind(pull, "inproc://fit"), 0);
    assert_int_equal(zmq_connect(push, "inproc://fit"), 0);
    wire_init(&w, WIRE_BATCHED);
    w.batched = (struct wire_batched){.lease = 1, .batch = ""};
    assert_int_equal(wire_send(push, &w), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(w.type, WIRE_BATCHED);
    w.batched.batch = "named";
    assert_int_equal(wire_send(push, &w), 0);
    wire_init(&w, WIRE_NOTIFIED);
    w.notified = (struct wire_notified){.lease = 2, .status = 99999};
    assert_int_equal(wire_send(push, &w), 0);
    assert_int_equal(zmq_poll(&item, 1, 10000), 1);
    assert_int_equal(wire_receive(pull, &w, WIRE_UP, &why), 1);
    assert_string_equal(w.batched.batch, "named");
    wire_clear(&w);
    assert_int_equal(zmq_poll(&item, 1, 10000), 1);
    assert_int_equal(wire_receive(pull, &w, WIRE_UP, &why), 1);
    assert_int_equal(w.notified.status, 999);
    wire_clear(&w);
    zmq_close(push);
    zmq_close(pull);
    zmq_ctx_term(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_cut_or_refused_as_its_row_says),
        cmocka_unit_test(what_fits_is_left_alone),
        cmocka_unit_test(an_absent_text_is_an_empty_one),
        cmocka_unit_test(too_many_or_too_few_frames_do_not_fit),
        cmocka_unit_test(what_does_not_fit_stays_with_the_sender),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
