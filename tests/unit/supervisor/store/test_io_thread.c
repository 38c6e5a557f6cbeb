/* test_io_thread - order, waking, waiting, the end; also under ThreadSanitizer (tests/tsan) */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/store/io_thread.h"

enum { PATIENCE_MS = 60000, MANY = 20000 };

struct job {
    struct io_task task;
    unsigned number, ran; /* as which it ran */
    int gate;             /* descriptor that it reads a byte from first; -1: none */
};

static unsigned runs; /* the thread's while there is one */
static unsigned discarded;

static void run(struct io_task *task)
{
    struct job *job = (struct job *)task;
    char byte;

    if (job->gate != -1 && read(job->gate, &byte, 1) != 1)
        abort();
    job->ran = ++runs;
}

static void count_discarded(struct io_task *task)
{
    (void)task;
    discarded++;
}

static struct job job_of(unsigned number, int gate)
{
    return (struct job){.task = {.run = run, .bytes = 10}, .number = number, .gate = gate};
}

static struct job *next(struct io_thread *io)
{
    struct io_task *task;

    while ((task = io_thread_take(io)) == NULL) {
        struct pollfd item = {.fd = io_thread_fd(io), .events = POLLIN};

        assert_int_equal(poll(&item, 1, PATIENCE_MS), 1);
    }
    return (struct job *)task;
}

static int start(void **state)
{
    *state = io_thread_new("test");
    runs = discarded = 0;
    return 0;
}

static int stop(void **state)
{
    struct io_thread *io = *state;

    if (io != NULL)
        io_thread_free(&io, count_discarded);
    return 0;
}

static void open_gate(int gate)
{
    assert_int_equal(write(gate, "*", 1), 1);
}

static void ends_in_the_order_of_asking(void **state)
{
    struct job *jobs = calloc(MANY, sizeof *jobs);
    unsigned taken = 0;

    assert_non_null(jobs);
    for (unsigned i = 0; i < MANY; i++) {
        struct io_task *task;

        jobs[i] = job_of(i, -1);
        io_thread_add(*state, &jobs[i].task);
        while (i % 7 == 0 && (task = io_thread_take(*state)) != NULL)
            assert_int_equal(((struct job *)task)->number, taken++);
    }
    while (taken < MANY) {
        assert_int_equal(next(*state)->number, taken);
        assert_int_equal(jobs[taken].ran, taken + 1);
        taken++;
    }
    assert_null(io_thread_take(*state));
    assert_int_equal(io_thread_tasks(*state), 0);
    free(jobs);
}

static void asking_and_taking_wait_for_nobody(void **state)
{
    struct job slow, quick;
    struct pollfd item = {.fd = io_thread_fd(*state), .events = POLLIN};
    int gate[2];

    assert_int_equal(pipe(gate), 0);
    slow = job_of(1, gate[0]);
    quick = job_of(2, -1);
    io_thread_add(*state, &slow.task);
    io_thread_add(*state, &quick.task);
    assert_null(io_thread_take(*state)); /* the first is stuck, and nobody overtakes it */
    assert_int_equal(poll(&item, 1, 0), 0);
    assert_int_equal(io_thread_tasks(*state), 2);
    assert_int_equal(io_thread_bytes(*state), 20);
    open_gate(gate[1]);
    assert_int_equal(next(*state)->number, 1);
    assert_int_equal(next(*state)->number, 2);
    assert_int_equal(io_thread_bytes(*state), 0);
    close(gate[0]);
    close(gate[1]);
}

static void waits_until_all_is_done(void **state)
{
    struct job jobs[100];

    for (unsigned i = 0; i < 100; i++) {
        jobs[i] = job_of(i, -1);
        io_thread_add(*state, &jobs[i].task);
    }
    io_thread_wait(*state);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(((struct job *)io_thread_take(*state))->ran, i + 1);
}

/* What must be done is done, what may be left out is not begun, and nothing is forgotten. */
static void the_end_does_what_must_be_done(void **state)
{
    struct io_thread *io = *state;
    struct job first, optional, last;
    int gate[2];

    assert_int_equal(pipe(gate), 0);
    first = job_of(1, gate[0]);
    optional = job_of(2, gate[0]); /* which would never be opened for it */
    optional.task.optional = true;
    last = job_of(3, -1);
    io_thread_add(io, &first.task);
    io_thread_add(io, &optional.task);
    io_thread_add(io, &last.task);
    if (fork() == 0) { /* another one opens the gate when we are in io_thread_free() */
        usleep(100000);
        _exit(write(gate[1], "*", 1) != 1);
    }
    *state = NULL;
    io_thread_free(&io, count_discarded);
    assert_null(io);
    assert_int_equal(wait(NULL) > 0, 1);
    assert_int_equal(discarded, 3);
    assert_int_equal(first.ran, 1);
    assert_int_equal(optional.ran, 0);
    assert_int_equal(last.ran, 2);
    close(gate[0]);
    close(gate[1]);
}

/* The supervisor forks while the thread works: the child can become another program. */
static void a_fork_meanwhile_can_exec(void **state)
{
    struct job *jobs = calloc(MANY, sizeof *jobs);
    unsigned added = 0;

    assert_non_null(jobs);
    for (int child = 0; child < 20; child++) {
        int status = -1;
        pid_t pid;

        for (int i = 0; i < 200; i++, added++) {
            jobs[added] = job_of(added, -1);
            io_thread_add(*state, &jobs[added].task);
        }
        pid = fork();
        if (pid == 0) {
            execl("/bin/true", "true", (char *)NULL);
            _exit(1);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
    }
    for (unsigned i = 0; i < added; i++)
        assert_int_equal(next(*state)->number, i);
    free(jobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ends_in_the_order_of_asking, start, stop),
        cmocka_unit_test_setup_teardown(asking_and_taking_wait_for_nobody, start, stop),
        cmocka_unit_test_setup_teardown(waits_until_all_is_done, start, stop),
        cmocka_unit_test_setup_teardown(the_end_does_what_must_be_done, start, stop),
        cmocka_unit_test_setup_teardown(a_fork_meanwhile_can_exec, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
