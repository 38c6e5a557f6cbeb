/* test_config_fault - parameters that cannot be used together are named, and no secret is */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/config/config_fault.h"

/* The configuration's parameters with three of them set. */
static void look(const char *model, const char *budget, const char *prices, const char *keys,
                 const char *admins, const char *names)
{
    struct conf *conf = conf_load(NULL, stderr);
    const char *fault;

    assert_non_null(conf);
    conf_set(&conf->model_name, model);
    conf_set(&conf->budget_day_usd, budget);
    conf_set(&conf->model_prices, prices);
    conf_set(&conf->api_keys, keys);
    conf_set(&conf->admin_keys, admins);
    fault = config_fault(conf);
    if (names == NULL && fault != NULL)
        fail_msg("%s", fault);
    if (names != NULL && (fault == NULL || strstr(fault, names) == NULL || strstr(fault, "s3cret") != NULL))
        fail_msg("\"%s\" should name %s and no secret", fault == NULL ? "" : fault, names);
    assert_string_equal(conf->api_keys, keys); /* looking changes nothing */
    conf_free(&conf);
}

static void what_can_be_used_has_no_fault(void **state)
{
    (void)state;
    look("gpt-4o", "", "", "", "", NULL);
    look("gpt-4o", "2.50", "", "ana:s3cret-1,:s3cret-2", "s3cret-3", NULL);
    look("nobody-knows", "", "", "", "", NULL); /* without a budget no price is needed */
    look("nobody-knows", "2.50", "nobody-knows 1 2", "", "", NULL);
}

static void what_cannot_be_used_is_named(void **state)
{
    (void)state;
    look("gpt-4o", "a lot", "", "", "", "budget.day_usd");
    look("gpt-4o", "-1", "", "", "", "budget.day_usd");
    look("nobody-knows", "2.50", "", "", "", "nobody-knows");
    look("gpt-4o", "", "gpt-4o cheap", "", "", "model.prices");
    look("gpt-4o", "", "", "a b:s3cret", "", "SLIDEMILL_API_KEYS");
    look("gpt-4o", "", "", "ana:s3cret,ben:s3cret", "", "entry 2 of SLIDEMILL_API_KEYS");
    look("gpt-4o", "", "", "", "s3cret", "SLIDEMILL_ADMIN_KEYS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_used_has_no_fault),
        cmocka_unit_test(what_cannot_be_used_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
