/* test_worker_spawn - how a worker's program is called, what it is given, and which one outlives us */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/process/worker_lock.h"
#include "supervisor/process/worker_spawn.h"
#include "tests/unit/scratch.h"

enum { PATIENCE_MS = 10000 };

static struct conf *conf;
static void *context;
static char program[128];

/* A program that writes down how it was called, and whether it has a descriptor 3. */
static int enter(void **state)
{
    FILE *script;

    if (scratch_enter(state) != 0 || mkdir("run", 0700) == -1)
        return -1;
    setenv("OPENAI_API_KEY", "sk-secret", 1);
    conf = conf_load(NULL, stderr);
    context = zmq_ctx_new();
    snprintf(program, sizeof program, "%s/program", (const char *)*state);
    script = fopen(program, "w");
    if (conf == NULL || script == NULL)
        return -1;
    fprintf(script, "#!/bin/sh\n"
                    "if (true <&3) 2>/dev/null; then given=yes; else given=no; fi\n"
                    "echo \"$@\" given=$given key=$OPENAI_API_KEY >called\n");
    return fclose(script) != 0 || chmod(program, 0700) == -1;
}

static int leave(void **state)
{
    conf_free(&conf);
    zmq_ctx_term(context);
    return scratch_remove(state);
}

static void read_call(char text[512])
{
    FILE *file = fopen("called", "r");

    assert_non_null(file);
    assert_non_null(fgets(text, 512, file));
    fclose(file);
    text[strcspn(text, "\n")] = '\0';
}

/* Waits for its end, so that all it wrote is there. */
static struct worker *call(enum stage_kind kind, unsigned slot, uint64_t generation, int listener,
                           char text[512])
{
    const struct spawn spawn = {.context = context,
                                .kind = kind,
                                .slot = slot,
                                .generation = generation,
                                .path = program,
                                .listener = listener};
    struct worker *worker = worker_spawn(&spawn, conf, 0);
    struct pollfd item;

    assert_non_null(worker);
    assert_false(worker_is_local_client(worker));
    item = (struct pollfd){.fd = worker_process(worker)->pidfd, .events = POLLIN};
    assert_int_equal(poll(&item, 1, PATIENCE_MS), 1);
    assert_int_equal(worker_reap(worker), 0);
    read_call(text);
    return worker;
}

/* It has clients to answer when we are gone. */
static void front_gets_its_socket_and_outlives_us(void **state)
{
    char text[512], expected[512];
    struct worker *front = call(STAGE_FRONT, 2, 77, STDIN_FILENO, text);

    (void)state;
    snprintf(expected, sizeof expected,
             "--slot 2 --generation 77 --tasks ipc://run/front-2-77.tasks "
             "--results ipc://run/front-2-77.results --supervisor %ld given=yes key=",
             (long)getpid());
    assert_string_equal(text, expected);
    worker_free(&front);
}

static void a_worker_that_goes_with_us_is_given_nothing(void **state)
{
    char text[512];
    struct worker *courier = call(STAGE_COURIER, 0, 78, STDIN_FILENO, text);

    (void)state;
    assert_string_equal(text, "--slot 0 --generation 78 --tasks ipc://run/courier-0-78.tasks "
                              "--results ipc://run/courier-0-78.results given=no key=");
    worker_free(&courier);
}

/* Paid answers are on their way in it: it is told whose it is, and holds its file locked. The key of the
 * model's API is in no other worker's environment. */
static void vision_outlives_us_and_alone_has_the_key(void **state)
{
    char text[512], expected[512];
    struct worker *vision = call(STAGE_VISION, 1, 79, STDIN_FILENO, text);

    (void)state;
    snprintf(expected, sizeof expected,
             "--slot 1 --generation 79 --tasks ipc://run/vision-1-79.tasks "
             "--results ipc://run/vision-1-79.results --supervisor %ld given=yes key=sk-secret",
             (long)getpid());
    assert_string_equal(text, expected);
    assert_int_equal(access("run/vision-1-79.life", F_OK), 0);
    worker_free(&vision);
    assert_int_equal(access("run/vision-1-79.life", F_OK), -1);
}

/* Without a front (slidemill run) the folder goes with us, and so does every worker. */
static void vision_goes_with_us_where_there_is_no_front(void **state)
{
    char text[512];
    struct worker *vision = call(STAGE_VISION, 0, 80, -1, text);

    (void)state;
    assert_null(strstr(text, "--supervisor"));
    assert_non_null(strstr(text, "given=no"));
    assert_int_equal(access("run/vision-0-80.life", F_OK), -1);
    worker_free(&vision);
}

static void nothing_stays_of_a_start_that_fails(void **state)
{
    const struct spawn spawn = {.context = context, .kind = STAGE_VISION, .generation = 81, .path = program};

    (void)state;
    assert_int_equal(mkdir("run/vision-0-81.life", 0700), 0); /* in the way */
    assert_null(worker_spawn(&spawn, conf, 0));
    assert_int_equal(access("run/vision-0-81.tasks", F_OK), -1);
    assert_int_equal(rmdir("run/vision-0-81.life"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(front_gets_its_socket_and_outlives_us),
        cmocka_unit_test(a_worker_that_goes_with_us_is_given_nothing),
        cmocka_unit_test(vision_outlives_us_and_alone_has_the_key),
        cmocka_unit_test(vision_goes_with_us_where_there_is_no_front),
        cmocka_unit_test(nothing_stays_of_a_start_that_fails),
    };

    return cmocka_run_group_tests(tests, enter, leave);
}
