/* main - slidemill-supervisor: owns the ledger, the blobs and the workers; decides who does what next
 *
 * One loop, one poll: wait, read the clock, take signals, what has become durable and messages, bury the
 * dead, let the pool and the outbox do what is due, dispatch, commit, and send what waits for no commit
 * that is not durable yet.  The loop never waits for a disk: two threads do (io_thread.h), one syncs the
 * ledger (ledger_commit.c), one writes the blobs (blob.c), so that no commit waits for an upload.  It speaks
 * no network itself: it hands front its listening socket, which `slidemill serve` keeps between two
 * supervisors.
 *
 * Command line: slidemill-supervisor [--config FILE] [--keeper] | --local
 * --keeper: descriptor 3 leads to who keeps the listening socket (listen.h).
 * --local: no front is started; `slidemill run` is its client instead (run/local.tasks, run/local.results).
 * Signals: SIGTERM and SIGINT drain, a second one ends at once; SIGHUP reloads the parameters.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <jansson.h>

#include "proto/clock.h"
#include "proto/exits.h"
#include "proto/fault.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "supervisor/api/ask.h"
#include "supervisor/api/asker.h"
#include "supervisor/api/job_json.h"
#include "supervisor/api/submit.h"
#include "supervisor/base/production.h"
#include "supervisor/config/config_fault.h"
#include "supervisor/inbox.h"
#include "supervisor/job/drain.h"
#include "supervisor/job/job_deadline.h"
#include "supervisor/job/job_activate.h"
#include "supervisor/job/job_machine.h"
#include "supervisor/job/lease_message.h"
#include "supervisor/job/worker_adopt.h"
#include "supervisor/ledger/retention.h"
#include "supervisor/process/limits.h"
#include "supervisor/process/listen.h"
#include "supervisor/process/program.h"
#include "supervisor/config/reload.h"
#include "supervisor/schedule/dispatch.h"
#include "supervisor/schedule/outage.h"
#include "supervisor/schedule/watchdog.h"
#include "supervisor/store/state_folder.h"

enum { OWN_ITEMS = 2 + BLOB_FDS, LEASE_BITS = 40, IDLE_MAX_MS = 10000, UNSENT_MS = 5, GATHER_MS = 5 };

/* Who lives here: each part is given what it needs of the others by open_all(). */
struct loop {
    bool local;
    int keeper; /* of the listening socket; -1: there is none */
    int signals;
    struct service service;
    struct ledger *ledger;
    struct blobs *blobs;
    struct vault *vault;
    struct worker_pool *pool;
    struct lanes *lanes;
    struct in_flight *in_flight;
    struct tenants *tenants;
    struct budget *budget;
    struct admissions *admissions;
    struct outbox *outbox;
    struct job_list *list;
    struct schedule schedule;
    struct jobs jobs;
    struct askers *askers;
    struct ask ask;
    struct submit submit;
    struct inbox inbox;
    struct reload reload;
    struct retention retention;
    struct job_deadline deadline;
    struct drain drain;
};

/* ---- signals ---- */

static void take_signals(struct loop *loop)
{
    struct signalfd_siginfo info;

    while (read(loop->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGHUP) {
            reload_now(&loop->reload);
            admission_reloaded(loop->admissions);
        } else
            drain_on_stop(&loop->drain);
    }
}

/* ---- the loop ---- */

/* Answers to what has just come cannot leave before the sync that is under way, or to come: others are let
 * come meanwhile, for a moment, and are served in the same turn. */
static void let_gather(struct ledger *ledger, int wait_ms)
{
    struct pollfd item = {.fd = ledger_fd(ledger), .events = POLLIN};

    if (ledger_gathers(ledger))
        poll(&item, 1, timer_poll_ms(wait_ms, GATHER_MS));
}

static void wait_for_something(struct loop *loop, int wait_ms)
{
    struct pollfd *items;
    unsigned workers = 0;
    int count = 0, fds[BLOB_FDS];

    for (const struct worker *w = worker_pool_first(loop->pool); w != NULL; w = worker_next(w)) {
        workers++;
        wait_ms = worker_speaks(w) ? 0 : wait_ms;
    }
    let_gather(loop->ledger, wait_ms);
    items = need_zero(OWN_ITEMS + (size_t)workers * WORKER_ITEMS, sizeof *items);
    items[count++] = (struct pollfd){.fd = loop->signals, .events = POLLIN};
    items[count++] = (struct pollfd){.fd = ledger_fd(loop->ledger), .events = POLLIN};
    blobs_fds(loop->blobs, fds);
    for (int i = 0; i < BLOB_FDS; i++)
        items[count++] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    for (const struct worker *w = worker_pool_first(loop->pool); w != NULL; w = worker_next(w))
        count += worker_items(w, items + count);
    if (poll(items, (nfds_t)count, wait_ms) == -1 && errno != EINTR)
        panic("poll");
    count = OWN_ITEMS;
    for (struct worker *w = worker_pool_first(loop->pool); w != NULL; w = worker_next(w))
        count += worker_polled(w, items + count);
    free(items);
    loop->service.now_ms = clock_monotonic_ms();
}

/* Somebody at the other end of front waits for a commit. */
static bool client_waits(const struct loop *loop)
{
    const struct worker *front = NULL;

    while ((front = worker_pool_next(loop->pool, STAGE_FRONT, front)) != NULL)
        if (worker_unsent(front, 0) != NULL)
            return true;
    return false;
}

/* Returns how long the next turn may wait: wait_ms, or less. */
static int commit_and_send(struct loop *loop, int wait_ms)
{
    int64_t at_ms = TIMER_NONE;
    uint64_t commit = client_waits(loop) ? ledger_commit(loop->ledger)
                                         : ledger_commit_later(loop->ledger, loop->service.now_ms, &at_ms);
    const uint64_t synced = ledger_synced(loop->ledger);
    bool unsent = false;

    blobs_tidy(loop->blobs, commit, synced);
    for (struct worker *w = worker_pool_first(loop->pool); w != NULL; w = worker_next(w)) {
        worker_committed(w, commit);
        unsent = !worker_flush(w, synced) || unsent;
    }
    wait_ms = timer_poll_ms(timer_left(at_ms, loop->service.now_ms), wait_ms);
    return unsent ? timer_poll_ms(UNSENT_MS, wait_ms) : wait_ms;
}

static void turn(struct loop *loop, int wait_ms)
{
    wait_for_something(loop, wait_ms);
    take_signals(loop);
    ledger_turn(loop->ledger);
    blobs_turn(loop->blobs);
    job_machine_turn(&loop->jobs); /* a job that a check of its blobs made active takes no result before */
    inbox_take(&loop->inbox);
    inbox_bury_the_dead(&loop->inbox);
    drain_interrupt(&loop->drain);
    job_machine_turn(&loop->jobs);
}

static bool wants_model(const struct lanes *lanes)
{
    return lanes_due(lanes, LANE_EXPLAIN) > 0 || lanes_due(lanes, LANE_OVERVIEW) > 0;
}

/* Returns how long the next turn may wait. */
static int do_what_is_due(struct loop *loop)
{
    const int64_t now_ms = loop->service.now_ms;
    int64_t next = worker_pool_turn(loop->pool, now_ms);

    next = timer_sooner(next, outbox_turn(loop->outbox));
    next = timer_sooner(next, lanes_turn(loop->lanes, now_ms));
    next = timer_sooner(next, drain_next(&loop->drain));
    next = timer_sooner(next, retention_turn(&loop->retention));
    next = timer_sooner(next, job_deadline_turn(&loop->deadline));
    job_machine_turn(&loop->jobs);
    admission_turn(loop->admissions);
    do
        dispatch(&loop->schedule);
    while (job_machine_turn(&loop->jobs)); /* what could not be handed out, or was known already */
    next = timer_sooner(next, admission_next(loop->admissions, wants_model(loop->lanes)));
    next = timer_sooner(next, asker_turn(loop->askers));
    next = timer_sooner(next, outage_next(&loop->schedule));
    next = timer_sooner(next, watchdog_turn(&loop->schedule));
    return timer_poll_ms(timer_left(next, now_ms), IDLE_MAX_MS);
}

static void run(struct loop *loop)
{
    int wait_ms = 0;
    bool left = false;

    while (!left) {
        turn(loop, wait_ms);
        left = drain_turn(&loop->drain);
        wait_ms = commit_and_send(loop, do_what_is_due(loop));
    }
}

/* ---- beginning and end ---- */

/* We change our folder. The name as it is, if there is no such file: loading says so. */
static const char *absolute(const char *path)
{
    char *whole = realpath(path, NULL);

    return whole == NULL ? path : whole;
}

static int parse(struct loop *loop, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"keeper", no_argument, NULL, 'k'},
                                            {"local", no_argument, NULL, 's'},
                                            {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'c')
            loop->reload.file = absolute(optarg);
        else if (option == 's')
            loop->local = true;
        else if (option == 'k')
            loop->keeper = PROGRAM_GIVEN_AT;
        else
            return EXIT_USAGE;
    }
    return optind == argc ? EXIT_DONE : EXIT_USAGE;
}

/* No core dump, no peeking: the secrets of all stages pass through here. */
static int settle_in(struct loop *loop)
{
    const struct rlimit none = {0, 0};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* then the write fails, and says so */
    if (sigprocmask(SIG_BLOCK, &set, NULL) == -1 || setrlimit(RLIMIT_CORE, &none) == -1 ||
        prctl(PR_SET_DUMPABLE, 0) == -1)
        return EXIT_SYSTEM;
    loop->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return loop->signals == -1 ? EXIT_SYSTEM : EXIT_DONE;
}

/* The link that others reach us by, if none was given. */
static void name_url(struct conf *conf, unsigned port)
{
    char url[64];

    if (*conf->http_public_url != '\0')
        return;
    snprintf(url, sizeof url, "http://127.0.0.1:%u", port);
    conf_set(&conf->http_public_url, url);
}

/* What endpoints took in earlier lives. */
static void recall_dialects(struct loop *loop)
{
    char *dialects = ledger_note(loop->ledger, "dialects");

    conf_set(&loop->service.conf->model_dialects, dialects);
    free(dialects);
}

static char *body_of(void *arg, const struct job_row *row)
{
    const struct loop *loop = arg;

    return job_json_callback(loop->service.conf, loop->ledger, row);
}

/* Each of the upper parts is given what it needs of those below. */
static void join_parts(struct loop *loop)
{
    struct money_rows rows;

    loop->list = job_list_new(loop->ledger, loop->blobs, loop->tenants);
    rows = job_list_money_rows(loop->list);
    loop->budget = budget_new(&loop->service, loop->ledger, &rows);
    loop->admissions = admission_new(&loop->service, loop->ledger, loop->pool, loop->budget, &rows);
    loop->askers = askers_new(&loop->service, loop->ledger, loop->pool);
    loop->outbox = outbox_new(&loop->service, loop->ledger, loop->lanes, loop->tenants, body_of, loop);
    loop->schedule = (struct schedule){.service = &loop->service,
                                       .pool = loop->pool,
                                       .lanes = loop->lanes,
                                       .blobs = loop->blobs,
                                       .admissions = loop->admissions,
                                       .source = lease_message_source(&loop->jobs),
                                       .lease = ledger_epoch(loop->ledger) << LEASE_BITS};
    loop->jobs = (struct jobs){.service = &loop->service,
                               .ledger = loop->ledger,
                               .blobs = loop->blobs,
                               .vault = loop->vault,
                               .pool = loop->pool,
                               .lanes = loop->lanes,
                               .in_flight = loop->in_flight,
                               .schedule = &loop->schedule,
                               .admissions = loop->admissions,
                               .budget = loop->budget,
                               .outbox = loop->outbox,
                               .tenants = loop->tenants,
                               .list = loop->list,
                               .listener = {.estimated = asker_estimated, .arg = loop->askers}};
    jobs_join(&loop->jobs);
    loop->submit = (struct submit){.service = &loop->service,
                                   .ledger = loop->ledger,
                                   .blobs = loop->blobs,
                                   .vault = loop->vault,
                                   .pool = loop->pool,
                                   .schedule = &loop->schedule,
                                   .tenants = loop->tenants,
                                   .jobs = loop->list,
                                   .askers = loop->askers};
    loop->ask = (struct ask){.service = &loop->service,
                             .ledger = loop->ledger,
                             .vault = loop->vault,
                             .outbox = loop->outbox,
                             .vitals = {.service = &loop->service,
                                        .blobs = loop->blobs,
                                        .pool = loop->pool,
                                        .lanes = loop->lanes,
                                        .schedule = &loop->schedule,
                                        .admissions = loop->admissions,
                                        .outbox = loop->outbox,
                                        .jobs = loop->list}};
    loop->inbox = (struct inbox){.service = &loop->service,
                                 .ledger = loop->ledger,
                                 .pool = loop->pool,
                                 .admissions = loop->admissions,
                                 .jobs = &loop->jobs,
                                 .ask = &loop->ask,
                                 .submit = &loop->submit};
    loop->deadline = (struct job_deadline){.service = &loop->service,
                                           .ledger = loop->ledger,
                                           .list = loop->list,
                                           .start_ms = loop->service.now_ms,
                                           .start_unix_ms = clock_unix_ms()};
    loop->drain = (struct drain){.service = &loop->service,
                                 .ledger = loop->ledger,
                                 .blobs = loop->blobs,
                                 .pool = loop->pool,
                                 .outbox = loop->outbox,
                                 .list = loop->list};
}

static void open_all(struct loop *loop)
{
    unsigned port = 0;
    int listener;

    struct conf *conf = loop->service.conf;

    loop->reload.state_dir = need_dup(conf->state_dir);
    loop->reload.store_dir = need_dup(conf->store_dir);
    state_folder_enter(conf);
    state_folder_link_secret(conf);
    conf_wipe_environ(true);
    listener = loop->local ? -1 : listen_open(conf, loop->keeper, &port);
    if (loop->keeper != -1)
        close(loop->keeper);
    name_url(conf, port);
    loop->service.now_ms = clock_monotonic_ms();
    srand((unsigned)clock_unix_ms());
    loop->ledger = ledger_open("ledger.sqlite");
    loop->vault = vault_open();
    recall_dialects(loop);
    loop->blobs = blobs_open("blobs");
    loop->lanes = lanes_new();
    loop->in_flight = in_flight_new();
    loop->tenants = tenants_new();
    loop->pool = worker_pool_new(conf, ledger_epoch(loop->ledger), listener, loop->service.now_ms);
    worker_pool_find_programs(loop->pool);
    loop->reload.service = &loop->service;
    loop->reload.pool = loop->pool;
    loop->retention = (struct retention){.service = &loop->service, .ledger = loop->ledger};
    join_parts(loop);
    FAULT_OPEN();
    FAULT_POINT("supervisor", "recovery", NULL);
    adopt_living(&loop->jobs);
    worker_pool_turn(loop->pool, loop->service.now_ms); /* they get ready while we look at what is open */
    job_activate_recover(&loop->jobs);
}

static void close_all(struct loop *loop)
{
    log_info(stopped, log_int("open_jobs", (int64_t)job_list_counts(loop->list)->open));
    worker_pool_free(&loop->pool);
    job_list_free(&loop->list);
    outbox_free(&loop->outbox);
    in_flight_free(&loop->in_flight);
    admission_free(&loop->admissions);
    askers_free(&loop->askers);
    budget_free(&loop->budget);
    tenants_free(&loop->tenants);
    lanes_free(&loop->lanes);
    ledger_sync(loop->ledger);
    blobs_tidy(loop->blobs, ledger_commit(loop->ledger), ledger_synced(loop->ledger));
    blobs_close(&loop->blobs);
    vault_free(&loop->vault);
    ledger_close(&loop->ledger);
    free(loop->reload.state_dir);
    free(loop->reload.store_dir);
    conf_free(&loop->service.conf);
}

int main(int argc, char **argv)
{
    struct loop loop = {.keeper = -1, .signals = -1};
    struct limits_fault fault;
    int rc = parse(&loop, argc, argv);

    log_open("supervisor", -1, 0, LOG_LEVEL_INFO);
    json_set_alloc_funcs(need, free); /* an object without a member for want of memory would be a lie */
    if (rc != EXIT_DONE) {
        log_error(usage, log_str("do", "start it by `slidemill serve` or `slidemill run`"));
        return rc;
    }
    loop.service.conf = conf_load(loop.reload.file, stderr);
    if (loop.service.conf == NULL)
        return EXIT_CONFIG;
    if (log_level_of(loop.service.conf->log_level) >= 0)
        log_open("supervisor", -1, 0, (enum log_level)log_level_of(loop.service.conf->log_level));
    reload_note_renamed(loop.service.conf);
    if (config_fault(loop.service.conf) != NULL) {
        log_error(config_refused, log_str("reason", config_fault(loop.service.conf)));
        return EXIT_CONFIG;
    }
    if (limits_check(loop.service.conf, &fault) == -1) {
        log_error(limit_too_low, log_str("reason", fault.what), log_str("do", fault.remedy));
        return EXIT_SYSTEM;
    }
    loop.service.lacks = production_lacks(loop.service.conf);
    production_resolve_none(loop.service.conf);
    production_log(loop.service.lacks);
    rc = settle_in(&loop);
    if (rc != EXIT_DONE) {
        log_error(startup_failed, log_str("reason", strerror(errno)));
        return rc;
    }
    open_all(&loop);
    run(&loop);
    close_all(&loop);
    return EXIT_DONE;
}
