/* stage - see stage.h */
#include "stages/lib/stage.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "proto/clock.h"
#include "proto/exits.h"
#include "proto/fault.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "stages/lib/stage_start.h"
#include "stages/lib/unacknowledged.h"

/* Who has no work is not missed soon: the supervisor counts its silence in minutes (liveness.h). */
enum { BEAT_EVERY_MS = 1000, BEAT_IDLE_MS = 15000, NICE = 10, ORPHAN_MAX_MS = 3600 * 1000 };

struct stage {
    struct stage_start start;
    const struct stage_ops *ops;
    void *state;
    struct stage_hello hello;
    void *context, *tasks, *results;
    void *bulk;    /* NULL: there is none */
    bool heard;    /* something has come down, so our HELLO has arrived */
    unsigned held; /* leases taken and not yet answered */
    bool retiring;
    int64_t beaten_ms;

    /* A stage that outlives its supervisor. */
    int supervisor_fd;           /* pidfd; -1: it is gone, or we go with it */
    struct unacknowledged *kept; /* NULL: we go with it */
    int64_t orphan_until;        /* 0: there is a supervisor */
};

void stage_give_way(void)
{
    if (setpriority(PRIO_PROCESS, 0, NICE) == -1)
        log_warn(nice_failed, log_str("reason", strerror(errno)));
}

int64_t stage_now_ms(void)
{
    return clock_monotonic_ms();
}

/* false: a field is outside its bounds; that is logged, and the message is not sent. */
static bool fits(struct wire *message)
{
    const char *misfit = wire_fit(message);

    if (misfit != NULL)
        log_error(message_invalid, log_str("message", wire_name(message->type)), log_str("field", misfit),
                  log_int("lease", (int64_t)wire_lease(message)));
    return misfit == NULL;
}

/* Nothing may overtake our HELLO. */
static bool has_bulk(const struct stage *stage, const struct wire *message)
{
    return stage->bulk != NULL && stage->heard && message->frames > 0;
}

/* There is no high-water mark: a socket that takes nothing is connected to nobody. */
static _Noreturn void go_with_the_supervisor(const struct stage *stage)
{
    log_warn(supervisor_lost, log_int("leases", 0), log_int("working_on", stage->held));
    exit(EXIT_SOFTWARE);
}

static void send_up(struct stage *stage, struct wire *message)
{
    enum wire_type type = message->type;

    if (FAULT_SAYS_GARBAGE(stage->ops->program, wire_name(type))) {
        zmq_send(stage->results, "garbage", strlen("garbage"), 0);
        wire_clear(message);
        return;
    }
    if (wire_send(has_bulk(stage, message) ? stage->bulk : stage->results, message) == -1) {
        wire_clear(message); /* the supervisor is gone, as we shall soon see */
        if (stage->start.supervisor == 0)
            go_with_the_supervisor(stage);
    }
    FAULT_POINT(stage->ops->program, "replied", wire_name(type));
}

/* false: what this worker is does not fit into a HELLO, so it can never be ready. */
static bool say_hello(struct stage *stage)
{
    const struct stage_hello *hello = &stage->hello;
    struct wire message;

    wire_init(&message, WIRE_HELLO);
    message.hello = (struct wire_hello){.stage = stage->ops->kind,
                                        .slot = stage->start.slot,
                                        .generation = stage->start.generation,
                                        .protocol = WIRE_PROTOCOL,
                                        .pid = (uint32_t)getpid(),
                                        .credit = hello->credit,
                                        .lacks = hello->lacks == NULL ? "" : hello->lacks,
                                        .engine = hello->engine == NULL ? "" : hello->engine,
                                        .model = hello->model == NULL ? "" : hello->model,
                                        .fingerprint = hello->fingerprint == NULL ? "" : hello->fingerprint,
                                        .prompt = hello->prompt == NULL ? "" : hello->prompt};
    if (!fits(&message))
        return false;
    send_up(stage, &message);
    return true;
}

static void say_again(void *arg, uint64_t lease, struct wire *result)
{
    struct stage *stage = arg;
    struct wire holding;

    if (result != NULL) {
        send_up(stage, result);
        return;
    }
    wire_init(&holding, WIRE_HOLDING);
    holding.holding.lease = lease;
    send_up(stage, &holding);
}

/* Watches for the end of that supervisor from now on. */
static void follow(struct stage *stage, pid_t supervisor)
{
    if (stage->supervisor_fd != -1)
        close(stage->supervisor_fd);
    stage->supervisor_fd = pidfd_open(supervisor, 0);
    stage->orphan_until = stage->supervisor_fd == -1 ? stage_now_ms() + ORPHAN_MAX_MS : 0;
}

/* There is a new supervisor: it learns what we are, what we work on and what we have said to its predecessor.
 */
static void on_adopt(struct stage *stage, const struct wire_adopt *adopt)
{
    struct wire state;

    if (stage->kept == NULL)
        return;
    log_info(supervisor_changed, log_int("supervisor", adopt->pid),
             log_int("leases", unacknowledged_count(stage->kept)));
    follow(stage, (pid_t)adopt->pid);
    say_hello(stage);
    unacknowledged_each(stage->kept, say_again, stage);
    wire_init(&state, WIRE_STATE);
    state.state.generation = stage->start.generation;
    state.state.supervisor = adopt->pid;
    send_up(stage, &state);
    if (stage->ops->on_adopted != NULL)
        stage->ops->on_adopted(stage, stage->state);
}

/* ---- what the stage says ---- */

/* Replaces a result that does not fit into a message by the failure of its lease, which is not retried. */
static void turn_into_failure(struct wire *result)
{
    uint64_t lease = wire_lease(result);

    wire_clear(result);
    wire_init(result, WIRE_FAILED);
    result->failed.lease = lease;
    result->failed.code = code_name(CODE_INTERNAL);
    result->failed.detail = "the result has a value outside all bounds; see message_invalid in the log";
}

void stage_settle(struct stage *stage, struct wire *result)
{
    bool answers_lease = result->type != WIRE_SUBMIT && result->type != WIRE_ASK;

    if (answers_lease && !fits(result))
        turn_into_failure(result);

    must(!answers_lease || stage->held > 0);
    if (answers_lease)
        stage->held--;
    if (answers_lease && stage->kept != NULL)
        unacknowledged_settle(stage->kept, result);
    send_up(stage, result);
}

void stage_say(struct stage *stage, struct wire *message)
{
    if (fits(message))
        send_up(stage, message);
    else
        wire_clear(message);
}

void stage_fail_status(struct stage *stage, uint64_t lease, enum code code, bool retryable,
                       int64_t retry_after_ms, const char *detail, unsigned status)
{
    struct wire failed;

    wire_init(&failed, WIRE_FAILED);
    failed.failed = (struct wire_failed){.lease = lease,
                                         .code = code_name(code),
                                         .retryable = retryable,
                                         .retry_after_ms = retry_after_ms < 0 ? 0 : (uint64_t)retry_after_ms,
                                         .detail = detail == NULL ? code_doc(code) : detail,
                                         .status = status};
    stage_settle(stage, &failed);
}

void stage_fail(struct stage *stage, uint64_t lease, enum code code, bool retryable, int64_t retry_after_ms,
                const char *detail)
{
    stage_fail_status(stage, lease, code, retryable, retry_after_ms, detail, 0);
}

static int64_t next_beat(const struct stage *stage)
{
    return stage->beaten_ms + (stage->held > 0 ? BEAT_EVERY_MS : BEAT_IDLE_MS);
}

void stage_beat(struct stage *stage)
{
    int64_t now = stage_now_ms();
    struct wire beat;

    if (now < next_beat(stage) || stage->orphan_until != 0)
        return;
    wire_init(&beat, WIRE_BEAT);
    beat.beat.generation = stage->start.generation;
    send_up(stage, &beat);
    stage->beaten_ms = now;
}

/* ---- the loop ---- */

static void on_message(struct stage *stage, struct wire *message)
{
    FAULT_POINT(stage->ops->program, "taken", wire_name(message->type));
    stage->heard = true;
    switch (message->type) {
    case WIRE_RETIRE:
        stage->retiring = true;
        break;
    case WIRE_ADOPT:
        on_adopt(stage, &message->adopt);
        break;
    case WIRE_ACK:
        if (stage->kept != NULL)
            unacknowledged_drop(stage->kept, message->ack.lease);
        break;
    case WIRE_CANCEL:
        if (stage->ops->on_cancel != NULL)
            stage->ops->on_cancel(stage, stage->state, message->cancel.lease);
        break;
    case WIRE_GO:
    case WIRE_DENIED:
        if (stage->ops->on_word != NULL)
            stage->ops->on_word(stage, stage->state, message);
        break;
    case WIRE_ANSWER: /* to front: no lease */
        stage->ops->on_lease(stage, stage->state, message);
        break;
    default:
        stage->held++;
        if (stage->kept != NULL)
            unacknowledged_take(stage->kept, wire_lease(message));
        stage->ops->on_lease(stage, stage->state, message);
        break;
    }
    wire_clear(message);
}

static void receive_all(struct stage *stage)
{
    struct wire message;
    const char *why;
    int rc;

    while ((rc = wire_receive(stage->tasks, &message, WIRE_DOWN, &why)) != 0) {
        if (rc == -1)
            log_error(message_refused, log_str("reason", why));
        else
            on_message(stage, &message);
        stage_beat(stage);
    }
}

/* Without a supervisor: what is held is finished, and what was said waits for the next one. Nothing new can
 * come. */
static bool orphan_may_go(const struct stage *stage)
{
    bool late = stage_now_ms() >= stage->orphan_until;

    if (late && unacknowledged_count(stage->kept) > 0)
        log_error(results_lost, log_int("leases", unacknowledged_count(stage->kept)),
                  log_str("reason", "no supervisor came to take them over"));
    return late || unacknowledged_count(stage->kept) == 0;
}

static bool may_go(struct stage *stage)
{
    if (stage->orphan_until != 0 && !orphan_may_go(stage))
        return false;
    if (stage->orphan_until == 0 && (!stage->retiring || stage->held > 0 ||
                                     (stage->kept != NULL && unacknowledged_count(stage->kept) > 0)))
        return false;
    return stage->ops->may_go == NULL || stage->ops->may_go(stage->state, stage_now_ms());
}

static void look_for_supervisor(struct stage *stage)
{
    struct pollfd item = {.fd = stage->supervisor_fd, .events = POLLIN};

    if (stage->supervisor_fd == -1 || poll(&item, 1, 0) != 1)
        return;
    close(stage->supervisor_fd);
    stage->supervisor_fd = -1;
    stage->orphan_until = stage_now_ms() + ORPHAN_MAX_MS;
    log_warn(supervisor_lost, log_int("leases", unacknowledged_count(stage->kept)),
             log_int("working_on", stage->held));
    if (stage->ops->on_orphaned != NULL)
        stage->ops->on_orphaned(stage, stage->state);
}

/* Writes what the loop waits for; returns how many. */
static int wait_items(const struct stage *stage, zmq_pollitem_t items[3])
{
    int count = 0;

    items[count++] = (zmq_pollitem_t){.socket = stage->tasks, .events = ZMQ_POLLIN};
    if (stage->ops->fd != NULL)
        items[count++] = (zmq_pollitem_t){.fd = stage->ops->fd(stage->state), .events = ZMQ_POLLIN};
    if (stage->supervisor_fd != -1)
        items[count++] = (zmq_pollitem_t){.fd = stage->supervisor_fd, .events = ZMQ_POLLIN};
    return count;
}

static void run(struct stage *stage)
{
    zmq_pollitem_t items[3];

    for (;;) {
        int64_t wait = TIMER_NONE;

        look_for_supervisor(stage);

        receive_all(stage);
        if (stage->ops->on_turn != NULL)
            wait = stage->ops->on_turn(stage, stage->state, stage_now_ms());
        if (stage->held > 0)
            FAULT_POINT(stage->ops->program, "working", NULL);
        stage_beat(stage);
        if (may_go(stage))
            return;
        wait =
            timer_sooner(wait, timer_left(stage->orphan_until == 0 ? next_beat(stage) : stage->orphan_until,
                                          stage_now_ms()));
        if (zmq_poll(items, wait_items(stage, items), (long)wait) == -1 && errno != EINTR)
            panic("zmq_poll");
    }
}

int stage_main(int argc, char **argv, const struct stage_ops *ops)
{
    struct stage stage = {.ops = ops, .hello = {.credit = 1}, .supervisor_fd = -1};
    struct stage_sandbox confine = {.kind = STAGE_SANDBOX_NONE};
    struct conf *conf;
    int rc, waits;

    if (stage_start_parse(&stage.start, argc, argv) == -1) {
        log_error(usage, log_str("reason", "this program is started by slidemill-supervisor"));
        return EXIT_USAGE;
    }
    log_open(ops->program, (int)stage.start.slot, stage.start.generation, LOG_LEVEL_INFO);
    FAULT_OPEN();
    if (stage.start.supervisor != 0) {
        follow(&stage, stage.start.supervisor);
        stage.kept = unacknowledged_new();
    }
    if (stage_start_settle(&stage.start) == -1) {
        log_error(startup_failed, log_str("reason", strerror(errno)));
        return EXIT_SYSTEM;
    }
    conf = conf_load(NULL, stderr);
    if (conf == NULL)
        return EXIT_CONFIG;
    conf_wipe_environ(false);
    if (log_level_of(conf->log_level) >= 0)
        log_open(ops->program, (int)stage.start.slot, stage.start.generation,
                 (enum log_level)log_level_of(conf->log_level));
    ops->confine(conf, &confine);
    waits = confine.kind == STAGE_SANDBOX_QUIET || confine.kind == STAGE_SANDBOX_SERVER;
    rc = stage_sandbox_files(&confine, conf->sandbox_level);
    if (rc != 0)
        return rc;
    stage.context = zmq_ctx_new();
    stage.tasks = stage_start_socket(stage.context, ZMQ_PULL, stage.start.task_endpoint, 0);
    stage.results = stage_start_socket(stage.context, ZMQ_PUSH, stage.start.result_endpoint, waits);
    if (ops->bulk)
        stage.bulk = stage_start_socket(stage.context, ZMQ_PUSH, stage.start.result_endpoint, waits);
    rc = ops->open(conf, &stage.state, &stage.hello);
    if (rc == 0 && waits)
        stage_start_await(stage.results, stage.start.result_endpoint, stage.supervisor_fd);
    if (rc == 0 && waits && ops->bulk)
        stage_start_await(stage.bulk, stage.start.result_endpoint, stage.supervisor_fd);
    if (rc == 0)
        rc = stage_sandbox_calls(&confine, conf->sandbox_level);
    if (rc == 0 && !say_hello(&stage))
        rc = EXIT_CONFIG;
    if (rc == 0)
        run(&stage);
    if (ops->close != NULL && stage.state != NULL)
        ops->close(stage.state);
    zmq_close(stage.tasks);
    zmq_close(stage.results);
    if (stage.bulk != NULL)
        zmq_close(stage.bulk);
    zmq_ctx_term(stage.context); /* waits for what was sent, for a moment */
    if (stage.supervisor_fd != -1)
        close(stage.supervisor_fd);
    unacknowledged_free(&stage.kept);
    conf_free(&conf);
    return rc;
}
