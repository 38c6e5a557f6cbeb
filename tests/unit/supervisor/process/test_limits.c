/* test_limits - a limit that is too low is told by the name people set it by, before anything starts */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/process/limits.h"

enum { FINE = 0, TOLD = 1, SILENT = 2, WRONG = 3 };

/* In a child: with that limit, what is told? */
static int told(int resource, rlim_t value, uid_t user, const char *name, const char *remedy)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        struct conf *conf = conf_load(NULL, stderr);
        struct limits_fault fault;

        if (resource != -1 && setrlimit((__rlimit_resource_t)resource, &(struct rlimit){value, value}) == -1)
            _exit(WRONG);
        if (user != 0 && setuid(user) == -1)
            _exit(WRONG);
        if (limits_check(conf, &fault) == 0)
            _exit(resource == -1 ? FINE : SILENT);
        fprintf(stderr, "%s; %s\n", fault.what, fault.remedy);
        _exit(strstr(fault.what, name) != NULL && strstr(fault.remedy, remedy) != NULL ? TOLD : WRONG);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void no_limit_is_told_where_none_is_low(void **state)
{
    (void)state;
    assert_int_equal(told(-1, 0, 0, "", ""), FINE);
}

static void each_low_limit_is_told_with_its_remedy(void **state)
{
    (void)state;
    assert_int_equal(told(RLIMIT_NOFILE, 40, 0, "40 files may be open at once (ulimit -n)", "LimitNOFILE="),
                     TOLD);
    assert_int_equal(told(RLIMIT_FSIZE, 4096, 0, "to 4 KiB", "ulimit -f"), TOLD);
    assert_int_equal(told(RLIMIT_AS, 390u << 20, 0, "(ulimit -v)", "LimitAS="), TOLD);
    if (geteuid() == 0) /* it does not bind root */
        assert_int_equal(told(RLIMIT_NPROC, 5, 65534, "only 5 more processes and threads", "--pids-limit"),
                         TOLD);
}

static void a_failed_call_leads_to_what_was_short(void **state)
{
    static const struct {
        int number;
        const char *remedy;
    } rows[] = {{EMFILE, "ulimit -n"},
                {ENFILE, "file-max"},
                {EAGAIN, "ulimit -u"},
                {ENOMEM, "memory"},
                {EFBIG, "ulimit -f"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_non_null(strstr(limits_remedy(rows[i].number), rows[i].remedy));
    assert_string_equal(limits_remedy(EINVAL), "");
    assert_string_equal(limits_remedy(0), "");
}

static void workers_are_counted_as_the_parameters_say(void **state)
{
    struct conf *conf = conf_load(NULL, stderr);

    (void)state;
    conf->rasterizer_count = 7;
    assert_int_equal(limits_workers(conf, STAGE_RASTERIZER), 7);
    conf->rasterizer_count = 0;
    assert_true(limits_workers(conf, STAGE_RASTERIZER) >= 2);
    assert_int_equal(limits_workers(conf, STAGE_ASSEMBLER), limits_workers(conf, STAGE_RASTERIZER));
    assert_int_equal(limits_workers(conf, STAGE_FRONT), 1);
    conf_free(&conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_limit_is_told_where_none_is_low),
        cmocka_unit_test(each_low_limit_is_told_with_its_remedy),
        cmocka_unit_test(a_failed_call_leads_to_what_was_short),
        cmocka_unit_test(workers_are_counted_as_the_parameters_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
