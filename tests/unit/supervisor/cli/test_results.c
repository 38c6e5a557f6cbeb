/* test_results - artifacts come home all or none, and the report says what a hostile summary cannot bend */
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
#include "supervisor/cli/results.h"
#include "tests/unit/scratch.h"
#include "tests/unit/supervisor/cli/capture.h"

static const char job[] = "run-1";
static struct temp_folder source = {.path = (char *)"source", .fd = -1, .log = -1};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void assert_content(const char *path, const char *text)
{
    FILE *file = fopen(path, "re");
    char content[256] = "";

    assert_non_null(file);
    assert_true(fread(content, 1, sizeof content - 1, file) > 0);
    fclose(file);
    assert_string_equal(content, text);
}

/* source/objects/outputs/run-1 with the artifacts that are always made. */
static int make_source(void **state)
{
    static const char *const folders[] = {"source", "source/objects", "source/objects/outputs",
                                          "source/objects/outputs/run-1"};

    if (scratch_enter(state) != 0)
        return -1;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        if (mkdir(folders[i], 0700) == -1)
            return -1;
    write_file("source/objects/outputs/run-1/summary.json", "{}");
    write_file("source/objects/outputs/run-1/lecture.docx", "docx");
    write_file("source/objects/outputs/run-1/lecture.apkg", "apkg");
    return 0;
}

static void the_folder_is_made_and_given_back_if_empty(void **state)
{
    struct results results;

    (void)state;
    assert_int_equal(results_open(&results, "a/b/c//", 0), EXIT_DONE);
    assert_true(results.made);
    results_abandon(&results);
    assert_int_equal(access("a/b/c", F_OK), -1);
    assert_int_equal(access("a/b", F_OK), 0); /* others may have put something there meanwhile */
    assert_int_equal(results_open(&results, "a/b", 0), EXIT_DONE);
    assert_false(results.made);
    results_abandon(&results);
    assert_int_equal(access("a/b", F_OK), 0); /* it was there before */
}

static void a_file_in_its_place_is_told(void **state)
{
    struct results results;

    (void)state;
    write_file("file", "x");
    capture_begin();
    assert_int_equal(results_open(&results, "file", 0), EXIT_SYSTEM);
    assert_int_equal(results_open(&results, "file/below", 0), EXIT_SYSTEM);
    capture_end();
    assert_printed("cannot write file: Not a directory");
    assert_printed("file/below");
    assert_content("file", "x");
}

static void all_artifacts_take_the_place_of_the_old_ones(void **state)
{
    struct results results;

    (void)state;
    assert_int_equal(results_open(&results, "out", 0), EXIT_DONE);
    write_file("out/lecture.docx", "old");
    write_file("out/mine.txt", "mine");
    assert_int_equal(results_copy(&results, &source, job), EXIT_DONE);
    assert_content("out/lecture.docx", "docx");
    assert_content("out/lecture.apkg", "apkg");
    assert_content("out/mine.txt", "mine");
}

static void one_that_is_missing_leaves_all_as_it_was(void **state)
{
    struct results results;

    (void)state;
    assert_int_equal(results_open(&results, "kept", 1 << ARTIFACT_MD),
                     EXIT_DONE); /* lecture.md was not made */
    write_file("kept/lecture.docx", "old");
    capture_begin();
    assert_int_equal(results_copy(&results, &source, job), EXIT_SYSTEM);
    capture_end();
    assert_printed("kept/lecture.md");
    assert_content("kept/lecture.docx", "old");
    assert_int_equal(access("kept/lecture.apkg", F_OK), -1);
    assert_int_equal(access("kept/.lecture.docx.part", F_OK), -1);
}

static const char *report_of(const char *summary, int64_t took_ms)
{
    struct results results = {.folder = "report"};

    mkdir("report", 0700);
    write_file("report/summary.json", summary);
    return PRINTED(results_print(&results, took_ms));
}

static void the_report_counts_slides_and_cards(void **state)
{
    (void)state;
    report_of(
        "{\"total_slides\": 27, \"anki_cards\": [1, 2], \"engine\": \"offline\", \"repaired\": true,"
        " \"outcomes\": {\"explained\": 25, \"text_only\": 1, \"failed\": 1, \"blank\": 0},"
        " \"slides\": [{\"slide_number\": 3, \"outcome\": \"failed\", \"reason\": {\"code\": \"PAGE_BROKEN\","
        " \"message\": \"no picture\"}}, {\"slide_number\": 4, \"degraded\": true},"
        " {\"slide_number\": 9, \"text_source\": \"ocr\"}]}",
        1449);
    assert_printed("report/lecture.docx\n");
    assert_printed("27 slides in 1.4 s: 25 explained, 1 text only, 1 failed; 2 cards\n");
    assert_printed("slide 3 failed: PAGE_BROKEN: no picture\n");
    assert_printed("damaged or missing: slides 4; summary.json says why\n");
    assert_printed("has been repaired");
    assert_printed("1 slide was read by OCR");
    assert_printed("No language model was used");
}

static void a_long_list_of_failures_is_cut(void **state)
{
    char summary[2048], *at = summary;

    (void)state;
    at += sprintf(at, "{\"slides\": [");
    for (int i = 1; i <= 9; i++)
        at += sprintf(at, "%s{\"slide_number\": %d, \"outcome\": \"failed\"}", i == 1 ? "" : ",", i);
    strcpy(at, "]}");
    report_of(summary, 0);
    assert_printed("slide 5 failed: ?: \n");
    assert_null(strstr(capture.text, "slide 6"));
    assert_printed("and 4 more: see summary.json\n");
}

static void a_summary_of_another_form_is_no_trouble(void **state)
{
    static const char *const summaries[] = {
        "", "[]", "{\"slides\": 7, \"outcomes\": [1], \"anki_cards\": \"x\", \"engine\": {}}",
        "{\"slides\": [7, null, {\"outcome\": \"failed\", \"reason\": \"x\", \"slide_number\": \"y\"}]}"};

    (void)state;
    for (size_t i = 0; i < sizeof summaries / sizeof summaries[0]; i++) {
        report_of(summaries[i], 100);
        assert_printed("0 slides in 0.1 s");
    }
    report_of("{\"slides\": [{\"outcome\": \"failed\", \"reason\": {\"code\": \"X\", \"message\": "
              "\"\\u001b[2J\"}}]}",
              0);
    assert_printed("failed: X: ?[2J\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_folder_is_made_and_given_back_if_empty),
        cmocka_unit_test(a_file_in_its_place_is_told),
        cmocka_unit_test(all_artifacts_take_the_place_of_the_old_ones),
        cmocka_unit_test(one_that_is_missing_leaves_all_as_it_was),
        cmocka_unit_test(the_report_counts_slides_and_cards),
        cmocka_unit_test(a_long_list_of_failures_is_cut),
        cmocka_unit_test(a_summary_of_another_form_is_no_trouble),
    };

    return cmocka_run_group_tests(tests, make_source, scratch_remove);
}
