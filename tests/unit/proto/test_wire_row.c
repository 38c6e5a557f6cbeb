/* test_wire_row - the message table: every number once, and a walk that finds each member where C has put it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/tenant.h"
#include "proto/wire_row.h"

static void numbers_of_no_message_have_no_row(void **state)
{
    static const uint64_t numbers[] = {WIRE_NONE, 9999, UINT32_MAX, UINT64_MAX,
                                       (uint64_t)1 << 32 | WIRE_HELLO};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        assert_null(wire_row(numbers[i]));
    assert_string_equal(wire_row(WIRE_HELLO)->name, "HELLO");
}

static void a_walk_finds_the_members(void **state)
{
    static struct wire w;
    static const struct {
        enum field_id field;
        const void *member;
    } rows[] = {
        {FIELD_stage, &w.hello.stage},
        {FIELD_slot, &w.hello.slot},
        {FIELD_generation, &w.hello.generation},
        {FIELD_protocol, &w.hello.protocol},
        {FIELD_pid, &w.hello.pid},
        {FIELD_credit, &w.hello.credit},
        {FIELD_lacks, &w.hello.lacks},
        {FIELD_engine, &w.hello.engine},
        {FIELD_model, &w.hello.model},
    };
    struct wire_walk walk = {.row = wire_row(WIRE_HELLO)};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(wire_walk_next(&walk, &w));
        assert_true(wire_walk_is(&walk, rows[i].field));
        assert_ptr_equal(walk.member, rows[i].member);
    }
}

static size_t size_of(const struct field_row *field)
{
    return field->type == TYPE_u32 ? 4 : field->type == TYPE_u64 ? 8 : sizeof(char *);
}

/* Each member lies aligned behind the one before, and the last ends where the struct does, but for padding.
 */
static void a_walk_fills_the_struct(void **state)
{
    unsigned messages = 0;

    (void)state;
    for (uint64_t type = 0; type < 1000; type++) {
        static struct wire w;
        struct wire_walk walk = {.row = wire_row(type)};
        size_t end = 0, count = 0;

        if (walk.row == NULL)
            continue;
        messages++;
        while (wire_walk_next(&walk, &w)) {
            size_t offset = (size_t)((char *)walk.member - (char *)&w) - walk.row->body;

            assert_int_equal(offset % size_of(walk.field), 0);
            assert_true(offset >= end && offset < end + 8);
            end = offset + size_of(walk.field);
            count++;
        }
        assert_int_equal(count, wire_row_members(walk.row));
        assert_true(end <= walk.row->size && walk.row->size < end + 8);
        assert_true(walk.row->frames_lo <= walk.row->frames_hi);
        assert_true(walk.row->senders != 0 && walk.row->phases != 0);
        assert_false(wire_walk_next(&walk, &w)); /* it stays at its end */
    }
    assert_true(messages > 20);
}

static void bounds_make_sense(void **state)
{
    static struct wire w;

    (void)state;
    for (uint64_t type = 0; type < 1000; type++) {
        struct wire_walk walk = {.row = wire_row(type)};

        while (walk.row != NULL && wire_walk_next(&walk, &w)) {
            assert_true(walk.field->lo <= walk.field->hi);
            if (walk.field->type == TYPE_u32)
                assert_true(walk.field->hi <= UINT32_MAX);
            if (walk.field->type == TYPE_str)
                assert_true(walk.field->hi < WIRE_HEADER_ROOM);
            if (wire_walk_is(&walk, FIELD_tenant))
                assert_int_equal(walk.field->hi, MAX_TENANT);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_no_message_have_no_row),
        cmocka_unit_test(a_walk_finds_the_members),
        cmocka_unit_test(a_walk_fills_the_struct),
        cmocka_unit_test(bounds_make_sense),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
