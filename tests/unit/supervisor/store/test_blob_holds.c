/* test_blob_holds - a name is released after its last hold, once the commit that dropped it is durable */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/store/blob_holds.h"

static struct blob_holds *holds;

static int begin(void **state)
{
    (void)state;
    holds = blob_holds_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    blob_holds_free(&holds);
    return 0;
}

/* A name of the right length out of one letter. */
static const char *name_of(char letter)
{
    static char name[BLOB_NAME];

    memset(name, letter, BLOB_NAME - 1);
    return name;
}

/* The first letters of a list's names, which is cleared. */
static const char *letters_of(struct blob_names *list)
{
    static char letters[32];

    for (size_t i = 0; i < list->count; i++)
        letters[i] = list->names[i][0];
    letters[list->count] = '\0';
    blob_names_clear(list);
    return letters;
}

static const char *released(uint64_t committed, uint64_t synced)
{
    struct blob_names list = {.count = 0};

    blob_holds_release(holds, committed, synced, &list);
    return letters_of(&list);
}

static const char *held(void)
{
    struct blob_names list = {.count = 0};

    blob_holds_list(holds, &list);
    return letters_of(&list);
}

static void a_name_goes_with_its_last_hold_and_a_durable_commit(void **state)
{
    (void)state;
    blob_holds_add(holds, name_of('a'));
    blob_holds_add(holds, name_of('a'));
    blob_holds_drop(holds, name_of('a'));
    assert_string_equal(released(1, 1), "");
    blob_holds_drop(holds, name_of('a'));
    assert_string_equal(released(2, 1), ""); /* the drop is in commit 2, which is not durable */
    assert_string_equal(held(), "a");
    assert_string_equal(released(3, 2), "a");
    assert_string_equal(held(), "");
    assert_string_equal(released(3, 3), "");
}

static void what_is_durable_already_goes_at_once(void **state)
{
    (void)state;
    blob_holds_add(holds, name_of('a'));
    blob_holds_drop(holds, name_of('a'));
    assert_string_equal(released(7, 7), "a");
}

static void a_new_hold_keeps_it(void **state)
{
    (void)state;
    blob_holds_add(holds, name_of('a'));
    blob_holds_drop(holds, name_of('a'));
    assert_string_equal(released(1, 0), "");
    blob_holds_add(holds, name_of('a')); /* while it waited */
    assert_string_equal(released(2, 2), "");
    assert_string_equal(held(), "a");
    blob_holds_drop(holds, name_of('a'));
    assert_string_equal(released(3, 3), "a");
}

/* Held and dropped once more by a later turn: that turn's commit must be durable, too. */
static void a_second_drop_waits_for_its_own_commit(void **state)
{
    (void)state;
    blob_holds_add(holds, name_of('a'));
    blob_holds_drop(holds, name_of('a'));
    assert_string_equal(released(1, 0), "");
    blob_holds_add(holds, name_of('a'));
    blob_holds_drop(holds, name_of('a'));
    assert_string_equal(released(2, 1), ""); /* commit 1 is durable, commit 2 is not */
    assert_string_equal(held(), "a");
    assert_string_equal(released(2, 2), "a");
}

static void names_are_listed_in_order(void **state)
{
    (void)state;
    for (const char *letter = "hbgacfde"; *letter != '\0'; letter++)
        blob_holds_add(holds, name_of(*letter));
    blob_holds_drop(holds, name_of('c')); /* not released yet */
    assert_string_equal(held(), "abcdefgh");
}

static void no_name_is_no_blob(void **state)
{
    struct blob_names list = {.count = 0};

    (void)state;
    blob_holds_add(holds, "");
    blob_holds_drop(holds, "");
    assert_string_equal(held(), "");
    blob_names_add(&list, "");
    assert_int_equal(list.count, 0);
    for (int i = 0; i < 100; i++)
        blob_names_add(&list, name_of((char)('A' + i % 26)));
    assert_int_equal(list.count, 100);
    assert_string_equal(list.names[99], name_of('A' + 99 % 26));
    blob_names_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(a_name_goes_with_its_last_hold_and_a_durable_commit),
        TEST(what_is_durable_already_goes_at_once),
        TEST(a_new_hold_keeps_it),
        TEST(a_second_drop_waits_for_its_own_commit),
        TEST(names_are_listed_in_order),
        TEST(no_name_is_no_blob),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
