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

#include "supervisor/cli/estimate.h"
#include "supervisor/cli/harvest.h"
#include "supervisor/cli/last_error.h"
#include "supervisor/cli/lecture.h"
#include "supervisor/cli/nest.h"
#include "supervisor/cli/order.h"
#include "supervisor/cli/progress.h"
#include "supervisor/cli/say.h"
#include "supervisor/cli/seat.h"
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
    struct order order;
    struct lecture lecture;
    struct harvest harvest;
    struct nest nest;
    struct seat *seat;
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
static int stuck(struct run *run, const struct progress_facts *facts)
{
    const int64_t now = clock_monotonic_ms();

    if (!nest_is_full(&run->nest) || facts->done != run->done || run->moved_ms == 0) {
        run->done = facts->done;
        run->moved_ms = now;
    }
    return now - run->moved_ms < FULL_MAX_MS ? GOES_ON : nest_tell_full(&run->nest);
}

static int show(struct run *run, json_t *job)
{
    json_t *slides = json_object_get(job, "slides");
    const struct progress_facts facts = {.status = text_at(job, "status"),
                                         .done = number_at(slides, "done"),
                                         .total = number_at(job, "total_slides"),
                                         .failed = number_at(slides, "failed"),
                                         .elapsed_ms = clock_monotonic_ms() - run->started_ms};

    progress_show(&run->progress, &facts);
    return stuck(run, &facts);
}

static int on_end(struct run *run, json_t *job)
{
    json_t *error = json_object_get(job, "error");
    int rc;

    progress_close(&run->progress);
    if (run->order.estimate && strcmp(text_at(job, "status"), "completed") == 0) {
        estimate_tell(job);
        return EXIT_DONE;
    }
    if (strcmp(text_at(job, "status"), "completed") != 0) {
        say_error("%s: %s: %s", run->order.path, text_at(error, "code"), text_at(error, "message"));
        return EXIT_DATA;
    }
    rc = harvest_take(&run->harvest, &run->nest, seat_job(run->seat));
    if (rc == EXIT_DONE)
        harvest_tell(&run->harvest, clock_monotonic_ms() - run->started_ms);
    return rc;
}

static int on_job(struct run *run, struct wire *answer)
{
    json_t *job =
        answer->frames == 1 ? json_loadb(wire_data(answer, 0), wire_size(answer, 0), 0, NULL) : NULL;
    const char *status = text_at(job, "status");
    int rc = GOES_ON;

    if (answer->answer.status != 200 || job == NULL) {
        say_error("the supervisor cannot say how the job stands (%u %s)", answer->answer.status,
                  answer->answer.code);
        rc = EXIT_SOFTWARE;
    } else if (strcmp(status, "completed") == 0 || strcmp(status, "failed") == 0)
        rc = on_end(run, job);
    else
        rc = show(run, job);
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
        return nest_tell_full(&run->nest);
    if (answer->answer.status != 202) {
        say_error("%s: %s: %s", run->order.path, answer->answer.code, answer->answer.detail);
        return EXIT_DATA;
    }
    run->accepted = true;
    seat_ask(run->seat);
    run->open = true;
    return GOES_ON;
}

/* ---- the flow ---- */

static int on_quiet(struct run *run)
{
    if (clock_monotonic_ms() - run->heard_ms > SILENCE_MAX_MS) {
        say_error("the supervisor does not answer");
        return EXIT_SOFTWARE;
    }
    if (run->accepted && !run->open) {
        seat_ask(run->seat);
        run->open = true;
    }
    return GOES_ON;
}

static int on_event(struct run *run, enum seat_event event, struct wire *answer)
{
    int rc = GOES_ON;

    switch (event) {
    case SEAT_ANSWER:
        rc = on_answer(run, answer);
        wire_clear(answer);
        break;
    case SEAT_QUIET:
        rc = on_quiet(run);
        break;
    case SEAT_ENDED:
        run->ended = true;
        rc = EXIT_SOFTWARE;
        break;
    case SEAT_STOP:
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

    while (rc == GOES_ON && !seat_connect(run->seat))
        rc = on_event(run, seat_wait(run->seat, CONNECT_EVERY_MS, &none), &none);
    return rc;
}

static int follow(struct run *run)
{
    struct wire answer;
    int rc = wait_for_supervisor(run);

    if (rc != GOES_ON)
        return rc;
    if (seat_submit(run->seat, &run->lecture, &run->order) == -1)
        return EXIT_NOINPUT;
    run->open = true;
    while (rc == GOES_ON)
        rc = on_event(run, seat_wait(run->seat, ASK_EVERY_MS, &answer), &answer);
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
        say_error("%s; %s", fault.what, fault.remedy);
        conf_free(&conf);
        return EXIT_SYSTEM;
    }
    rc = lecture_open(&run->lecture, run->order.path, conf->limit_pdf_bytes);
    conf_free(&conf);
    if (rc != EXIT_DONE)
        return rc;
    if (!run->order.estimate)
        rc = harvest_open(&run->harvest, run->order.folder == NULL ? run->lecture.stem : run->order.folder,
                          run->order.outputs);
    if (rc == EXIT_DONE)
        rc = nest_make(&run->nest);
    if (rc != EXIT_DONE)
        return rc;
    run->seat = seat_new(&run->nest);
    return run->seat == NULL ? EXIT_SYSTEM : EXIT_DONE;
}

/* In its own words, if it had any. */
static void tell_end(const struct run *run, int code)
{
    char *log = nest_path(&run->nest, nest_log_name), *why = last_error(log);

    say_error("the supervisor ended before the work was done (%s %d)%s%s",
              code > 128 ? "signal" : "exit code", code > 128 ? code - 128 : code, why == NULL ? "" : ": ",
              why == NULL ? "" : why);
    free(log);
    free(why);
}

/* The exit code; what it was may show only now that the supervisor is gone. */
static int end_supervisor(struct run *run, int rc)
{
    int code = run->seat == NULL ? EXIT_DONE : seat_free(&run->seat);

    if (!run->ended)
        return rc;
    if (nest_is_full(&run->nest))
        return nest_tell_full(&run->nest);
    tell_end(run, code);
    return code == EXIT_CONFIG || code == EXIT_SYSTEM ? code : rc;
}

/* A fault of ours: what the supervisor has logged may explain it. */
static bool is_our_fault(int rc)
{
    return rc != EXIT_DONE && rc != EXIT_STOPPED && rc != EXIT_DATA && rc != EXIT_STORAGE;
}

static int leave(struct run *run, int rc)
{
    bool keep, started = run->seat != NULL;

    progress_close(&run->progress);
    rc = end_supervisor(run, rc);
    keep = started && is_our_fault(rc);
    if (rc == EXIT_STOPPED)
        say_error("stopped; nothing is kept");
    if (keep)
        say_error("the log is %s/%s", run->nest.path, nest_log_name);
    nest_remove(&run->nest, keep);
    if (rc != EXIT_DONE && !run->order.estimate)
        harvest_abandon(&run->harvest);
    lecture_close(&run->lecture);
    order_close(&run->order);
    return rc;
}

static int run_or_estimate(int argc, char **argv, bool estimate)
{
    struct run run = {
        .lecture = {.fd = -1}, .nest = {.folder = -1, .log = -1}, .started_ms = clock_monotonic_ms()};
    int rc = order_read(&run.order, estimate, argc, argv);

    if (rc != EXIT_DONE) {
        order_close(&run.order);
        return rc;
    }
    setlocale(LC_CTYPE, "");
    progress_open(&run.progress);
    run.heard_ms = run.started_ms;
    rc = prepare(&run);
    if (rc == EXIT_DONE)
        rc = follow(&run);
    return leave(&run, rc);
}

int run_main(int argc, char **argv)
{
    return run_or_estimate(argc, argv, false);
}

int estimate_main(int argc, char **argv)
{
    return run_or_estimate(argc, argv, true);
}
