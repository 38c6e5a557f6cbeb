/* test_inbox - what a worker says is acted on only if it may say it; else the worker goes */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/inbox.h"
#include "tests/unit/scratch.h"
#include "tests/unit/api_rig.h"

/* A worker with a process of its own, and its end of the results socket. */
struct speaker {
    struct worker *worker;
    void *mouth;
};

static struct speaker speaker_new(enum stage_kind kind)
{
    static uint64_t generation = 7000;
    static void *context; /* of their own, as another process would have it */
    char *argv[] = {(char *)"sleep", (char *)"600", NULL}, *env[] = {NULL};
    struct speaker speaker;
    struct process process;
    char name[64], endpoint[128];
    int zero = 0;

    snprintf(name, sizeof name, "speaker-%llu", (unsigned long long)++generation);
    speaker.worker = worker_new(worker_pool_context(rig.jobs.pool), kind, 0, generation, name, 0);
    assert_int_equal(process_start(&process, "/bin/sleep", argv, env, -1, false), 0);
    worker_start(speaker.worker, process);
    worker_pool_add(rig.jobs.pool, speaker.worker);
    if (context == NULL)
        context = zmq_ctx_new();
    speaker.mouth = zmq_socket(context, ZMQ_PUSH);
    zmq_setsockopt(speaker.mouth, ZMQ_LINGER, &zero, sizeof zero);
    snprintf(endpoint, sizeof endpoint, "ipc://run/%s.results", name);
    assert_int_equal(zmq_connect(speaker.mouth, endpoint), 0);
    return speaker;
}

/* Turns until the worker was heard at that time, or cannot be heard any more. */
static void take(struct speaker *speaker)
{
    rig.service.now_ms++;
    for (int waited = 0; waited < RIG_PATIENCE_MS && worker_heard_ms(speaker->worker) != rig.service.now_ms &&
                         !worker_is_killed(speaker->worker);
         waited += 10) {
        struct pollfd items[WORKER_ITEMS];

        worker_items(speaker->worker, items);
        poll(items, 1, 10); /* its results alone: what the monitor tells is not read here */
        worker_polled(speaker->worker, items);
        inbox_take(&api.inbox);
    }
}

static void say(struct speaker *speaker, struct wire *message)
{
    assert_int_equal(
        zmq_poll(&(zmq_pollitem_t){.socket = speaker->mouth, .events = ZMQ_POLLOUT}, 1, RIG_PATIENCE_MS), 1);
    assert_int_equal(wire_send(speaker->mouth, message), 0);
    take(speaker);
}

static void say_hello(struct speaker *speaker, enum stage_kind kind)
{
    struct wire hello;

    wire_init(&hello, WIRE_HELLO);
    hello.hello.protocol = WIRE_PROTOCOL;
    hello.hello.stage = kind;
    hello.hello.generation = worker_generation(speaker->worker);
    hello.hello.pid = (uint32_t)getpid();
    hello.hello.credit = 4;
    hello.hello.prompt = "0123";
    say(speaker, &hello);
}

/* Until its death has been seen: its leases are back, and it is out of the pool. */
static void bury(struct speaker *speaker)
{
    const uint64_t generation = worker_generation(speaker->worker);
    bool there = true;

    zmq_close(speaker->mouth);
    for (int waited = 0; there && waited < RIG_PATIENCE_MS; waited += 10) {
        struct pollfd items[WORKER_ITEMS];

        poll(items, (nfds_t)worker_items(speaker->worker, items), 10);
        worker_polled(speaker->worker, items);
        rig.service.now_ms += 10;
        inbox_take(&api.inbox);
        inbox_bury_the_dead(&api.inbox);
        there = false;
        for (const struct worker *w = worker_pool_first(rig.jobs.pool); w != NULL; w = worker_next(w))
            there = there || worker_generation(w) == generation;
    }
    assert_false(there);
}

static void a_worker_is_ready_when_it_has_said_so(void **state)
{
    struct speaker vision = speaker_new(STAGE_VISION);
    char *prompt;

    (void)state;
    assert_false(worker_is_ready(vision.worker));
    say_hello(&vision, STAGE_VISION);
    assert_true(worker_is_ready(vision.worker));
    prompt = ledger_note(rig.jobs.ledger, "prompt"); /* for the time when no vision worker is there */
    assert_string_equal(prompt, "0123");
    free(prompt);
    worker_kill(vision.worker, DEATH_STALLED);
    bury(&vision);
    assert_int_equal(worker_pool_deaths(rig.jobs.pool, STAGE_VISION, DEATH_STALLED), 1);
}

/* One that strangers' bytes have taken over can say no more than its kind may. */
static void who_says_what_it_may_not_goes_and_is_not_heard(void **state)
{
    struct speaker courier = speaker_new(STAGE_COURIER);
    struct wire forbidden;

    (void)state;
    say_hello(&courier, STAGE_COURIER);
    wire_init(&forbidden, WIRE_NAMED); /* front's */
    forbidden.named.client = "c0ffee";
    forbidden.named.tenant = "ana";
    say(&courier, &forbidden);
    assert_true(worker_is_killed(courier.worker));
    assert_true(worker_is_silenced(courier.worker));
    bury(&courier);
    assert_int_equal(worker_pool_deaths(rig.jobs.pool, STAGE_COURIER, DEATH_GARBLED), 1);
}

static void who_says_it_is_another_kind_goes(void **state)
{
    struct speaker courier = speaker_new(STAGE_COURIER);

    (void)state;
    say_hello(&courier, STAGE_FRONT);
    assert_true(worker_is_silenced(courier.worker));
    assert_false(worker_is_ready(courier.worker));
    bury(&courier);
}

/* It may have been an answer to its lease: the lease comes back, and one without a lease stays. */
static void who_talks_nonsense_goes_if_it_holds_a_lease(void **state)
{
    struct speaker idle = speaker_new(STAGE_COURIER), busy = speaker_new(STAGE_COURIER);
    struct wire alive;

    (void)state;
    say_hello(&idle, STAGE_COURIER);
    say_hello(&busy, STAGE_COURIER);
    worker_lease(busy.worker, 1, (struct work){.lane = LANE_FETCH, .job = 99});
    assert_int_equal(zmq_send(busy.mouth, "\xff\xff nonsense", 11, 0), 11);
    assert_int_equal(zmq_send(idle.mouth, "\xff\xff nonsense", 11, 0), 11);
    take(&busy);
    assert_true(worker_is_killed(busy.worker));
    wire_init(&alive, WIRE_BEAT);
    alive.beat.generation = worker_generation(idle.worker);
    say(&idle, &alive);
    assert_false(worker_is_killed(idle.worker));
    bury(&busy); /* would fail if the lease were still in its hands */
    worker_kill(idle.worker, DEATH_STALLED);
    bury(&idle);
}

static void beat(struct speaker *speaker)
{
    struct wire message;

    wire_init(&message, WIRE_BEAT);
    message.beat.generation = worker_generation(speaker->worker);
    assert_int_equal(wire_send(speaker->mouth, &message), 0);
}

/* What a turn left has been told of already: no poll tells of it again. */
static void what_one_turn_leaves_the_next_takes(void **state)
{
    struct speaker courier = speaker_new(STAGE_COURIER);

    (void)state;
    say_hello(&courier, STAGE_COURIER);
    for (int i = 0; i < 300; i++)
        beat(&courier);
    assert_int_equal(zmq_send(courier.mouth, "\xff\xff nonsense", 11, 0), 11);
    worker_lease(courier.worker, 1, (struct work){.lane = LANE_FETCH, .job = 99});
    usleep(200000); /* they are all there */
    take(&courier);
    assert_true(worker_speaks(courier.worker));
    assert_false(worker_is_killed(courier.worker));
    take(&courier);
    assert_true(worker_is_killed(courier.worker));
    assert_false(worker_speaks(courier.worker));
    bury(&courier);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)
    const struct CMUnitTest tests[] = {
        CASE(a_worker_is_ready_when_it_has_said_so), CASE(who_says_what_it_may_not_goes_and_is_not_heard),
        CASE(who_says_it_is_another_kind_goes),      CASE(who_talks_nonsense_goes_if_it_holds_a_lease),
        CASE(what_one_turn_leaves_the_next_takes),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
