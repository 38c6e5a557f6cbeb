/* test_commands - each sub-command refuses what it does not know, before it does anything */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "supervisor/cli/commands.h"
#include "tests/unit/scratch.h"
#include "tests/unit/supervisor/cli/capture.h"

enum { MAX_ARGS = 8, UNWELL = 1 };

static int run(int (*command)(int, char **), const char *line)
{
    char *words = strdup(line), *argv[MAX_ARGS], *rest = words;
    int argc = 0, rc;

    while ((argv[argc] = strtok_r(NULL, " ", &rest)) != NULL)
        argc++;
    optind = 0;
    capture_begin();
    rc = command(argc, argv);
    capture_end();
    free(words);
    return rc;
}

static void wrong_arguments_are_refused(void **state)
{
    static const struct {
        int (*command)(int, char **);
        const char *line;
        int code;
        const char *said;
    } rows[] = {
        {serve_main, "serve --nothing", EXIT_USAGE, "usage: slidemill serve"},
        {serve_main, "serve now", EXIT_USAGE, "serve takes no now"},
        {serve_main, "serve --config nowhere.cfg", EXIT_CONFIG, "nowhere.cfg: No such file"},
        {run_main, "run", EXIT_USAGE, "run takes one PDF file"},
        {run_main, "run missing.pdf", EXIT_NOINPUT, "cannot read missing.pdf"},
        {estimate_main, "estimate", EXIT_USAGE, "estimate takes one PDF file"},
        {config_main, "config", EXIT_USAGE, "usage: slidemill config"},
        {config_main, "config mend", EXIT_USAGE, "usage: slidemill config"},
        {config_main, "config reference file", EXIT_USAGE, "usage: slidemill config"},
        {config_main, "config check a b", EXIT_USAGE, "usage: slidemill config"},
        {config_main, "config check nowhere.cfg", EXIT_CONFIG, "nowhere.cfg"},
        {health_main, "health --nothing", EXIT_USAGE, "usage: slidemill health"},
        {health_main, "health now", EXIT_USAGE, "health takes no now"},
        {health_main, "health --url http://127.0.0.1:1/", UNWELL, "http://127.0.0.1:1/health: "},
        {health_main, "health --url file:///etc/passwd", UNWELL, "file:///etc/passwd/health: "},
        {doctor_main, "doctor --nothing", EXIT_USAGE, "usage: slidemill doctor"},
        {doctor_main, "doctor now", EXIT_USAGE, "doctor takes no now"},
        {doctor_main, "doctor --config nowhere.cfg", UNWELL, "nowhere.cfg"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        print_message("  %s\n", rows[i].line);
        assert_int_equal(run(rows[i].command, rows[i].line), rows[i].code);
        assert_printed(rows[i].said);
    }
}

static void config_check_tells_every_fault_of_a_file(void **state)
{
    FILE *file = fopen("bad.cfg", "we");

    (void)state;
    fputs("http: { port: 99999; };\nhttpx: { a: 1; };\n", file);
    fclose(file);
    assert_int_equal(run(config_main, "config check bad.cfg"), EXIT_CONFIG);
    assert_printed("bad.cfg:1");
    assert_printed("bad.cfg:2");
    assert_int_equal(run(config_main, "config show bad.cfg"), EXIT_CONFIG);
    assert_printed("http.port = ");
    file = fopen("good.cfg", "we");
    fputs("http: { port: 8081; };\n", file);
    fclose(file);
    assert_int_equal(run(config_main, "config check good.cfg"), EXIT_DONE);
    assert_printed("good.cfg: no fault");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_arguments_are_refused),
        cmocka_unit_test(config_check_tells_every_fault_of_a_file),
    };

    clearenv();
    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
