/* worker_pool - see worker_pool.h */
#include "supervisor/process/worker_pool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/exits.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "supervisor/process/program.h"
#include "supervisor/process/worker_spawn.h"
#include "supervisor/process/limits.h"
#include "supervisor/process/pool_policy.h"
#include "supervisor/process/throttle.h"
#include "supervisor/process/worker_recycle.h"

/* SILENCE: a loop that turns beats every second; the longest single step of a stage is OCR of one page. */
enum {
    START_MAX_MS = 30000,
    SILENCE_MAX_MS = 60000,
    GENERATION_BITS = 24,
    MAX_SOCKETS = 16384,
    WEIGH_EVERY_MS = 1000
};

struct kind {
    unsigned wanted;
    bool parked;
    struct throttle throttle;
    char *path;
    uint64_t deaths[DEATHS];
};

struct worker_pool {
    const struct conf *conf;
    void *context;
    int listener;
    bool closing;
    uint64_t generation; /* the last one given out */
    struct kind kind[STAGE_KINDS];
    struct worker *first;
};

/* ---- how many ---- */

static void follow(struct worker_pool *pool, const struct conf *conf)
{
    pool->conf = conf;
    for (int i = 0; i < STAGE_KINDS; i++) {
        pool->kind[i].wanted = limits_workers(conf, (enum stage_kind)i);
        pool->kind[i].parked = false;
    }
    if (pool->listener == -1)
        pool->kind[STAGE_FRONT].wanted = 0;
}

/* Those on their way out are not counted. */
static struct pool_policy policy_of(const struct worker_pool *pool, enum stage_kind kind)
{
    struct pool_policy policy = {.wanted = pool->kind[kind].wanted};

    for (const struct worker *w = pool->first; w != NULL; w = w->next)
        if (w->kind == kind && !worker_state_is_leaving(w->state)) {
            policy.old += w->outdated;
            policy.fresh += !w->outdated;
            policy.fresh_ready += !w->outdated && worker_is_ready(w);
        }
    return policy;
}

/* ---- birth ---- */

void worker_pool_add(struct worker_pool *pool, struct worker *worker)
{
    worker->next = pool->first;
    pool->first = worker;
}

static void local_client_new(struct worker_pool *pool, int64_t now_ms)
{
    struct worker *local = worker_new(pool->context, STAGE_FRONT, 0, ++pool->generation, "local", now_ms);

    if (local == NULL) {
        log_error(worker_create_failed, log_str("reason", strerror(errno)),
                  log_str("do", limits_remedy(errno)));
        exit(EXIT_SYSTEM);
    }
    worker_pool_add(pool, local);
}

void worker_pool_find_programs(struct worker_pool *pool)
{
    for (int i = 0; i < STAGE_KINDS; i++) {
        char name[64];

        snprintf(name, sizeof name, "slidemill-%s", stage_name((enum stage_kind)i));
        pool->kind[i].path = program_find(name);
        if (pool->kind[i].path == NULL) {
            log_error(program_missing, log_str("program", name),
                      log_str("do", "install all programs together"));
            exit(EXIT_CONFIG);
        }
    }
}

void *worker_pool_context(const struct worker_pool *pool)
{
    return pool->context;
}

struct worker_pool *worker_pool_new(const struct conf *conf, uint64_t epoch, int listener, int64_t now_ms)
{
    struct worker_pool *pool = need_zero(1, sizeof *pool);

    pool->context = zmq_ctx_new();
    zmq_ctx_set(pool->context, ZMQ_MAX_SOCKETS, MAX_SOCKETS);
    pool->listener = listener;
    pool->generation = epoch << GENERATION_BITS;
    follow(pool, conf);
    if (listener == -1)
        local_client_new(pool, now_ms);
    return pool;
}

static bool slot_taken(const struct worker_pool *pool, enum stage_kind kind, unsigned slot)
{
    for (const struct worker *w = pool->first; w != NULL; w = w->next)
        if (w->kind == kind && w->slot == slot)
            return true;
    return false;
}

static unsigned free_slot(const struct worker_pool *pool, enum stage_kind kind)
{
    unsigned slot = 0;

    while (slot_taken(pool, kind, slot))
        slot++;
    return slot;
}

/* It is tried again after a pause. */
static void on_failed_start(struct worker_pool *pool, enum stage_kind kind, int number, int64_t now_ms)
{
    log_error(spawn_failed, log_str("stage", stage_name(kind)), log_str("reason", strerror(number)),
              log_str("do", limits_remedy(number)));
    throttle_died(&pool->kind[kind].throttle, pool->conf->throttle_first_ms, pool->conf->throttle_max_ms,
                  (unsigned)rand(), now_ms);
}

static void spawn(struct worker_pool *pool, enum stage_kind kind, int64_t now_ms)
{
    unsigned slot = free_slot(pool, kind);
    uint64_t generation = ++pool->generation;
    struct worker *worker;
    char name[64];

    snprintf(name, sizeof name, "%s-%u-%llu", stage_name(kind), slot, (unsigned long long)generation);
    worker = worker_new(pool->context, kind, slot, generation, name, now_ms);
    if (worker == NULL || launch(worker, pool->kind[kind].path, pool->conf, pool->listener) == -1) {
        on_failed_start(pool, kind, errno, now_ms);
        worker_free(&worker);
        return;
    }
    log_info(worker_started, log_str("stage", stage_name(kind)), log_int("slot", slot),
             log_int("generation", (int64_t)generation), log_int("pid", worker->child.pid));
    worker_pool_add(pool, worker);
}

/* ---- retirement and death ---- */

static void say_retire(struct worker *worker)
{
    struct wire message;

    wire_init(&message, WIRE_RETIRE);
    message.retire.generation = worker->generation;
    worker_send(worker, &message);
}

static void retire(struct worker *worker)
{
    if (worker_state_is_leaving(worker->state) || worker->child.pid == 0)
        return;
    worker->state = worker_state_next(worker->state, WORKER_RETIRE);
    if (worker->state == WORKER_RETIRING)
        say_retire(worker);
    else
        process_kill(&worker->child); /* it may not be listening yet */
}

/* No new leases: it has our predecessor's parameters, and is not our child. */
struct worker *worker_pool_adopt(struct worker_pool *pool, enum stage_kind kind, unsigned slot,
                                 uint64_t generation, const char *name, pid_t pid, int64_t now_ms)
{
    struct process child;
    struct worker *worker;
    struct wire adopt;

    if (process_adopt(&child, pid) == -1)
        return NULL;
    worker = worker_new(pool->context, kind, slot, generation, name, now_ms);
    if (worker == NULL) { /* it waits for the next supervisor */
        log_error(adopt_failed, log_str("worker", name), log_str("reason", strerror(errno)),
                  log_str("do", limits_remedy(errno)));
        close(child.pidfd);
        return NULL;
    }
    worker->child = child;
    worker->state = WORKER_ADOPTED;
    wire_init(&adopt, WIRE_ADOPT);
    adopt.adopt.generation = generation;
    adopt.adopt.pid = (uint32_t)getpid();
    worker_send(worker, &adopt);
    say_retire(worker);
    worker_pool_add(pool, worker);
    return worker;
}

static void kill_worker(struct worker *worker, enum death why, int64_t value)
{
    if (worker->killed || worker->child.pid == 0)
        return;
    log_warn(worker_killed, log_str("stage", stage_name(worker->kind)), log_int("slot", worker->slot),
             log_int("generation", (int64_t)worker->generation), log_int("pid", worker->child.pid),
             log_str("reason", death_name(why)), log_int("ms", value));
    worker_kill(worker, why);
}

void worker_pool_retire_all(struct worker_pool *pool)
{
    pool->closing = true;
    for (struct worker *w = pool->first; w != NULL; w = w->next)
        retire(w);
}

bool worker_pool_empty(const struct worker_pool *pool)
{
    for (const struct worker *w = pool->first; w != NULL; w = w->next)
        if (w->child.pid > 0)
            return false;
    return true;
}

void worker_pool_reload(struct worker_pool *pool, const struct conf *conf, unsigned readers)
{
    follow(pool, conf);
    for (struct worker *w = pool->first; w != NULL; w = w->next)
        if ((readers & 1u << w->kind) != 0)
            w->outdated = true;
}

static void unlink_from(struct worker_pool *pool, const struct worker *worker)
{
    struct worker **at = &pool->first;

    while (*at != worker)
        at = &(*at)->next;
    *at = worker->next;
}

/* It was to go, and did so in order, or how is not for us to know. */
static bool is_expected(const struct worker *worker, int code)
{
    return worker_state_is_leaving(worker->state) &&
           (code == 0 || !worker_is_ready(worker) || code == PROCESS_CODE_UNKNOWN);
}

void worker_pool_bury(struct worker_pool *pool, struct worker *worker, int64_t now_ms)
{
    struct kind *kind = &pool->kind[worker->kind];
    const int code = process_reap(&worker->child);
    const bool expected = is_expected(worker, code);

    if (code == EXIT_CONFIG)
        kind->parked = true;
    else if (!expected && worker->settled == 0)
        throttle_died(&kind->throttle, pool->conf->throttle_first_ms, pool->conf->throttle_max_ms,
                      (unsigned)rand(), now_ms);
    log_event(expected ? LOG_INFO_worker_ended : LOG_WARN_worker_ended,
              log_str("stage", stage_name(worker->kind)), log_int("slot", worker->slot),
              log_int("generation", (int64_t)worker->generation), log_int("code", code),
              log_int("lived_ms", now_ms - worker->born_ms),
              log_int("pause_ms", kind->throttle.until_ms > now_ms ? kind->throttle.until_ms - now_ms : 0));
    if (kind->parked)
        log_error(stage_suspended, log_str("stage", stage_name(worker->kind)),
                  log_str("do", "correct the configuration named above, then send SIGHUP"));
    unlink_from(pool, worker);
    worker_free(&worker);
}

void worker_pool_proven(struct worker_pool *pool, struct worker *worker)
{
    worker->settled++;
    throttle_proven(&pool->kind[worker->kind].throttle);
}

void worker_pool_free(struct worker_pool **pool)
{
    struct worker_pool *r = *pool;

    while (r->first != NULL) {
        struct worker *worker = r->first;
        struct lease *lease;

        r->first = worker->next;
        while ((lease = worker_release(worker)) != NULL)
            free(lease); /* its attempt stays open in the ledger and is void at the next start */
        process_kill(&worker->child);
        if (worker->child.pid > 0)
            process_reap(&worker->child);
        worker_free(&worker);
    }
    for (int i = 0; i < STAGE_KINDS; i++)
        free(r->kind[i].path);
    zmq_ctx_term(r->context);
    free(r);
    *pool = NULL;
}

/* ---- every turn ---- */

static int64_t watch(struct worker *worker, int64_t now_ms)
{
    int64_t silent = now_ms - worker->heard_ms, next;

    if (worker->child.pid == 0)
        return -1;
    if (worker->exited) /* its channel hangs: worker_gone gives up on it then */
        return worker->exited_ms + WORKER_DISCONNECT_MS + 1;
    if (!worker_is_ready(worker) && now_ms - worker->born_ms > START_MAX_MS)
        kill_worker(worker, DEATH_NO_HELLO, now_ms - worker->born_ms);
    else if (worker_is_ready(worker) && silent > SILENCE_MAX_MS)
        kill_worker(worker, DEATH_SILENT, silent);
    next =
        worker_is_ready(worker) ? worker->heard_ms + SILENCE_MAX_MS + 1 : worker->born_ms + START_MAX_MS + 1;
    for (const struct lease *lease = worker->leases; lease != NULL; lease = lease->next) {
        if (now_ms > lease->deadline_ms)
            kill_worker(worker, DEATH_DEADLINE, now_ms - lease->issued_ms);
        next = timer_sooner(next, lease->deadline_ms + 1);
    }
    return worker->killed ? -1 : next;
}

static struct worker *last_slot(const struct worker_pool *pool, enum stage_kind kind, bool outdated)
{
    struct worker *last = NULL;

    for (struct worker *w = pool->first; w != NULL; w = w->next)
        if (w->kind == kind && !worker_state_is_leaving(w->state) && w->outdated == outdated &&
            (last == NULL || w->slot > last->slot))
            last = w;
    return last;
}

/* Returns when it wants to be called again, -1: when something happens. */
static int64_t staff(struct worker_pool *pool, enum stage_kind which, int64_t now_ms)
{
    struct kind *kind = &pool->kind[which];

    for (;;) {
        struct pool_policy policy = policy_of(pool, which);

        if (pool->closing || (which == STAGE_FRONT && pool->listener == -1))
            return -1;
        switch (pool_policy_next(&policy)) {
        case POOL_POLICY_ENOUGH:
            return -1;
        case POOL_POLICY_RETIRE_FRESH:
            retire(last_slot(pool, which, false));
            break;
        case POOL_POLICY_RETIRE_OLD:
            retire(last_slot(pool, which, true));
            break;
        case POOL_POLICY_START:
            if (kind->parked)
                return -1;
            if (now_ms < kind->throttle.until_ms)
                return kind->throttle.until_ms;
            spawn(pool, which, now_ms);
            break;
        }
    }
}

/* ---- recycling ---- */

/* One of a kind at a time. */
static void recycle(struct worker_pool *pool, struct worker *worker, int64_t now_ms)
{
    const char *reason;

    if (worker->child.pid == 0 || worker->state != WORKER_READY || worker->outdated ||
        now_ms - worker->weighed_ms < WEIGH_EVERY_MS || policy_of(pool, worker->kind).old > 0)
        return;
    worker->weighed_ms = now_ms;
    reason = recycle_reason(worker, pool->conf, now_ms);
    if (reason == NULL)
        return;
    worker->outdated = true;
    worker->death = DEATH_RECYCLED;
    log_info(worker_recycled, log_str("stage", stage_name(worker->kind)), log_int("slot", worker->slot),
             log_int("generation", (int64_t)worker->generation), log_str("reason", reason),
             log_int("leases", (int64_t)worker->settled), log_int("lived_ms", now_ms - worker->born_ms));
}

int64_t worker_pool_turn(struct worker_pool *pool, int64_t now_ms)
{
    int64_t next = -1;

    for (struct worker *w = pool->first; w != NULL; w = w->next) {
        next = timer_sooner(next, watch(w, now_ms));
        recycle(pool, w, now_ms);
    }
    for (int i = 0; i < STAGE_KINDS; i++)
        next = timer_sooner(next, staff(pool, (enum stage_kind)i, now_ms));
    return next;
}

/* ---- questions ---- */

struct worker *worker_pool_first(const struct worker_pool *pool)
{
    return pool->first;
}

struct worker *worker_pool_ready(const struct worker_pool *pool, enum stage_kind kind)
{
    for (struct worker *w = pool->first; w != NULL; w = w->next)
        if (w->kind == kind && worker_is_ready(w) && !w->exited)
            return w;
    return NULL;
}

unsigned worker_pool_ready_count(const struct worker_pool *pool, enum stage_kind kind)
{
    unsigned count = 0;

    for (const struct worker *w = pool->first; w != NULL; w = w->next)
        count += w->kind == kind && w->state == WORKER_READY && !w->exited;
    return count;
}

unsigned worker_pool_wanted(const struct worker_pool *pool, enum stage_kind kind)
{
    return pool->kind[kind].wanted;
}

bool worker_pool_parked(const struct worker_pool *pool, enum stage_kind kind)
{
    return pool->kind[kind].parked;
}

void worker_pool_count_death(struct worker_pool *pool, enum stage_kind kind, enum death death)
{
    pool->kind[kind].deaths[death]++;
}

uint64_t worker_pool_deaths(const struct worker_pool *pool, enum stage_kind kind, enum death death)
{
    return pool->kind[kind].deaths[death];
}
