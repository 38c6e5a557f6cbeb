/* main - slidemill-supervisor: owns the ledger, the blobs and the workers; decides who does what next
 *
 * One loop, one poll: wait, read the clock, take signals, what has become durable and messages, bury the
 * dead, let the pool and the outbox do what is due, dispatch, commit, and send what waits for no commit
 * that is not durable yet.  The loop never waits for a disk: two threads do (io_thread.h), one syncs the
 * ledger (ledger_commit.c), one writes the blobs (blob.c), so that no commit waits for an upload.  It speaks
 * no network itself: it binds front's socket and hands it over.
 *
 * Command line: slidemill-supervisor [--config FILE] | --seat
 * --seat: no front is started; `slidemill run` sits in its place (run/seat.tasks, run/seat.results).
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
#include "supervisor/job/worker_adopt.h"
#include "supervisor/config_fault.h"
#include "supervisor/api/api.h"
#include "supervisor/schedule/dispatch.h"
#include "supervisor/job/drain.h"
#include "supervisor/job/job_machine.h"
#include "supervisor/store/state_folder.h"
#include "supervisor/process/limits.h"
#include "supervisor/process/listen.h"
#include "supervisor/schedule/outage.h"
#include "supervisor/money/call_admission.h"
#include "supervisor/base/production.h"
#include "supervisor/reload.h"
#include "supervisor/process/sender.h"
#include "supervisor/job/failure.h"
#include "supervisor/supervisor.h"
#include "supervisor/ledger/retention.h"
#include "supervisor/schedule/watchdog.h"

/* MESSAGES: taken from one worker before others have their turn. */
enum {
    OWN_ITEMS = 2 + BLOB_FDS,
    MAX_MESSAGES = 256,
    LEASE_BITS = 40,
    IDLE_MAX_MS = 60000,
    UNSENT_MS = 5,
    GATHER_MS = 5
};

struct loop {
    struct supervisor sup;
    const char *config;
    bool seat;
    int signals;
    struct drain drain;
    struct retention sweep;
};

/* ---- messages ---- */

static void on_message(struct supervisor *sup, struct worker *worker, struct wire *message)
{
    worker->heard_ms = sup->service.now_ms;
    switch (message->type) {
    case WIRE_HELLO:
        worker_hello(worker, &message->hello);
        if (worker->kind == STAGE_VISION)
            ledger_note_set(sup->ledger, "prompt", worker->prompt);
        log_info(worker_ready, log_str("stage", stage_name(worker->kind)), log_int("slot", worker->slot),
                 log_int("generation", (int64_t)worker->generation), log_int("credit", worker->credit),
                 log_str("engine", worker->engine), log_str("lacks", worker->lacks));
        break;
    case WIRE_BEAT:
        break;
    case WIRE_HOLDING:
        adopt_on_holding(worker, message->holding.lease);
        break;
    case WIRE_STATE:
        adopt_on_state(sup, worker, message->state.supervisor);
        break;
    case WIRE_CALL:
        admission_asked(sup->admissions, &message->call);
        break;
    case WIRE_CALLED:
        admission_called(sup->admissions, worker, &message->called);
        break;
    case WIRE_LEARNED:
        admission_learned(sup->admissions, &message->learned);
        break;
    case WIRE_SUBMIT:
        api_submit(sup, worker, message);
        break;
    case WIRE_ASK:
        api_ask(sup, worker, &message->ask);
        break;
    case WIRE_NAMED:
        api_named(sup, &message->named);
        break;
    default:
        job_machine_on_result(sup, worker, message);
        break;
    }
}

static enum claim claim_of(struct supervisor *sup, const struct worker *worker, uint64_t lease)
{
    struct attempt_row row;

    if (lease == 0)
        return CLAIM_NONE;
    if (worker_find(worker, lease) != NULL)
        return CLAIM_HOLDS;
    return ledger_attempt_find(sup->ledger, lease, &row) && row.generation == worker->generation ? CLAIM_HAD
                                                                                                 : CLAIM_NONE;
}

static const char *unfit(struct supervisor *sup, const struct worker *worker, const struct wire *message)
{
    const struct sender sender = {.kind = worker->kind,
                                  .phase = worker_state_phase(worker->state),
                                  .claim = claim_of(sup, worker, wire_lease(message))};

    return sender_fault(&sender, message);
}

static void log_refused(const struct worker *worker, const char *message, const char *why)
{
    log_error(message_refused, log_str("stage", stage_name(worker->kind)), log_int("slot", worker->slot),
              log_int("generation", (int64_t)worker->generation), log_str("message", message),
              log_str("reason", why));
}

/* A worker whose words we do not understand may have settled a lease in them: it goes, and its leases come
 * back. */
static void on_garbled(struct worker *worker, const char *why)
{
    log_refused(worker, "", why);
    if (worker->leases != NULL)
        worker_kill(worker, DEATH_GARBLED);
}

/* A worker that says what it may not say is not ours any more: it goes, and nothing else it says counts. */
static void on_forbidden(struct worker *worker, enum wire_type type, const char *why)
{
    log_refused(worker, wire_name(type), why);
    worker_silence(worker, DEATH_GARBLED);
}

/* true: there may be more. */
static bool take_one(struct supervisor *sup, struct worker *worker)
{
    struct wire message;
    const char *why;
    int rc = wire_receive(worker->results, &message, WIRE_UP, &why);

    if (rc == -1 && !worker->silenced)
        on_garbled(worker, why);
    if (rc != 1)
        return rc != 0;
    why = worker->silenced ? NULL : unfit(sup, worker, &message);
    if (why != NULL)
        on_forbidden(worker, message.type, why);
    else if (!worker->silenced) {
        FAULT_POINT("supervisor", "heard", wire_name(message.type));
        on_message(sup, worker, &message);
        if (message.type != WIRE_NONE) /* else its bytes are kept first */
            FAULT_POINT("supervisor", "settled", wire_name(message.type));
    }
    wire_clear(&message);
    return true;
}

static void take_messages(struct supervisor *sup)
{
    for (struct worker *w = worker_pool_first(sup->pool); w != NULL; w = w->next)
        for (int i = 0; i < MAX_MESSAGES && take_one(sup, w); i++)
            ;
}

static void bury_the_dead(struct supervisor *sup)
{
    struct worker *next;

    for (struct worker *w = worker_pool_first(sup->pool); w != NULL; w = next) {
        next = w->next;
        if (!worker_gone(w, sup->service.now_ms))
            continue;
        while (take_one(sup, w)) /* all it said counts */
            ;
        failure_on_death(sup, w);
        worker_pool_bury(sup->pool, w, sup->service.now_ms);
    }
}

/* ---- signals ---- */

static void take_signals(struct loop *loop)
{
    struct signalfd_siginfo info;

    while (read(loop->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGHUP)
            reload(&loop->sup, loop->config);
        else
            drain_on_stop(&loop->drain, &loop->sup);
    }
}

/* ---- the loop ---- */

static int soonest(int64_t a, int64_t wait_ms)
{
    if (wait_ms < 0)
        wait_ms = 0;
    return (int)(a < wait_ms ? a : wait_ms);
}

/* Answers to what has just come cannot leave before the sync that is under way has ended: others are let come
 * meanwhile, for a moment, and are served in the same turn. */
static void let_gather(const struct supervisor *sup)
{
    struct pollfd item = {.fd = ledger_fd(sup->ledger), .events = POLLIN};

    if (ledger_gathers(sup->ledger))
        poll(&item, 1, GATHER_MS);
}

static void wait_for_something(struct loop *loop, int wait_ms)
{
    struct supervisor *sup = &loop->sup;
    zmq_pollitem_t *items;
    unsigned workers = 0;
    int count = 0, fds[BLOB_FDS];

    for (const struct worker *w = worker_pool_first(sup->pool); w != NULL; w = w->next)
        workers++;
    let_gather(sup);
    items = need_zero(OWN_ITEMS + (size_t)workers * WORKER_ITEMS, sizeof *items);
    items[count++] = (zmq_pollitem_t){.fd = loop->signals, .events = ZMQ_POLLIN};
    items[count++] = (zmq_pollitem_t){.fd = ledger_fd(sup->ledger), .events = ZMQ_POLLIN};
    blobs_fds(sup->blobs, fds);
    for (int i = 0; i < BLOB_FDS; i++)
        items[count++] = (zmq_pollitem_t){.fd = fds[i], .events = ZMQ_POLLIN};
    for (const struct worker *w = worker_pool_first(sup->pool); w != NULL; w = w->next)
        count += worker_items(w, items + count);
    if (zmq_poll(items, count, wait_ms) == -1 && errno != EINTR)
        panic("zmq_poll");
    free(items);
    sup->service.now_ms = clock_monotonic_ms();
}

/* true: a message could not leave yet. */
static bool commit_and_send(struct supervisor *sup)
{
    uint64_t commit = ledger_commit(sup->ledger), synced = ledger_synced(sup->ledger);
    bool unsent = false;

    blobs_tidy(sup->blobs, commit, synced);
    for (struct worker *w = worker_pool_first(sup->pool); w != NULL; w = w->next) {
        worker_committed(w, commit);
        unsent = !worker_flush(w, synced) || unsent;
    }
    return unsent;
}

static void turn(struct loop *loop, int wait_ms)
{
    wait_for_something(loop, wait_ms);
    take_signals(loop);
    ledger_turn(loop->sup.ledger);
    blobs_turn(loop->sup.blobs, &loop->sup);
    take_messages(&loop->sup);
    bury_the_dead(&loop->sup);
    drain_interrupt(&loop->drain, &loop->sup);
    job_machine_turn(&loop->sup);
}

static int until(int wait, int64_t at_ms, int64_t now_ms)
{
    return at_ms == -1 ? wait : soonest(wait, at_ms - now_ms);
}

static bool wants_model(const struct supervisor *sup)
{
    return lanes_due(sup->lanes, LANE_EXPLAIN) > 0 || lanes_due(sup->lanes, LANE_OVERVIEW) > 0;
}

/* Returns how long the next turn may wait. */
static int do_what_is_due(struct loop *loop)
{
    struct supervisor *sup = &loop->sup;
    int64_t pool_at = worker_pool_turn(sup->pool, sup->service.now_ms);
    int64_t outbox_wait = outbox_turn(sup);
    int64_t lanes_at = lanes_turn(sup->lanes, sup->service.now_ms);
    int64_t drain_at = drain_next(&loop->drain, sup);
    int64_t sweep_at = retention_turn(&loop->sweep, sup);
    const int64_t jobs_at = watchdog_jobs(sup);
    int wait = IDLE_MAX_MS;

    job_machine_turn(sup);
    admission_turn(sup->admissions);
    do
        dispatch(sup);
    while (job_machine_turn(sup)); /* what could not be handed out, or was known already */
    wait = until(wait, admission_next(sup->admissions, wants_model(sup)), sup->service.now_ms);
    wait = until(wait, api_turn(sup), sup->service.now_ms);
    wait = until(wait, jobs_at, sup->service.now_ms);
    wait = until(wait, outage_next(sup), sup->service.now_ms);
    wait = until(wait, watchdog_turn(sup), sup->service.now_ms);
    wait = until(wait, pool_at, sup->service.now_ms);
    if (outbox_wait != -1)
        wait = soonest(wait, outbox_wait);
    wait = until(wait, lanes_at, sup->service.now_ms);
    wait = until(wait, sweep_at, sup->service.now_ms);
    wait = until(wait, drain_at, sup->service.now_ms);
    return wait;
}

static void run(struct loop *loop)
{
    int wait_ms = 0;
    bool left = false;

    while (!left) {
        turn(loop, wait_ms);
        left = drain_turn(&loop->drain, &loop->sup);
        wait_ms = do_what_is_due(loop);
        if (commit_and_send(&loop->sup))
            wait_ms = soonest(wait_ms, UNSENT_MS);
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
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"seat", no_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'c')
            loop->config = absolute(optarg);
        else if (option == 's')
            loop->seat = true;
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
static void recall_dialects(struct supervisor *sup)
{
    char *dialects = ledger_note(sup->ledger, "dialects");

    conf_set(&sup->service.conf->model_dialects, dialects);
    free(dialects);
}

static struct job_row *job_row_of(void *arg, int64_t id)
{
    struct job *job = job_find(arg, id);

    return job == NULL ? NULL : &job->row;
}

static struct slide_row *slide_row_of(void *arg, int64_t id, uint32_t slide)
{
    const struct job *job = job_find(arg, id);

    return job == NULL ? NULL : job_slide_row(job, slide);
}

static void open_all(struct loop *loop)
{
    struct supervisor *sup = &loop->sup;
    const struct money_rows rows = {.job = job_row_of, .slide = slide_row_of, .arg = sup};
    unsigned port = 0;
    int listener;

    sup->given =
        (struct given){need_dup(sup->service.conf->state_dir), need_dup(sup->service.conf->store_dir)};
    state_folder_enter(sup->service.conf);
    state_folder_link_secret(sup->service.conf);
    conf_wipe_environ(true);
    listener = loop->seat ? -1 : listen_open(sup->service.conf, &port);
    name_url(sup->service.conf, port);
    sup->service.now_ms = clock_monotonic_ms();
    sup->start_ms = sup->service.now_ms;
    sup->start_unix_ms = clock_unix_ms();
    srand((unsigned)sup->start_unix_ms);
    sup->ledger = ledger_open("ledger.sqlite");
    sup->vault = vault_open();
    recall_dialects(sup);
    sup->lease = ledger_epoch(sup->ledger) << LEASE_BITS;
    sup->blobs = blobs_open("blobs");
    sup->lanes = lanes_new();
    sup->in_flight = in_flight_new();
    sup->tenants = tenants_new();
    sup->pool = worker_pool_new(sup->service.conf, ledger_epoch(sup->ledger), listener, sup->service.now_ms);
    sup->budget = budget_new(&sup->service, sup->ledger, &rows);
    sup->admissions = admission_new(&sup->service, sup->ledger, sup->pool, sup->budget, &rows);
    sup->outbox = outbox_new(sup);
    FAULT_OPEN();
    FAULT_POINT("supervisor", "recovery", NULL);
    adopt_living(sup);
    worker_pool_turn(sup->pool, sup->service.now_ms); /* they get ready while we look at what is open */
    job_machine_recover(sup);
}

static void close_all(struct supervisor *sup)
{
    log_info(stopped, log_int("open_jobs", (int64_t)sup->open_jobs));
    worker_pool_free(&sup->pool);
    jobs_free(sup);
    outbox_free(&sup->outbox);
    in_flight_free(&sup->in_flight);
    admission_free(&sup->admissions);
    api_free(sup);
    budget_free(&sup->budget);
    tenants_free(&sup->tenants);
    lanes_free(&sup->lanes);
    ledger_sync(sup->ledger);
    blobs_tidy(sup->blobs, ledger_commit(sup->ledger), ledger_synced(sup->ledger));
    blobs_close(&sup->blobs);
    vault_free(&sup->vault);
    ledger_close(&sup->ledger);
    free(sup->given.state_dir);
    free(sup->given.store_dir);
    conf_free(&sup->service.conf);
}

int main(int argc, char **argv)
{
    struct loop loop = {.signals = -1};
    struct limits_fault fault;
    int rc = parse(&loop, argc, argv);

    log_open("supervisor", -1, 0, LOG_LEVEL_INFO);
    json_set_alloc_funcs(need, free); /* an object without a member for want of memory would be a lie */
    if (rc != EXIT_DONE) {
        log_error(usage, log_str("do", "start it by `slidemill serve` or `slidemill run`"));
        return rc;
    }
    loop.sup.service.conf = conf_load(loop.config, stderr);
    if (loop.sup.service.conf == NULL)
        return EXIT_CONFIG;
    if (log_level_of(loop.sup.service.conf->log_level) >= 0)
        log_open("supervisor", -1, 0, (enum log_level)log_level_of(loop.sup.service.conf->log_level));
    reload_note_renamed(loop.sup.service.conf);
    if (config_fault(loop.sup.service.conf) != NULL) {
        log_error(config_refused, log_str("reason", config_fault(loop.sup.service.conf)));
        return EXIT_CONFIG;
    }
    if (limits_check(loop.sup.service.conf, &fault) == -1) {
        log_error(limit_too_low, log_str("reason", fault.what), log_str("do", fault.remedy));
        return EXIT_SYSTEM;
    }
    loop.sup.service.lacks = production_lacks(loop.sup.service.conf);
    production_settle(loop.sup.service.conf);
    production_tell(loop.sup.service.lacks);
    rc = settle_in(&loop);
    if (rc != EXIT_DONE) {
        log_error(startup_failed, log_str("reason", strerror(errno)));
        return rc;
    }
    open_all(&loop);
    run(&loop);
    close_all(&loop.sup);
    return EXIT_DONE;
}
