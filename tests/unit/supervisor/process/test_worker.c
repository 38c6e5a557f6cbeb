/* test_worker - what a worker is told before it listens, what it holds, and how it ended */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zmq.h>

#include "supervisor/process/worker.h"

enum { PATIENCE_MS = 10000 };

static int enter_folder(void **state)
{
    static char folder[] = "/tmp/slidemill-worker-XXXXXX";

    *state = folder;
    return mkdtemp(folder) == NULL || chdir(folder) == -1 || mkdir("run", 0700) == -1 ? -1 : 0;
}

static int leave_folder(void **state)
{
    return rmdir("run") == -1 || rmdir(*state) == -1 ? -1 : 0;
}

static void say_retire(struct worker *worker, uint64_t generation)
{
    struct wire message;

    wire_init(&message, WIRE_RETIRE);
    message.retire.generation = generation;
    worker_send(worker, &message);
    worker_committed(worker, 0);
    assert_false(worker_flush(worker, 0));
}

/* Turns as the supervisor does until something has come. */
static uint64_t hear_retire(struct worker *worker, void *socket)
{
    struct wire message;
    const char *why = NULL;
    uint64_t generation;
    int rc = 0;

    for (int waited = 0; rc == 0 && waited < PATIENCE_MS; waited += 10) {
        zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};

        worker_flush(worker, 0);
        assert_int_not_equal(zmq_poll(&item, 1, 10), -1);
        rc = wire_receive(socket, &message, WIRE_DOWN, &why);
    }
    assert_int_equal(rc, 1);
    assert_int_equal(message.type, WIRE_RETIRE);
    generation = message.retire.generation;
    wire_clear(&message);
    return generation;
}

static void keeps_what_it_says_until_someone_listens(void **state)
{
    void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_PULL);
    struct worker *worker = worker_new(context, STAGE_COURIER, 0, 7, "early", 0);

    (void)state;
    say_retire(worker, 7);
    say_retire(worker, 8);
    assert_int_equal(zmq_connect(socket, "ipc://run/early.tasks"), 0);
    assert_int_equal(hear_retire(worker, socket), 7);
    assert_int_equal(hear_retire(worker, socket), 8);
    assert_true(worker_flush(worker, 0));
    zmq_close(socket);
    worker_free(&worker);
    zmq_ctx_term(context);
}

static void takes_what_nobody_heard_to_the_grave(void **state)
{
    void *context = zmq_ctx_new();
    struct worker *worker = worker_new(context, STAGE_COURIER, 0, 9, "never", 0);

    (void)state;
    say_retire(worker, 9);
    worker_free(&worker);
    assert_null(worker);
    zmq_ctx_term(context);
}

static void answer(struct worker *worker, uint64_t request, bool now)
{
    struct wire message;

    wire_init(&message, WIRE_ANSWER);
    message.answer = (struct wire_answer){.request = request, .status = 200, .code = "", .detail = ""};
    if (now)
        worker_send_now(worker, &message);
    else
        worker_send(worker, &message);
}

static uint64_t hear_answer(void *socket)
{
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
    struct wire message;
    const char *why = NULL;
    uint64_t request;

    assert_int_equal(zmq_poll(&item, 1, PATIENCE_MS), 1);
    assert_int_equal(wire_receive(socket, &message, WIRE_DOWN, &why), 1);
    request = message.answer.request;
    wire_clear(&message);
    return request;
}

static void holds_back_what_is_not_durable(void **state)
{
    void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_PULL);
    struct worker *worker = worker_new(context, STAGE_FRONT, 0, 10, "durable", 0);

    (void)state;
    say_retire(worker, 10);
    assert_int_equal(zmq_connect(socket, "ipc://run/durable.tasks"), 0);
    assert_int_equal(hear_retire(worker, socket), 10); /* it is connected */
    answer(worker, 1, false);
    answer(worker, 2, true);
    worker_committed(worker, 7);
    answer(worker, 3, false); /* of a turn whose commit has no number yet */
    assert_true(worker_flush(worker, 6));
    assert_int_equal(hear_answer(socket), 2); /* it overtook */
    assert_true(worker_flush(worker, 7));
    assert_int_equal(hear_answer(socket), 1);
    worker_committed(worker, 8);
    answer(worker, 4, false);
    worker_committed(worker, 9);
    assert_true(worker_flush(worker, 9));
    assert_int_equal(hear_answer(socket), 3); /* in order */
    assert_int_equal(hear_answer(socket), 4);
    zmq_close(socket);
    worker_free(&worker);
    zmq_ctx_term(context);
}

static void its_leases_are_in_order_and_counted(void **state)
{
    void *context = zmq_ctx_new();
    struct worker *worker = worker_new(context, STAGE_RASTERIZER, 3, 11, "leases", 0);
    const struct wire_hello hello = {
        .credit = 2, .lacks = "", .engine = "", .model = "", .fingerprint = "", .prompt = ""};
    char name[WORKER_NAME];
    struct lease *lease;

    (void)state;
    worker_name(worker, name);
    assert_string_equal(name, "rasterizer-3");
    assert_false(worker_has_credit(worker)); /* it has not said HELLO */
    worker_hello(worker, &hello);
    assert_true(worker_has_credit(worker));
    worker_lease(worker, 1, (struct work){.job = 5});
    worker_lease(worker, 2, (struct work){.job = 6});
    assert_int_equal(worker_held(worker), 2);
    assert_false(worker_has_credit(worker));
    assert_int_equal(TAILQ_FIRST(worker_leases(worker))->id, 1);
    assert_int_equal(worker_find(worker, 2)->work.job, 6);
    assert_null(worker_find(worker, 3));
    assert_null(worker_settle(worker, 3));
    lease = worker_settle(worker, 2);
    assert_int_equal(lease->id, 2);
    free(lease);
    assert_true(worker_has_credit(worker));
    lease = worker_release(worker);
    assert_int_equal(lease->id, 1);
    free(lease);
    assert_null(worker_release(worker));
    assert_int_equal(worker_held(worker), 0);
    worker_free(&worker);
    zmq_ctx_term(context);
}

/* What HELLO said lives as long as the worker, not as long as the message. */
static void what_hello_said_is_kept(void **state)
{
    void *context = zmq_ctx_new();
    struct worker *worker = worker_new(context, STAGE_VISION, 0, 12, "hello", 0);
    char engine[] = "openai";

    (void)state;
    assert_string_equal(worker_said(worker)->engine, "");
    assert_false(worker_calls_model(worker));
    worker_hello(worker, &(struct wire_hello){.credit = 1,
                                              .lacks = "",
                                              .engine = engine,
                                              .model = "gpt-4o",
                                              .fingerprint = "print",
                                              .prompt = "prompt"});
    memset(engine, 'x', sizeof engine - 1);
    assert_string_equal(worker_said(worker)->engine, "openai");
    assert_true(worker_calls_model(worker));
    worker_free(&worker);
    zmq_ctx_term(context);
}

static void a_document_is_sent_once_and_its_turn_ends(void **state)
{
    void *context = zmq_ctx_new();
    struct worker *worker = worker_new(context, STAGE_RASTERIZER, 0, 13, "streak", 0);

    (void)state;
    assert_int_equal(worker_turn_job(worker, 5000), 0);
    assert_false(worker_has_document(worker, "one.pdf"));
    worker_note_document(worker, 7, "one.pdf", 5000);
    assert_true(worker_has_document(worker, "one.pdf"));
    assert_int_equal(worker_turn_job(worker, 5000), 7);
    worker_note_document(worker, 7, "one.pdf", 5200);
    assert_int_equal(worker_turn_job(worker, 5000 + WORKER_TURN_MS - 1), 7);
    assert_int_equal(worker_turn_job(worker, 5000 + WORKER_TURN_MS), 0); /* others have theirs */
    worker_note_document(worker, 7, "one.pdf", 5000 + WORKER_TURN_MS);   /* there were none */
    assert_int_equal(worker_turn_job(worker, 5000 + 2 * WORKER_TURN_MS - 1), 7);
    worker_note_document(worker, 8, "two.pdf", 5500);
    assert_int_equal(worker_turn_job(worker, 5500), 8);
    assert_false(worker_has_document(worker, "one.pdf"));
    worker_free(&worker);
    zmq_ctx_term(context);
}

/* Runs a real process to its end; the worker is not reaped. */
static struct worker *run_to_end(void *context, uint64_t generation, const char *script)
{
    char *argv[] = {"sh", "-c", (char *)script, NULL}, *env[] = {NULL};
    struct worker *worker = worker_new(context, STAGE_COURIER, 0, generation, "ended", 0);
    struct process process;
    struct pollfd item;

    assert_int_equal(process_start(&process, "/bin/sh", argv, env, -1, false), 0);
    worker_start(worker, process);
    item = (struct pollfd){.fd = process.pidfd, .events = POLLIN};
    assert_int_equal(poll(&item, 1, PATIENCE_MS), 1);
    return worker;
}

static void its_end_has_a_reason(void **state)
{
    static const struct {
        const char *script;
        bool ready, retired, late_hello, recycled, killed;
        enum death death;
    } cases[] = {
        {"exit 1", true, false, false, false, false, DEATH_DIED},
        {"exit 0", true, false, false, false, false, DEATH_DIED}, /* nobody sent it away */
        {"exit 78", false, false, false, false, false, DEATH_CONFIG},
        {"exit 0", true, true, false, false, false, DEATH_RETIRED},
        {"exit 0", true, true, false, true, false, DEATH_RECYCLED},
        {"exit 1", true, true, false, true, false, DEATH_DIED},      /* it was to go, and fell over */
        {"exit 1", false, true, false, false, false, DEATH_RETIRED}, /* it had not begun */
        {"exit 0", true, true, false, true, true, DEATH_STALLED},
        {"kill -KILL $$", false, true, true, false, false,
         DEATH_RETIRED}, /* killed by us, its HELLO was under way */
        {"kill -KILL $$", true, true, false, false, false, DEATH_DIED},
    };
    const struct wire_hello hello = {
        .credit = 1, .lacks = "", .engine = "", .model = "", .fingerprint = "", .prompt = ""};
    void *context = zmq_ctx_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct worker *worker = run_to_end(context, 20 + i, cases[i].script);

        if (cases[i].ready)
            worker_hello(worker, &hello);
        if (cases[i].recycled)
            worker_recycle(worker);
        if (cases[i].retired)
            worker_retire(worker);
        if (cases[i].late_hello)
            worker_hello(worker, &hello);
        if (cases[i].killed)
            worker_kill(worker, DEATH_STALLED);
        assert_int_equal(worker_death(worker), cases[i].death);
        assert_true(worker_gone(worker, 100)); /* it never connected */
        assert_int_equal(worker_exited_ms(worker), 100);
        assert_false(worker_has_credit(worker));
        worker_reap(worker);
        worker_free(&worker);
    }
    zmq_ctx_term(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_it_says_until_someone_listens),
        cmocka_unit_test(holds_back_what_is_not_durable),
        cmocka_unit_test(takes_what_nobody_heard_to_the_grave),
        cmocka_unit_test(its_leases_are_in_order_and_counted),
        cmocka_unit_test(what_hello_said_is_kept),
        cmocka_unit_test(a_document_is_sent_once_and_its_turn_ends),
        cmocka_unit_test(its_end_has_a_reason),
    };

    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
