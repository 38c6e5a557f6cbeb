/* test_batch_file - the slides of a batch as the provider's API wants them and gives them back */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/model/batch_file.h"
#include "stages/vision/model/batch_request.h"
#include "stages/vision/model/subject.h"
#include "tests/unit/body_text.h"

#define LAYER "{\"width\":1000,\"height\":750,\"lines\":[]}"
#define ANSWER(slide, status, content)                                                                       \
    "{\"custom_id\":\"slide-" slide "\",\"response\":{\"status_code\":" status                               \
    ",\"body\":{\"model\":\"m\",\"choices\":[{"                                                              \
    "\"message\":{\"content\":" content "},\"finish_reason\":\"stop\"}],"                                    \
    "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}}}\n"
#define GOOD                                                                                                 \
    "\"{\\\"title\\\":\\\"T\\\",\\\"explanation\\\":[\\\"It is "                                             \
    "so.\\\"],\\\"key_points\\\":[],\\\"anki_cards\\\":[]}\""

static struct conf *conf;
static struct wire lease;

static int open_conf(void **state)
{
    (void)state;
    conf = conf_load(NULL, stderr);
    return conf == NULL ? -1 : 0;
}

static int close_conf(void **state)
{
    (void)state;
    conf_free(&conf);
    return 0;
}

/* A BATCH of these slides, each with its layer but no picture. */
static struct batch_file *file_of(const char *head, unsigned layers)
{
    wire_init(&lease, WIRE_BATCH);
    lease.batch = (struct wire_batch){.lease = 1,
                                      .job = "job",
                                      .slides = 9,
                                      .attempt = 1,
                                      .language = "English",
                                      .title = "",
                                      .outline = "",
                                      .instructions = "",
                                      .mark = "mark",
                                      .cards = 2,
                                      .max_tokens = 100};
    wire_add_copy(&lease, head, strlen(head));
    for (unsigned i = 0; i < layers; i++)
        wire_add_copy(&lease, LAYER, strlen(LAYER));
    return batch_file_new(&lease, conf);
}

/* The results as "slide:code" or "slide:outcome", a blank between. */
static void check_results(struct batch_file *file, const char *wanted)
{
    json_t *results = batch_file_results(file), *entry;
    char got[256] = "";
    size_t i;

    json_array_foreach(results, i, entry)
    {
        const char *code = json_string_value(json_object_get(entry, "code"));
        const char *outcome = json_string_value(json_object_get(entry, "outcome"));

        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%d:%s", i > 0 ? " " : "",
                 (int)json_integer_value(json_object_get(entry, "slide")), code == NULL ? outcome : code);
    }
    assert_string_equal(got, wanted);
    json_decref(results);
    batch_file_free(&file);
    wire_clear(&lease);
}

static void each_slide_is_one_line(void **state)
{
    struct batch_file *file = file_of("[{\"slide\":2},{\"slide\":5}]", 2);
    char why[256], *text, *second;
    struct prompt_templates *texts = prompt_templates_load("", why, sizeof why);
    struct dialect dialect = {.format = FORMAT_SCHEMA};
    struct http_body *requests;
    json_t *request;
    size_t size;

    (void)state;
    assert_non_null(file);
    requests = batch_file_requests(file, texts, "model-x", &dialect);
    text = body_text(&requests, &size);
    second = memchr(text, '\n', size);
    assert_non_null(second);
    request = json_loadb(text, (size_t)(second - text), 0, NULL);
    assert_string_equal(json_string_value(json_object_get(request, "custom_id")), "slide-2");
    assert_string_equal(json_string_value(json_object_get(request, "url")), "/v1/chat/completions");
    assert_string_equal(json_string_value(json_object_get(json_object_get(request, "body"), "model")),
                        "model-x");
    json_decref(request);
    request = json_loadb(second + 1, size - (size_t)(second + 1 - text) - 1, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(request, "custom_id")), "slide-5");
    json_decref(request);
    free(text);
    prompt_templates_free(&texts);
    batch_file_free(&file);
    wire_clear(&lease);
}

static void answers_in_any_order(void **state)
{
    struct batch_file *file = file_of("[{\"slide\":2},{\"slide\":5}]", 2);
    static const char answers[] = ANSWER("5", "200", GOOD) ANSWER("2", "200", GOOD);

    (void)state;
    batch_file_read(file, answers, sizeof answers - 1);
    check_results(file, "2:text_only 5:text_only");
}

/* Every slide gets a result, whatever the files hold. */
static void strange_lines_are_passed_over(void **state)
{
    struct batch_file *file = file_of("[{\"slide\":2},{\"slide\":5}]", 2);
    static const char answers[] =
        "\n\nnot JSON\n[]\n7\n{}\n{\"custom_id\":\"slide-\"}\n{\"custom_id\":7}\n"
        "{\"custom_id\":\"slide-2\"}\n{\"custom_id\":\"slide-2\",\"response\":\"x\"}\n" //
        ANSWER("3", "200", GOOD) ANSWER("5", "200", GOOD)
            ANSWER("5", "500", "null") "{\"custom_id\":\"slide-2\",\"resp";

    (void)state;
    batch_file_read(file, answers, sizeof answers - 1);
    batch_file_read(file, "", 0);
    check_results(file, "2:MODEL_TIMEOUT 5:text_only");
}

static void answers_of_no_use_have_a_code(void **state)
{
    struct batch_file *file = file_of("[{\"slide\":2}]", 1);
    static const char answers[] =
        "{\"custom_id\":\"slide-2\",\"response\":{\"status_code\":401,\"body\":{\"error\":{"
        "\"message\":\"bad key\",\"code\":\"invalid_api_key\"}}}}\n";

    (void)state;
    batch_file_read(file, answers, sizeof answers - 1);
    check_results(file, "2:MODEL_AUTH");
}

static void a_refused_batch_fails_what_has_no_answer(void **state)
{
    struct batch_file *file = file_of("[{\"slide\":2},{\"slide\":5}]", 2);
    static const char answers[] = ANSWER("2", "200", GOOD);

    (void)state;
    batch_file_read(file, answers, sizeof answers - 1);
    batch_file_fail_all(file, "insufficient_quota");
    check_results(file, "2:text_only 5:MODEL_QUOTA");
}

static void leases_whose_frames_are_wrong_are_none(void **state)
{
    static const struct {
        const char *head;
        unsigned layers;
    } rows[] = {{"[{\"slide\":2}]", 0},
                {"[{\"slide\":2}]", 2},
                {"[]", 0},
                {"{}", 0},
                {"not JSON", 1},
                {"[7]", 1},
                {"[{\"slide\":0}]", 1},
                {"[{\"slide\":2000000}]", 1},
                {"[{\"slide\":2,\"picture\":1}]", 1}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_null(file_of(rows[i].head, rows[i].layers));
        wire_clear(&lease);
    }
}

/* ---- names and forms ---- */

static void names_of_the_provider(void **state)
{
    json_t *object = json_loads("{\"good\":\"batch_1\",\"dots\":\"..\",\"blank\":\"a "
                                "b\",\"high\":\"\xc3\xa9\",\"number\":7,\"empty\":\"\"}",
                                0, NULL);

    (void)state;
    assert_string_equal(batch_name(object, "good"), "batch_1");
    assert_string_equal(batch_name_up_to(object, "good", 3), "");
    assert_string_equal(batch_name(object, "dots"), "");
    assert_string_equal(batch_name(object, "blank"), "");
    assert_string_equal(batch_name(object, "high"), "");
    assert_string_equal(batch_name(object, "number"), "");
    assert_string_equal(batch_name(object, "empty"), "");
    assert_string_equal(batch_name(NULL, "good"), "");
    assert_string_equal(batch_text(object, "blank"), "a b");
    json_decref(object);
}

static void forms_have_a_boundary_nobody_knows(void **state)
{
    char type[BATCH_TYPE_ROOM], other[BATCH_TYPE_ROOM], *form, *boundary;
    struct http_body *requests = http_body_new(), *whole;
    size_t size;

    (void)state;
    http_body_add(requests, "line\n", 5, NULL, NULL);
    whole = batch_form(&requests, type);
    form = body_text(&whole, &size);
    boundary = strstr(type, "boundary=");
    assert_non_null(boundary);
    assert_non_null(memmem(form, size, boundary + 9, strlen(boundary + 9)));
    assert_non_null(memmem(form, size, "\r\n\r\nline\n\r\n--", 13));
    free(form);
    requests = http_body_new();
    whole = batch_form(&requests, other);
    assert_string_not_equal(type, other);
    http_body_free(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slide_is_one_line),
        cmocka_unit_test(answers_in_any_order),
        cmocka_unit_test(strange_lines_are_passed_over),
        cmocka_unit_test(answers_of_no_use_have_a_code),
        cmocka_unit_test(a_refused_batch_fails_what_has_no_answer),
        cmocka_unit_test(leases_whose_frames_are_wrong_are_none),
        cmocka_unit_test(names_of_the_provider),
        cmocka_unit_test(forms_have_a_boundary_nobody_knows),
    };

    return cmocka_run_group_tests(tests, open_conf, close_conf);
}
