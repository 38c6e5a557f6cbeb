/* test_death - each way to end has a word of its own, fit for a label of /metrics */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/process/death.h"

static void each_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < DEATHS; i++) {
        const char *name = death_name((enum death)i);

        assert_int_not_equal(*name, '\0');
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(name, death_name((enum death)j));
    }
    assert_string_equal(death_name(DEATH_DIED), "died");
    assert_string_equal(death_name(DEATH_GARBLED), "garbled");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_has_a_word_of_its_own)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
