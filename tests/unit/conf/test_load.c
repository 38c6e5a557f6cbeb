/* test_load - one loading: every fault is counted and told in one safe line, and each value knows its origin
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf/load.h"
#include "tests/unit/scratch.h"

enum { PORT = PARAM_ID_http_port, BUCKET = PARAM_ID_s3_bucket, KEY = PARAM_ID_model_key };

struct loading {
    struct load load;
    FILE *faults;
    char *said;
    size_t size;
};

static void write_file(const char *text)
{
    FILE *file = fopen("slidemill.cfg", "we");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void load_begin(struct loading *loading, const char *file)
{
    loading->faults = open_memstream(&loading->said, &loading->size);
    assert_non_null(loading->faults);
    load_all(&loading->load, file, loading->faults);
    fflush(loading->faults);
}

static void load_finish(struct loading *loading)
{
    conf_free(&loading->load.conf);
    load_end(&loading->load);
    fclose(loading->faults);
    free(loading->said);
}

static void each_value_knows_where_it_came_from(void **state)
{
    struct loading loading;

    (void)state;
    clearenv();
    setenv("S3_BUCKET", "pages", 1);
    setenv("OPENAI_API_KEY", "secret", 1);
    write_file("# one\nhttp: {\n  port: 8123;\n};\ns3: { bucket: \"other\"; };\n");
    load_begin(&loading, "slidemill.cfg");
    assert_int_equal(loading.load.fault_count, 0);
    assert_string_equal(loading.load.origin[PORT], "slidemill.cfg:3");
    assert_string_equal(loading.load.origin[BUCKET], "environment S3_BUCKET"); /* it outweighs the file */
    assert_string_equal(loading.load.conf->s3_bucket, "pages");
    assert_string_equal(loading.load.origin[KEY], "environment OPENAI_API_KEY");
    assert_null(loading.load.origin[PARAM_ID_s3_region]);
    load_finish(&loading);
}

static void all_faults_are_counted_and_nothing_of_them_is_taken(void **state)
{
    struct loading loading;

    (void)state;
    clearenv();
    setenv("PORT", "99999", 1);
    setenv("SLIDEMILL_LEDGER_DURABLE", "perhaps", 1);
    write_file("s3: { bukcet: \"a\"; region: 7; };\nvision: 1;\n");
    load_begin(&loading, "slidemill.cfg");
    assert_int_equal(loading.load.fault_count, 5);
    assert_non_null(strstr(loading.said, "did you mean s3.bucket?"));
    assert_non_null(strstr(loading.said, "slidemill.cfg:1"));
    assert_non_null(strstr(loading.said, "slidemill.cfg:2"));
    assert_int_equal(loading.load.conf->http_port, param_table[PORT].number);
    assert_null(loading.load.origin[PORT]);
    load_finish(&loading);
}

static void a_fault_is_one_line_that_a_terminal_does_not_obey(void **state)
{
    struct loading loading = {.load = {.fault_count = 0}};

    (void)state;
    loading.faults = open_memstream(&loading.said, &loading.size);
    loading.load.faults = loading.faults;
    load_fault(&loading.load, "%s", "a\nb\x1b[31mc\x7f\td");
    fflush(loading.faults);
    assert_string_equal(loading.said, "a?b?[31mc??d\n");
    assert_int_equal(loading.load.fault_count, 1);
    fclose(loading.faults);
    free(loading.said);
}

static void a_fault_shows_no_secret_and_no_endless_value(void **state)
{
    struct loading loading;
    char value[5000], *secret;

    (void)state;
    clearenv();
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    memcpy(value, "sk-1", 4);
    setenv("OPENAI_API_KEY", value, 1);
    setenv("S3_BUCKET", value, 1);
    load_begin(&loading, NULL);
    assert_int_equal(loading.load.fault_count, 2);
    secret = strstr(loading.said, "OPENAI_API_KEY");
    assert_null(memmem(secret, strcspn(secret, "\n"), "sk-1", 4));
    assert_non_null(strstr(loading.said, "\"sk-1xx")); /* the bucket's, cut */
    assert_true(loading.size < 800);
    load_finish(&loading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_knows_where_it_came_from),
        cmocka_unit_test(all_faults_are_counted_and_nothing_of_them_is_taken),
        cmocka_unit_test(a_fault_is_one_line_that_a_terminal_does_not_obey),
        cmocka_unit_test(a_fault_shows_no_secret_and_no_endless_value),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
