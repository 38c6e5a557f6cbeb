/* ledger_sql - the SQLite engine behind ledger.h: statements by name, values in and out; private to
 * ledger_*.c */
#ifndef SUPERVISOR_LEDGER_SQL_H
#define SUPERVISOR_LEDGER_SQL_H

#include <sqlite3.h>

#include "supervisor/ledger/ledger.h"

/* The columns of a job but for id, and of a slide but for slide and answer, in the order in which statements
 * give them; each is a member of the same name in its row. N: a number; T: a text, malloced; S: a digest, in
 * the row. */
/* clang-format off */
#define JOB_TABLE(N, T)                                                                                              \
    T(job) T(digest) T(key) T(email) T(language) T(filename) N(state) T(document) N(pages) N(attempt) N(crashes)     \
    N(repaired) T(title) T(outline) T(code) T(detail) N(created_ms) N(updated_ms) T(client) T(instructions)          \
    N(card_style) N(cards) N(economy) N(estimate) N(spent) T(overview) N(input_tokens) N(output_tokens) N(calls)     \
    N(outputs) T(metadata) T(previous) T(previous_sha) T(previous_lost) T(tenant) T(owner)     \
    N(second_questions)
#define SLIDE_TABLE(N, T, S)                                                                                         \
    N(outcome) N(attempt) N(crashes) S(text) S(picture) N(width) N(height) N(degraded) T(code) T(detail) T(engine)   \
    T(model) N(input_tokens) N(output_tokens) N(calls) N(spent) N(see_slide) N(letters)
/* clang-format on */

#define COLUMN(name)     ", " #name
#define COLUMN_SET(name) #name "=?, "

#define JOB_COLUMNS     "id" JOB_TABLE(COLUMN, COLUMN)
#define SLIDE_COLUMNS   "slide" SLIDE_TABLE(COLUMN, COLUMN, COLUMN)
#define SLIDE_SET       SLIDE_TABLE(COLUMN_SET, COLUMN_SET, COLUMN_SET)
#define ATTEMPT_COLUMNS "lease, job, slide, attempt, answers, reserved, generation"

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

/* Logs the database's error with what it was about, and ends the process. */
_Noreturn void sql_give_up(struct ledger *ledger, const char *what);

void sql_exec(struct ledger *ledger, const char *sql);

/* ledger_commit.c: start and end the thread that syncs, with the ledger; open the turn's transaction unless
 * it is open.
 */
void sql_commits_open(struct ledger *ledger, const char *path);
void sql_commits_close(struct ledger *ledger);
void sql_begin(struct ledger *ledger);

/* A statement ready for stepping, its parameters bound from left to right: i int64_t, s const char * (NULL:
 * NULL). Opens the turn's transaction first if the statement writes. */
sqlite3_stmt *sql_start(struct ledger *ledger, enum statement which, const char *types, ...);

/* Steps. Returns true if there is a row; false at the end, with the statement reset. An error ends the
 * process. */
bool sql_row(struct ledger *ledger, sqlite3_stmt *statement);

/* Runs a statement that gives no rows; returns how many rows it changed. */
#define sql_run(ledger, ...) sql_finish((ledger), sql_start((ledger), __VA_ARGS__))
int sql_finish(struct ledger *ledger, sqlite3_stmt *statement);

/* A column's text, valid until the next step; NULL for NULL. */
const char *sql_peek(sqlite3_stmt *statement, int column);

/* The first column of the only row, which the caller frees; NULL: there is no row. Resets the statement. */
char *sql_one_text(struct ledger *ledger, sqlite3_stmt *statement);

/* A column's text, which the caller frees: "" for NULL, and NULL for NULL. */
char *sql_text(sqlite3_stmt *statement, int column);
char *sql_text_or_null(sqlite3_stmt *statement, int column);

#endif
