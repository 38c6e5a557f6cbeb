/* ledger_sqlite - the SQLite engine: opening, schema, statements, the turn's transaction
 *
 * A write-ahead log, and one writer, the loop's connection.  How a turn's writes become durable is in
 * ledger_commit.c.
 */
#include "supervisor/ledger/ledger_sql.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/artifact.h"
#include "proto/exits.h"
#include "proto/log.h"
#include "proto/panic.h"

static const char schema_1[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "INSERT INTO meta VALUES ('epoch', 0);"
    "CREATE TABLE jobs(id INTEGER PRIMARY KEY, job TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, key TEXT NOT "
    "NULL,"
    " email TEXT NOT NULL, language TEXT NOT NULL, filename TEXT NOT NULL,"
    " state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7), document TEXT NOT NULL, pages INTEGER NOT NULL "
    "DEFAULT 0,"
    " attempt INTEGER NOT NULL DEFAULT 0, crashes INTEGER NOT NULL DEFAULT 0, repaired INTEGER NOT NULL "
    "DEFAULT 0,"
    " title TEXT NOT NULL DEFAULT '', outline TEXT NOT NULL DEFAULT '', code TEXT NOT NULL DEFAULT '',"
    " detail TEXT NOT NULL DEFAULT '', created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL);"
    "CREATE INDEX jobs_open ON jobs(id) WHERE state < 6;"
    "CREATE TABLE slides(job INTEGER NOT NULL REFERENCES jobs(id), slide INTEGER NOT NULL,"
    " outcome INTEGER NOT NULL DEFAULT 0 CHECK (outcome BETWEEN 0 AND 6), attempt INTEGER NOT NULL DEFAULT 0,"
    " crashes INTEGER NOT NULL DEFAULT 0, text TEXT NOT NULL DEFAULT '', picture TEXT NOT NULL DEFAULT '',"
    " width INTEGER NOT NULL DEFAULT 0, height INTEGER NOT NULL DEFAULT 0, degraded INTEGER NOT NULL DEFAULT "
    "0,"
    " code TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '', answer TEXT, engine TEXT NOT NULL "
    "DEFAULT '',"
    " model TEXT NOT NULL DEFAULT '', input_tokens INTEGER NOT NULL DEFAULT 0,"
    " output_tokens INTEGER NOT NULL DEFAULT 0, calls INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (job, slide))"
    " WITHOUT ROWID;"
    "CREATE TABLE attempts(lease INTEGER PRIMARY KEY, job INTEGER NOT NULL, lane TEXT NOT NULL,"
    " slide INTEGER NOT NULL, attempt INTEGER NOT NULL, worker TEXT NOT NULL, sent_ms INTEGER NOT NULL,"
    " ended_ms INTEGER, outcome TEXT);"
    "CREATE INDEX attempts_open ON attempts(lease) WHERE ended_ms IS NULL;"
    "CREATE TABLE cache(key TEXT PRIMARY KEY, answer TEXT NOT NULL, engine TEXT NOT NULL, model TEXT NOT "
    "NULL,"
    " created_ms INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE artifacts(job INTEGER NOT NULL REFERENCES jobs(id), n INTEGER NOT NULL, sha TEXT NOT NULL,"
    " bytes INTEGER NOT NULL, url TEXT, expires_at INTEGER NOT NULL, PRIMARY KEY (job, n)) WITHOUT ROWID;"
    "CREATE TABLE outbox(event TEXT PRIMARY KEY, job INTEGER NOT NULL UNIQUE REFERENCES jobs(id), body TEXT "
    "NOT NULL,"
    " tries INTEGER NOT NULL DEFAULT 0, next_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL, delivered_ms "
    "INTEGER,"
    " dead_ms INTEGER, last_status INTEGER) WITHOUT ROWID;"
    "CREATE INDEX outbox_due ON outbox(next_ms) WHERE delivered_ms IS NULL AND dead_ms IS NULL;";

/* attempts: whose they are and what they answer, so that the next supervisor can take them over. The rest:
 * what is old is found without a search (ledger_retention.c). */
static const char schema_2[] = "ALTER TABLE attempts ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;"
                               "ALTER TABLE attempts ADD COLUMN answers TEXT NOT NULL DEFAULT '';"
                               "INSERT INTO meta VALUES ('last_job', 0);"
                               "CREATE INDEX jobs_ended ON jobs(updated_ms) WHERE state >= 6;"
                               "ALTER TABLE cache ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;"
                               "UPDATE cache SET bytes = length(CAST(answer AS BLOB));"
                               "CREATE INDEX cache_age ON cache(created_ms, bytes);";

/* jobs: what the caller asks for, which key asked, what it has cost (micro-USD) and what sums it up.
 * attempts: money put aside for calls under way. */
static const char schema_3[] =
    "ALTER TABLE jobs ADD COLUMN client TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE jobs ADD COLUMN instructions TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE jobs ADD COLUMN card_style INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN cards INTEGER NOT NULL DEFAULT 6;"
    "ALTER TABLE jobs ADD COLUMN economy INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN estimate INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN overview TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE jobs ADD COLUMN input_tokens INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN output_tokens INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE slides ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE slides ADD COLUMN see_slide INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE slides ADD COLUMN letters INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE attempts ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE spending(scope TEXT NOT NULL, name TEXT NOT NULL, micro INTEGER NOT NULL, PRIMARY KEY "
    "(scope, name)) WITHOUT ROWID;"
    "CREATE TABLE notes(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE batches(batch TEXT PRIMARY KEY, job INTEGER NOT NULL REFERENCES jobs(id), deadline_ms "
    "INTEGER "
    "NOT NULL, slides TEXT NOT NULL, reserved INTEGER NOT NULL, ended_ms INTEGER) WITHOUT ROWID;"
    "CREATE INDEX batches_job ON batches(job);";

/* jobs: what is made of the lecture, what the caller says of it, and its earlier run. */
static const char schema_4[] = "ALTER TABLE jobs ADD COLUMN outputs INTEGER NOT NULL DEFAULT 0;"
                               "ALTER TABLE jobs ADD COLUMN metadata TEXT NOT NULL DEFAULT '';"
                               "ALTER TABLE jobs ADD COLUMN previous TEXT NOT NULL DEFAULT '';"
                               "ALTER TABLE jobs ADD COLUMN previous_sha TEXT NOT NULL DEFAULT '';"
                               "ALTER TABLE jobs ADD COLUMN previous_lost TEXT NOT NULL DEFAULT '';";

/* What opens a job's PDF, sealed (vault.h), as long as the job is open. */
static const char schema_5[] =
    "CREATE TABLE passwords(job INTEGER PRIMARY KEY REFERENCES jobs(id), sealed TEXT NOT NULL);";

/* jobs: the same name may stand once for each tenant, and once for each owner, which SQLite can only be told
 * of a new table. spending: keys that had their own sums are the tenant without a name together. */
static const char schema_6[] =
    "CREATE TABLE jobs_6(id INTEGER PRIMARY KEY, job TEXT NOT NULL, digest TEXT NOT NULL, key TEXT NOT NULL,"
    " email TEXT NOT NULL, language TEXT NOT NULL, filename TEXT NOT NULL,"
    " state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7), document TEXT NOT NULL, pages INTEGER NOT NULL "
    "DEFAULT 0,"
    " attempt INTEGER NOT NULL DEFAULT 0, crashes INTEGER NOT NULL DEFAULT 0, repaired INTEGER NOT NULL "
    "DEFAULT 0,"
    " title TEXT NOT NULL DEFAULT '', outline TEXT NOT NULL DEFAULT '', code TEXT NOT NULL DEFAULT '',"
    " detail TEXT NOT NULL DEFAULT '', created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,"
    " client TEXT NOT NULL DEFAULT '', instructions TEXT NOT NULL DEFAULT '', card_style INTEGER NOT NULL "
    "DEFAULT 0,"
    " cards INTEGER NOT NULL DEFAULT 6, economy INTEGER NOT NULL DEFAULT 0, estimate INTEGER NOT NULL "
    "DEFAULT "
    "0,"
    " spent INTEGER NOT NULL DEFAULT 0, overview TEXT NOT NULL DEFAULT '', input_tokens INTEGER NOT NULL "
    "DEFAULT 0,"
    " output_tokens INTEGER NOT NULL DEFAULT 0, calls INTEGER NOT NULL DEFAULT 0, outputs INTEGER NOT NULL "
    "DEFAULT 0,"
    " metadata TEXT NOT NULL DEFAULT '', previous TEXT NOT NULL DEFAULT '', previous_sha TEXT NOT NULL "
    "DEFAULT '',"
    " previous_lost TEXT NOT NULL DEFAULT '', tenant TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL DEFAULT "
    "'',"
    " UNIQUE (job, tenant), UNIQUE (job, owner));"
    "INSERT INTO jobs_6(id, job, digest, key, email, language, filename, state, document, pages, attempt,"
    " crashes, repaired, title, outline, code, detail, created_ms, updated_ms, client, instructions,"
    " card_style, cards, economy, estimate, spent, overview, input_tokens, output_tokens, calls, outputs,"
    " metadata, previous, previous_sha, previous_lost)"
    " SELECT id, job, digest, key, email, language, filename, state, document, pages, attempt,"
    " crashes, repaired, title, outline, code, detail, created_ms, updated_ms, client, instructions,"
    " card_style, cards, economy, estimate, spent, overview, input_tokens, output_tokens, calls, outputs,"
    " metadata, previous, previous_sha, previous_lost FROM jobs;"
    "DROP TABLE jobs;"
    "ALTER TABLE jobs_6 RENAME TO jobs;"
    "CREATE INDEX jobs_open ON jobs(id) WHERE state < 6;"
    "CREATE INDEX jobs_ended ON jobs(updated_ms) WHERE state >= 6;"
    "CREATE INDEX jobs_owner ON jobs(owner, id);"
    "CREATE INDEX jobs_waiting ON jobs(tenant, id) WHERE state < 6;"
    "CREATE INDEX jobs_unnamed ON jobs(client) WHERE tenant = '';"
    "INSERT INTO spending(scope, name, micro) SELECT 'tenant', substr(name, 1, 11), sum(micro) FROM spending"
    " WHERE scope = 'key' GROUP BY substr(name, 1, 11);"
    "DELETE FROM spending WHERE scope = 'key';";

/* jobs: what has been used up of the share of second questions. */
static const char schema_7[] = "ALTER TABLE jobs ADD COLUMN second_questions INTEGER NOT NULL DEFAULT 0;";

/* From version n to n + 1. A released step is never changed again. */
static const char *const steps[] = {schema_1, schema_2, schema_3, schema_4, schema_5, schema_6, schema_7};

/* These numbers stand in rows and in the SQL above and in ledger.def: who changes one needs a migration. */
_Static_assert(JOB_ACCEPTED == 0 && JOB_FETCHING == 1 && JOB_INSPECTING == 2 && JOB_WORKING == 3 &&
                   JOB_ASSEMBLING == 4 && JOB_STORING == 5 && JOB_COMPLETED == 6 && JOB_FAILED == 7 &&
                   JOB_STATES == 8,
               "jobs.state");
_Static_assert(OUTCOME_OPEN == 0 && OUTCOME_EXPLAINED == 1 && OUTCOME_CACHED == 2 && OUTCOME_TEXT_ONLY == 3 &&
                   OUTCOME_BLANK == 4 && OUTCOME_SKIPPED == 5 && OUTCOME_FAILED == 6 && OUTCOMES == 7,
               "slides.outcome");
_Static_assert(CARDS_BASIC == 0 && CARDS_CLOZE == 1 && CARDS_MIXED == 2 && CARD_STYLES == 3,
               "jobs.card_style");
_Static_assert(ARTIFACT_SUMMARY == 0 && ARTIFACT_DOCX == 1 && ARTIFACT_APKG == 2 && ARTIFACT_MD == 3 &&
                   ARTIFACT_HTML == 4 && ARTIFACT_TSV == 5,
               "artifacts.n, and the bits of jobs.outputs");

enum { SCHEMA_VERSION = sizeof steps / sizeof steps[0] };

/* See https://sqlite.org/rescode.html. */
static const char *remedy_of(int code, int number)
{
    if (number == ENOSPC || number == EDQUOT) /* whatever could not be done for want of it */
        code = SQLITE_FULL;
    switch (code & 0xff) {
    case SQLITE_FULL:
        return "free space on the disk of the state folder";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return "let this user write to the state folder and the files in it";
    case SQLITE_IOERR:
        return "look after the disk of the state folder";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "put back a copy of ledger.sqlite, or set SLIDEMILL_STATE_DIR to another folder";
    default:
        return "";
    }
}

/* A commit that failed may still be there after a restart: going on would be guessing. */
_Noreturn void sql_give_up(struct ledger *ledger, const char *what)
{
    int code = sqlite3_extended_errcode(ledger->db);

    log_error(ledger_failed, log_str("at", what), log_int("code", code),
              log_str("reason", sqlite3_errmsg(ledger->db)),
              log_str("do", remedy_of(code, sqlite3_system_errno(ledger->db))));
    exit(ledger->epoch == 0 ? EXIT_SYSTEM : EXIT_AGAIN); /* 0: it never opened, a person must look */
}

void sql_exec(struct ledger *ledger, const char *sql)
{
    if (sqlite3_exec(ledger->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        sql_give_up(ledger, sql);
}

static int64_t number(struct ledger *ledger, const char *sql)
{
    sqlite3_stmt *statement;
    int64_t value;

    if (sqlite3_prepare_v2(ledger->db, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        sql_give_up(ledger, sql);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void mark_version(struct ledger *ledger)
{
    char pragma[48];

    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", (int)SCHEMA_VERSION);
    sql_exec(ledger, pragma);
}

static void migrate(struct ledger *ledger)
{
    int64_t version = number(ledger, "PRAGMA user_version");

    if (version > SCHEMA_VERSION) {
        log_error(ledger_too_new, log_int("found", version), log_int("known", SCHEMA_VERSION),
                  log_str("do", "start the newer release of slidemill, or another state folder"));
        exit(EXIT_CONFIG);
    }
    sql_exec(ledger, "BEGIN IMMEDIATE");
    for (int64_t step = version; step < SCHEMA_VERSION; step++)
        sql_exec(ledger, steps[step]);
    if (version < SCHEMA_VERSION && number(ledger, "SELECT count(*) FROM pragma_foreign_key_check") != 0)
        sql_give_up(ledger, "foreign keys");
    if (version < SCHEMA_VERSION)
        mark_version(ledger);
    sql_exec(ledger, "UPDATE meta SET value = value + 1 WHERE name = 'epoch'");
    sql_exec(ledger, "COMMIT");
}

struct ledger *ledger_open(const char *path)
{
    struct ledger *ledger = need_zero(1, sizeof *ledger);

    if (sqlite3_open_v2(path, &ledger->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        sql_give_up(ledger, path);
    sql_exec(ledger, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF;"
                     "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-4096; PRAGMA temp_store=MEMORY;");
    migrate(ledger); /* a table that others refer to may be made anew */
    sql_exec(ledger, "PRAGMA foreign_keys=ON; PRAGMA synchronous=NORMAL;");
    sql_commits_open(ledger, path);
    ledger->cache_bytes = number(ledger, "SELECT coalesce(sum(bytes), 0) FROM cache");
    ledger->epoch = (uint64_t)number(ledger, "SELECT value FROM meta WHERE name = 'epoch'");
    return ledger;
}

void ledger_close(struct ledger **ledger)
{
    if (*ledger == NULL)
        return;
    sql_commits_close(*ledger);
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize((*ledger)->prepared[i]);
    sqlite3_close((*ledger)->db);
    free(*ledger);
    *ledger = NULL;
}

uint64_t ledger_epoch(const struct ledger *ledger)
{
    return ledger->epoch;
}

/* ---- statements ---- */

#define STATEMENT(name, sql) sql,
static const char *const texts[] = {
#include "supervisor/ledger/ledger.def"
};
#undef STATEMENT

static void bind(struct ledger *ledger, sqlite3_stmt *statement, const char *types, va_list values)
{
    for (int i = 1; *types != '\0'; types++, i++) {
        int rc;

        if (*types == 'i')
            rc = sqlite3_bind_int64(statement, i, va_arg(values, int64_t));
        else
            rc = sqlite3_bind_text(statement, i, va_arg(values, const char *), -1, SQLITE_TRANSIENT);
        if (rc != SQLITE_OK)
            sql_give_up(ledger, sqlite3_sql(statement));
    }
}

sqlite3_stmt *sql_start(struct ledger *ledger, enum statement which, const char *types, ...)
{
    sqlite3_stmt **statement = &ledger->prepared[which];
    va_list values;

    if (*statement == NULL && sqlite3_prepare_v3(ledger->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT,
                                                 statement, NULL) != SQLITE_OK)
        sql_give_up(ledger, texts[which]);
    must((size_t)sqlite3_bind_parameter_count(*statement) == strlen(types));
    if (!sqlite3_stmt_readonly(*statement))
        sql_begin(ledger);
    va_start(values, types);
    bind(ledger, *statement, types, values);
    va_end(values);
    return *statement;
}

bool sql_row(struct ledger *ledger, sqlite3_stmt *statement)
{
    int rc = sqlite3_step(statement);

    if (rc == SQLITE_ROW)
        return true;
    if (rc != SQLITE_DONE)
        sql_give_up(ledger, sqlite3_sql(statement));
    sqlite3_reset(statement);
    return false;
}

int sql_finish(struct ledger *ledger, sqlite3_stmt *statement)
{
    if (sql_row(ledger, statement))
        panic("a row nobody asked for");
    return sqlite3_changes(ledger->db);
}

/* The library says NULL also if it has no memory: that must not be taken for what the row says. */
const char *sql_peek(sqlite3_stmt *statement, int column)
{
    bool none = sqlite3_column_type(statement, column) == SQLITE_NULL;
    const char *text = (const char *)sqlite3_column_text(statement, column);

    if (text == NULL && !none)
        panic("out of memory");
    return text;
}

char *sql_text_or_null(sqlite3_stmt *statement, int column)
{
    const char *text = sql_peek(statement, column);

    return text == NULL ? NULL : need_dup(text);
}

char *sql_text(sqlite3_stmt *statement, int column)
{
    const char *text = sql_peek(statement, column);

    return need_dup(text == NULL ? "" : text);
}

char *sql_one_text(struct ledger *ledger, sqlite3_stmt *statement)
{
    char *text;

    if (!sql_row(ledger, statement))
        return NULL;
    text = sql_text(statement, 0);
    sqlite3_reset(statement);
    return text;
}
