/* test_send_queue - what waits for which commit, and in which order it leaves */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <zmq.h>

#include "supervisor/process/send_queue.h"

enum { PATIENCE_MS = 10000 };

struct rig {
    void *context, *near, *far;
    struct send_queue queue;
};

static struct rig begin(void)
{
    struct rig rig = {.context = zmq_ctx_new()};

    rig.near = zmq_socket(rig.context, ZMQ_PUSH);
    rig.far = zmq_socket(rig.context, ZMQ_PULL);
    assert_int_equal(zmq_bind(rig.near, "inproc://queue"), 0);
    return rig;
}

static void end(struct rig *rig)
{
    int zero = 0;

    send_queue_clear(&rig->queue);
    assert_true(TAILQ_EMPTY(&rig->queue.messages));
    zmq_setsockopt(rig->near, ZMQ_LINGER, &zero, sizeof zero);
    zmq_close(rig->near);
    zmq_close(rig->far);
    zmq_ctx_term(rig->context);
}

static void add(struct rig *rig, uint64_t request, uint64_t after)
{
    char code[] = "GONE_SOON"; /* borrowed until now only: the queue keeps its own */
    struct wire message;

    wire_init(&message, WIRE_ANSWER);
    message.answer = (struct wire_answer){.request = request, .status = 503, .code = code, .detail = ""};
    send_queue_add(&rig->queue, &message, after);
    assert_int_equal(message.type, WIRE_NONE);
    memset(code, 'x', sizeof code - 1);
}

static uint64_t hear(struct rig *rig)
{
    zmq_pollitem_t item = {.socket = rig->far, .events = ZMQ_POLLIN};
    struct wire message;
    const char *why = NULL;
    uint64_t request;

    assert_int_equal(zmq_poll(&item, 1, PATIENCE_MS), 1);
    assert_int_equal(wire_receive(rig->far, &message, WIRE_DOWN, &why), 1);
    assert_string_equal(message.answer.code, "GONE_SOON");
    request = message.answer.request;
    wire_clear(&message);
    return request;
}

static void sends_in_order_what_no_commit_holds_back(void **state)
{
    struct rig rig = begin();

    (void)state;
    send_queue_init(&rig.queue);
    assert_int_equal(zmq_connect(rig.far, "inproc://queue"), 0);
    add(&rig, 1, SEND_AFTER_TURN);
    add(&rig, 2, SEND_AT_ONCE);
    add(&rig, 3, SEND_AFTER_TURN);
    assert_true(send_queue_flush(&rig.queue, rig.near, 100)); /* no commit has a number yet */
    assert_int_equal(hear(&rig), 2);
    send_queue_committed(&rig.queue, 7);
    add(&rig, 4, SEND_AFTER_TURN); /* of the turn after it */
    assert_true(send_queue_flush(&rig.queue, rig.near, 6));
    assert_true(send_queue_flush(&rig.queue, rig.near, 7));
    assert_int_equal(hear(&rig), 1);
    assert_int_equal(hear(&rig), 3);
    send_queue_committed(&rig.queue, 8);
    assert_true(send_queue_flush(&rig.queue, rig.near, 8));
    assert_int_equal(hear(&rig), 4);
    end(&rig);
}

static void keeps_what_the_other_end_does_not_take(void **state)
{
    struct rig rig = begin();

    (void)state;
    send_queue_init(&rig.queue);
    assert_true(send_queue_flush(&rig.queue, rig.near, 0)); /* nothing to send */
    add(&rig, 1, SEND_AT_ONCE);
    add(&rig, 2, SEND_AT_ONCE);
    assert_false(send_queue_flush(&rig.queue, rig.near, 0));
    assert_int_equal(zmq_connect(rig.far, "inproc://queue"), 0);
    assert_int_equal(zmq_poll(&(zmq_pollitem_t){.socket = rig.near, .events = ZMQ_POLLOUT}, 1, PATIENCE_MS),
                     1);
    assert_true(send_queue_flush(&rig.queue, rig.near, 0));
    assert_int_equal(hear(&rig), 1);
    assert_int_equal(hear(&rig), 2);
    add(&rig, 3, SEND_AT_ONCE); /* freed with the queue */
    end(&rig);
}

static void drops_what_its_row_does_not_allow(void **state)
{
    static char key[100000];
    struct rig rig = begin();
    struct wire message;

    (void)state;
    send_queue_init(&rig.queue);
    memset(key, 'k', sizeof key - 1);
    wire_init(&message, WIRE_FETCH);
    message.fetch = (struct wire_fetch){.lease = 1, .job = "job", .attempt = 1, .key = key};
    send_queue_add(&rig.queue, &message, SEND_AT_ONCE);
    assert_int_equal(message.type, WIRE_NONE);
    assert_true(TAILQ_EMPTY(&rig.queue.messages));
    end(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sends_in_order_what_no_commit_holds_back),
        cmocka_unit_test(keeps_what_the_other_end_does_not_take),
        cmocka_unit_test(drops_what_its_row_does_not_allow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
