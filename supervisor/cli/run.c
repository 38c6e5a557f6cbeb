/* run - slidemill run: the whole pipeline on one file, without a server and without an account
 *
 * A supervisor of its own works in a private folder; this process sits where front would sit, hands the PDF
 * over, shows how far it is and brings the artifacts home.  It never reads the PDF's content beyond its mark.
 *
 * Promise: afterwards there are either all artifacts or none of this run's, and the private folder is gone
 * (but for its log after a fault of ours).
 */
#include "supervisor/cli/commands.h"

#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "conf/conf.h"
#include "proto/clock.h"
#include "proto/codes.h"
#include "proto/exits.h"
#include "proto/panic.h"
#include "proto/utf8.h"

#include "supervisor/cli/estimate_report.h"
#include "supervisor/cli/results.h"
#include "supervisor/cli/last_error.h"
#include "supervisor/cli/pdf_file.h"
#include "supervisor/cli/temp_folder.h"
#include "supervisor/cli/run_options.h"
#include "supervisor/cli/progress.h"
#include "supervisor/cli/console.h"
#include "supervisor/cli/local_client.h"
#include "supervisor/process/limits.h"

/* CONNECT: how often to look for the sockets; SILENCE: an answer that takes longer will not come; FULL:
 * how long nothing may move while the disk is full. */
enum {
    CONNECT_EVERY_MS = 5,
    ASK_EVERY_MS = 100,
    SILENCE_MAX_MS = 30000,
    FULL_MAX_MS = 3000,
    EXIT_STOPPED = 130
};

struct run {
    struct run_options options;
    struct pdf_file pdf;
    struct results results;
    struct temp_folder folder;
    struct local_client *client;
    struct progress progress;
    int64_t started_ms, heard_ms;
    int64_t done, moved_ms; /* slides done, and when there was room on the disk or one more was done */
    bool accepted;          /* the job is the supervisor's */
    bool ended;             /* the supervisor went before the job was done */
    bool open;              /* a question is not answered yet */
};

enum { GOES_ON = -1 }; /* no exit code yet */

/* ---- what the supervisor answers ---- */

static int64_t number_at(json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static const char *text_at(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text == NULL ? "" : text;
}

/* The supervisor waits for room on its disk, as a service should; a person is told. */
static int check_disk(struct run *run, const struct progress_facts *facts)
{
    const int64_t now = clock_monotonic_ms();

    if (!temp_folder_is_full(&run->folder) || facts->done != run->done || run->moved_ms == 0) {
        run->done = facts->done;
        run->moved_ms = now;
    }
    return now - run->moved_ms < FULL_MAX_MS ? GOES_ON : temp_folder_report_full(&run->folder);
}

static int show_progress(struct run *run, json_t *job)
{
    json_t *slides = json_object_get(job, "slides");
    const struct progress_facts facts = {.status = text_at(job, "status"),
                                         .done = number_at(slides, "done"),
                                         .total = number_at(job, "total_slides"),
                                         .failed = number_at(slides, "failed"),
                                         .elapsed_ms = clock_monotonic_ms() - run->started_ms};

    progress_show(&run->progress, &facts);
    return check_disk(run, &facts);
}

static int on_end(struct run *run, json_t *job)
{
    json_t *error = json_object_get(job, "error");
    int rc;

    progress_close(&run->progress);
    if (run->options.estimate && strcmp(text_at(job, "status"), "completed") == 0) {
        estimate_report(job);
        return EXIT_DONE;
    }
    if (strcmp(text_at(job, "status"), "completed") != 0) {
        console_error("%s: %s: %s", run->options.path, text_at(error, "code"), text_at(error, "message"));
        return EXIT_DATA;
    }
    rc = results_copy(&run->results, &run->folder, local_client_job(run->client));
    if (rc == EXIT_DONE)
        results_print(&run->results, clock_monotonic_ms() - run->started_ms);
    return rc;
}

static int on_job(struct run *run, struct wire *answer)
{
    json_t *job =
        answer->frames == 1 ? json_loadb(wire_data(answer, 0), wire_size(answer, 0), 0, NULL) : NULL;
    const char *status = text_at(job, "status");
    int rc = GOES_ON;

    if (answer->answer.status != 200 || job == NULL) {
        console_error("the supervisor cannot say how the job stands (%u %s)", answer->answer.status,
                      answer->answer.code);
        rc = EXIT_SOFTWARE;
    } else if (strcmp(status, "completed") == 0 || strcmp(status, "failed") == 0)
        rc = on_end(run, job);
    else
        rc = show_progress(run, job);
    json_decref(job);
    return rc;
}

static int on_answer(struct run *run, struct wire *answer)
{
    run->open = false;
    run->heard_ms = clock_monotonic_ms();
    if (run->accepted)
        return on_job(run, answer);
    if (strcmp(answer->answer.code, code_name(CODE_STORAGE_FULL)) == 0)
        return temp_folder_report_full(&run->folder);
    if (answer->answer.status != 202) {
        console_error("%s: %s: %s", run->options.path, answer->answer.code, answer->answer.detail);
        return EXIT_DATA;
    }
    run->accepted = true;
    local_client_ask(run->client);
    run->open = true;
    return GOES_ON;
}

/* ---- the flow ---- */

static int on_quiet(struct run *run)
{
    if (clock_monotonic_ms() - run->heard_ms > SILENCE_MAX_MS) {
        console_error("the supervisor does not answer");
        return EXIT_SOFTWARE;
    }
    if (run->accepted && !run->open) {
        local_client_ask(run->client);
        run->open = true;
    }
    return GOES_ON;
}

static int on_event(struct run *run, enum local_client_event event, struct wire *answer)
{
    int rc = GOES_ON;

    switch (event) {
    case LOCAL_CLIENT_ANSWER:
        rc = on_answer(run, answer);
        wire_clear(answer);
        break;
    case LOCAL_CLIENT_QUIET:
        rc = on_quiet(run);
        break;
    case LOCAL_CLIENT_ENDED:
        run->ended = true;
        rc = EXIT_SOFTWARE;
        break;
    case LOCAL_CLIENT_STOP:
        rc = EXIT_STOPPED;
        break;
    }
    return rc;
}

/* Until the sockets are there. */
static int wait_for_supervisor(struct run *run)
{
    struct wire none;
    int rc = GOES_ON;

    while (rc == GOES_ON && !local_client_connect(run->client))
        rc = on_event(run, local_client_wait(run->client, CONNECT_EVERY_MS, &none), &none);
    return rc;
}

static int follow_job(struct run *run)
{
    struct wire answer;
    int rc = wait_for_supervisor(run);

    if (rc != GOES_ON)
        return rc;
    if (local_client_submit(run->client, &run->pdf, &run->options) == -1)
        return EXIT_NOINPUT;
    run->open = true;
    while (rc == GOES_ON)
        rc = on_event(run, local_client_wait(run->client, ASK_EVERY_MS, &answer), &answer);
    return rc;
}

/* The limit is looked at here already, so that a person need not wait for it; this also tells faults of the
 * configuration to the terminal rather than to the log. */
static int prepare(struct run *run)
{
    struct conf *conf = conf_load(NULL, stderr);
    struct limits_fault fault;
    int rc;

    if (conf == NULL)
        return EXIT_CONFIG;
    if (limits_check(conf, &fault) == -1) {
        console_error("%s; %s", fault.what, fault.remedy);
        conf_free(&conf);
        return EXIT_SYSTEM;
    }
    rc = pdf_file_open(&run->pdf, run->options.path, conf->limit_pdf_bytes);
    conf_free(&conf);
    if (rc != EXIT_DONE)
        return rc;
    if (!run->options.estimate)
        rc = results_open(&run->results, run->options.folder == NULL ? run->pdf.stem : run->options.folder,
                          run->options.outputs);
    if (rc == EXIT_DONE)
        rc = temp_folder_make(&run->folder);
    if (rc != EXIT_DONE)
        return rc;
    run->client = local_client_new(&run->folder);
    return run->client == NULL ? EXIT_SYSTEM : EXIT_DONE;
}

/* In its own words, if it had any. */
static void report_early_end(const struct run *run, int code)
{
    char *log = temp_folder_path(&run->folder, temp_folder_log_name), *why = last_error(log);

    console_error("the supervisor ended before the work was done (%s %d)%s%s",
                  code > 128 ? "signal" : "exit code", code > 128 ? code - 128 : code,
                  why == NULL ? "" : ": ", why == NULL ? "" : why);
    free(log);
    free(why);
}

/* The exit code; what it was may show only now that the supervisor is gone. */
static int end_supervisor(struct run *run, int rc)
{
    int code = run->client == NULL ? EXIT_DONE : local_client_free(&run->client);

    if (!run->ended)
        return rc;
    if (temp_folder_is_full(&run->folder))
        return temp_folder_report_full(&run->folder);
    report_early_end(run, code);
    return code == EXIT_CONFIG || code == EXIT_SYSTEM ? code : rc;
}

/* A fault of ours: what the supervisor has logged may explain it. */
static bool is_our_fault(int rc)
{
    return rc != EXIT_DONE && rc != EXIT_STOPPED && rc != EXIT_DATA && rc != EXIT_STORAGE;
}

static int clean_up(struct run *run, int rc)
{
    bool keep, started = run->client != NULL;

    progress_close(&run->progress);
    rc = end_supervisor(run, rc);
    keep = started && is_our_fault(rc);
    if (rc == EXIT_STOPPED)
        console_error("stopped; nothing is kept");
    if (keep)
        console_error("the log is %s/%s", run->folder.path, temp_folder_log_name);
    temp_folder_remove(&run->folder, keep);
    if (rc != EXIT_DONE && !run->options.estimate)
        results_abandon(&run->results);
    pdf_file_close(&run->pdf);
    run_options_close(&run->options);
    return rc;
}

static int run_or_estimate(int argc, char **argv, bool estimate)
{
    struct run run = {.pdf = {.fd = -1}, .folder = {.fd = -1, .log = -1}, .started_ms = clock_monotonic_ms()};
    void (*on_pipe)(int) = signal(SIGPIPE, SIG_IGN); /* there is something to clean up */
    int rc = run_options_read(&run.options, estimate, argc, argv);

    if (rc != EXIT_DONE) {
        run_options_close(&run.options);
        return rc;
    }
    setlocale(LC_CTYPE, "");
    progress_open(&run.progress);
    run.heard_ms = run.started_ms;
    rc = prepare(&run);
    if (rc == EXIT_DONE)
        rc = follow_job(&run);
    rc = clean_up(&run, rc);
    signal(SIGPIPE, on_pipe);
    return rc;
}

int run_main(int argc, char **argv)
{
    return run_or_estimate(argc, argv, false);
}

int estimate_main(int argc, char **argv)
{
    return run_or_estimate(argc, argv, true);
}
