/* budget - see budget.h */
#include "supervisor/money/budget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/clock.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/money/price.h"

enum { DAY_ROOM = 16 };

/* What is put aside at present: for a job (tenant ""), or for a tenant (job 0). */
struct purse {
    struct purse *next;
    struct payer payer;
    int64_t reserved;
};

struct budget {
    const struct service *service;
    struct ledger *ledger;
    struct money_rows rows;
    struct purse *purses;
    int64_t reserved; /* in all */
};

struct budget *budget_new(const struct service *service, struct ledger *ledger, const struct money_rows *rows)
{
    struct budget *budget = need_zero(1, sizeof *budget);

    budget->service = service;
    budget->ledger = ledger;
    budget->rows = *rows;
    return budget;
}

struct payer payer_of(const struct job_row *job)
{
    struct payer payer = {.job = job->id};

    snprintf(payer.tenant, sizeof payer.tenant, "%s", job->tenant);
    return payer;
}

bool budget_is_limited(const struct conf *conf)
{
    return *conf->budget_job_usd != '\0' || *conf->budget_key_day_usd != '\0' ||
           *conf->budget_day_usd != '\0';
}

bool budget_is_code(enum code code)
{
    return code == CODE_BUDGET_JOB || code == CODE_BUDGET_KEY || code == CODE_BUDGET_DAY;
}

static void purse_drop(struct purse **at)
{
    struct purse *purse = *at;

    *at = purse->next;
    free(purse);
}

void budget_free(struct budget **budget)
{
    while ((*budget)->purses != NULL)
        purse_drop(&(*budget)->purses);
    free(*budget);
    *budget = NULL;
}

/* ---- what is put aside ---- */

static bool same(const struct payer *a, const struct payer *b)
{
    return a->job == b->job && strcmp(a->tenant, b->tenant) == 0;
}

static struct payer of_job(const struct payer *payer)
{
    return (struct payer){.job = payer->job, .tenant = ""};
}

static struct payer of_tenant(const struct payer *payer)
{
    struct payer tenant = *payer;

    tenant.job = 0;
    return tenant;
}

static int64_t reserved_of(const struct budget *budget, struct payer payer)
{
    for (const struct purse *purse = budget->purses; purse != NULL; purse = purse->next)
        if (same(&purse->payer, &payer))
            return purse->reserved;
    return 0;
}

static void change_purse(struct budget *budget, struct payer payer, int64_t micro)
{
    struct purse **at = &budget->purses;

    while (*at != NULL && !same(&(*at)->payer, &payer))
        at = &(*at)->next;
    if (*at == NULL) {
        *at = need_zero(1, sizeof **at);
        (*at)->payer = payer;
    }
    (*at)->reserved += micro;
    if ((*at)->reserved == 0)
        purse_drop(at);
}

static void change(struct budget *budget, const struct payer *payer, int64_t micro)
{
    if (micro == 0)
        return;
    change_purse(budget, of_job(payer), micro);
    change_purse(budget, of_tenant(payer), micro);
    budget->reserved += micro;
}

/* ---- what is spent ---- */

static void today(char day[DAY_ROOM])
{
    time_t now = (time_t)(clock_unix_ms() / 1000);
    struct tm tm;

    gmtime_r(&now, &tm);
    strftime(day, DAY_ROOM, "%Y-%m-%d", &tm);
}

static int64_t spent_for_job(const struct budget *budget, int64_t id)
{
    const struct job_row *job = budget->rows.job(budget->rows.arg, id);

    return job == NULL ? 0 : job->spent;
}

enum budget_verdict budget_look(struct budget *budget, const struct payer *payer, int64_t micro,
                                enum code *which)
{
    enum budget_verdict verdict = BUDGET_FINE;
    char day[DAY_ROOM];

    today(day);
    const struct {
        const char *limit;
        enum code code;
        int64_t spent, reserved;
    } rows[] = {
        {budget->service->conf->budget_job_usd, CODE_BUDGET_JOB, spent_for_job(budget, payer->job),
         reserved_of(budget, of_job(payer))},
        {budget->service->conf->budget_key_day_usd, CODE_BUDGET_KEY,
         ledger_spent(budget->ledger, payer->tenant, day), reserved_of(budget, of_tenant(payer))},
        {budget->service->conf->budget_day_usd, CODE_BUDGET_DAY, ledger_spent(budget->ledger, NULL, day),
         budget->reserved},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t limit;

        if (!usd_parse(rows[i].limit, &limit) || rows[i].spent + rows[i].reserved + micro <= limit)
            continue;
        if (rows[i].reserved == 0) {
            *which = rows[i].code;
            return BUDGET_SPENT;
        }
        verdict = BUDGET_BUSY;
        *which = rows[i].code;
    }
    return verdict;
}

void budget_reserve(struct budget *budget, const struct payer *payer, uint64_t lease, int64_t micro)
{
    change(budget, payer, micro);
    if (micro != 0)
        ledger_attempt_reserve(budget->ledger, lease, micro);
}

void budget_found(struct budget *budget, const struct payer *payer, int64_t micro)
{
    change(budget, payer, micro);
}

static void spend(struct budget *budget, const struct payer *payer, int64_t micro)
{
    struct job_row *job = budget->rows.job(budget->rows.arg, payer->job);
    char day[DAY_ROOM];

    today(day);
    ledger_spend(budget->ledger, payer->job, payer->tenant, day, micro);
    if (job != NULL)
        job->spent += micro;
}

void budget_settle(struct budget *budget, const struct payer *payer, uint64_t lease, int64_t reserved,
                   int64_t spent)
{
    change(budget, payer, -reserved);
    if (reserved != 0)
        ledger_attempt_reserve(budget->ledger, lease, -reserved);
    spend(budget, payer, spent);
}

/* ---- recovery ---- */

struct owing {
    struct owing *next;
    struct payer payer;
    uint64_t lease;
    int64_t micro;
};

static void on_owing(void *arg, const struct attempt_row *row, const char *tenant)
{
    struct owing **first = arg, *owing = need_zero(1, sizeof *owing);

    owing->payer.job = row->job;
    snprintf(owing->payer.tenant, sizeof owing->payer.tenant, "%s", tenant);
    owing->lease = row->lease;
    owing->micro = row->reserved;
    owing->next = *first;
    *first = owing;
}

void budget_recover(struct budget *budget, const char *but)
{
    struct owing *owing = NULL, *next;
    int64_t all = 0;

    ledger_attempts_owing(budget->ledger, but, on_owing, &owing);
    for (; owing != NULL; owing = next) {
        next = owing->next;
        all += owing->micro;
        ledger_attempt_reserve(budget->ledger, owing->lease, -owing->micro);
        spend(budget, &owing->payer, owing->micro);
        free(owing);
    }
    if (all > 0)
        log_warn(calls_assumed_billed, log_int("micro_usd", all),
                 log_str("reason", "calls whose end nobody saw are taken for paid"));
}
