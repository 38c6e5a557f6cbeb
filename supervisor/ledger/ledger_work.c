/* ledger_work - rows of attempts, cached answers, artifacts and owed callbacks; see ledger.h */
#include "supervisor/ledger/ledger_sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/clock.h"
#include "proto/panic.h"

/* ---- attempts ---- */

void ledger_attempt_add(struct ledger *ledger, const struct attempt_row *row, const char *lane,
                        const char *worker)
{
    sql_run(ledger, ST_ATTEMPT_ADD, "iisiisisi", (int64_t)row->lease, row->job, lane, (int64_t)row->slide,
            (int64_t)row->attempt, worker, (int64_t)row->generation, row->answers, clock_unix_ms());
}

void ledger_attempt_end(struct ledger *ledger, uint64_t lease, const char *outcome)
{
    sql_run(ledger, ST_ATTEMPT_END, "isi", clock_unix_ms(), outcome, (int64_t)lease);
}

static void attempt_read(sqlite3_stmt *st, struct attempt_row *row)
{
    *row = (struct attempt_row){.lease = (uint64_t)sqlite3_column_int64(st, 0),
                                .job = sqlite3_column_int64(st, 1),
                                .slide = (uint32_t)sqlite3_column_int64(st, 2),
                                .attempt = (uint32_t)sqlite3_column_int64(st, 3),
                                .reserved = sqlite3_column_int64(st, 5),
                                .generation = (uint64_t)sqlite3_column_int64(st, 6)};
    snprintf(row->answers, SHA_ROOM, "%s", sql_peek(st, 4));
}

bool ledger_attempt_find(struct ledger *ledger, uint64_t lease, struct attempt_row *row)
{
    sqlite3_stmt *st = sql_start(ledger, ST_ATTEMPT_FIND, "i", (int64_t)lease);

    if (!sql_row(ledger, st))
        return false;
    attempt_read(st, row);
    sqlite3_reset(st);
    return true;
}

void ledger_attempts_of(struct ledger *ledger, uint64_t generation,
                        void (*on)(void *, const struct attempt_row *), void *arg)
{
    sqlite3_stmt *st = sql_start(ledger, ST_ATTEMPTS_OF, "i", (int64_t)generation);
    struct attempt_row row;

    while (sql_row(ledger, st)) {
        attempt_read(st, &row);
        on(arg, &row);
    }
}

uint64_t ledger_attempts_void(struct ledger *ledger, const char *but)
{
    return (uint64_t)sql_run(ledger, ST_ATTEMPTS_VOID, "is", clock_unix_ms(), but);
}

void ledger_attempt_reserve(struct ledger *ledger, uint64_t lease, int64_t micro)
{
    sql_run(ledger, ST_ATTEMPT_RESERVE, "ii", micro, (int64_t)lease);
}

void ledger_attempts_owing(struct ledger *ledger, const char *but,
                           void (*on)(void *, const struct attempt_row *, const char *tenant), void *arg)
{
    sqlite3_stmt *st = sql_start(ledger, ST_ATTEMPTS_OWING, "s", but);
    struct attempt_row row;

    while (sql_row(ledger, st)) {
        attempt_read(st, &row);
        on(arg, &row, sql_peek(st, 7));
    }
}

/* ---- money ---- */

void ledger_spend(struct ledger *ledger, int64_t job, const char *tenant, const char *day, int64_t micro)
{
    char name[64];

    if (micro == 0)
        return;
    snprintf(name, sizeof name, "%s %s", day, tenant);
    sql_run(ledger, ST_JOB_SPEND, "ii", micro, job);
    sql_run(ledger, ST_SPENDING_ADD, "ssi", "tenant", name, micro);
    sql_run(ledger, ST_SPENDING_ADD, "ssi", "day", day, micro);
}

void ledger_second_question(struct ledger *ledger, int64_t job)
{
    sql_run(ledger, ST_JOB_SECOND_QUESTION, "i", job);
}

void ledger_job_payer(struct ledger *ledger, int64_t job, char tenant[TENANT_ROOM])
{
    sqlite3_stmt *st = sql_start(ledger, ST_JOB_PAYER, "i", job);

    tenant[0] = '\0';
    if (!sql_row(ledger, st))
        return;
    snprintf(tenant, TENANT_ROOM, "%s", sql_peek(st, 0));
    sqlite3_reset(st);
}

int64_t ledger_spent(struct ledger *ledger, const char *tenant, const char *day)
{
    char name[64];
    sqlite3_stmt *st;
    int64_t micro = 0;

    snprintf(name, sizeof name, "%s %s", day, tenant == NULL ? "" : tenant);
    st = sql_start(ledger, ST_SPENDING_FIND, "ss", tenant == NULL ? "day" : "tenant",
                   tenant == NULL ? day : name);
    if (sql_row(ledger, st)) {
        micro = sqlite3_column_int64(st, 0);
        sqlite3_reset(st);
    }
    return micro;
}

/* ---- batches ---- */

void ledger_batch_add(struct ledger *ledger, const struct batch_row *row)
{
    sql_run(ledger, ST_BATCH_ADD, "siisi", row->batch, row->job, row->deadline_ms, row->slides,
            row->reserved);
}

void ledger_batch_end(struct ledger *ledger, const char *batch)
{
    sql_run(ledger, ST_BATCH_END, "is", clock_unix_ms(), batch);
}

void ledger_batches(struct ledger *ledger, int64_t job, void (*on)(void *, const struct batch_row *),
                    void *arg)
{
    sqlite3_stmt *st = sql_start(ledger, ST_BATCHES, "i", job);

    while (sql_row(ledger, st))
        on(arg, &(struct batch_row){.batch = sql_peek(st, 0),
                                    .job = job,
                                    .deadline_ms = sqlite3_column_int64(st, 1),
                                    .slides = sql_peek(st, 2),
                                    .reserved = sqlite3_column_int64(st, 3)});
}

/* ---- notes ---- */

void ledger_note_set(struct ledger *ledger, const char *name, const char *value)
{
    sql_run(ledger, ST_NOTE_SET, "ss", name, value);
}

char *ledger_note(struct ledger *ledger, const char *name)
{
    char *value = sql_one_text(ledger, sql_start(ledger, ST_NOTE_FIND, "s", name));

    return value == NULL ? need_dup("") : value;
}

/* ---- cache ---- */

char *ledger_cache_find(struct ledger *ledger, const char *key, char **engine, char **model)
{
    sqlite3_stmt *st = sql_start(ledger, ST_CACHE_FIND, "s", key);
    char *answer;

    if (!sql_row(ledger, st))
        return NULL;
    answer = sql_text(st, 0);
    *engine = sql_text(st, 1);
    *model = sql_text(st, 2);
    sqlite3_reset(st);
    return answer;
}

void ledger_cache_add(struct ledger *ledger, const char *key, const char *answer, const char *engine,
                      const char *model)
{
    int64_t bytes = (int64_t)strlen(answer);

    if (sql_run(ledger, ST_CACHE_ADD, "ssssii", key, answer, engine, model, clock_unix_ms(), bytes) == 1)
        ledger->cache_bytes += bytes;
}

/* ---- artifacts ---- */

void ledger_artifact_set(struct ledger *ledger, int64_t job, unsigned n, const struct artifact_row *row)
{
    sql_run(ledger, ST_ARTIFACT_SET, "iisisi", job, (int64_t)n, row->sha, row->bytes, row->url,
            row->expires_at);
}

bool ledger_artifact_find(struct ledger *ledger, int64_t job, unsigned n, struct artifact_row *row)
{
    sqlite3_stmt *st = sql_start(ledger, ST_ARTIFACT_FIND, "ii", job, (int64_t)n);

    if (!sql_row(ledger, st))
        return false;
    snprintf(row->sha, SHA_ROOM, "%s", sql_peek(st, 0));
    row->bytes = sqlite3_column_int64(st, 1);
    row->url = sql_text_or_null(st, 2);
    row->expires_at = sqlite3_column_int64(st, 3);
    sqlite3_reset(st);
    return true;
}

int64_t ledger_links_expire_at(struct ledger *ledger, int64_t job)
{
    sqlite3_stmt *st = sql_start(ledger, ST_LINKS_EXPIRE, "i", job);
    int64_t expires_at;

    must(sql_row(ledger, st));
    expires_at = sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    return expires_at;
}

void ledger_link_set(struct ledger *ledger, int64_t job, unsigned n, const char *url, int64_t expires_at)
{
    sql_run(ledger, ST_LINK_SET, "siii", url, expires_at, job, (int64_t)n);
}

/* ---- outbox ---- */

void ledger_outbox_add(struct ledger *ledger, const char *event, int64_t job, const char *body,
                       int64_t next_ms)
{
    sql_run(ledger, ST_OUTBOX_ADD, "sisii", event, job, body, next_ms, clock_unix_ms());
}

void ledger_outbox_open(struct ledger *ledger, void (*on)(void *, struct delivery_row *), void *arg)
{
    sqlite3_stmt *st = sql_start(ledger, ST_OUTBOX_OPEN, "");

    while (sql_row(ledger, st)) {
        struct delivery_row row = {.event = sql_text(st, 0),
                                   .job = sql_text(st, 1),
                                   .tries = (uint32_t)sqlite3_column_int64(st, 2),
                                   .next_ms = sqlite3_column_int64(st, 3),
                                   .created_ms = sqlite3_column_int64(st, 4),
                                   .job_id = sqlite3_column_int64(st, 5),
                                   .tenant = sql_text(st, 6)};

        on(arg, &row);
    }
}

char *ledger_outbox_body(struct ledger *ledger, const char *event)
{
    char *body = sql_one_text(ledger, sql_start(ledger, ST_OUTBOX_BODY, "s", event));

    must(body != NULL);
    return body;
}

void ledger_outbox_retry(struct ledger *ledger, const char *event, uint32_t tries, int64_t next_ms,
                         uint32_t status)
{
    sql_run(ledger, ST_OUTBOX_RETRY, "iiis", (int64_t)tries, next_ms, (int64_t)status, event);
}

void ledger_outbox_end(struct ledger *ledger, const char *event, bool delivered, uint32_t tries,
                       uint32_t status)
{
    sql_run(ledger, delivered ? ST_OUTBOX_DELIVERED : ST_OUTBOX_DEAD, "iiis", (int64_t)tries, clock_unix_ms(),
            (int64_t)status, event);
}

void ledger_outbox_say(struct ledger *ledger, int64_t job, const char *body)
{
    sql_run(ledger, ST_OUTBOX_SAY, "si", body, job);
}

bool ledger_outbox_reopen(struct ledger *ledger, int64_t job, int64_t next_ms)
{
    return sql_run(ledger, ST_OUTBOX_REOPEN, "iii", next_ms, clock_unix_ms(), job) == 1;
}

char *ledger_outbox_event(struct ledger *ledger, int64_t job)
{
    return sql_one_text(ledger, sql_start(ledger, ST_OUTBOX_EVENT, "i", job));
}

enum callback_state ledger_outbox_state(struct ledger *ledger, int64_t job, uint32_t *tries, uint32_t *status)
{
    sqlite3_stmt *st = sql_start(ledger, ST_OUTBOX_STATE, "i", job);
    enum callback_state state = CALLBACK_PENDING;

    if (!sql_row(ledger, st))
        return CALLBACK_NONE;
    *tries = (uint32_t)sqlite3_column_int64(st, 0);
    *status = (uint32_t)sqlite3_column_int64(st, 3); /* NULL, never tried: 0 */
    if (sqlite3_column_int(st, 1))
        state = CALLBACK_DELIVERED;
    else if (sqlite3_column_int(st, 2))
        state = CALLBACK_UNDELIVERED;
    sqlite3_reset(st);
    return state;
}

void delivery_row_clear(struct delivery_row *row)
{
    free(row->event);
    free(row->job);
    free(row->tenant);
    memset(row, 0, sizeof *row);
}
