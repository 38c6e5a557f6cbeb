/* test_tenants - open and active jobs by tenant, and whose turn it is */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "supervisor/schedule/tenants.h"

static void each_is_known_by_its_name(void **state)
{
    struct tenants *tenants = tenants_new();
    char name[TENANT_ROOM];

    (void)state;
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 100; i++) {
            snprintf(name, sizeof name, "%032u", i);
            assert_string_equal(tenants_at(tenants, name)->name, name);
            assert_int_equal(tenants_at(tenants, name)->number, i + 1);
            tenants_at(tenants, name)->open++;
        }
    assert_int_equal(tenants_at(tenants, name)->open, 2);
    assert_int_equal(tenants_at(tenants, "")->open, 0);
    assert_int_equal(tenants_at(tenants, "")->number, 101);
    tenants_free(&tenants);
}

/* Gives out so many turns, as the supervisor does; their names' first letters. */
static const char *turns(struct tenants *tenants, unsigned max)
{
    static char order[32];
    struct tenant *tenant;
    unsigned count = 0;

    while (count < max && (tenant = tenants_turn(tenants)) != NULL) {
        tenant->active++;
        tenants_took(tenants, tenant, 7);
        assert_int_equal(tenant->last_job, 7);
        order[count++] = tenant->name[0];
    }
    order[count] = '\0';
    return order;
}

static void who_has_most_does_not_keep_others_waiting(void **state)
{
    struct tenants *tenants = tenants_new();

    (void)state;
    assert_null(tenants_turn(tenants));
    tenants_at(tenants, "large")->open = 1000;
    assert_string_equal(turns(tenants, 4), "llll");
    tenants_at(tenants, "small")->open = 2;
    assert_string_equal(turns(tenants, 4), "ssll");
    tenants_free(&tenants);
}

static void one_at_a_time_goes_round(void **state)
{
    struct tenants *tenants = tenants_new();
    char order[7] = "";

    (void)state;
    tenants_at(tenants, "a")->open = tenants_at(tenants, "b")->open = tenants_at(tenants, "c")->open = 100;
    for (int i = 0; i < 6; i++) {
        order[i] = *turns(tenants, 1);
        tenants_at(tenants, (char[]){order[i], '\0'})->active--;
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(order[i], order[i + 3]);
        assert_int_not_equal(order[i], order[i + 1]);
    }
    assert_int_not_equal(order[0], order[2]);
    tenants_free(&tenants);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_is_known_by_its_name),
                                       cmocka_unit_test(who_has_most_does_not_keep_others_waiting),
                                       cmocka_unit_test(one_at_a_time_goes_round)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
