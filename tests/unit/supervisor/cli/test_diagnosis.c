/* test_diagnosis - each failure of the probe names what to change, and what works before it is said, too
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "supervisor/cli/diagnosis.h"
#include "tests/unit/supervisor/cli/capture.h"

static struct conf *conf;

static int load(void **state)
{
    (void)state;
    clearenv();
    setenv("SLIDEMILL_FALLBACK_1_BASE_URL", "http://127.0.0.1:11434/v1", 1);
    conf = conf_load(NULL, stderr);
    return conf == NULL ? -1 : 0;
}

static int unload(void **state)
{
    (void)state;
    conf_free(&conf);
    return 0;
}

/* Prints what a line of the probe says; returns how many faults that were, -1 if it is no such line. */
static int probe(const char *text)
{
    struct diagnosis diagnosis = {.wrong = 0};
    json_t *line = json_loads(text, 0, NULL);
    bool known;

    capture_begin();
    known = diagnosis_probe(&diagnosis, conf, line);
    capture_end();
    json_decref(line);
    return known ? (int)diagnosis.wrong : -1;
}

static void what_fails_names_what_to_change(void **state)
{
    static const struct {
        const char *line, *wrong, *remedy;
    } rows[] = {
        {"{\"probe\": \"endpoint\", \"code\": \"MODEL_UNAVAILABLE\", \"status\": 0, \"detail\": \"timed "
         "out\"}",
         "no answer: timed out", "check OPENAI_BASE_URL"},
        {"{\"probe\": \"endpoint\", \"code\": \"MODEL_AUTH\", \"status\": 401, \"detail\": \"bad key\"}",
         "the key is refused (bad key)", "set OPENAI_API_KEY to a key"},
        {"{\"probe\": \"endpoint\", \"endpoint\": 1, \"code\": \"MODEL_AUTH\", \"status\": 401}",
         "the key is refused", "set SLIDEMILL_FALLBACK_1_API_KEY to a key"},
        {"{\"probe\": \"endpoint\", \"code\": \"MODEL_NOT_FOUND\", \"status\": 404, \"model\": \"m\"}",
         "the model m is not known", "set OPENAI_MODEL"},
        {"{\"probe\": \"endpoint\", \"code\": \"MODEL_QUOTA\", \"status\": 429}",
         "the provider refuses this account at present", "->"},
        {"{\"probe\": \"endpoint\", \"code\": \"MODEL_BLIND\", \"status\": 400}", "takes no pictures",
         "set OPENAI_MODEL to a model that takes pictures"},
        {"{\"probe\": \"endpoint\", \"picture_read\": false}", "does not name what the slide shows",
         "set OPENAI_MODEL to a model that takes pictures"},
        {"{\"probe\": \"endpoint\", \"code\": \"NO_SUCH_CODE\", \"status\": 500, \"calls\": 3}",
         "no usable answer after 3 calls", "->"},
        {"{\"probe\": \"endpoint\", \"endpoint\": 99, \"code\": \"MODEL_AUTH\", \"status\": 401}",
         "the key is refused", "OPENAI_API_KEY"}, /* of no endpoint that is configured */
        {"{\"probe\": \"ocr\", \"language\": \"deu\", \"works\": false}",
         "cannot be read in the language deu", "apt-get install tesseract-ocr-deu"},
        {"{\"probe\": \"ocr_scripts\", \"works\": false}", "the script of a scan cannot be found out",
         "tesseract-ocr-osd"},
        {"{\"probe\": \"fault\", \"reason\": \"no prompts\"}", "no prompts", "WRONG"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        print_message("  %s\n", rows[i].wrong);
        assert_int_equal(probe(rows[i].line), 1);
        assert_printed(rows[i].wrong);
        assert_printed(rows[i].remedy);
    }
}

static void steps_before_the_failure_are_said_to_work(void **state)
{
    (void)state;
    probe("{\"probe\": \"endpoint\", \"code\": \"MODEL_AUTH\", \"status\": 401}");
    assert_printed("ok     reached");
    assert_null(strstr(capture.text, "the key is accepted"));
    probe("{\"probe\": \"endpoint\", \"code\": \"MODEL_QUOTA\", \"status\": 429}");
    assert_printed("the key is accepted");
    assert_null(strstr(capture.text, "the model is known"));
    probe("{\"probe\": \"endpoint\", \"code\": \"MODEL_UNAVAILABLE\", \"status\": 0}");
    assert_null(strstr(capture.text, "ok"));
    probe("{\"probe\": \"endpoint\", \"code\": \"MODEL_NOT_FOUND\", \"status\": 404}");
    assert_null(
        strstr(capture.text, "the key is accepted")); /* a gateway says that before it looks at keys */
}

static void an_endpoint_that_works_tells_limits_and_cost(void **state)
{
    (void)state;
    assert_int_equal(
        probe("{\"probe\": \"endpoint\", \"picture_read\": true, \"took_ms\": 1500, \"model\": \"gpt-4o\","
              " \"protocol\": \"HTTP/2\", \"input_tokens\": 1000000, \"output_tokens\": 0,"
              " \"limit_requests\": 500, \"answered_by\": \"gpt-4o-2024-08-06\"}"),
        0);
    assert_printed("reached, by HTTP/2, in 1.5 s");
    assert_printed("the picture of a slide is read");
    assert_printed("rate limit: 500 requests a minute");
    assert_printed("gave 0: 2.500000 USD");
    assert_null(strstr(capture.text, "answered: set")); /* a dated name is the same model */
    probe("{\"probe\": \"endpoint\", \"picture_read\": true, \"model\": \"gpt-4o\", \"answered_by\": "
          "\"other-1\"}");
    assert_printed("gpt-4o was asked, other-1 answered: set OPENAI_MODEL");
    assert_printed("set model.prices");
}

static void other_lines_are_none(void **state)
{
    static const char *const lines[] = {
        "", "{}", "[]", "7", "{\"probe\": 7}", "{\"probe\": \"unknown\"}", "{\"level\": \"error\"}"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(probe(lines[i]), -1);
        assert_string_equal(capture.text, "");
    }
}

static void values_of_the_wrong_kind_do_no_harm(void **state)
{
    (void)state;
    assert_int_equal(
        probe("{\"probe\": \"endpoint\", \"code\": [], \"status\": \"x\", \"model\": {}, \"endpoint\": -7,"
              " \"input_tokens\": -1, \"picture_read\": \"yes\"}"),
        1);
    probe("{\"probe\": \"ocr\", \"language\": \"\\u001b[2J\", \"works\": true}");
    assert_printed("in the language ?[2J");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fails_names_what_to_change),
        cmocka_unit_test(steps_before_the_failure_are_said_to_work),
        cmocka_unit_test(an_endpoint_that_works_tells_limits_and_cost),
        cmocka_unit_test(other_lines_are_none),
        cmocka_unit_test(values_of_the_wrong_kind_do_no_harm),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
