/* test_ledger_sql - statements by name: what they bind and give, and that a read opens no transaction */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "supervisor/ledger/ledger_sql.h"
#include "tests/unit/scratch.h"

static struct ledger *ledger;

static int begin(void **state)
{
    static unsigned number;
    char name[32];

    (void)state;
    snprintf(name, sizeof name, "%u.sqlite", ++number);
    ledger = ledger_open(name);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ledger_close(&ledger);
    return 0;
}

static void every_statement_fits_the_schema(void **state)
{
#define STATEMENT(name, sql) sql,
    static const char *const texts[] = {
#include "supervisor/ledger/ledger.def"
    };
#undef STATEMENT

    (void)state;
    for (int i = 0; i < STATEMENTS; i++) {
        sqlite3_stmt *statement = NULL;

        if (sqlite3_prepare_v2(ledger->db, texts[i], -1, &statement, NULL) != SQLITE_OK)
            fail_msg("%s: %s", sqlite3_errmsg(ledger->db), texts[i]);
        sqlite3_finalize(statement);
    }
}

static void a_read_opens_no_transaction_and_a_write_does(void **state)
{
    char *none;

    (void)state;
    none = sql_one_text(ledger, sql_start(ledger, ST_NOTE_FIND, "s", "name"));
    assert_null(none);
    assert_false(ledger->writing);
    assert_int_equal(sql_run(ledger, ST_NOTE_SET, "ss", "name", "value"), 1);
    assert_true(ledger->writing);
    ledger_commit(ledger);
}

static void values_come_back_as_they_went(void **state)
{
    char *text;

    (void)state;
    sql_run(ledger, ST_NOTE_SET, "ss", "n\xc3\xa4me'; --", "it's \"so\"\n");
    text = sql_one_text(ledger, sql_start(ledger, ST_NOTE_FIND, "s", "n\xc3\xa4me'; --"));
    assert_string_equal(text, "it's \"so\"\n");
    free(text);
    sql_run(ledger, ST_SPENDING_ADD, "ssi", "day", "d", INT64_MAX / 2);
    sql_run(ledger, ST_SPENDING_ADD, "ssi", "day", "d", (int64_t)-7);
    text = sql_one_text(ledger, sql_start(ledger, ST_SPENDING_FIND, "ss", "day", "d"));
    assert_int_equal(strtoll(text, NULL, 10), INT64_MAX / 2 - 7);
    free(text);
    assert_int_equal(sql_run(ledger, ST_BATCH_END, "is", (int64_t)1, "nobody"), 0);
    ledger_commit(ledger);
}

static void nothing_and_an_empty_text_differ(void **state)
{
    struct job_row job = {.job = (char *)"one",
                          .digest = (char *)"",
                          .key = (char *)"",
                          .email = (char *)"",
                          .language = (char *)"",
                          .filename = (char *)"",
                          .document = (char *)""};
    sqlite3_stmt *statement;
    char *text;

    (void)state;
    assert_true(ledger_job_add(ledger, &job));
    sql_run(ledger, ST_ARTIFACT_SET, "iisisi", job.id, (int64_t)0, "sha", (int64_t)5, (const char *)NULL,
            (int64_t)0);
    statement = sql_start(ledger, ST_ARTIFACT_FIND, "ii", job.id, (int64_t)0);
    assert_true(sql_row(ledger, statement));
    assert_null(sql_peek(statement, 2));
    assert_null(sql_text_or_null(statement, 2));
    text = sql_text(statement, 2);
    assert_string_equal(text, "");
    free(text);
    assert_string_equal(sql_peek(statement, 0), "sha");
    assert_false(sql_row(ledger, statement));
    sqlite3_reset(statement);
    ledger_commit(ledger);
}

/* How a child ends that does this, as waitpid(2) says. */
static int end_of(void (*run)(void))
{
    const struct rlimit no_core = {0, 0};
    pid_t child = fork();
    int status;

    if (child == 0) {
        setrlimit(RLIMIT_CORE, &no_core);
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(1);
        run();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void store_null_where_none_may_be(void)
{
    sql_run(ledger, ST_NOTE_SET, "ss", "name", (const char *)NULL);
}

static void bind_too_few(void)
{
    sql_run(ledger, ST_NOTE_SET, "s", "name");
}

/* What the database refuses ends the process: the next start finds out what is there. A wrong call is a bug.
 */
static void an_error_ends_the_process(void **state)
{
    int status = end_of(store_null_where_none_may_be);

    (void)state;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_AGAIN);
    status = end_of(bind_too_few);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(every_statement_fits_the_schema), TEST(a_read_opens_no_transaction_and_a_write_does),
        TEST(values_come_back_as_they_went),   TEST(nothing_and_an_empty_text_differ),
        TEST(an_error_ends_the_process),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
