/* test_fault - named crash points: which pass they act on, what they do, and that they cost nothing elsewhere
 *
 * Built with SLIDEMILL_FAULTS whatever the rest of the build has (proto/CMakeLists.txt).
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "proto/fault.h"
#include "tests/unit/scratch.h"

/* In a child, since FAULT is read once: passes the point "vision.taken.EXPLAIN" that often and returns how it
 * ended, as waitpid(2) says; exit code 100 + the last answer if it survives. */
static int passes(const char *fault, unsigned times)
{
    const struct rlimit no_core = {0, 0};
    enum fault last = FAULT_NONE;
    int status;
    pid_t child = fork();

    if (child == 0) {
        setrlimit(RLIMIT_CORE, &no_core);
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(1);
        setenv("FAULT", fault, 1);
        fault_open();
        for (unsigned i = 0; i < times; i++)
            last = fault_point("vision", "taken", "EXPLAIN");
        _exit(100 + (int)last);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static int code(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void it_acts_on_its_pass_alone(void **state)
{
    (void)state;
    assert_int_equal(code(passes("vision.taken.EXPLAIN:2", 1)), 100);
    assert_int_equal(code(passes("vision.taken.EXPLAIN:2", 1)), -SIGKILL); /* passes of all lives count */
    assert_int_equal(code(passes("vision.taken.EXPLAIN:2", 3)), 100);      /* and only one is the second */
}

static void other_points_pass(void **state)
{
    (void)state;
    assert_int_equal(code(passes("vision.taken.OVERVIEW:1,vision.taken:1,ision.taken.EXPLAIN:1", 4)), 100);
}

static void each_action_does_what_it_says(void **state)
{
    static const struct {
        const char *fault;
        int code;
    } rows[] = {
        {"vision.taken.EXPLAIN:4:exit1", 1},
        {"vision.taken.EXPLAIN:5:exit78", EXIT_CONFIG},
        {"vision.taken.EXPLAIN:6:garbage", 100 + FAULT_GARBAGE},
        {"vision.taken.EXPLAIN:7:kill", -SIGKILL},
        {"vision.taken.EXPLAIN:9:exit1,vision.taken.EXPLAIN:8:exit78", EXIT_CONFIG},
    };

    (void)state;
    unlink("fault-vision.taken.EXPLAIN");
    assert_int_equal(code(passes("vision.taken.EXPLAIN:1000", 3)), 100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(code(passes(rows[i].fault, 1)), rows[i].code);
}

static void a_refusal_lasts(void **state)
{
    (void)state;
    unlink("fault-vision.taken.EXPLAIN");
    assert_int_equal(code(passes("vision.taken.EXPLAIN:2:refuse", 20)), 100 + FAULT_REFUSE);
    assert_int_equal(code(passes("vision.taken.EXPLAIN:2:refuse", 20)), 100); /* in that process only */
}

static void what_cannot_be_read_aborts(void **state)
{
    static const char *const rows[] = {"vision.taken.EXPLAIN",
                                       "vision.taken.EXPLAIN:", "vision.taken.EXPLAIN:x", ":1",
                                       "a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(code(passes(rows[i], 1)), -SIGABRT);
}

static void slides_are_points_by_number(void **state)
{
    int status;
    pid_t child = fork();

    (void)state;
    if (child == 0) {
        setenv("FAULT", "rasterizer.slide.17:1:exit1", 1);
        fault_open();
        fault_slide("rasterizer", 1);
        fault_slide("rasterizer", 170);
        fault_slide("rasterizer", 17);
        _exit(100);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(code(status), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_acts_on_its_pass_alone),     cmocka_unit_test(other_points_pass),
        cmocka_unit_test(each_action_does_what_it_says), cmocka_unit_test(a_refusal_lasts),
        cmocka_unit_test(what_cannot_be_read_aborts),    cmocka_unit_test(slides_are_points_by_number),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
