/* test_budget - what may be put aside, by whom, and what is spent in the end */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "supervisor/money/budget.h"
#include "tests/unit/scratch.h"

enum { DOLLAR = 1000000, LEASE = 7 };

static struct service service;
static struct ledger *ledger;
static struct job_row job;

/* Only this job is worked on. */
static struct job_row *row_of(void *arg, int64_t id)
{
    (void)arg;
    return id == job.id ? &job : NULL;
}

static struct slide_row *no_slide(void *arg, int64_t id, uint32_t slide)
{
    (void)arg;
    (void)id;
    (void)slide;
    return NULL;
}

static void any_of_three_budgets_limits(void **state)
{
    struct conf *conf = conf_load(NULL, stderr);
    char **const limits[] = {&conf->budget_job_usd, &conf->budget_key_day_usd, &conf->budget_day_usd};

    (void)state;
    assert_false(budget_is_limited(conf));
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        conf_set(limits[i], "2");
        assert_true(budget_is_limited(conf));
        conf_set(limits[i], "");
    }
    conf_free(&conf);
}

static void three_codes_are_about_money(void **state)
{
    unsigned count = 0;

    (void)state;
    for (int code = 0; code < CODES; code++)
        count += budget_is_code((enum code)code);
    assert_int_equal(count, 3);
    assert_true(budget_is_code(CODE_BUDGET_JOB) && budget_is_code(CODE_BUDGET_KEY) &&
                budget_is_code(CODE_BUDGET_DAY));
}

static struct budget *begin(const char *name, const char *job_usd, const char *tenant_usd,
                            const char *day_usd)
{
    static const struct money_rows rows = {.job = row_of, .slide = no_slide};

    job = (struct job_row){.id = 1, .tenant = (char *)"ana"};
    service.conf = conf_load(NULL, stderr);
    assert_non_null(service.conf);
    conf_set(&service.conf->budget_job_usd, job_usd);
    conf_set(&service.conf->budget_key_day_usd, tenant_usd);
    conf_set(&service.conf->budget_day_usd, day_usd);
    ledger = ledger_open(name);
    return budget_new(&service, ledger, &rows);
}

static void end(struct budget *budget)
{
    budget_free(&budget);
    ledger_close(&ledger);
    conf_free(&service.conf);
}

static enum budget_verdict look(struct budget *budget, const char *tenant, int64_t micro, enum code *which)
{
    struct payer payer = {.job = job.id};

    snprintf(payer.tenant, sizeof payer.tenant, "%s", tenant);
    *which = CODE_INTERNAL;
    return budget_look(budget, &payer, micro, which);
}

static void without_a_limit_all_may_be_put_aside(void **state)
{
    struct budget *budget = begin("none.sqlite", "", "", "");
    enum code which;

    (void)state;
    assert_int_equal(look(budget, "ana", 1000LL * DOLLAR, &which), BUDGET_FINE);
    end(budget);
}

static void what_is_put_aside_may_come_back(void **state)
{
    struct budget *budget = begin("aside.sqlite", "1.00", "", "");
    const struct payer payer = payer_of(&job);
    enum code which;

    (void)state;
    assert_int_equal(look(budget, "ana", DOLLAR, &which), BUDGET_FINE);
    assert_int_equal(look(budget, "ana", DOLLAR + 1, &which), BUDGET_SPENT);
    assert_int_equal(which, CODE_BUDGET_JOB);
    budget_reserve(budget, &payer, LEASE, DOLLAR / 2);
    assert_int_equal(look(budget, "ana", DOLLAR, &which), BUDGET_BUSY);
    budget_settle(budget, &payer, LEASE, DOLLAR / 2, 0);
    assert_int_equal(look(budget, "ana", DOLLAR, &which), BUDGET_FINE);
    end(budget);
}

static void what_is_spent_stands_in_the_row_of_the_job(void **state)
{
    struct budget *budget = begin("spent.sqlite", "1.00", "", "");
    const struct payer payer = payer_of(&job);
    enum code which;

    (void)state;
    budget_reserve(budget, &payer, LEASE, DOLLAR / 2);
    budget_settle(budget, &payer, LEASE, DOLLAR / 2, DOLLAR / 4);
    assert_int_equal(job.spent, DOLLAR / 4);
    assert_int_equal(look(budget, "ana", DOLLAR * 3 / 4, &which), BUDGET_FINE);
    assert_int_equal(look(budget, "ana", DOLLAR, &which), BUDGET_SPENT);
    end(budget);
}

static void each_limit_counts_what_is_its_own(void **state)
{
    static const struct {
        const char *sentence, *tenant_usd, *day_usd, *asks;
        enum budget_verdict verdict;
        enum code which;
    } table[] = {
        {"a tenant's day is full", "1.00", "", "ana", BUDGET_SPENT, CODE_BUDGET_KEY},
        {"another tenant has a day of its own", "1.00", "", "bo", BUDGET_FINE, CODE_INTERNAL},
        {"everybody's day is full for others, too", "", "1.00", "bo", BUDGET_SPENT, CODE_BUDGET_DAY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char name[32];
        struct budget *budget;
        struct payer payer;
        enum code which;

        snprintf(name, sizeof name, "limit-%zu.sqlite", i);
        budget = begin(name, "", table[i].tenant_usd, table[i].day_usd);
        payer = payer_of(&job);
        budget_settle(budget, &payer, LEASE, 0, DOLLAR);
        if (look(budget, table[i].asks, 1, &which) != table[i].verdict || which != table[i].which)
            fail_msg("%s: %s", table[i].sentence, code_name(which));
        end(budget);
    }
}

/* Its row is in the ledger only. */
static void a_job_that_has_ended_may_still_be_settled(void **state)
{
    struct budget *budget = begin("ended.sqlite", "", "", "1.00");
    const struct payer payer = {.job = 99, .tenant = "ana"};
    enum code which;

    (void)state;
    budget_settle(budget, &payer, LEASE, 0, DOLLAR);
    assert_int_equal(job.spent, 0);
    assert_int_equal(look(budget, "bo", 1, &which), BUDGET_SPENT);
    end(budget);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_of_three_budgets_limits),
        cmocka_unit_test(three_codes_are_about_money),
        cmocka_unit_test(without_a_limit_all_may_be_put_aside),
        cmocka_unit_test(what_is_put_aside_may_come_back),
        cmocka_unit_test(what_is_spent_stands_in_the_row_of_the_job),
        cmocka_unit_test(each_limit_counts_what_is_its_own),
        cmocka_unit_test(a_job_that_has_ended_may_still_be_settled),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
