/* worker - see worker.h */
#include "supervisor/process/worker.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/panic.h"
#include "supervisor/process/send_queue.h"
#include "supervisor/process/worker_channel.h"
#include "supervisor/process/worker_lock.h"

struct worker {
    LIST_ENTRY(worker) link;
    enum stage_kind kind;
    unsigned slot;
    uint64_t generation;
    char name[WORKER_LOCK_NAME]; /* of its files in run/ */
    struct process process;      /* pid 0: the local client (slidemill run), which is not our child */
    struct worker_channel channel;
    struct send_queue outgoing;
    struct wire hello; /* what it said of itself */
    enum worker_state state;
    bool outdated;    /* to be relieved */
    bool killed;      /* by us */
    bool silenced;    /* killed because it said what it may not */
    bool dismissed;   /* killed because it was sent away before its HELLO was heard, which may come still */
    bool exited;      /* its process has ended */
    bool speaks;      /* a message may wait */
    bool ending;      /* and its process has ended */
    enum death death; /* why it is to end; DIED: by itself */
    unsigned held;
    uint64_t settled;
    struct lease_list leases; /* oldest first */
    int64_t born_ms, heard_ms, exited_ms;
    char document[BLOB_NAME]; /* the PDF it was sent last */
    int64_t job;              /* and whose */
    int64_t turn_ms;          /* when that job's turn began */
    struct work last;         /* what it was leased last; zeros: nothing yet */
};

/* ---- birth and end ---- */

struct worker *worker_new(void *context, enum stage_kind kind, unsigned slot, uint64_t generation,
                          const char *name, int64_t now_ms)
{
    struct worker *worker = need_zero(1, sizeof *worker);

    worker->kind = kind;
    worker->slot = slot;
    worker->generation = generation;
    worker->process.pidfd = -1;
    worker->born_ms = worker->heard_ms = now_ms;
    snprintf(worker->name, sizeof worker->name, "%s", name);
    TAILQ_INIT(&worker->leases);
    send_queue_init(&worker->outgoing);
    wire_init(&worker->hello, WIRE_HELLO);
    if (worker_channel_open(&worker->channel, context, name, generation) == 0)
        return worker;
    free(worker); /* it owns nothing yet */
    return NULL;
}

void worker_free(struct worker **worker)
{
    struct worker *w = *worker;

    if (w == NULL)
        return;
    must(TAILQ_EMPTY(&w->leases));
    send_queue_clear(&w->outgoing);
    worker_channel_close(&w->channel);
    worker_lock_end(w->name);
    wire_clear(&w->hello);
    free(w);
    *worker = NULL;
}

void worker_start(struct worker *worker, struct process process)
{
    worker->process = process;
}

static void queue_retire(struct worker *worker)
{
    struct wire retire;

    wire_init(&retire, WIRE_RETIRE);
    retire.retire.generation = worker->generation;
    worker_send(worker, &retire);
}

void worker_adopt(struct worker *worker, struct process process)
{
    struct wire adopt;

    worker->process = process;
    worker->state = WORKER_ADOPTED;
    wire_init(&adopt, WIRE_ADOPT);
    adopt.adopt.generation = worker->generation;
    adopt.adopt.pid = (uint32_t)getpid();
    worker_send(worker, &adopt);
    queue_retire(worker);
}

void worker_hello(struct worker *worker, const struct wire_hello *hello)
{
    worker->state = worker_state_next(worker->state, WORKER_HELLO);
    wire_clear(&worker->hello);
    wire_init(&worker->hello, WIRE_HELLO);
    worker->hello.hello = *hello;
    wire_own(&worker->hello);
}

void worker_stated(struct worker *worker)
{
    worker->state = worker_state_next(worker->state, WORKER_STATED);
}

void worker_retire(struct worker *worker)
{
    if (worker_is_leaving(worker) || worker_is_local_client(worker))
        return;
    worker->state = worker_state_next(worker->state, WORKER_RETIRE);
    worker->dismissed = worker->state == WORKER_DISMISSED;
    if (worker->dismissed)
        process_kill(&worker->process); /* it may not be listening yet */
    else
        queue_retire(worker);
}

void worker_outdate(struct worker *worker)
{
    worker->outdated = true;
}

void worker_recycle(struct worker *worker)
{
    worker->outdated = true;
    worker->death = DEATH_RECYCLED;
}

void worker_kill(struct worker *worker, enum death why)
{
    worker->killed = true;
    worker->death = why;
    process_kill(&worker->process);
}

void worker_silence(struct worker *worker, enum death why)
{
    worker->silenced = true;
    worker_kill(worker, why);
}

bool worker_gone(struct worker *worker, int64_t now_ms)
{
    struct pollfd item = {.fd = worker->process.pidfd, .events = POLLIN};

    if (!worker->exited && worker->process.pid > 0 && poll(&item, 1, 0) == 1) {
        worker->exited = true;
        worker->exited_ms = now_ms;
    }
    return worker->exited && (!worker_channel_is_connected(&worker->channel) ||
                              now_ms - worker->exited_ms > WORKER_DISCONNECT_MS);
}

bool worker_ended_in_order(const struct worker *worker)
{
    return worker_is_leaving(worker) && (process_code(&worker->process) == 0 || !worker_is_ready(worker) ||
                                         worker->dismissed || worker->process.adopted);
}

enum death worker_death(const struct worker *worker)
{
    if (worker->killed)
        return worker->death;
    if (process_code(&worker->process) == EXIT_CONFIG)
        return DEATH_CONFIG;
    if (!worker_ended_in_order(worker))
        return DEATH_DIED;
    return worker->death == DEATH_RECYCLED ? DEATH_RECYCLED : DEATH_RETIRED;
}

int worker_reap(struct worker *worker)
{
    return process_reap(&worker->process);
}

/* ---- a list of workers ---- */

void worker_list_insert(struct worker_list *list, struct worker *worker)
{
    LIST_INSERT_HEAD(list, worker, link);
}

void worker_list_remove(struct worker *worker)
{
    LIST_REMOVE(worker, link);
}

struct worker *worker_next(const struct worker *worker)
{
    return LIST_NEXT(worker, link);
}

/* ---- who it is, how it stands ---- */

void worker_name(const struct worker *worker, char name[WORKER_NAME])
{
    snprintf(name, WORKER_NAME, "%s-%u", stage_name(worker->kind), worker->slot);
}

bool worker_is_ready(const struct worker *worker)
{
    return worker_state_is_ready(worker->state);
}

bool worker_is_leaving(const struct worker *worker)
{
    return worker_state_is_leaving(worker->state);
}

/* worker_NAME() answers with a member. */
#define ANSWER(type, name, member)                                                                           \
    type worker_##name(const struct worker *worker)                                                          \
    {                                                                                                        \
        return worker->member;                                                                               \
    }

ANSWER(enum stage_kind, kind, kind)
ANSWER(unsigned, slot, slot)
ANSWER(uint64_t, generation, generation)
ANSWER(const char *, file, name)
ANSWER(enum worker_state, state, state)
ANSWER(bool, is_outdated, outdated)
ANSWER(bool, is_killed, killed)
ANSWER(bool, is_silenced, silenced)
ANSWER(bool, has_exited, exited)
ANSWER(bool, speaks, speaks)
ANSWER(bool, is_ending, ending)
ANSWER(int64_t, born_ms, born_ms)
ANSWER(int64_t, heard_ms, heard_ms)
ANSWER(int64_t, exited_ms, exited_ms)
ANSWER(unsigned, held, held)
ANSWER(uint64_t, settled, settled)

const struct wire_hello *worker_said(const struct worker *worker)
{
    return &worker->hello.hello;
}

const struct process *worker_process(const struct worker *worker)
{
    return &worker->process;
}

bool worker_is_local_client(const struct worker *worker)
{
    return worker->process.pid == 0;
}

bool worker_calls_model(const struct worker *worker)
{
    return strcmp(worker->hello.hello.engine, "openai") == 0;
}

/* ---- leases ---- */

bool worker_has_credit(const struct worker *worker)
{
    return worker->state == WORKER_READY && !worker->exited && !worker->killed &&
           worker->held < worker->hello.hello.credit;
}

struct lease *worker_lease(struct worker *worker, uint64_t id, struct work work)
{
    struct lease *lease = need_zero(1, sizeof *lease);

    *lease = (struct lease){.id = id, .work = work};
    TAILQ_INSERT_TAIL(&worker->leases, lease, link);
    worker->held++;
    worker->last = work;
    return lease;
}

const struct work *worker_last(const struct worker *worker)
{
    return &worker->last;
}

const struct lease_list *worker_leases(const struct worker *worker)
{
    return &worker->leases;
}

struct lease *worker_find(const struct worker *worker, uint64_t id)
{
    struct lease *lease = TAILQ_FIRST(&worker->leases);

    while (lease != NULL && lease->id != id)
        lease = TAILQ_NEXT(lease, link);
    return lease;
}

static struct lease *take_back(struct worker *worker, struct lease *lease)
{
    if (lease == NULL)
        return NULL;
    TAILQ_REMOVE(&worker->leases, lease, link);
    worker->held--;
    return lease;
}

struct lease *worker_settle(struct worker *worker, uint64_t id)
{
    return take_back(worker, worker_find(worker, id));
}

struct lease *worker_release(struct worker *worker)
{
    return take_back(worker, TAILQ_FIRST(&worker->leases));
}

void worker_count_settled(struct worker *worker)
{
    worker->settled++;
}

bool worker_has_document(const struct worker *worker, const char *document)
{
    return strcmp(worker->document, document) == 0;
}

void worker_note_document(struct worker *worker, int64_t job, const char *document, int64_t now_ms)
{
    if (worker_turn_job(worker, now_ms) != job)
        worker->turn_ms = now_ms;
    worker->job = job;
    snprintf(worker->document, sizeof worker->document, "%s", document);
}

int64_t worker_turn_job(const struct worker *worker, int64_t now_ms)
{
    return now_ms - worker->turn_ms < WORKER_TURN_MS ? worker->job : 0;
}

/* ---- messages ---- */

void worker_send(struct worker *worker, struct wire *message)
{
    send_queue_add(&worker->outgoing, message, SEND_AFTER_TURN);
}

void worker_send_now(struct worker *worker, struct wire *message)
{
    send_queue_add(&worker->outgoing, message, SEND_AT_ONCE);
}

const struct wire *worker_unsent(const struct worker *worker, unsigned n)
{
    return send_queue_at(&worker->outgoing, n);
}

void worker_committed(struct worker *worker, uint64_t commit)
{
    send_queue_committed(&worker->outgoing, commit);
}

bool worker_flush(struct worker *worker, uint64_t synced)
{
    return send_queue_flush(&worker->outgoing, worker->channel.tasks, synced) || worker->exited;
}

int worker_receive(struct worker *worker, struct wire *message, const char **why)
{
    int rc = wire_receive(worker->channel.results, message, WIRE_UP, why);

    worker->speaks = rc != 0;
    return rc;
}

void worker_heard(struct worker *worker, int64_t now_ms)
{
    worker->heard_ms = now_ms;
}

int worker_items(const struct worker *worker, struct pollfd items[WORKER_ITEMS])
{
    int count = 0;

    items[count++] = (struct pollfd){.fd = worker->channel.results_fd, .events = POLLIN};
    if (worker->exited)
        items[count++] = (struct pollfd){.fd = worker->channel.monitor_fd, .events = POLLIN};
    else if (worker->process.pid > 0)
        items[count++] = (struct pollfd){.fd = worker->process.pidfd, .events = POLLIN};
    return count;
}

int worker_polled(struct worker *worker, const struct pollfd *items)
{
    struct pollfd own[WORKER_ITEMS];
    const int count = worker_items(worker, own);

    worker->speaks = worker->speaks || (items[0].revents & POLLIN) != 0;
    worker->ending = worker->exited || (count > 1 && (items[1].revents & POLLIN) != 0);
    return count;
}
