/* test_ledger - what is written is there after a crash, what was not committed is not; commits become durable
 * beside the loop */
#include <poll.h>
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
#include <sqlite3.h>

#include "proto/clock.h"
#include "proto/timer.h"
#include "supervisor/ledger/ledger.h"
#include "tests/unit/scratch.h"

enum { PATIENCE_MS = 60000 };

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

static void on_tenant(void *arg, const char *tenant, uint64_t jobs)
{
    (void)arg;
    assert_string_equal(tenant, "");
    assert_int_equal(jobs, 1);
}

static void a_job_is_added_once(void **state)
{
    struct ledger *ledger = ledger_open("once.sqlite");
    struct job_row row = job_named("one"), found;

    (void)state;
    assert_true(ledger_job_add(ledger, &row));
    assert_false(ledger_job_add(ledger, &row));
    assert_true(ledger_job_find(ledger, "", "one", &found));
    assert_int_equal(found.id, row.id);
    assert_string_equal(found.language, "Spanish");
    assert_int_equal(found.state, JOB_ACCEPTED);
    assert_false(ledger_job_find(ledger, "", "two", &found));
    assert_int_equal(ledger_jobs_open_count(ledger, on_tenant, NULL), 1);
    job_row_clear(&found);
    ledger_commit(ledger);
    ledger_close(&ledger);
}

struct late {
    char names[256];
};

static void on_late(void *arg, struct job_row *row)
{
    struct late *late = arg;

    strcat(strcat(late->names, row->job), " ");
    job_row_clear(row);
}

/* However many are open that may take their time. */
static void late_jobs_are_found_behind_any_number_of_others(void **state)
{
    struct ledger *ledger = ledger_open("late.sqlite");
    struct late late = {""};
    char name[24];

    (void)state;
    for (int i = 0; i < 100; i++) {
        struct job_row row = job_named(name);

        snprintf(name, sizeof name, "economy-%d", i);
        row.economy = true;
        assert_true(ledger_job_add(ledger, &row));
    }
    add_job(ledger, "late-1");
    add_job(ledger, "late-2");
    ledger_jobs_late(ledger, 0, INT64_MAX, 32, on_late, &late);
    assert_string_equal(late.names, "late-1 late-2 ");
    late.names[0] = '\0';
    ledger_jobs_late(ledger, 0, INT64_MAX, 1, on_late, &late);
    assert_string_equal(late.names, "late-1 ");
    late.names[0] = '\0';
    ledger_jobs_late(ledger, INT64_MAX, 0, 2, on_late, &late);
    assert_string_equal(late.names, "economy-0 economy-1 ");
    ledger_commit(ledger);
    ledger_close(&ledger);
}

static int64_t add_for(struct ledger *ledger, const char *tenant, const char *client, const char *name)
{
    struct job_row row = job_named(name);

    row.tenant = (char *)tenant;
    row.client = (char *)client;
    return ledger_job_add(ledger, &row) ? row.id : 0;
}

/* The number of the job that a tenant (NULL: whoever) sees under that name; 0: none, -1: several. */
static int64_t seen_by(struct ledger *ledger, const char *tenant, const char *name)
{
    struct job_row row;
    unsigned found = tenant == NULL ? ledger_job_find_any(ledger, name, &row)
                                    : ledger_job_find(ledger, tenant, name, &row);
    int64_t id = found == 1 ? row.id : -(int64_t)(found > 1);

    if (found == 1)
        job_row_clear(&row);
    return id;
}

static void on_listed(void *arg, struct job_row *row)
{
    char *text = arg;

    snprintf(text + strlen(text), 64, "%s%s/%s", *text == '\0' ? "" : " ", row->owner, row->job);
    job_row_clear(row);
}

static const char *list_of(struct ledger *ledger, const char *tenant)
{
    static char text[512];

    text[0] = '\0';
    ledger_jobs_list(ledger, tenant, INT64_MAX, 5, on_listed, text);
    return text;
}

static const char *space_of(struct ledger *ledger, int64_t asking, const char *job)
{
    static char space[TENANT_ROOM];
    struct job_row row;

    assert_true(ledger_job_read(ledger, asking, &row));
    if (!ledger_job_space(ledger, &row, job, space))
        snprintf(space, sizeof space, "(others)");
    job_row_clear(&row);
    return space;
}

static void tenants_are_apart(void **state)
{
    struct ledger *ledger = ledger_open("tenants.sqlite");
    int64_t plain = add_for(ledger, "", "k1", "same"), web = add_for(ledger, "web", "k2", "same"),
            lab = add_for(ledger, "lab", "k3", "same"), one = add_for(ledger, "web", "k2", "one");
    char waiting[256] = "";

    (void)state;
    assert_true(plain > 0 && web > 0 && lab > 0 && one > 0);
    assert_int_equal(add_for(ledger, "web", "k4", "same"), 0);
    assert_true(seen_by(ledger, "", "same") == plain && seen_by(ledger, "web", "same") == web &&
                seen_by(ledger, "lab", "same") == lab);
    assert_true(seen_by(ledger, "lab", "one") == 0 && seen_by(ledger, "Web", "one") == 0 &&
                seen_by(ledger, "nobody", "same") == 0 && seen_by(ledger, "", "one") == 0);
    assert_true(seen_by(ledger, NULL, "same") == -1 && seen_by(ledger, NULL, "one") == one &&
                seen_by(ledger, NULL, "never") == 0);
    assert_string_equal(list_of(ledger, "web"), "web/one web/same");
    assert_string_equal(list_of(ledger, ""), "/same");
    assert_string_equal(list_of(ledger, "nobody"), "");
    assert_string_equal(list_of(ledger, NULL), "web/one lab/same web/same /same");
    ledger_jobs_waiting(ledger, "web", web, 5, on_listed, waiting);
    assert_string_equal(waiting, "web/one");
    assert_string_equal(space_of(ledger, web, "one"), "web");
    assert_string_equal(space_of(ledger, lab, "one"), "lab"); /* in whose folder it is not */
    assert_string_equal(space_of(ledger, plain, "never"), "");
    ledger_commit(ledger);
    ledger_close(&ledger);
}

static void a_key_that_gains_a_name_takes_its_jobs_along(void **state)
{
    struct ledger *ledger = ledger_open("named.sqlite");
    int64_t old = add_for(ledger, "", "k1", "old"), taken = add_for(ledger, "", "k1", "taken"),
            others = add_for(ledger, "", "k2", "others"), fresh = add_for(ledger, "web", "k3", "taken");

    (void)state;
    assert_int_equal(ledger_jobs_own(ledger, "k1", "web"), 1);
    assert_int_equal(ledger_jobs_own(ledger, "k1", "web"), 0);
    assert_string_equal(list_of(ledger, "web"), "web/taken web/old");
    assert_string_equal(list_of(ledger, ""), "/others /taken"); /* one name, one job: it stays */
    assert_true(seen_by(ledger, "web", "old") == old && seen_by(ledger, "", "old") == 0);
    assert_true(seen_by(ledger, "web", "taken") == fresh && seen_by(ledger, "", "taken") == taken);
    assert_int_equal(add_for(ledger, "web", "k3", "old"), 0); /* it has it already */
    assert_int_equal(add_for(ledger, "", "k2", "old"), 0);    /* its folder is not free */
    assert_string_equal(space_of(ledger, fresh, "old"), "");
    assert_string_equal(space_of(ledger, old, "old"), "");
    assert_string_equal(space_of(ledger, others, "old"), "(others)");
    assert_int_equal(ledger_jobs_own(ledger, "k3", "lab"), 0); /* posted with a name: that stays */
    assert_int_equal(ledger_jobs_own(ledger, "k1", ""), 1);
    assert_string_equal(list_of(ledger, ""), "/others /taken /old");
    ledger_commit(ledger);
    ledger_close(&ledger);
}

static void money_is_the_tenants(void **state)
{
    struct ledger *ledger = ledger_open("tenants-money.sqlite");
    int64_t web = add_for(ledger, "web", "k1", "a"), plain = add_for(ledger, "", "k1", "a");
    char payer[TENANT_ROOM];

    (void)state;
    ledger_spend(ledger, web, "web", "2026-11-30", 700);
    ledger_spend(ledger, plain, "", "2026-11-30", 50);
    assert_int_equal(ledger_spent(ledger, "web", "2026-11-30"), 700);
    assert_int_equal(ledger_spent(ledger, "", "2026-11-30"), 50);
    assert_int_equal(ledger_spent(ledger, "lab", "2026-11-30"), 0);
    assert_int_equal(ledger_spent(ledger, NULL, "2026-11-30"), 750);
    ledger_job_payer(ledger, web, payer);
    assert_string_equal(payer, "web");
    ledger_jobs_own(ledger, "k1", "lab"); /* who sees it now does not pay for it */
    ledger_job_payer(ledger, plain, payer);
    assert_string_equal(payer, "");
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
    assert_true(ledger_job_find(ledger, "", "kept", &found));
    job_row_clear(&found);
    assert_false(ledger_job_find(ledger, "", "lost", &found));
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
    ledger_attempt_add(
        ledger, &(struct attempt_row){.lease = 1, .job = job, .slide = 1, .attempt = 1, .generation = 7},
        "raster", "rasterizer-0");
    ledger_attempt_add(
        ledger, &(struct attempt_row){.lease = 2, .job = job, .slide = 2, .attempt = 1, .generation = 7},
        "raster", "rasterizer-0");
    ledger_attempt_add(ledger,
                       &(struct attempt_row){
                           .lease = 3, .job = job, .slide = 3, .attempt = 4, .generation = 8, .answers = "k"},
                       "explain", "vision-0");
    ledger_attempt_end(ledger, 1, "done");
    ledger_commit(ledger);
    assert_int_equal(ledger_attempts_void(ledger, "[8,9]"), 1);
    assert_int_equal(ledger_attempts_void(ledger, "[8,9]"), 0);
    assert_true(ledger_attempt_find(ledger, 3, &row));
    assert_int_equal(row.attempt, 4);
    assert_string_equal(row.answers, "k");
    assert_int_equal(row.generation, 8);
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

/* ---- what is old goes ---- */

static int64_t add_ended(struct ledger *ledger, const char *name, uint32_t slides)
{
    struct job_row row = job_named(name);
    struct artifact_row artifact = {.sha = "", .bytes = 1};

    assert_true(ledger_job_add(ledger, &row));
    row.state = JOB_COMPLETED;
    row.pages = slides;
    row.title = row.outline = row.code = row.detail = (char *)"";
    ledger_slides_add(ledger, row.id, slides);
    ledger_artifact_set(ledger, row.id, 0, &artifact);
    ledger_job_update(ledger, &row);
    return row.id;
}

static bool is_there(struct ledger *ledger, const char *name)
{
    struct job_row row;

    if (!ledger_job_find(ledger, "", name, &row))
        return false;
    job_row_clear(&row);
    return true;
}

static void an_old_job_goes_with_all_it_has(void **state)
{
    struct ledger *ledger = ledger_open("swept.sqlite");
    struct artifact_row artifact;
    int64_t last, owes;
    struct tally tally;

    (void)state;
    add_job(ledger, "open");
    owes = add_ended(ledger, "owes", 2);
    ledger_outbox_add(ledger, "msg_owes", owes, "{}", 5);
    ledger_outbox_add(ledger, "msg_told", add_ended(ledger, "told", 2), "{}", 5);
    ledger_outbox_end(ledger, "msg_told", true, 1, 204);
    last = add_ended(ledger, "last", 3);
    ledger_commit(ledger);
    assert_int_equal(ledger_sweep_jobs(ledger, 1, 100), 0); /* none is that old */
    assert_int_equal(ledger_sweep_jobs(ledger, INT64_MAX, 100), 2);
    assert_true(is_there(ledger, "open") && is_there(ledger, "owes"));
    assert_false(is_there(ledger, "told") || is_there(ledger, "last"));
    ledger_tally(ledger, last, &tally);
    assert_int_equal(tally.outcomes[OUTCOME_OPEN], 0);
    assert_false(ledger_artifact_find(ledger, last, 0, &artifact));
    assert_null(ledger_outbox_event(ledger, last - 1));
    ledger_outbox_end(ledger, "msg_owes", false, 9, 503);
    assert_int_equal(ledger_sweep_jobs(ledger, INT64_MAX, 100), 1);
    ledger_commit(ledger);
    ledger_close(&ledger);
    ledger = ledger_open("swept.sqlite");
    assert_true(add_job(ledger, "last") > last); /* the name is free, the number never again */
    ledger_commit(ledger);
    ledger_close(&ledger);
}

static void jobs_go_a_slice_at_a_time(void **state)
{
    struct ledger *ledger = ledger_open("slices.sqlite");
    char name[16];

    (void)state;
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "job-%d", i);
        add_ended(ledger, name, 50);
    }
    assert_int_equal(ledger_sweep_jobs(ledger, INT64_MAX, 100), 2);
    assert_false(is_there(ledger, "job-0") || is_there(ledger, "job-1"));
    assert_int_equal(ledger_sweep_jobs(ledger, INT64_MAX, 100), 2);
    assert_int_equal(ledger_sweep_jobs(ledger, INT64_MAX, 1), 1);
    assert_int_equal(ledger_sweep_jobs(ledger, INT64_MAX, 1000000), 5);
    assert_int_equal(ledger_sweep_jobs(ledger, INT64_MAX, 100), 0);
    ledger_commit(ledger);
    ledger_close(&ledger);
}

static void add_attempt(struct ledger *ledger, uint64_t lease, int64_t job)
{
    const struct attempt_row row = {.lease = lease, .job = job, .slide = 1, .attempt = 1, .generation = 1};

    ledger_attempt_add(ledger, &row, "raster", "rasterizer-0");
}

static void attempts_go_once_their_job_has_ended(void **state)
{
    struct ledger *ledger = ledger_open("attempts.sqlite");
    int64_t open = add_job(ledger, "open"), ended = add_ended(ledger, "ended", 1);
    struct attempt_row row;
    uint64_t lease = 0;

    (void)state;
    for (uint64_t i = 1; i <= 4; i++)
        add_attempt(ledger, i, i % 2 == 0 ? ended : open);
    for (uint64_t i = 1; i <= 3; i++)
        ledger_attempt_end(ledger, i, "done");
    add_attempt(ledger, 5, 77); /* of a job that is no more */
    ledger_attempt_end(ledger, 5, "done");
    assert_int_equal(ledger_sweep_attempts(ledger, 1, 100, &lease), 0); /* none is that old */
    assert_int_equal(lease, 5);
    lease = 0;
    assert_int_equal(ledger_sweep_attempts(ledger, INT64_MAX, 3, &lease), 1);
    assert_int_equal(lease, 3);
    assert_int_equal(ledger_sweep_attempts(ledger, INT64_MAX, 3, &lease), 1);
    assert_int_equal(ledger_sweep_attempts(ledger, INT64_MAX, 3, &lease), 0);
    assert_int_equal(lease, 5); /* the end */
    assert_true(ledger_attempt_find(ledger, 1, &row) && ledger_attempt_find(ledger, 3, &row));
    assert_true(ledger_attempt_find(ledger, 4, &row)); /* still in somebody's hands */
    assert_false(ledger_attempt_find(ledger, 2, &row) || ledger_attempt_find(ledger, 5, &row));
    ledger_commit(ledger);
    ledger_close(&ledger);
}

static bool is_kept(struct ledger *ledger, const char *key)
{
    char *engine, *model, *answer = ledger_cache_find(ledger, key, &engine, &model);

    if (answer == NULL)
        return false;
    free(answer);
    free(engine);
    free(model);
    return true;
}

static void answers_go_by_age_and_by_size(void **state)
{
    struct ledger *ledger = ledger_open("answers.sqlite");
    char key[8];

    (void)state;
    for (int i = 0; i < 10; i++) { /* in the same millisecond or not: by key then */
        snprintf(key, sizeof key, "key-%d", i);
        ledger_cache_add(ledger, key, "0123456789", "openai", "gpt");
        ledger_cache_add(ledger, key, "another answer that does not count", "openai", "gpt");
    }
    ledger_commit(ledger);
    assert_int_equal(ledger_sweep_cache(ledger, 1, 100, 100), 0); /* exactly full */
    assert_int_equal(ledger_sweep_cache(ledger, 1, 75, 2), 2);
    ledger_commit(ledger);
    ledger_close(&ledger);
    ledger = ledger_open("answers.sqlite"); /* it knows the size again */
    assert_int_equal(ledger_sweep_cache(ledger, 1, 75, 100), 1);
    assert_false(is_kept(ledger, "key-0") || is_kept(ledger, "key-2"));
    assert_true(is_kept(ledger, "key-3") && is_kept(ledger, "key-9"));
    assert_int_equal(ledger_sweep_cache(ledger, INT64_MAX, 75, 100), 7);
    ledger_commit(ledger);
    ledger_close(&ledger);
}

static off_t size_of(const char *path)
{
    struct stat info;

    assert_int_equal(stat(path, &info), 0);
    return info.st_size;
}

static void fill_round(struct ledger *ledger, int round)
{
    char name[32], answer[2001];
    struct slide_row row = {.outcome = OUTCOME_EXPLAINED, .answer = answer};

    memset(answer, 'a', sizeof answer - 1);
    answer[sizeof answer - 1] = '\0';
    for (int i = 0; i < 8; i++) {
        int64_t job;

        snprintf(name, sizeof name, "job-%d-%d", round, i);
        job = add_ended(ledger, name, 40);
        for (row.slide = 1; row.slide <= 40; row.slide++) {
            ledger_slide_update(ledger, job, &row);
            snprintf(name, sizeof name, "key-%d-%d-%u", round, i, row.slide);
            ledger_cache_add(ledger, name, answer, "openai", "gpt");
        }
        ledger_commit(ledger);
    }
    while (ledger_sweep_jobs(ledger, INT64_MAX, 256) > 0 || ledger_sweep_cache(ledger, 1, 1 << 20, 256) > 0)
        ledger_commit(ledger);
    ledger_sync(ledger);
}

/* Some 1.4 MB come and go with each round. */
static void the_files_reach_a_plateau(void **state)
{
    struct ledger *ledger = ledger_open("plateau.sqlite");
    off_t plateau = 0;

    (void)state;
    for (int round = 0; round < 60; round++) {
        fill_round(ledger, round);
        if (round == 30)
            plateau = size_of("plateau.sqlite");
    }
    assert_true(plateau > 0 && size_of("plateau.sqlite") <= plateau + plateau / 10);
    assert_true(size_of("plateau.sqlite-wal") < 160 << 20);
    ledger_close(&ledger);
}

/* ---- durable beside the loop ---- */

/* As the loop waits. */
static void wait_for_sync(struct ledger *ledger, uint64_t commit)
{
    while (ledger_synced(ledger) < commit) {
        struct pollfd item = {.fd = ledger_fd(ledger), .events = POLLIN};

        assert_int_equal(poll(&item, 1, PATIENCE_MS), 1);
        ledger_commit(ledger);
    }
}

static void a_commit_is_durable_when_the_thread_says_so(void **state)
{
    struct ledger *ledger = ledger_open("beside.sqlite");
    uint64_t first, last = 0;
    char name[16];

    (void)state;
    assert_int_equal(ledger_commit(ledger), ledger_synced(ledger)); /* nothing was written */
    add_job(ledger, "first");
    first = ledger_commit(ledger);
    assert_int_equal(ledger_commit(ledger),
                     first); /* a turn that writes nothing depends on the last commit */
    wait_for_sync(ledger, first);
    for (int i = 0; i < 500; i++) { /* the loop goes on while some are under way */
        snprintf(name, sizeof name, "job-%d", i);
        add_job(ledger, name);
        last = ledger_commit(ledger);
        assert_true(ledger_synced(ledger) <= last && last <= first + 1 + (uint64_t)i);
        assert_true(is_there(ledger, name));
    }
    wait_for_sync(ledger, last);
    assert_int_equal(ledger_synced(ledger), last);
    ledger_close(&ledger);
}

/* Turns come faster than a sync is worth: they share one. */
static void soon_after_a_sync_a_commit_waits_for_more(void **state)
{
    struct ledger *ledger = ledger_open("later.sqlite");
    const int64_t now_ms = clock_monotonic_ms();
    int64_t at_ms;
    uint64_t first;

    (void)state;
    add_job(ledger, "first");
    first = ledger_commit_later(ledger, now_ms, &at_ms);
    assert_int_equal(at_ms, TIMER_NONE); /* the last one is long ago */
    wait_for_sync(ledger, first);
    add_job(ledger, "second");
    assert_int_equal(ledger_commit_later(ledger, now_ms, &at_ms), first + 1);
    assert_true(at_ms > now_ms);
    add_job(ledger, "third");
    assert_int_equal(ledger_commit_later(ledger, at_ms - 1, &at_ms), first + 1);
    assert_true(ledger_gathers(ledger));
    assert_int_equal(ledger_commit_later(ledger, at_ms, &at_ms), first + 1);
    assert_false(ledger_gathers(ledger));
    wait_for_sync(ledger, first + 1);
    add_job(ledger, "fourth");
    assert_int_equal(ledger_commit(ledger), first + 2); /* somebody is in a hurry */
    assert_false(ledger_gathers(ledger));
    ledger_close(&ledger);
}

static void the_end_waits_for_the_last_commit(void **state)
{
    struct ledger *ledger = ledger_open("end.sqlite");
    uint64_t last;

    (void)state;
    add_job(ledger, "last");
    last = ledger_commit(ledger);
    ledger_sync(ledger);
    assert_int_equal(ledger_synced(ledger), last);
    ledger_close(&ledger);
    assert_int_equal(access("end.sqlite-wal", F_OK), -1); /* moved into the ledger */
    ledger = ledger_open("end.sqlite");
    assert_true(is_there(ledger, "last"));
    ledger_close(&ledger);
}

/* Somebody makes a backup while it runs. */
static void a_reader_in_the_way_stops_nobody(void **state)
{
    struct ledger *ledger = ledger_open("read.sqlite");
    sqlite3_stmt *reading;
    sqlite3 *other;

    (void)state;
    add_job(ledger, "one");
    wait_for_sync(ledger, ledger_commit(ledger));
    assert_int_equal(sqlite3_open("read.sqlite", &other), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(other, "SELECT job FROM jobs", -1, &reading, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(reading), SQLITE_ROW);
    for (int round = 0; round < 8; round++)
        fill_round(ledger, round);
    wait_for_sync(ledger, ledger_commit(ledger));
    assert_int_equal(sqlite3_step(reading), SQLITE_DONE); /* it saw its one moment */
    sqlite3_finalize(reading);
    sqlite3_close(other);
    ledger_close(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_is_added_once),
        cmocka_unit_test(tenants_are_apart),
        cmocka_unit_test(a_key_that_gains_a_name_takes_its_jobs_along),
        cmocka_unit_test(money_is_the_tenants),
        cmocka_unit_test(late_jobs_are_found_behind_any_number_of_others),
        cmocka_unit_test(a_crash_keeps_what_was_committed),
        cmocka_unit_test(an_answer_stays_with_its_slide),
        cmocka_unit_test(open_leases_are_void_at_the_next_start),
        cmocka_unit_test(a_callback_is_owed_until_it_ends),
        cmocka_unit_test(an_old_job_goes_with_all_it_has),
        cmocka_unit_test(jobs_go_a_slice_at_a_time),
        cmocka_unit_test(attempts_go_once_their_job_has_ended),
        cmocka_unit_test(answers_go_by_age_and_by_size),
        cmocka_unit_test(the_files_reach_a_plateau),
        cmocka_unit_test(an_answer_is_found_by_its_key),
        cmocka_unit_test(a_commit_is_durable_when_the_thread_says_so),
        cmocka_unit_test(soon_after_a_sync_a_commit_waits_for_more),
        cmocka_unit_test(the_end_waits_for_the_last_commit),
        cmocka_unit_test(a_reader_in_the_way_stops_nobody),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
