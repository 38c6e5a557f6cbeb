/* ledger_sql - the SQLite engine behind ledger.h: statements by name, values in and out; private to
 * ledger_*.c */
#ifndef SUPERVISOR_LEDGER_SQL_H
#define SUPERVISOR_LEDGER_SQL_H

#include <sqlite3.h>

#include "supervisor/ledger.h"

/* One row a statement: name, SQL. Prepared once, when first used. */
#define JOB_COLUMNS                                                                                          \
    "id, job, digest, key, email, language, filename, state, document, pages, attempt, crashes, repaired, "  \
    "title, "                                                                                                \
    "outline, code, detail, created_ms, updated_ms"
#define STATEMENT_TABLE(row)                                                                                 \
    row(JOB_ADD,                                                                                             \
        "INSERT INTO jobs(job, digest, key, email, language, filename, state, document, created_ms, "        \
        "updated_ms) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING")                                   \
        row(JOB_FIND, "SELECT " JOB_COLUMNS " FROM jobs WHERE job = ?") row(                                 \
            JOB_UPDATE,                                                                                      \
            "UPDATE jobs SET state=?, document=?, pages=?, attempt=?, crashes=?, repaired=?, title=?, "      \
            "outline=?, code=?, detail=?, updated_ms=? WHERE id = ?") row(JOBS_OPEN,                         \
                                                                          "SELECT " JOB_COLUMNS              \
                                                                          " FROM jobs WHERE state < 6 AND "  \
                                                                          "id > ? ORDER BY id LIMIT ?")      \
            row(JOBS_LIST, "SELECT " JOB_COLUMNS " FROM jobs WHERE id < ? ORDER BY id DESC LIMIT ?") row(    \
                JOBS_COUNT, "SELECT count(*) FROM jobs WHERE state < 6")                                     \
                row(SLIDE_ADD, "INSERT INTO slides(job, slide) VALUES (?,?) ON CONFLICT DO NOTHING") row(    \
                    SLIDE_UPDATE, "UPDATE slides SET outcome=?, attempt=?, crashes=?, text=?, picture=?, "   \
                                  "width=?, height=?, "                                                      \
                                  "degraded=?, code=?, detail=?, answer=coalesce(?, answer), engine=?, "     \
                                  "model=?, input_tokens=?, "                                                \
                                  "output_tokens=?, calls=? WHERE job=? AND slide=?")                        \
                    row(SLIDES,                                                                              \
                        "SELECT slide, outcome, attempt, crashes, text, picture, width, height, degraded, "  \
                        "code, detail, "                                                                     \
                        "engine, model, input_tokens, output_tokens, calls, CASE WHEN ? THEN answer END "    \
                        "FROM slides "                                                                       \
                        "WHERE job=? ORDER BY slide") row(TALLY,                                             \
                                                          "SELECT outcome, count(*), sum(input_tokens), "    \
                                                          "sum(output_tokens), sum(calls) FROM slides "      \
                                                          "WHERE job=? GROUP BY outcome")                    \
                        row(ATTEMPT_ADD, "INSERT INTO attempts(lease, job, lane, slide, attempt, worker, "   \
                                         "sent_ms) VALUES (?,?,?,?,?,?,?)") row(                             \
                            ATTEMPT_END, "UPDATE attempts SET ended_ms=?, outcome=? WHERE lease=? AND "      \
                                         "ended_ms IS NULL") row(ATTEMPTS_VOID,                              \
                                                                 "UPDATE attempts SET ended_ms=?, "          \
                                                                 "outcome='void' WHERE ended_ms IS NULL")    \
                            row(CACHE_FIND, "SELECT answer, engine, model FROM cache WHERE key=?") row(      \
                                CACHE_ADD,                                                                   \
                                "INSERT INTO cache(key, answer, engine, model, created_ms) VALUES "          \
                                "(?,?,?,?,?) "                                                               \
                                "ON CONFLICT DO NOTHING") row(ARTIFACT_SET,                                  \
                                                              "INSERT INTO artifacts(job, n, sha, bytes, "   \
                                                              "url, expires_at) VALUES (?,?,?,?,?,?) "       \
                                                              "ON CONFLICT DO UPDATE SET sha=excluded.sha, " \
                                                              "bytes=excluded.bytes, url=excluded.url, "     \
                                                              "expires_at=excluded.expires_at")              \
                                row(ARTIFACT_FIND,                                                           \
                                    "SELECT sha, bytes, url, expires_at FROM artifacts WHERE job=? AND n=?") \
                                    row(OUTBOX_ADD, "INSERT INTO outbox(event, job, body, next_ms, "         \
                                                    "created_ms) VALUES (?,?,?,?,?)")                        \
                                        row(OUTBOX_OPEN, "SELECT o.event, j.job, o.tries, o.next_ms, "       \
                                                         "o.created_ms, o.job FROM outbox o "                \
                                                         "JOIN jobs j ON j.id = o.job WHERE delivered_ms "   \
                                                         "IS NULL AND dead_ms IS NULL ORDER BY o.next_ms")   \
                                            row(OUTBOX_BODY, "SELECT body FROM outbox WHERE event=?") row(   \
                                                OUTBOX_RETRY,                                                \
                                                "UPDATE outbox SET tries=?, next_ms=?, last_status=? WHERE " \
                                                "event=?") row(OUTBOX_DELIVERED,                             \
                                                               "UPDATE outbox SET tries=?, delivered_ms=?, " \
                                                               "last_status=? WHERE event=?")                \
                                                row(OUTBOX_DEAD, "UPDATE outbox SET tries=?, dead_ms=?, "    \
                                                                 "last_status=? WHERE event=?")              \
                                                    row(OUTBOX_STATE,                                        \
                                                        "SELECT tries, delivered_ms IS NOT NULL, dead_ms "   \
                                                        "IS NOT NULL FROM outbox WHERE job=?")

#define ENUM_STATEMENT(name, sql) ST_##name,
enum statement { STATEMENT_TABLE(ENUM_STATEMENT) STATEMENTS };

struct ledger {
    sqlite3 *db;
    sqlite3_stmt *prepared[STATEMENTS];
    uint64_t epoch;
    bool writing;  /* a transaction is open */
    int wal_pages; /* length of the write-ahead log after the last commit */
};

/* A statement ready for stepping, its parameters bound from left to right: i int64_t, s const char * (NULL:
 * NULL). Opens the turn's transaction first if the statement writes. */
sqlite3_stmt *sql_start(struct ledger *ledger, enum statement which, const char *types, ...);

/* true: a row is there. false: done, statement reset. Any error ends the process. */
bool sql_row(struct ledger *ledger, sqlite3_stmt *statement);

/* Runs a statement that gives no rows; returns how many rows it changed. */
#define sql_run(ledger, ...) sql_finish((ledger), sql_start((ledger), __VA_ARGS__))
int sql_finish(struct ledger *ledger, sqlite3_stmt *statement);

/* Column as a malloced string, never NULL ("" for NULL) / NULL kept. */
char *sql_text(sqlite3_stmt *statement, int column);
char *sql_text_or_null(sqlite3_stmt *statement, int column);

#endif
