/* test_worker - what a worker is told before it is there to listen */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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
    assert_int_equal(worker->outgoing_count, 2);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_it_says_until_someone_listens),
        cmocka_unit_test(holds_back_what_is_not_durable),
        cmocka_unit_test(takes_what_nobody_heard_to_the_grave),
    };

    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
