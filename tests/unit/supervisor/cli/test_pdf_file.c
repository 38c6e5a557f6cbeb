/* test_pdf_file - what `slidemill run` takes as a PDF, how it names it, and what it says of all else */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "supervisor/cli/pdf_file.h"
#include "tests/unit/scratch.h"
#include "tests/unit/supervisor/cli/capture.h"

static const char pdf[] = "%PDF-1.7\n%%EOF\n";

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void a_pdf_is_opened_and_named(void **state)
{
    static const struct {
        const char *path, *name, *stem;
    } rows[] = {
        {"lecture.pdf", "lecture.pdf", "lecture"},
        {"./sub/Kapitel \xc3\x9c.PDF", "Kapitel \xc3\x9c.PDF", "Kapitel \xc3\x9c"},
        {"notes", "notes", "notes.out"},
        {".pdf", ".pdf", ".pdf.out"}, /* nothing would be left of it */
        {"bad\xff\n.pdf", "bad??.pdf", "bad\xff\n"},
    };

    (void)state;
    mkdir("sub", 0700);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pdf_file file;

        write_file(rows[i].path, pdf);
        assert_int_equal(pdf_file_open(&file, rows[i].path, 1000), EXIT_DONE);
        assert_int_equal(file.size, sizeof pdf - 1);
        assert_string_equal(file.name, rows[i].name);
        assert_string_equal(file.stem, rows[i].stem);
        pdf_file_close(&file);
        assert_int_equal(file.fd, -1);
        assert_null(file.stem);
    }
}

static void a_long_name_is_cut_between_characters(void **state)
{
    char path[256], *at = path;
    struct pdf_file file;

    (void)state;
    for (int i = 0; i < 125; i++)
        at = stpcpy(at, "\xc3\xa4");
    strcpy(at, ".pdf");
    write_file(path, pdf);
    assert_int_equal(pdf_file_open(&file, path, 1000), EXIT_DONE);
    assert_true(strlen(file.name) < sizeof file.name);
    pdf_file_close(&file);
}

static void what_is_no_pdf_is_refused_by_name(void **state)
{
    static const struct {
        const char *path, *content; /* NULL: not written */
        int code;
        const char *said;
    } rows[] = {
        {"missing.pdf", NULL, EXIT_NOINPUT, "No such file"},
        {".", NULL, EXIT_NOINPUT, "Is a directory"},
        {"/dev/null", NULL, EXIT_NOINPUT, "not a regular file"},
        {"pipe", NULL, EXIT_NOINPUT, "not a regular file"}, /* opening it must not wait for a writer */
        {"empty.pdf", "", EXIT_DATA, "EMPTY_FILE"},
        {"page.pdf", "<!DOCTYPE html>", EXIT_DATA, "a web page"},
        {"large.pdf", "%PDF-1.7 and more than the twenty bytes", EXIT_DATA, "the limit is 20"},
    };

    (void)state;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pdf_file file;

        if (rows[i].content != NULL)
            write_file(rows[i].path, rows[i].content);
        capture_begin();
        assert_int_equal(pdf_file_open(&file, rows[i].path, 20), rows[i].code);
        capture_end();
        assert_printed(rows[i].said);
        assert_printed(rows[i].path);
        pdf_file_close(&file);
    }
}

static void a_pdf_far_behind_its_beginning_is_found(void **state)
{
    FILE *file = fopen("late.pdf", "we");
    struct pdf_file late;

    (void)state;
    for (int i = 0; i < 200000; i++)
        fputc('\1', file);
    fputs("startxref", file);
    fclose(file);
    assert_int_equal(pdf_file_open(&late, "late.pdf", 1 << 20), EXIT_DONE);
    pdf_file_close(&late);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pdf_is_opened_and_named),
        cmocka_unit_test(a_long_name_is_cut_between_characters),
        cmocka_unit_test(what_is_no_pdf_is_refused_by_name),
        cmocka_unit_test(a_pdf_far_behind_its_beginning_is_found),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
