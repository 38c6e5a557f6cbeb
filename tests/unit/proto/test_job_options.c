/* test_job_options - options go from process to process as text, and text from elsewhere does no harm */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/artifact.h"
#include "proto/job_options.h"

static struct job_options none(void)
{
    return (struct job_options){.metadata = (char *)"", .previous = (char *)"", .password = (char *)""};
}

static void assert_nothing_set(const struct job_options *options)
{
    assert_int_equal(options->outputs, 0);
    assert_string_equal(options->metadata, "");
    assert_string_equal(options->previous, "");
    assert_string_equal(options->password, "");
    assert_string_equal(options->fault, "");
    assert_string_equal(options->remark, "");
    assert_false(options->economy);
}

static void no_options_are_no_text(void **state)
{
    struct job_options options = none(), read;
    char *text = job_options_text(&options);

    (void)state;
    assert_string_equal(text, "");
    job_options_read(&read, text);
    assert_nothing_set(&read);
    job_options_clear(&read);
    free(text);
}

static void all_options_come_through(void **state)
{
    struct job_options options = {.outputs = 1 << ARTIFACT_MD | 1 << ARTIFACT_TSV,
                                  .metadata = (char *)"{\"course\": \"\\u00dcbung \\\"1\\\"\"}",
                                  .previous = (char *)"j-1",
                                  .password = (char *)"p\"\\\xc3\xa4",
                                  .economy = true,
                                  .fault = (char *)"BAD_FIELD",
                                  .remark = (char *)"cards: line\nbreak"},
                       read;
    char *text = job_options_text(&options);

    (void)state;
    job_options_read(&read, text);
    assert_int_equal(read.outputs, options.outputs);
    assert_string_equal(read.metadata, "{\"course\":\"\xc3\x9c"
                                       "bung \\\"1\\\"\"}");
    assert_string_equal(read.previous, options.previous);
    assert_string_equal(read.password, options.password);
    assert_true(read.economy);
    assert_string_equal(read.fault, options.fault);
    assert_string_equal(read.remark, options.remark);
    job_options_clear(&read);
    assert_null(read.password);
    free(text);
}

static void what_has_the_wrong_form_counts_as_not_set(void **state)
{
    static const char *const texts[] = {
        "nonsense",
        "[]",
        "null",
        "\"md\"",
        "{",
        "{\"outputs\": \"md\"}",
        "{\"metadata\": [1]}",
        "{\"metadata\": \"{}\"}",
        "{\"previous\": 7, \"password\": {}, \"fault\": null, \"remark\": true}",
        "{\"economy\": 1}",
        "{\"economy\": \"true\"}",
        "{\"outputs\": 1.5}",
        "{\"unknown\": 1}"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct job_options read;

        job_options_read(&read, texts[i]);
        assert_nothing_set(&read);
        job_options_clear(&read);
    }
}

static void bits_of_no_output_are_dropped(void **state)
{
    static const char *const texts[] = {"{\"outputs\": -1}", "{\"outputs\": 9223372036854775807}",
                                        "{\"outputs\": 4294967295}"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct job_options read;

        job_options_read(&read, texts[i]);
        assert_int_equal(read.outputs, (1u << ARTIFACTS) - 1);
        job_options_clear(&read);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_options_are_no_text),
        cmocka_unit_test(all_options_come_through),
        cmocka_unit_test(what_has_the_wrong_form_counts_as_not_set),
        cmocka_unit_test(bits_of_no_output_are_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
