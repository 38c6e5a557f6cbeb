/* ledger_sql - the SQLite engine behind ledger.h: statements by name, values in and out; private to
 * ledger_*.c */
#ifndef SUPERVISOR_LEDGER_SQL_H
#define SUPERVISOR_LEDGER_SQL_H

#include <sqlite3.h>

#include "supervisor/ledger/ledger.h"

#define JOB_COLUMNS                                                                                          \
    "id, job, digest, key, email, language, filename, state, document, pages, attempt, crashes, repaired, "  \
    "title, outline, code, detail, created_ms, updated_ms, client, instructions, card_style, cards, "        \
    "economy, "                                                                                              \
    "estimate, spent, overview, input_tokens, output_tokens, calls, outputs, metadata, previous, "           \
    "previous_sha, previous_lost, tenant, owner"

#define STATEMENT(name, sql) ST_##name,
enum statement {
#include "supervisor/ledger/ledger.def"
    STATEMENTS
};
#undef STATEMENT

struct ledger {
    sqlite3 *db;
    sqlite3_stmt *prepared[STATEMENTS];
    uint64_t epoch;
    bool writing;        /* a transaction is open */
    int64_t cache_bytes; /* of all cached answers */
    struct committer *committer;
};

/* Logs what the database says and ends the process. */
_Noreturn void sql_give_up(struct ledger *ledger, const char *what);

void sql_exec(struct ledger *ledger, const char *sql);

/* ledger_commit.c: begins and ends with the ledger; opens the turn's transaction unless it is. */
void sql_commits_open(struct ledger *ledger, const char *path);
void sql_commits_close(struct ledger *ledger);
void sql_begin(struct ledger *ledger);

/* A statement ready for stepping, its parameters bound from left to right: i int64_t, s const char * (NULL:
 * NULL). Opens the turn's transaction first if the statement writes. */
sqlite3_stmt *sql_start(struct ledger *ledger, enum statement which, const char *types, ...);

/* true: a row is there. false: done, statement reset. Any error ends the process. */
bool sql_row(struct ledger *ledger, sqlite3_stmt *statement);

/* Runs a statement that gives no rows; returns how many rows it changed. */
#define sql_run(ledger, ...) sql_finish((ledger), sql_start((ledger), __VA_ARGS__))
int sql_finish(struct ledger *ledger, sqlite3_stmt *statement);

/* Column as it lies there, valid until the next step; NULL for NULL. */
const char *sql_peek(sqlite3_stmt *statement, int column);

/* The first column of the only row, malloced; NULL: there is no row. Resets the statement. */
char *sql_one_text(struct ledger *ledger, sqlite3_stmt *statement);

/* Column as a malloced string, never NULL ("" for NULL) / NULL kept. */
char *sql_text(sqlite3_stmt *statement, int column);
char *sql_text_or_null(sqlite3_stmt *statement, int column);

#endif
