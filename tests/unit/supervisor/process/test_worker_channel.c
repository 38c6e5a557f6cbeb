/* test_worker_channel - the sockets of one worker: bound once, and their other end is watched */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zmq.h>

#include "supervisor/process/worker_channel.h"
#include "tests/unit/scratch.h"

enum { PATIENCE_MS = 10000 };

static int enter(void **state)
{
    return scratch_enter(state) || mkdir("run", 0700) == -1;
}

/* The monitor tells of each change once; what it told is waited for, not slept for. */
static bool becomes(struct worker_channel *channel, bool connected)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += 10) {
        zmq_pollitem_t item = {.socket = channel->monitor, .events = ZMQ_POLLIN};

        if (worker_channel_is_connected(channel) == connected)
            return true;
        zmq_poll(&item, 1, 10);
    }
    return false;
}

static void sees_the_other_end_come_and_go(void **state)
{
    void *context = zmq_ctx_new(), *end = zmq_socket(context, ZMQ_PUSH);
    struct worker_channel channel;

    (void)state;
    assert_int_equal(worker_channel_open(&channel, context, "one", 1), 0);
    assert_int_equal(access("run/one.tasks", F_OK), 0);
    assert_int_equal(access("run/one.results", F_OK), 0);
    assert_false(worker_channel_is_connected(&channel));
    assert_int_equal(zmq_connect(end, "ipc://run/one.results"), 0);
    assert_true(becomes(&channel, true));
    zmq_close(end);
    assert_true(becomes(&channel, false));
    worker_channel_close(&channel);
    assert_null(channel.tasks);
    assert_int_equal(access("run/one.tasks", F_OK), -1);
    assert_int_equal(access("run/one.results", F_OK), -1);
    worker_channel_close(&channel); /* nothing is open any more */
    zmq_ctx_term(context);
}

static void nothing_stays_of_one_that_cannot_be_opened(void **state)
{
    void *context = zmq_ctx_new();
    struct worker_channel first, second;

    (void)state;
    assert_int_equal(worker_channel_open(&first, context, "gone/none", 2), -1); /* no such folder */
    assert_int_equal(errno, ENOENT);
    assert_null(first.tasks);
    assert_int_equal(worker_channel_open(&first, context, "two", 3), 0);
    assert_int_equal(worker_channel_open(&second, context, "three", 3), -1); /* the monitor's name is taken */
    assert_int_equal(errno, EADDRINUSE);
    assert_int_equal(access("run/three.tasks", F_OK), -1);
    assert_int_equal(access("run/three.results", F_OK), -1);
    worker_channel_close(&first);
    zmq_ctx_term(context); /* would wait for a socket that was left open */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sees_the_other_end_come_and_go),
        cmocka_unit_test(nothing_stays_of_one_that_cannot_be_opened),
    };

    return cmocka_run_group_tests(tests, enter, scratch_remove);
}
