/* test_vision - slidemill-vision as a process, with the strict model double behind it
 *
 * Each row: a scenario, what must come back, and how many calls it may cost.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <jansson.h>

#include "proto/wire.h"
#include "tests/system/vision_rig.h"

/* ---- scenarios ---- */

static const struct scenario {
    const char *name, *scenario;
    unsigned slides, explained; /* the others must fail with the code */
    const char *code;
    unsigned calls_least, calls_most;
    int64_t least_ms, max_ms; /* most 0: any */
    unsigned refused;         /* requests against the API's rules that are to be expected (another dialect) */
} scenarios[] = {
    {"all is well", "{}", 40, 40, NULL, 40, 40, 0, 0, 0},
    {"a burst of 429 costs one call each",
     "{\"rules\":[{\"preset\":\"rate_limit\",\"first\":10,"
     "\"headers\":{\"retry-after-ms\":\"300\"}}]}",
     20, 20, NULL, 30, 30, 300, 0, 0},
    {"Retry-After is told to who waits",
     "{\"rules\":[{\"preset\":\"rate_limit\",\"first\":1,"
     "\"headers\":{\"retry-after\":\"2\"}}]}",
     1, 1, NULL, 2, 2, 2000, 4000, 0},
    {"429 without end", "{\"rules\":[{\"preset\":\"rate_limit\",\"headers\":{\"retry-after-ms\":\"20\"}}]}",
     2, 0, "MODEL_RATE_LIMITED", 6, 6, 0, 0, 0},
    {"each slide's first call meets a broken server",
     "{\"rules\":[{\"preset\":\"server_error\",\"per_slide\":1}]}", 10, 10, NULL, 20, 20, 0, 0, 0},
    {"a proxy's HTML page", "{\"rules\":[{\"preset\":\"bad_gateway\",\"per_slide\":1}]}", 5, 5, NULL, 10, 10,
     0, 0, 0},
    {"a server that stays broken", "{\"rules\":[{\"preset\":\"server_error\"}]}", 3, 0, "MODEL_UNAVAILABLE",
     9, 9, 0, 0, 0},
    {"told not to come again",
     "{\"rules\":[{\"preset\":\"server_error\",\"headers\":{\"x-should-retry\":\"false\"}}]}", 3, 0,
     "MODEL_UNAVAILABLE", 3, 3, 0, 0, 0},
    {"a connection dropped", "{\"rules\":[{\"preset\":\"drop\",\"per_slide\":1}]}", 5, 5, NULL, 10, 10, 0, 0,
     0},
    {"an answer that breaks off", "{\"rules\":[{\"preset\":\"cut_off\",\"per_slide\":1}]}", 5, 5, NULL, 10,
     10, 0, 0, 0},
    {"a call that hangs once", "{\"rules\":[{\"preset\":\"hang\",\"per_slide\":1}]}", 5, 5, NULL, 10, 10,
     1000, 6000, 0},
    {"calls that always hang", "{\"rules\":[{\"preset\":\"hang\"}]}", 2, 0, "MODEL_TIMEOUT", 6, 6, 3000,
     12000, 0},
    {"an answer that drips", "{\"rules\":[{\"preset\":\"trickle\",\"per_slide\":1}]}", 2, 2, NULL, 2, 4, 0, 0,
     0},
    {"a cut answer gets more room, once", "{\"rules\":[{\"preset\":\"truncated\",\"per_slide\":1}]}", 5, 5,
     NULL, 10, 10, 0, 0, 0},
    {"always cut", "{\"rules\":[{\"preset\":\"truncated\"}]}", 2, 0, "MODEL_TRUNCATED", 4, 4, 0, 0, 0},
    {"a refusal is not asked again", "{\"rules\":[{\"preset\":\"refusal\",\"slides\":[2]}]}", 3, 2,
     "MODEL_REFUSED", 3, 3, 0, 0, 0},
    {"a filtered answer is not asked again", "{\"rules\":[{\"preset\":\"filtered\",\"slides\":[2]}]}", 3, 2,
     "MODEL_FILTERED", 3, 3, 0, 0, 0},
    {"a picture the API does not take costs one slide",
     "{\"rules\":[{\"preset\":\"bad_image\",\"slides\":[2]}]}", 3, 2, "MODEL_REJECTED", 3, 3, 0, 0, 0},
    {"a picture against the policy", "{\"rules\":[{\"preset\":\"policy\"}]}", 1, 0, "MODEL_FILTERED", 1, 1, 0,
     0, 0},
    {"a bad answer, then a good one", "{\"rules\":[{\"preset\":\"not_json\",\"per_slide\":1}]}", 3, 3, NULL,
     6, 6, 0, 0, 0},
    {"bad answers without end", "{\"rules\":[{\"preset\":\"wrong_shape\"}]}", 2, 0, "MODEL_BAD_ANSWER", 4, 4,
     0, 0, 0},
    {"an answer that goes round in circles, once", "{\"rules\":[{\"preset\":\"loop\",\"per_slide\":1}]}", 2,
     2, NULL, 4, 4, 0, 0, 0},
    {"answers that always go round in circles", "{\"rules\":[{\"preset\":\"loop\"}]}", 2, 0,
     "MODEL_BAD_ANSWER", 4, 4, 0, 0, 0},
    {"a circle that was cut is asked again with a word, not with more room",
     "{\"rules\":[{\"preset\":\"loop\",\"finish\":\"length\"}]}", 2, 0, "MODEL_BAD_ANSWER", 4, 4, 0, 0, 0},
    {"a login page", "{\"rules\":[{\"preset\":\"html\"}]}", 1, 0, "MODEL_UNAVAILABLE", 3, 3, 0, 0, 0},
    {"nothing at all", "{\"rules\":[{\"preset\":\"empty\"}]}", 1, 0, "MODEL_UNAVAILABLE", 3, 3, 0, 0, 0},
    {"JSON in a Markdown fence", "{\"rules\":[{\"preset\":\"fenced\"}]}", 2, 2, NULL, 2, 2, 0, 0, 0},
    {"no credit: nobody tries again", "{\"rules\":[{\"preset\":\"quota\"}]}", 40, 0, "MODEL_QUOTA", 1, 20, 0,
     3000, 0},
    {"no such model", "{\"rules\":[{\"preset\":\"no_model\"}]}", 40, 0, "MODEL_NOT_FOUND", 1, 20, 0, 3000, 0},
    {"another key", "{\"key\":\"other\"}", 40, 0, "MODEL_AUTH", 1, 20, 0, 3000, 20},
    {"an endpoint without structured outputs", "{\"no_json_schema\":true}", 20, 20, NULL, 21, 36, 0, 0, 16},
    {"an endpoint without any response_format", "{\"no_json_object\":true}", 20, 20, NULL, 22, 52, 0, 0, 32},
    {"an endpoint that knows max_tokens only", "{\"no_max_completion_tokens\":true}", 20, 20, NULL, 21, 36, 0,
     0, 16},
};

static void check_answer(struct wire *message)
{
    json_t *answer = json_loadb(wire_data(message, 0), wire_size(message, 0), 0, NULL);
    const char *title = json_string_value(json_object_get(answer, "title"));

    assert_int_equal(json_object_size(answer), 10);
    assert_non_null(title);
    assert_non_null(strstr(title, "[Spanish] title of picture"));
    assert_int_equal(message->explained.outcome, OUTCOME_EXPLAINED);
    assert_string_equal(message->explained.engine, "openai");
    assert_string_equal(message->explained.model, "gpt-4o");
    assert_true(message->explained.input_tokens > 85 && message->explained.output_tokens > 10);
    json_decref(answer);
}

static void play(const struct scenario *row, struct worker *worker)
{
    unsigned explained = 0, failed = 0, told = 0, sent = 0;
    int64_t began = now_ms(), took;
    struct wire message;
    json_t *stats;

    while (explained + failed < row->slides) {
        while (sent < row->slides && sent < explained + failed + worker->hello.hello.credit)
            send_slide(worker, ++sent, LAYER, 1);
        receive(worker, &message);
        if (message.type == WIRE_EXPLAINED) {
            check_answer(&message);
            told += message.explained.calls;
            explained++;
        } else {
            assert_int_equal(message.type, WIRE_FAILED);
            assert_non_null(row->code);
            assert_string_equal(message.failed.code, row->code);
            assert_null(
                strstr(message.failed.detail, "proceso")); /* no slide text in what people and logs see */
            failed++;
        }
        wire_clear(&message);
    }
    took = now_ms() - began;
    stats = control("stats", NULL);
    print_message("  %-55s %2u of %2u, %2u calls, %5lld ms\n", row->name, explained, row->slides,
                  number(stats, "calls"), (long long)took);
    assert_int_equal(explained, row->explained);
    assert_in_range(number(stats, "calls"), row->calls_least, row->calls_most);
    assert_int_equal(worker->called, number(stats, "calls")); /* each was reported before its lease was */
    if (failed == 0)
        assert_int_equal(told, number(stats, "calls"));
    if (number(stats, "refused") > row->refused + failed)
        fail_msg("the API's rules were broken: %s", json_dumps(json_object_get(stats, "problems"), 0));
    assert_true(took >= row->least_ms);
    if (row->max_ms != 0)
        assert_true(took <= row->max_ms);
    json_decref(stats);
}

static void ends_every_slide_of_every_scenario(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        struct worker worker = {0};

        worker_play(&worker, scenarios[i].scenario, "SLIDEMILL_VISION_TIMEOUT_S=1");
        assert_int_equal(worker.hello.hello.credit, 16);
        assert_string_equal(worker.hello.hello.lacks, "");
        play(&scenarios[i], &worker);
        worker_stop(&worker);
    }
}

static void without_a_picture_it_asks_by_text(void **state)
{
    struct worker worker = {0};
    struct wire message;

    (void)state;
    worker_play(&worker, "{}", NULL);
    send_slide(&worker, 1, LAYER, 0);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_EXPLAINED);
    assert_int_equal(message.explained.outcome, OUTCOME_TEXT_ONLY);
    wire_clear(&message);
    send_slide(&worker, 2, "{\"lines\":[]}", 0);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_FAILED);
    assert_string_equal(message.failed.code, "RENDER_ERROR");
    wire_clear(&message);
    worker_stop(&worker);
}

static void a_cancelled_lease_ends_and_the_worker_retires(void **state)
{
    struct worker worker = {0};
    struct wire message;
    json_t *stats;
    int status;

    (void)state;
    worker_play(&worker, "{\"rules\":[{\"preset\":\"hang\"}]}", "SLIDEMILL_VISION_TIMEOUT_S=60");
    send_slide(&worker, 1, LAYER, 1);
    do { /* until the call is under way */
        stats = control("stats", NULL);
        status = (int)number(stats, "at_once");
        json_decref(stats);
    } while (status == 0);
    wire_init(&message, WIRE_CANCEL);
    message.cancel.lease = 1001;
    send_down(&worker, &message);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_FAILED);
    assert_int_equal(message.failed.lease, 1001);
    wire_clear(&message);
    wire_init(&message, WIRE_RETIRE);
    message.retire.generation = 7;
    send_down(&worker, &message);
    assert_int_equal(waitpid(worker.pid, &status, 0), worker.pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    worker.pid = 0;
    worker_stop(&worker);
}

static void nobody_listens_there(void **state)
{
    static const char *const env[] = {"OPENAI_BASE_URL=http://127.0.0.1:1/v1", "SLIDEMILL_VISION_TRIES=2",
                                      NULL};
    struct worker worker = {0};
    struct wire message;

    (void)state;
    worker_start(&worker, env);
    assert_string_equal(worker.hello.hello.engine, "openai"); /* a base URL needs no key: local servers */
    assert_string_equal(worker.hello.hello.lacks, "");
    send_slide(&worker, 1, LAYER, 1);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_FAILED);
    assert_string_equal(message.failed.code, "MODEL_UNAVAILABLE");
    wire_clear(&message);
    worker_stop(&worker);
}

static void without_a_key_it_says_what_it_lacks(void **state)
{
    static const char *const env[] = {"SLIDEMILL_ENGINE=openai", NULL};
    struct worker worker = {0};
    struct wire message;

    (void)state;
    worker_start(&worker, env);
    assert_string_equal(worker.hello.hello.lacks, "OPENAI_API_KEY");
    send_slide(&worker, 1, LAYER, 1);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_FAILED);
    assert_string_equal(message.failed.code, "MODEL_AUTH");
    wire_clear(&message);
    worker_stop(&worker);
}

static void offline_it_tells_what_stands_on_the_slide(void **state)
{
    static const char *const env[] = {"SLIDEMILL_OCR_LANGUAGES=", NULL};
    struct worker worker = {0};
    struct wire message;
    json_t *answer;

    (void)state;
    worker_start(&worker, env);
    assert_string_equal(worker.hello.hello.engine, "offline");
    assert_string_equal(worker.hello.hello.model, "");
    assert_int_equal(worker.hello.hello.credit, 2);
    assert_int_equal(strlen(worker.hello.hello.fingerprint), 64);
    send_slide(&worker, 1, LAYER, 1);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_EXPLAINED);
    assert_int_equal(message.explained.outcome, OUTCOME_EXPLAINED);
    assert_int_equal(message.explained.calls, 0);
    answer = json_loadb(wire_data(&message, 0), wire_size(&message, 0), 0, NULL);
    assert_string_equal(json_string_value(json_array_get(json_object_get(answer, "explanation"), 0)),
                        "Un proceso es un programa en marcha.");
    json_decref(answer);
    wire_clear(&message);
    worker_stop(&worker);
}

static void the_fingerprint_follows_what_answers_depend_on(void **state)
{
    static const char *const plain[] = {"OPENAI_API_KEY=a", NULL};
    static const struct {
        const char *env[3];
        int same;
    } rows[] = {
        {{"OPENAI_API_KEY=b", NULL}, 1},
        {{"OPENAI_API_KEY=a", "OPENAI_BASE_URL=http://127.0.0.1:1/v1", NULL}, 1},
        {{"OPENAI_API_KEY=a", "OPENAI_MODEL=gpt-5", NULL}, 0},
        {{"OPENAI_API_KEY=a", "SLIDEMILL_MODEL_DETAIL=low", NULL}, 0},
        {{"OPENAI_API_KEY=a", "SLIDEMILL_ENGINE=offline", NULL}, 0},
    };
    char fingerprint[65];
    struct worker worker = {0};

    (void)state;
    worker_start(&worker, plain);
    strcpy(fingerprint, worker.hello.hello.fingerprint);
    worker_stop(&worker);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        worker_start(&worker, rows[i].env);
        assert_int_equal(strcmp(fingerprint, worker.hello.hello.fingerprint) == 0, rows[i].same);
        worker_stop(&worker);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_every_slide_of_every_scenario),
        cmocka_unit_test(without_a_picture_it_asks_by_text),
        cmocka_unit_test(a_cancelled_lease_ends_and_the_worker_retires),
        cmocka_unit_test(nobody_listens_there),
        cmocka_unit_test(without_a_key_it_says_what_it_lacks),
        cmocka_unit_test(offline_it_tells_what_stands_on_the_slide),
        cmocka_unit_test(the_fingerprint_follows_what_answers_depend_on),
    };

    return cmocka_run_group_tests(tests, model_start, model_stop);
}
