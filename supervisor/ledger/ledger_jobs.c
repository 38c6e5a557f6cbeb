/* ledger_jobs - rows of jobs and slides; see ledger.h */
#include "supervisor/ledger/ledger_sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/clock.h"
#include "proto/panic.h"

/* ---- jobs ---- */

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

bool ledger_job_add(struct ledger *ledger, struct job_row *row)
{
    int64_t now = clock_unix_ms();

    if (sql_run(ledger, ST_JOB_ADD, "ssssssisiissiiiiisssss", row->job, row->digest, row->key, row->email,
                row->language, row->filename, (int64_t)row->state, row->document, now, now,
                or_empty(row->client), or_empty(row->instructions), (int64_t)row->card_style,
                (int64_t)row->cards, (int64_t)row->economy, (int64_t)row->estimate, (int64_t)row->outputs,
                or_empty(row->metadata), or_empty(row->previous), or_empty(row->previous_sha),
                or_empty(row->tenant), or_empty(row->tenant)) == 0)
        return false;
    row->id = sqlite3_last_insert_rowid(ledger->db);
    row->created_ms = row->updated_ms = now;
    return true;
}

#define READ_NUMBER(name) row->name = (__typeof__(row->name))sqlite3_column_int64(st, i++);
#define READ_TEXT(name)   row->name = sql_text(st, i++);
#define READ_DIGEST(name) sha_of(st, i++, row->name);
#define FREE_TEXT(name)   free(row->name);
#define LEAVE(name)

static void job_of(sqlite3_stmt *st, struct job_row *row)
{
    int i = 1;

    row->id = sqlite3_column_int64(st, 0);
    JOB_TABLE(READ_NUMBER, READ_TEXT)
}

void job_row_clear(struct job_row *row)
{
    JOB_TABLE(LEAVE, FREE_TEXT)
    memset(row, 0, sizeof *row);
}

static bool one_job(struct ledger *ledger, sqlite3_stmt *st, struct job_row *row)
{
    if (!sql_row(ledger, st))
        return false;
    job_of(st, row);
    sqlite3_reset(st);
    return true;
}

bool ledger_job_find(struct ledger *ledger, const char *tenant, const char *job, struct job_row *row)
{
    return one_job(ledger, sql_start(ledger, ST_JOB_FIND, "ss", job, tenant), row);
}

bool ledger_job_read(struct ledger *ledger, int64_t id, struct job_row *row)
{
    return one_job(ledger, sql_start(ledger, ST_JOB_BY_ID, "i", id), row);
}

unsigned ledger_job_find_any(struct ledger *ledger, const char *job, struct job_row *row)
{
    sqlite3_stmt *st = sql_start(ledger, ST_JOB_FIND_ANY, "s", job);

    if (!sql_row(ledger, st))
        return 0;
    job_of(st, row);
    if (!sql_row(ledger, st))
        return 1;
    job_row_clear(row);
    sqlite3_reset(st);
    return 2;
}

bool ledger_job_space(struct ledger *ledger, const struct job_row *asking, const char *job,
                      char space[TENANT_ROOM])
{
    sqlite3_stmt *st = sql_start(ledger, ST_JOB_SPACE, "si", job, asking->id);
    bool own = true;

    snprintf(space, TENANT_ROOM, "%s", asking->tenant);
    if (!sql_row(ledger, st))
        return true;
    own = sqlite3_column_int(st, 1);
    snprintf(space, TENANT_ROOM, "%s", sql_peek(st, 0));
    sqlite3_reset(st);
    return own;
}

unsigned ledger_jobs_own(struct ledger *ledger, const char *client, const char *tenant)
{
    return (unsigned)sql_run(ledger, ST_JOBS_OWN, "ss", tenant, client);
}

void ledger_password_set(struct ledger *ledger, int64_t job, const char *sealed)
{
    sql_run(ledger, ST_PASSWORD_SET, "is", job, sealed);
}

char *ledger_password(struct ledger *ledger, int64_t job)
{
    return sql_one_text(ledger, sql_start(ledger, ST_PASSWORD_FIND, "i", job));
}

void ledger_password_drop(struct ledger *ledger, int64_t job)
{
    sql_run(ledger, ST_PASSWORD_DROP, "i", job);
}

void ledger_job_update(struct ledger *ledger, const struct job_row *row)
{
    int changed = sql_run(
        ledger, ST_JOB_UPDATE, "isiiiisssssiiissii", (int64_t)row->state, row->document, (int64_t)row->pages,
        (int64_t)row->attempt, (int64_t)row->crashes, (int64_t)row->repaired, or_empty(row->title),
        or_empty(row->outline), or_empty(row->code), or_empty(row->detail), or_empty(row->overview),
        (int64_t)row->input_tokens, (int64_t)row->output_tokens, (int64_t)row->calls,
        or_empty(row->previous_sha), or_empty(row->previous_lost), clock_unix_ms(), row->id);

    must(changed == 1);
}

/* The rows are read before the first is handed out, so that the callee may use the ledger itself. */
static void each_job(struct ledger *ledger, sqlite3_stmt *st, unsigned max,
                     void (*on)(void *, struct job_row *), void *arg)
{
    struct job_row *rows = need_zero(max, sizeof *rows);
    unsigned count = 0;

    while (sql_row(ledger, st))
        job_of(st, &rows[count++]);
    for (unsigned i = 0; i < count; i++)
        on(arg, &rows[i]);
    free(rows);
}

void ledger_jobs_open(struct ledger *ledger, int64_t after, unsigned max,
                      void (*on)(void *, struct job_row *), void *arg)
{
    each_job(ledger, sql_start(ledger, ST_JOBS_OPEN, "ii", after, (int64_t)max), max, on, arg);
}

void ledger_jobs_late(struct ledger *ledger, int64_t economy_before_ms, int64_t before_ms, unsigned max,
                      void (*on)(void *, struct job_row *), void *arg)
{
    each_job(ledger, sql_start(ledger, ST_JOBS_LATE, "iii", economy_before_ms, before_ms, (int64_t)max), max,
             on, arg);
}

void ledger_jobs_waiting(struct ledger *ledger, const char *tenant, int64_t after, unsigned max,
                         void (*on)(void *, struct job_row *), void *arg)
{
    each_job(ledger, sql_start(ledger, ST_JOBS_WAITING, "sii", tenant, after, (int64_t)max), max, on, arg);
}

void ledger_jobs_list(struct ledger *ledger, const char *tenant, int64_t before, unsigned max,
                      void (*on)(void *, struct job_row *), void *arg)
{
    sqlite3_stmt *st = tenant == NULL ? sql_start(ledger, ST_JOBS_LIST_ALL, "ii", before, (int64_t)max)
                                      : sql_start(ledger, ST_JOBS_LIST, "sii", tenant, before, (int64_t)max);

    each_job(ledger, st, max, on, arg);
}

uint64_t ledger_jobs_open_count(struct ledger *ledger, void (*on)(void *, const char *tenant, uint64_t jobs),
                                void *arg)
{
    sqlite3_stmt *st = sql_start(ledger, ST_JOBS_COUNT, "");
    uint64_t all = 0;

    while (sql_row(ledger, st)) {
        uint64_t jobs = (uint64_t)sqlite3_column_int64(st, 1);

        on(arg, sql_peek(st, 0), jobs);
        all += jobs;
    }
    return all;
}

/* ---- slides ---- */

void ledger_slides_add(struct ledger *ledger, int64_t job, uint32_t pages)
{
    for (uint32_t slide = 1; slide <= pages; slide++)
        sql_run(ledger, ST_SLIDE_ADD, "ii", job, (int64_t)slide);
}

#define TYPE_NUMBER(name)  "i"
#define TYPE_TEXT(name)    "s"
#define VALUE_NUMBER(name) (int64_t) row->name,
#define VALUE_TEXT(name)   or_empty(row->name),

void ledger_slide_update(struct ledger *ledger, int64_t job, const struct slide_row *row)
{
    int changed =
        sql_run(ledger, ST_SLIDE_UPDATE, SLIDE_TABLE(TYPE_NUMBER, TYPE_TEXT, TYPE_TEXT) "sii",
                SLIDE_TABLE(VALUE_NUMBER, VALUE_TEXT, VALUE_TEXT) row->answer, job, (int64_t)row->slide);

    must(changed == 1);
}

static void sha_of(sqlite3_stmt *st, int column, char sha[SHA_ROOM])
{
    snprintf(sha, SHA_ROOM, "%s", or_empty(sql_peek(st, column)));
}

static void slide_of(sqlite3_stmt *st, struct slide_row *row)
{
    int i = 1;

    row->slide = (uint32_t)sqlite3_column_int64(st, 0);
    SLIDE_TABLE(READ_NUMBER, READ_TEXT, READ_DIGEST)
    row->answer = sql_text_or_null(st, i);
}

void slide_row_clear(struct slide_row *row)
{
    SLIDE_TABLE(LEAVE, FREE_TEXT, LEAVE)
    free(row->answer);
    memset(row, 0, sizeof *row);
}

void ledger_slides(struct ledger *ledger, int64_t job, bool with_answers,
                   void (*on)(void *, struct slide_row *), void *arg)
{
    sqlite3_stmt *st = sql_start(ledger, ST_SLIDES, "ii", (int64_t)with_answers, job);

    while (sql_row(ledger, st)) {
        struct slide_row row = {0};

        slide_of(st, &row);
        on(arg, &row);
        slide_row_clear(&row);
    }
}

void ledger_reasons(struct ledger *ledger, int64_t job, void (*on)(void *, const char *code, uint32_t count),
                    void *arg)
{
    sqlite3_stmt *st = sql_start(ledger, ST_REASONS, "i", job);

    while (sql_row(ledger, st))
        on(arg, sql_peek(st, 0), (uint32_t)sqlite3_column_int64(st, 1));
}

void ledger_cards_left_out(struct ledger *ledger, int64_t job,
                           void (*on)(void *, const char *reason, uint32_t count), void *arg)
{
    sqlite3_stmt *st = sql_start(ledger, ST_CARDS_LEFT_OUT, "i", job);

    while (sql_row(ledger, st))
        on(arg, sql_peek(st, 0), (uint32_t)sqlite3_column_int64(st, 1));
}

bool ledger_is_offline(struct ledger *ledger, int64_t job)
{
    sqlite3_stmt *st = sql_start(ledger, ST_ENGINES, "i", job);
    bool offline = false;

    while (sql_row(ledger, st))
        offline = sqlite3_column_int64(st, 0) > 0 && sqlite3_column_int64(st, 1) == 0;
    return offline;
}

void ledger_tally(struct ledger *ledger, int64_t job, struct tally *tally)
{
    sqlite3_stmt *st = sql_start(ledger, ST_TALLY, "i", job);

    memset(tally, 0, sizeof *tally);
    while (sql_row(ledger, st)) {
        int outcome = sqlite3_column_int(st, 0);

        must(outcome >= 0 && outcome < OUTCOMES);
        tally->outcomes[outcome] = (uint32_t)sqlite3_column_int64(st, 1);
        tally->input_tokens += (uint64_t)sqlite3_column_int64(st, 2);
        tally->output_tokens += (uint64_t)sqlite3_column_int64(st, 3);
        tally->calls += (uint64_t)sqlite3_column_int64(st, 4);
    }
}
