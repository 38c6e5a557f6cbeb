/* worker_pool - see worker_pool.h */
#include "supervisor/process/worker_pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "supervisor/process/program.h"
#include "supervisor/process/worker_spawn.h"
#include "supervisor/process/limits.h"
#include "supervisor/process/liveness.h"
#include "supervisor/process/pool_policy.h"
#include "supervisor/process/throttle.h"
#include "supervisor/process/worker_recycle.h"

enum { GENERATION_BITS = 24, MAX_SOCKETS = 16384, WEIGH_EVERY_MS = 1000 };

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
    struct worker_list workers;
    int64_t weighed_ms; /* when recycling was considered last */
    struct absence absence;
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

    for (const struct worker *w = NULL; (w = worker_pool_next(pool, kind, w)) != NULL;)
        if (!worker_is_leaving(w)) {
            policy.old += worker_is_outdated(w);
            policy.fresh += !worker_is_outdated(w);
            policy.fresh_ready += !worker_is_outdated(w) && worker_is_ready(w);
        }
    return policy;
}

/* ---- birth ---- */

void worker_pool_add(struct worker_pool *pool, struct worker *worker)
{
    worker_list_insert(&pool->workers, worker);
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
    const struct worker *w = NULL;

    while ((w = worker_pool_next(pool, kind, w)) != NULL && worker_slot(w) != slot)
        ;
    return w != NULL;
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
    struct worker *worker = worker_spawn(&(struct spawn){.context = pool->context,
                                                         .kind = kind,
                                                         .slot = free_slot(pool, kind),
                                                         .generation = ++pool->generation,
                                                         .path = pool->kind[kind].path,
                                                         .listener = pool->listener},
                                         pool->conf, now_ms);

    if (worker != NULL)
        worker_pool_add(pool, worker);
    else
        on_failed_start(pool, kind, errno, now_ms);
}

/* ---- adoption, retirement and death ---- */

/* No new leases: it has our predecessor's parameters, and is not our child. */
struct worker *worker_pool_adopt(struct worker_pool *pool, enum stage_kind kind, unsigned slot,
                                 uint64_t generation, const char *name, pid_t pid, int64_t now_ms)
{
    struct process process;
    struct worker *worker;

    if (process_adopt(&process, pid) == -1)
        return NULL;
    worker = worker_new(pool->context, kind, slot, generation, name, now_ms);
    if (worker == NULL) { /* it waits for the next supervisor */
        log_error(adopt_failed, log_str("worker", name), log_str("reason", strerror(errno)),
                  log_str("do", limits_remedy(errno)));
        close(process.pidfd);
        return NULL;
    }
    worker_adopt(worker, process);
    worker_pool_add(pool, worker);
    return worker;
}

void worker_pool_retire_all(struct worker_pool *pool)
{
    pool->closing = true;
    for (struct worker *w = worker_pool_first(pool); w != NULL; w = worker_next(w))
        worker_retire(w);
}

bool worker_pool_empty(const struct worker_pool *pool)
{
    for (const struct worker *w = worker_pool_first(pool); w != NULL; w = worker_next(w))
        if (!worker_is_local_client(w))
            return false;
    return true;
}

void worker_pool_reload(struct worker_pool *pool, const struct conf *conf, unsigned readers)
{
    follow(pool, conf);
    for (struct worker *w = worker_pool_first(pool); w != NULL; w = worker_next(w))
        if ((readers & 1u << worker_kind(w)) != 0)
            worker_outdate(w);
}

void worker_pool_bury(struct worker_pool *pool, struct worker *worker, int64_t now_ms)
{
    struct kind *kind = &pool->kind[worker_kind(worker)];
    const bool expected = worker_ended_in_order(worker);
    const int code = worker_reap(worker);

    if (code == EXIT_CONFIG)
        kind->parked = true;
    else if (!expected && worker_settled(worker) == 0)
        throttle_died(&kind->throttle, pool->conf->throttle_first_ms, pool->conf->throttle_max_ms,
                      (unsigned)rand(), now_ms);
    log_event(expected ? LOG_INFO_worker_ended : LOG_WARN_worker_ended, log_worker(worker),
              log_int("code", code), log_int("lived_ms", now_ms - worker_born_ms(worker)),
              log_int("pause_ms", kind->throttle.until_ms > now_ms ? kind->throttle.until_ms - now_ms : 0));
    if (kind->parked)
        log_error(stage_suspended, log_str("stage", stage_name(worker_kind(worker))),
                  log_str("do", "correct the configuration named above, then send SIGHUP"));
    worker_list_remove(worker);
    worker_free(&worker);
}

void worker_pool_proven(struct worker_pool *pool, struct worker *worker)
{
    worker_count_settled(worker);
    throttle_proven(&pool->kind[worker_kind(worker)].throttle);
}

void worker_pool_free(struct worker_pool **pool)
{
    struct worker_pool *r = *pool;

    while (!LIST_EMPTY(&r->workers)) {
        struct worker *worker = LIST_FIRST(&r->workers);
        struct lease *lease;

        worker_list_remove(worker);
        while ((lease = worker_release(worker)) != NULL)
            free(lease); /* its attempt stays open in the ledger and is void at the next start */
        if (worker_process(worker)->pid > 0 &&
            worker_kind(worker) != STAGE_FRONT) { /* it has clients to answer */
            process_kill(worker_process(worker));
            worker_reap(worker);
        }
        worker_free(&worker);
    }
    for (int i = 0; i < STAGE_KINDS; i++)
        free(r->kind[i].path);
    zmq_ctx_term(r->context);
    free(r);
    *pool = NULL;
}

/* ---- every turn ---- */

static struct worker *last_slot(const struct worker_pool *pool, enum stage_kind kind, bool outdated)
{
    struct worker *last = NULL;

    for (struct worker *w = NULL; (w = worker_pool_next(pool, kind, w)) != NULL;)
        if (!worker_is_leaving(w) && worker_is_outdated(w) == outdated &&
            (last == NULL || worker_slot(w) > worker_slot(last)))
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
            return TIMER_NONE;
        switch (pool_policy_next(&policy)) {
        case POOL_POLICY_ENOUGH:
            return TIMER_NONE;
        case POOL_POLICY_RETIRE_FRESH:
            worker_retire(last_slot(pool, which, false));
            break;
        case POOL_POLICY_RETIRE_OLD:
            worker_retire(last_slot(pool, which, true));
            break;
        case POOL_POLICY_START:
            if (kind->parked)
                return TIMER_NONE;
            if (now_ms < kind->throttle.until_ms)
                return kind->throttle.until_ms;
            spawn(pool, which, now_ms);
            break;
        }
    }
}

/* One of a kind at a time. */
static bool may_recycle(const struct worker_pool *pool, const struct worker *worker)
{
    return !worker_is_local_client(worker) && worker_state(worker) == WORKER_READY &&
           !worker_is_outdated(worker) && policy_of(pool, worker_kind(worker)).old == 0;
}

/* Returns when it wants to be called again. */
static int64_t enforce_liveness(struct worker_pool *pool, int64_t now_ms)
{
    int64_t away_ms = absence_note(&pool->absence, now_ms), next = TIMER_NONE;

    if (away_ms > 0 && !LIST_EMPTY(&pool->workers))
        log_warn(supervisor_was_stopped, log_int("ms", away_ms));
    if (!absence_is_over(&pool->absence, now_ms))
        return pool->absence.excused_ms;
    for (struct worker *w = worker_pool_first(pool); w != NULL; w = worker_next(w))
        next = timer_sooner(next, liveness_enforce(w, now_ms));
    return next;
}

int64_t worker_pool_turn(struct worker_pool *pool, int64_t now_ms)
{
    const bool weigh = now_ms - pool->weighed_ms >= WEIGH_EVERY_MS;
    int64_t next = enforce_liveness(pool, now_ms);

    if (weigh)
        pool->weighed_ms = now_ms;
    for (struct worker *w = worker_pool_first(pool); w != NULL; w = worker_next(w))
        if (weigh && may_recycle(pool, w))
            recycle_if_worn(w, pool->conf, now_ms);
    for (int i = 0; i < STAGE_KINDS; i++)
        next = timer_sooner(next, staff(pool, (enum stage_kind)i, now_ms));
    return next;
}

/* ---- questions ---- */

struct worker *worker_pool_first(const struct worker_pool *pool)
{
    return LIST_FIRST(&pool->workers);
}

struct worker *worker_pool_next(const struct worker_pool *pool, enum stage_kind kind,
                                const struct worker *after)
{
    struct worker *next = after == NULL ? worker_pool_first(pool) : worker_next(after);

    while (next != NULL && worker_kind(next) != kind)
        next = worker_next(next);
    return next;
}

struct worker *worker_pool_ready(const struct worker_pool *pool, enum stage_kind kind)
{
    struct worker *w = NULL;

    while ((w = worker_pool_next(pool, kind, w)) != NULL && !(worker_is_ready(w) && !worker_has_exited(w)))
        ;
    return w;
}

const struct wire_hello *worker_pool_said(const struct worker_pool *pool, enum stage_kind kind)
{
    static const struct wire_hello nothing = {
        .lacks = "", .engine = "", .model = "", .fingerprint = "", .prompt = ""};
    const struct worker *ready = worker_pool_ready(pool, kind);

    return ready == NULL ? &nothing : worker_said(ready);
}

unsigned worker_pool_ready_count(const struct worker_pool *pool, enum stage_kind kind)
{
    unsigned count = 0;

    for (const struct worker *w = NULL; (w = worker_pool_next(pool, kind, w)) != NULL;)
        count += worker_state(w) == WORKER_READY && !worker_has_exited(w);
    return count;
}

unsigned worker_pool_credit(const struct worker_pool *pool, enum stage_kind kind)
{
    unsigned credit = 0;

    for (const struct worker *w = NULL; (w = worker_pool_next(pool, kind, w)) != NULL;)
        credit += worker_has_exited(w) ? 0 : worker_said(w)->credit;
    return credit;
}

struct worker *worker_pool_holder(const struct worker_pool *pool, uint64_t id, const struct lease **lease)
{
    struct worker *w = worker_pool_first(pool);

    while (w != NULL && (*lease = worker_find(w, id)) == NULL)
        w = worker_next(w);
    return w;
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
