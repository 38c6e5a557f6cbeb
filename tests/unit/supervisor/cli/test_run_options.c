/* test_run_options - the command line of run and estimate: what is taken, what is refused, and what is secret
 */
#include <fcntl.h>
#include <getopt.h>
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

#include "proto/artifact.h"
#include "proto/exits.h"
#include "supervisor/cli/run_options.h"
#include "tests/unit/scratch.h"
#include "tests/unit/supervisor/cli/capture.h"

enum { MAX_ARGS = 16 };

static struct run_options options;

/* Reads a command line of words between blanks; what is said about it is captured. */
static int parse(bool estimate, const char *line)
{
    char *words = strdup(line), *argv[MAX_ARGS], *rest = words;
    int argc = 0, rc;

    while ((argv[argc] = strtok_r(NULL, " ", &rest)) != NULL)
        argc++;
    optind = 0; /* getopt(3): begin anew */
    capture_begin();
    rc = run_options_read(&options, estimate, argc, argv);
    capture_end();
    free(words); /* what stays of it in options is not looked at without strdup() below */
    return rc;
}

static void write_file(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void what_is_not_said_has_its_default(void **state)
{
    (void)state;
    assert_int_equal(parse(false, "run a.pdf"), EXIT_DONE);
    assert_string_equal(options.language, "English");
    assert_null(options.folder);
    assert_int_equal(options.outputs, 0);
    assert_string_equal(options.metadata, "");
    assert_string_equal(options.password, "");
    assert_int_equal(options.previous, -1);
    run_options_close(&options);
}

static void what_is_said_is_taken(void **state)
{
    (void)state;
    write_file("summary.json", "{}", 2);
    assert_int_equal(
        parse(false, "run --outputs md,tsv --course Alg\"1 --lecture L2 --previous summary.json a.pdf"),
        EXIT_DONE);
    assert_int_equal(options.outputs, 1 << ARTIFACT_MD | 1 << ARTIFACT_TSV);
    assert_string_equal(options.metadata, "{\"course\":\"Alg\\\"1\",\"lecture\":\"L2\"}");
    assert_true(options.previous != -1);
    assert_int_equal(options.previous_size, 2);
    run_options_close(&options);
    assert_int_equal(options.previous, -1);
}

static void wrong_command_lines_are_refused(void **state)
{
    static const struct {
        bool estimate;
        const char *line, *said;
    } rows[] = {
        {false, "run", "one PDF file, not 0"},
        {false, "run a.pdf b.pdf", "one PDF file, not 2"},
        {false, "run --nothing a.pdf", "usage: slidemill run"},
        {false, "run --outputs pdf a.pdf", "--outputs takes md, html and tsv"},
        {false, "run --language= a.pdf", "the language needs a name"},
        {false, "run --language=En\x1bglish a.pdf", "the language needs a name"},
        {false, "run --language=0123456789012345678901234567890123456789012345678901234567890123456789 a.pdf",
         "up to 64 bytes"},
        {false, "run --output= a.pdf", "the folder for the results needs a name"},
        {false, "run --course=\x1b[2J a.pdf", "--course"},
        {true, "estimate --outputs md a.pdf", "usage: slidemill estimate"}, /* an estimate makes none */
        {true, "estimate -o here a.pdf", "usage: slidemill estimate"},
        {false, "run -notes.pdf", "run -- -notes.pdf"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        print_message("  %s\n", rows[i].line);
        assert_int_equal(parse(rows[i].estimate, rows[i].line), EXIT_USAGE);
        assert_printed(rows[i].said);
        run_options_close(&options);
    }
    assert_int_equal(parse(false, "run -- -notes.pdf"), EXIT_DONE);
    run_options_close(&options);
}

static void an_earlier_summary_must_be_a_file_of_its_size(void **state)
{
    int fd = open("huge", O_WRONLY | O_CREAT, 0600);

    (void)state;
    assert_int_equal(ftruncate(fd, (64 << 20) + 1), 0);
    close(fd);
    mkfifo("previous-pipe", 0600);
    assert_int_equal(parse(false, "run --previous nowhere a.pdf"), EXIT_NOINPUT);
    run_options_close(&options);
    assert_int_equal(parse(false, "run --previous huge a.pdf"), EXIT_DATA);
    assert_printed("too large");
    run_options_close(&options);
    assert_int_equal(parse(false, "run --previous previous-pipe a.pdf"), EXIT_DATA);
    assert_printed("not a regular file");
    run_options_close(&options);
}

static void a_password_is_the_first_line_of_its_file(void **state)
{
    static const struct {
        const char *content;
        size_t size;
        const char *password; /* NULL: refused */
    } rows[] = {
        {"secret\nsecond line\n", 19, "secret"},
        {"secret\r\n", 8, "secret"},
        {"secret", 6, "secret"},
        {"\xef\xbb\xbfsecret\n", 10, "secret"},
        {"", 0, ""},
        {"\n", 1, ""},
        {" a b ", 5, " a b "},
    };
    char longest[300];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_file("password", rows[i].content, rows[i].size);
        assert_int_equal(parse(true, "estimate --password-file password a.pdf"), EXIT_DONE);
        assert_string_equal(options.password, rows[i].password);
        run_options_close(&options);
    }
    memset(longest, 'x', sizeof longest);
    write_file("password", longest, sizeof longest);
    assert_int_equal(parse(true, "estimate --password-file password a.pdf"), EXIT_DATA);
    assert_printed("the password in password");
    assert_null(strstr(capture.text, "xxx"));
    run_options_close(&options);
    assert_int_equal(parse(true, "estimate --password-file nowhere a.pdf"), EXIT_NOINPUT);
    run_options_close(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_has_its_default),
        cmocka_unit_test(what_is_said_is_taken),
        cmocka_unit_test(wrong_command_lines_are_refused),
        cmocka_unit_test(an_earlier_summary_must_be_a_file_of_its_size),
        cmocka_unit_test(a_password_is_the_first_line_of_its_file),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
