/* test_vision_batch - slides handed in as a batch, and fetched: the real worker, and a provider that answers
 * later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/system/vision_rig.h"

enum { SLIDES = 5 };

#define OPTIONS "\"batch_s\":0.4,\"batch_answers\":0,\"batch_tokens\":0,\"no_batches\":false"
#define QUIET   "{\"rules\":[]," OPTIONS "}"

/* Frame 0 and what follows it, as the supervisor writes them; the last slide could not be drawn. */
static void add_slides(struct wire *message, int pictures)
{
    json_t *head = json_array();
    char *text;

    for (int i = 1; i <= SLIDES; i++)
        json_array_append_new(head, json_pack("{s:i, s:s, s:s, s:i}", "slide", i, "before", "", "after", "",
                                              "picture", i < SLIDES));
    text = json_dumps(head, JSON_COMPACT);
    wire_add_copy(message, text, strlen(text));
    for (uint32_t i = 1; i <= SLIDES; i++) {
        wire_add_copy(message, LAYER, strlen(LAYER));
        if (pictures && i < SLIDES)
            add_picture(message, i);
    }
    free(text);
    json_decref(head);
}

static void send_batch(struct worker *worker, uint64_t lease, const char *mark)
{
    const struct wire_explain one = lease_of(1);
    struct wire message;

    wire_init(&message, WIRE_BATCH);
    message.batch = (struct wire_batch){.lease = lease,
                                        .job = one.job,
                                        .attempt = 1,
                                        .slides = SLIDES,
                                        .language = one.language,
                                        .title = one.title,
                                        .outline = "",
                                        .instructions = "",
                                        .cards = 6,
                                        .max_tokens = 4096,
                                        .mark = mark};
    add_slides(&message, 1);
    send_down(worker, &message);
}

/* Hands a batch in; its name, in a buffer of ours. */
static const char *handed_in(struct worker *worker, const char *mark)
{
    static char name[129];
    static uint64_t lease = 5000;
    struct wire message;

    send_batch(worker, ++lease, mark);
    receive(worker, &message);
    assert_int_equal(message.type, WIRE_BATCHED);
    assert_int_equal(message.batched.lease, lease);
    snprintf(name, sizeof name, "%s", message.batched.batch);
    wire_clear(&message);
    return name;
}

/* Asks once how the batch is. The list, or NULL while it has not ended. */
static json_t *polled(struct worker *worker, const char *batch, int late)
{
    const struct wire_explain one = lease_of(1);
    static uint64_t lease = 7000;
    struct wire message;
    json_t *list;

    wire_init(&message, WIRE_POLL);
    message.poll = (struct wire_poll){.lease = ++lease,
                                      .job = one.job,
                                      .attempt = 1,
                                      .slides = SLIDES,
                                      .language = one.language,
                                      .title = one.title,
                                      .outline = "",
                                      .instructions = "",
                                      .cards = 6,
                                      .batch = batch,
                                      .late = (uint32_t)late};
    add_slides(&message, 0);
    send_down(worker, &message);
    receive(worker, &message);
    assert_int_equal(message.type, WIRE_POLLED);
    assert_int_equal(message.polled.lease, lease);
    list = json_loadb(wire_data(&message, 0), wire_size(&message, 0), 0, NULL);
    assert_int_equal(json_array_size(list), message.polled.ended ? SLIDES : 0);
    if (!message.polled.ended) {
        json_decref(list);
        list = NULL;
    }
    wire_clear(&message);
    return list;
}

static json_t *over(struct worker *worker, const char *batch, int late)
{
    int64_t until = now_ms() + PATIENCE_MS;
    json_t *list;

    while ((list = polled(worker, batch, late)) == NULL) {
        assert_true(now_ms() < until);
        usleep(20000);
    }
    return list;
}

static const char *said(const json_t *list, size_t i, const char *name)
{
    const char *text = json_string_value(json_object_get(json_array_get(list, i), name));

    return text == NULL ? "" : text;
}

static unsigned counted(const char *name)
{
    json_t *stats = control("stats", NULL);
    unsigned count = number(stats, name);

    json_decref(stats);
    return count;
}

static void a_batch_is_handed_in_and_fetched(void **state)
{
    struct worker worker = {0};
    json_t *list;

    (void)state;
    worker_play(&worker, QUIET, NULL);
    list = over(&worker, handed_in(&worker, "mark-1"), 0);
    for (size_t i = 0; i < SLIDES; i++) {
        const json_t *entry = json_array_get(list, i), *answer = json_object_get(entry, "answer");

        assert_int_equal(json_integer_value(json_object_get(entry, "slide")), i + 1);
        assert_string_equal(said(list, i, "outcome"), i + 1 < SLIDES ? "explained" : "text_only");
        assert_string_equal(said(list, i, "model"), "gpt-4o");
        assert_true(json_integer_value(json_object_get(entry, "input_tokens")) > 0);
        assert_true(json_integer_value(json_object_get(entry, "output_tokens")) > 0);
        assert_true(json_array_size(json_object_get(answer, "explanation")) > 0);
        assert_string_equal(json_string_value(json_object_get(answer, "kind")), "content");
    }
    json_decref(list);
    assert_int_equal(counted("calls"), 0);
    assert_int_equal(counted("lines"), SLIDES);
    assert_int_equal(counted("refused"), 0);
    worker_stop(&worker);
}

static void what_is_there_already_is_not_handed_in_again(void **state)
{
    struct worker worker = {0};
    char first[129];

    (void)state;
    worker_play(&worker, QUIET, NULL);
    for (int i = 0; i < 3; i++)
        handed_in(&worker, "somebody else's");
    snprintf(first, sizeof first, "%s", handed_in(&worker, "mark-1"));
    worker_stop(&worker);
    worker_begin_with(&worker, NULL); /* the one who handed it in has died */
    receive(&worker, &worker.hello);
    assert_string_equal(handed_in(&worker, "mark-1"), first);
    assert_int_equal(counted("batches"), 2);
    assert_int_equal(counted("files"), 2);
    worker_stop(&worker);
}

static void lines_that_fail_get_their_code(void **state)
{
    static const char *const codes[SLIDES] = {"MODEL_UNAVAILABLE", "MODEL_REFUSED", "", "MODEL_TRUNCATED",
                                              "MODEL_BAD_ANSWER"};
    struct worker worker = {0};
    json_t *list;

    (void)state;
    worker_play(
        &worker,
        "{\"rules\":[{\"slides\":[1],\"preset\":\"server_error\"},{\"slides\":[2],\"preset\":\"refusal\"},"
        "{\"slides\":[4],\"preset\":\"truncated\"},{\"slides\":[5],\"preset\":\"not_json\"}]," OPTIONS "}",
        NULL);
    list = over(&worker, handed_in(&worker, "mark-1"), 0);
    for (size_t i = 0; i < SLIDES; i++)
        assert_string_equal(said(list, i, "code"), codes[i]);
    assert_true(json_integer_value(json_object_get(json_array_get(list, 1), "input_tokens")) > 0);
    json_decref(list);
    worker_stop(&worker);
}

static void a_batch_that_ran_out_of_time_gives_what_it_has(void **state)
{
    struct worker worker = {0};
    json_t *list;

    (void)state;
    worker_play(&worker, "{\"rules\":[],\"batch_s\":0.4,\"batch_answers\":2,\"no_batches\":false}", NULL);
    list = over(&worker, handed_in(&worker, "mark-1"), 0);
    for (size_t i = 0; i < SLIDES; i++)
        assert_string_equal(said(list, i, "code"), i < 2 ? "" : "MODEL_TIMEOUT");
    json_decref(list);
    worker_stop(&worker);
}

static void one_that_is_late_is_cancelled(void **state)
{
    struct worker worker = {0};
    json_t *list, *batches;
    const char *name;

    (void)state;
    worker_play(&worker, "{\"rules\":[],\"batch_s\":5,\"batch_answers\":0,\"no_batches\":false}", NULL);
    name = handed_in(&worker, "mark-1");
    assert_null(polled(&worker, name, 0));
    list = over(&worker, name, 1);
    assert_int_equal(json_array_size(list), SLIDES);
    assert_string_equal(said(list, SLIDES - 1, "code"), "MODEL_TIMEOUT");
    json_decref(list);
    batches = control("batches", NULL);
    assert_string_equal(said(json_object_get(batches, "batches"), 0, "status"), "cancelled");
    json_decref(batches);
    worker_stop(&worker);
}

static void a_whole_batch_that_is_refused_says_why(void **state)
{
    struct worker worker = {0};
    json_t *list;

    (void)state;
    worker_play(&worker, "{\"rules\":[],\"batch_s\":0.4,\"batch_answers\":0,\"batch_tokens\":1}", NULL);
    list = over(&worker, handed_in(&worker, "mark-1"), 0);
    assert_string_equal(said(list, 0, "code"), "MODEL_REJECTED");
    assert_string_equal(said(list, 0, "detail"), "token_limit_exceeded");
    json_decref(list);
    worker_stop(&worker);
}

static void failed(const char *scenario, const char *code, int retryable)
{
    struct worker worker = {0};
    struct wire message;

    worker_play(&worker, scenario, NULL);
    send_batch(&worker, 9001, "mark-1");
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_FAILED);
    assert_string_equal(message.failed.code, code);
    assert_int_equal(message.failed.retryable, retryable);
    wire_clear(&message);
    worker_stop(&worker);
}

static void an_endpoint_without_batches_is_told(void **state)
{
    (void)state;
    failed("{\"rules\":[],\"no_batches\":true}", "MODEL_NO_BATCH", 0);
    json_decref(control("scenario", QUIET));
}

static void a_refused_key_is_told(void **state)
{
    (void)state;
    failed("{\"rules\":[],\"key\":\"another\"," OPTIONS "}", "MODEL_AUTH", 0);
    json_decref(control("scenario", "{\"key\":\"right\"}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_handed_in_and_fetched),
        cmocka_unit_test(what_is_there_already_is_not_handed_in_again),
        cmocka_unit_test(lines_that_fail_get_their_code),
        cmocka_unit_test(a_batch_that_ran_out_of_time_gives_what_it_has),
        cmocka_unit_test(one_that_is_late_is_cancelled),
        cmocka_unit_test(a_whole_batch_that_is_refused_says_why),
        cmocka_unit_test(an_endpoint_without_batches_is_told),
        cmocka_unit_test(a_refused_key_is_told),
    };

    return cmocka_run_group_tests(tests, model_start, model_stop);
}
