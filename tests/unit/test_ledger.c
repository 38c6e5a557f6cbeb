/* test_ledger - what is written is there after a crash, what was not committed is not; blobs by their name */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/blob.h"
#include "supervisor/ledger.h"

static const char digest[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static struct job_row job_named(const char *name)
{
    return (struct job_row){.job = (char *)name,
                            .digest = (char *)digest,
                            .key = (char *)"uploads/a.pdf",
                            .email = (char *)"ana@example.com",
                            .language = (char *)"Spanish",
                            .filename = (char *)"",
                            .document = (char *)""};
}

static int64_t add_job(struct ledger *ledger, const char *name)
{
    struct job_row row = job_named(name);

    assert_true(ledger_job_add(ledger, &row));
    return row.id;
}

static void a_job_is_added_once(void **state)
{
    struct ledger *ledger = ledger_open("once.sqlite");
    struct job_row row = job_named("one"), found;

    (void)state;
    assert_true(ledger_job_add(ledger, &row));
    assert_false(ledger_job_add(ledger, &row));
    assert_true(ledger_job_find(ledger, "one", &found));
    assert_int_equal(found.id, row.id);
    assert_string_equal(found.language, "Spanish");
    assert_int_equal(found.state, JOB_ACCEPTED);
    assert_false(ledger_job_find(ledger, "two", &found));
    assert_int_equal(ledger_jobs_open_count(ledger), 1);
    job_row_clear(&found);
    ledger_commit(ledger);
    ledger_close(&ledger);
}

/* In a child that is killed: committed rows stay, the turn under way is gone. */
static void a_crash_keeps_what_was_committed(void **state)
{
    struct job_row found;
    struct ledger *ledger;
    uint64_t epoch;
    pid_t child;
    int status;

    (void)state;
    child = fork();
    if (child == 0) {
        ledger = ledger_open("crash.sqlite");
        add_job(ledger, "kept");
        ledger_commit(ledger);
        add_job(ledger, "lost");
        raise(SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    ledger = ledger_open("crash.sqlite");
    epoch = ledger_epoch(ledger);
    assert_int_equal(epoch, 2);
    assert_true(ledger_job_find(ledger, "kept", &found));
    job_row_clear(&found);
    assert_false(ledger_job_find(ledger, "lost", &found));
    ledger_close(&ledger);
}

struct seen {
    unsigned count;
    uint32_t last;
    char *answer;
};

static void on_slide(void *arg, struct slide_row *row)
{
    struct seen *seen = arg;

    seen->count++;
    assert_int_equal(row->slide, seen->last + 1);
    seen->last = row->slide;
    if (row->slide == 2 && row->answer != NULL)
        seen->answer = strdup(row->answer);
}

static void an_answer_stays_with_its_slide(void **state)
{
    struct ledger *ledger = ledger_open("slides.sqlite");
    int64_t job = add_job(ledger, "slides");
    struct slide_row row = {.slide = 2,
                            .outcome = OUTCOME_EXPLAINED,
                            .answer = (char *)"{\"title\":\"ü\"}",
                            .input_tokens = 1100,
                            .output_tokens = 300,
                            .calls = 2};
    struct seen seen = {0};
    struct tally tally;

    (void)state;
    ledger_slides_add(ledger, job, 3);
    ledger_slides_add(ledger, job, 3); /* rows that are there stay */
    ledger_slide_update(ledger, job, &row);
    row.answer = NULL; /* an update without an answer keeps the one that is there */
    ledger_slide_update(ledger, job, &row);
    ledger_slides(ledger, job, true, on_slide, &seen);
    assert_int_equal(seen.count, 3);
    assert_string_equal(seen.answer, "{\"title\":\"ü\"}");
    free(seen.answer);
    ledger_tally(ledger, job, &tally);
    assert_int_equal(tally.outcomes[OUTCOME_OPEN], 2);
    assert_int_equal(tally.outcomes[OUTCOME_EXPLAINED], 1);
    assert_int_equal(tally.input_tokens, 1100);
    assert_int_equal(tally.calls, 2);
    ledger_commit(ledger);
    ledger_close(&ledger);
}

static void open_leases_are_void_at_the_next_start(void **state)
{
    struct ledger *ledger = ledger_open("leases.sqlite");
    int64_t job = add_job(ledger, "leases");
    struct attempt_row row;

    (void)state;
    ledger_attempt_add(ledger, &(struct attempt_row){.lease = 1, .job = job, .slide = 1, .attempt = 1},
                       "raster", "rasterizer-0", 7);
    ledger_attempt_add(ledger, &(struct attempt_row){.lease = 2, .job = job, .slide = 2, .attempt = 1},
                       "raster", "rasterizer-0", 7);
    ledger_attempt_add(
        ledger, &(struct attempt_row){.lease = 3, .job = job, .slide = 3, .attempt = 4, .answers = "k"},
        "explain", "vision-0", 8);
    ledger_attempt_end(ledger, 1, "done");
    ledger_commit(ledger);
    assert_int_equal(ledger_attempts_void(ledger, "[8,9]"), 1);
    assert_int_equal(ledger_attempts_void(ledger, "[8,9]"), 0);
    assert_true(ledger_attempt_find(ledger, 3, &row));
    assert_int_equal(row.attempt, 4);
    assert_string_equal(row.answers, "k");
    assert_false(ledger_attempt_find(ledger, 4, &row));
    assert_int_equal(ledger_attempts_void(ledger, "[]"), 1);
    ledger_commit(ledger);
    ledger_close(&ledger);
}

static unsigned owed;

static void on_owed(void *arg, struct delivery_row *row)
{
    (void)arg;
    owed++;
    delivery_row_clear(row);
}

static void a_callback_is_owed_until_it_ends(void **state)
{
    struct ledger *ledger = ledger_open("outbox.sqlite");
    int64_t one = add_job(ledger, "one"), two = add_job(ledger, "two");
    uint32_t tries, status;
    char *body;

    (void)state;
    ledger_outbox_add(ledger, "msg_1", one, "{\"a\":1}", 5);
    ledger_outbox_add(ledger, "msg_2", two, "{}", 5);
    ledger_outbox_retry(ledger, "msg_1", 3, 9, 503);
    assert_int_equal(ledger_outbox_state(ledger, one, &tries, &status), CALLBACK_PENDING);
    assert_int_equal(tries, 3);
    body = ledger_outbox_body(ledger, "msg_1");
    assert_string_equal(body, "{\"a\":1}");
    free(body);
    owed = 0;
    ledger_outbox_open(ledger, on_owed, NULL);
    assert_int_equal(owed, 2);
    ledger_outbox_end(ledger, "msg_1", true, 4, 200);
    ledger_outbox_end(ledger, "msg_2", false, 9, 0);
    owed = 0;
    ledger_outbox_open(ledger, on_owed, NULL);
    assert_int_equal(owed, 0);
    assert_int_equal(ledger_outbox_state(ledger, one, &tries, &status), CALLBACK_DELIVERED);
    assert_int_equal(ledger_outbox_state(ledger, two, &tries, &status), CALLBACK_UNDELIVERED);
    ledger_commit(ledger);
    ledger_close(&ledger);
}

static void an_answer_is_found_by_its_key(void **state)
{
    struct ledger *ledger = ledger_open("cache.sqlite");
    char *engine, *model, *answer;

    (void)state;
    assert_null(ledger_cache_find(ledger, "key", &engine, &model));
    ledger_cache_add(ledger, "key", "first", "openai", "gpt");
    ledger_cache_add(ledger, "key", "second", "openai", "gpt");
    answer = ledger_cache_find(ledger, "key", &engine, &model);
    assert_string_equal(answer, "first");
    assert_string_equal(model, "gpt");
    free(answer);
    free(engine);
    free(model);
    ledger_commit(ledger);
    ledger_close(&ledger);
}

/* ---- blobs ---- */

static void a_blob_goes_with_its_last_hold(void **state)
{
    struct blobs *blobs = blobs_open("held");
    char name[BLOB_NAME], again[BLOB_NAME];

    (void)state;
    assert_int_equal(blobs_put(blobs, "abc", 3, false, name), 0);
    assert_string_equal(name, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(blobs_put(blobs, "abc", 3, true, again), 0);
    assert_string_equal(name, again);
    blobs_hold(blobs, name);
    blobs_hold(blobs, name);
    blobs_hold(blobs, "");
    blobs_drop(blobs, name);
    blobs_tidy(blobs);
    assert_true(blobs_has(blobs, name));
    blobs_drop(blobs, name);
    assert_true(blobs_has(blobs, name)); /* the turn is not committed yet */
    blobs_hold(blobs, name);
    blobs_tidy(blobs);
    assert_true(blobs_has(blobs, name)); /* needed again in the same turn */
    blobs_drop(blobs, name);
    blobs_tidy(blobs);
    assert_false(blobs_has(blobs, name));
    assert_false(blobs_has(blobs, ""));
    blobs_close(&blobs);
}

static void what_nobody_holds_is_swept(void **state)
{
    struct blobs *blobs = blobs_open("swept");
    char kept[BLOB_NAME], orphan[BLOB_NAME];
    FILE *half = fopen("swept/.new-7", "we");

    (void)state;
    assert_non_null(half);
    fclose(half);
    assert_int_equal(blobs_put(blobs, "kept", 4, false, kept), 0);
    assert_int_equal(blobs_put(blobs, "orphan", 6, false, orphan), 0);
    blobs_hold(blobs, kept);
    assert_int_equal(blobs_sweep(blobs), 2);
    assert_true(blobs_has(blobs, kept));
    assert_false(blobs_has(blobs, orphan));
    blobs_close(&blobs);
}

/* A power cut can leave a name without its bytes. */
static void an_old_blob_is_checked_against_its_name(void **state)
{
    const struct timespec long_ago[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    struct blobs *blobs = blobs_open("torn");
    char whole[BLOB_NAME], torn[BLOB_NAME], path[128];
    struct wire message = {0};

    (void)state;
    assert_int_equal(blobs_put(blobs, "whole", 5, false, whole), 0);
    assert_int_equal(blobs_put(blobs, "torn", 4, false, torn), 0);
    snprintf(path, sizeof path, "torn/%.2s/%s", torn, torn);
    assert_int_equal(truncate(path, 1), 0);
    assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
    snprintf(path, sizeof path, "torn/%.2s/%s", whole, whole);
    assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
    assert_int_equal(blobs_add_frame(blobs, whole, &message), 0);
    assert_memory_equal(wire_data(&message, 0), "whole", 5);
    assert_int_equal(blobs_add_frame(blobs, torn, &message), -1);
    wire_clear(&message);
    blobs_close(&blobs);
}

static int in_a_folder_of_its_own(void **state)
{
    static char folder[] = "/tmp/test_ledger-XXXXXX";

    *state = folder;
    return mkdtemp(folder) == NULL || chdir(folder) == -1;
}

static int remove_folder(void **state)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf -- %s", (char *)*state);
    return chdir("/") == -1 ||
           system(command) != 0; /* NOLINT(cert-env33-c): a fixed command on our own folder */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_is_added_once),
        cmocka_unit_test(a_crash_keeps_what_was_committed),
        cmocka_unit_test(an_answer_stays_with_its_slide),
        cmocka_unit_test(open_leases_are_void_at_the_next_start),
        cmocka_unit_test(a_callback_is_owed_until_it_ends),
        cmocka_unit_test(an_answer_is_found_by_its_key),
        cmocka_unit_test(a_blob_goes_with_its_last_hold),
        cmocka_unit_test(what_nobody_holds_is_swept),
        cmocka_unit_test(an_old_blob_is_checked_against_its_name),
    };

    return cmocka_run_group_tests(tests, in_a_folder_of_its_own, remove_folder);
}
