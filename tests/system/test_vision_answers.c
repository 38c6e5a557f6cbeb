/* test_vision_answers - what vision asks with, and which answers it takes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "tests/system/vision_rig.h"

/* ---- prompts from a folder ---- */

static char folder[64], setting[128];

static void folder_make(const char *explain)
{
    char path[128];
    FILE *file;

    strcpy(folder, "/tmp/prompts-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(setting, sizeof setting, "SLIDEMILL_MODEL_PROMPTS=%s", folder);
    snprintf(path, sizeof path, "%s/explain.txt", folder);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(explain, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void folder_remove(void)
{
    char path[128];

    snprintf(path, sizeof path, "%s/explain.txt", folder);
    assert_int_equal(remove(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void prompts_of_ones_own_are_used_and_told(void **state)
{
    struct worker worker = {0};
    char prompt[65], fingerprint[65];
    struct wire message;

    (void)state;
    worker_play(&worker, "{}", NULL);
    strcpy(prompt, worker.hello.hello.prompt);
    strcpy(fingerprint, worker.hello.hello.fingerprint);
    assert_int_equal(strlen(prompt), 64);
    worker_stop(&worker);
    folder_make("Explain it. Answer in Klingon, and mention {language}.\n");
    worker_play(&worker, "{}", setting);
    assert_string_not_equal(worker.hello.hello.prompt, prompt);
    assert_string_not_equal(worker.hello.hello.fingerprint, fingerprint);
    send_slide(&worker, 1, LAYER, 1);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_EXPLAINED);
    assert_non_null(memmem(wire_data(&message, 0), wire_size(&message, 0), "[Klingon]", 9));
    wire_clear(&message);
    worker_stop(&worker);
    folder_remove();
}

static void a_prompt_that_is_empty_stops_the_worker(void **state)
{
    struct worker worker = {0};
    int status;

    (void)state;
    folder_make("  \n");
    worker_begin_with(&worker, setting);
    assert_int_equal(waitpid(worker.pid, &status, 0), worker.pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CONFIG);
    worker.pid = 0;
    worker_stop(&worker);
    folder_remove();
}

/* ---- slides ---- */

static void a_slide_with_much_text_may_be_asked_without_its_picture(void **state)
{
    static const struct {
        const char *setting;
        enum outcome outcome;
    } rows[] = {
        {"SLIDEMILL_MODEL_TEXT_ONLY_LETTERS=0", OUTCOME_EXPLAINED},
        {"SLIDEMILL_MODEL_TEXT_ONLY_LETTERS=29", OUTCOME_TEXT_ONLY}, /* it has 29 */
        {"SLIDEMILL_MODEL_TEXT_ONLY_LETTERS=30", OUTCOME_EXPLAINED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct worker worker = {0};
        struct wire message;

        worker_play(&worker, "{}", rows[i].setting);
        send_slide(&worker, 1, LAYER, 1);
        receive(&worker, &message);
        assert_int_equal(message.type, WIRE_EXPLAINED);
        assert_int_equal(message.explained.outcome, rows[i].outcome);
        assert_int_equal(message.explained.input_tokens > 765 + 700,
                         rows[i].outcome == OUTCOME_EXPLAINED); /* the picture's, and some of the prompt's */
        wire_clear(&message);
        worker_stop(&worker);
    }
}

static void a_picture_too_large_costs_the_slide_only_its_picture(void **state)
{
    struct worker worker = {0};
    struct wire message;

    (void)state;
    worker_play(&worker, "{\"max_image_side\":8}", NULL);
    send_slide(&worker, 1, LAYER, 1);
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_EXPLAINED);
    assert_int_equal(message.explained.outcome, OUTCOME_TEXT_ONLY);
    assert_int_equal(message.explained.calls, 2);
    wire_clear(&message);
    send_slide(&worker, 2, "{\"lines\":[]}", 1); /* there is nothing else to ask by */
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_FAILED);
    assert_string_equal(message.failed.code, "MODEL_REJECTED");
    wire_clear(&message);
    worker_stop(&worker);
}

static json_t *answer_in(struct wire *message)
{
    json_t *answer;

    assert_int_equal(message->type, WIRE_EXPLAINED);
    answer = json_loadb(wire_data(message, 0), wire_size(message, 0), 0, NULL);
    assert_non_null(answer);
    wire_clear(message);
    return answer;
}

static void cards_are_of_the_style_and_number_asked_for(void **state)
{
    static const struct {
        enum card_style style;
        uint32_t cards;
        const char *first;
        size_t count;
    } rows[] = {{CARDS_BASIC, 6, "basic", 2}, {CARDS_CLOZE, 6, "cloze", 2}, {CARDS_MIXED, 1, "cloze", 1}};
    struct worker worker = {0};

    (void)state;
    worker_play(&worker, "{}", NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct wire_explain lease = lease_of((uint32_t)i + 1);
        struct wire message;
        json_t *answer, *cards;

        lease.card_style = rows[i].style;
        lease.cards = rows[i].cards;
        send_lease(&worker, &lease, LAYER, 1);
        receive(&worker, &message);
        answer = answer_in(&message);
        cards = json_object_get(answer, "anki_cards");
        assert_int_equal(json_array_size(cards), rows[i].count);
        assert_string_equal(json_string_value(json_object_get(json_array_get(cards, 0), "type")),
                            rows[i].first);
        json_decref(answer);
    }
    worker_stop(&worker);
}

/* A figure with two labels in its text, and one that only the model sees. */
static void labels_are_those_that_stand_on_the_slide(void **state)
{
    static const char layer[] = "{\"width\":1365,\"height\":768,\"lines\":["
                                "{\"x\":9,\"y\":20,\"w\":90,\"h\":20,\"size\":20,\"text\":\"Corteza\"},"
                                "{\"x\":9,\"y\":50,\"w\":90,\"h\":20,\"size\":20,\"text\":\"Médula\"}]}";
    struct worker worker = {0};
    struct wire message;
    json_t *answer, *labels, *concept;

    (void)state;
    worker_play(&worker, "{\"rules\":[{\"labels\":[\"Corteza\",\"Hilio\",\"médula\"]}]}", NULL);
    send_slide(&worker, 1, layer, 1);
    receive(&worker, &message);
    answer = answer_in(&message);
    labels = json_object_get(answer, "labels");
    assert_int_equal(json_array_size(labels), 2);
    assert_string_equal(json_string_value(json_array_get(labels, 1)), "médula");
    concept = json_object_get(json_array_get(json_object_get(answer, "anki_cards"), 0), "concept");
    assert_true(json_string_length(concept) > 0);
    json_decref(answer);
    worker_stop(&worker);
}

/* ---- what the slide does not say ---- */

#define INVENTED(more) "{\"rules\":[{\"preset\":\"invented_on_card\"" more "}]}"

/* Enough text for the picture to add little to it. */
#define LONG_LAYER                                                                                           \
    "{\"width\":1365,\"height\":768,\"lines\":["                                                             \
    "{\"x\":9,\"y\":200,\"w\":90,\"h\":20,\"size\":20,\"text\":\"Un proceso es un programa en marcha, con "  \
    "su propia memoria\"},"                                                                                  \
    "{\"x\":9,\"y\":230,\"w\":90,\"h\":20,\"size\":20,\"text\":\"El sistema operativo reparte el "           \
    "procesador entre los procesos\"},"                                                                      \
    "{\"x\":9,\"y\":260,\"w\":90,\"h\":20,\"size\":20,\"text\":\"Cada proceso cree que tiene la máquina "   \
    "para él solo\"},"                                                                                      \
    "{\"x\":9,\"y\":290,\"w\":90,\"h\":20,\"size\":20,\"text\":\"Un cambio de contexto guarda 32 "           \
    "registros y carga los otros\"}]}"

static void what_the_slide_does_not_say_is_asked_again_once_and_marked(void **state)
{
    static const struct {
        const char *name, *scenario, *setting;
        enum permits permits;
        unsigned calls;
        int grounded;
    } rows[] = {
        {"nothing invented", "{}", NULL, PERMITS_GIVEN, 1, 1},
        {"a number invented once", INVENTED(",\"per_slide\":1"), NULL, PERMITS_GIVEN, 2, 1},
        {"and again", INVENTED(""), NULL, PERMITS_GIVEN, 2, 0},
        {"outside of cards and key points", "{\"rules\":[{\"preset\":\"invented_number\"}]}", NULL,
         PERMITS_GIVEN, 1, 0},
        {"there, but against what the slide says",
         "{\"rules\":[{\"add\":\"Un cambio de contexto guarda 98 registros.\"}]}", NULL, PERMITS_GIVEN, 2, 0},
        {"a second call is not wanted", INVENTED(""), "SLIDEMILL_MODEL_RETRY_UNSUPPORTED=0", PERMITS_GIVEN, 1,
         0},
        {"no money for a second call", INVENTED(""), NULL, PERMITS_DENIED, 1, 0},
        {"the second call is refused by the model",
         "{\"rules\":[{\"preset\":\"invented_on_card\",\"per_slide\":1},{\"preset\":\"refusal\"}]}", NULL,
         PERMITS_GIVEN, 2, 0},
        {"the key ends before the second call",
         "{\"rules\":[{\"preset\":\"invented_on_card\",\"per_slide\":1},{\"preset\":\"auth\"}]}", NULL,
         PERMITS_GIVEN, 2, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct worker worker = {.permits = rows[i].permits};
        struct wire message;
        json_t *answer;

        print_message("  %s\n", rows[i].name);
        worker_play(&worker, rows[i].scenario, rows[i].setting);
        send_slide(&worker, 1, LONG_LAYER, 1);
        receive(&worker, &message);
        answer = answer_in(&message);
        assert_int_equal(json_is_true(json_object_get(answer, "grounded")), rows[i].grounded);
        assert_int_equal(json_is_false(json_object_get(answer, "grounded")), !rows[i].grounded);
        assert_int_equal(json_array_size(json_object_get(answer, "unsupported")), !rows[i].grounded);
        assert_int_equal(calls_made(), rows[i].calls);
        assert_int_equal(worker.called, rows[i].calls);
        json_decref(answer);
        worker_stop(&worker);
    }
}

static void without_a_text_layer_nothing_is_marked(void **state)
{
    struct worker worker = {0};
    struct wire message;
    json_t *answer;

    (void)state;
    worker_play(&worker, INVENTED(""), NULL);
    send_slide(&worker, 1, "{\"lines\":[]}", 1);
    receive(&worker, &message);
    answer = answer_in(&message);
    assert_true(json_is_null(json_object_get(answer, "grounded")));
    assert_int_equal(calls_made(), 1);
    json_decref(answer);
    worker_stop(&worker);
}

/* ---- the whole lecture ---- */

#define LECTURE                                                                                              \
    "{\"slides\":[{\"slide\":1,\"title\":\"Processes\",\"summary\":\"What they are.\",\"cards\":[\"What is " \
    "one?\","                                                                                                \
    "\"Who starts one?\"]},{\"slide\":2,\"title\":\"Threads\",\"summary\":\"\",\"cards\":[\"What is one, "   \
    "then?\"]}]}"

static void send_overview(struct worker *worker, const char *lecture)
{
    struct wire message;

    wire_init(&message, WIRE_OVERVIEW);
    message.overview = (struct wire_overview){.lease = 5000,
                                              .job = "job-1",
                                              .attempt = 1,
                                              .slides = 2,
                                              .language = "Spanish",
                                              .title = "A lecture",
                                              .outline = "",
                                              .instructions = "",
                                              .max_tokens = 4000};
    wire_add_copy(&message, lecture, strlen(lecture));
    send_down(worker, &message);
}

static void a_lecture_is_summed_up_by_one_call(void **state)
{
    static const struct {
        const char *name, *scenario, *code; /* NULL: it is summed up */
        unsigned calls;
    } rows[] = {
        {"all is well", "{\"rules\":[{\"of\":\"overview\",\"duplicates\":[{\"slide\":2,\"card\":0}]}]}", NULL,
         1},
        {"without structured outputs", "{\"no_json_object\":true}", NULL, 3},
        {"a bad answer once", "{\"rules\":[{\"preset\":\"not_json\",\"first\":1}]}", NULL, 2},
        {"bad answers", "{\"rules\":[{\"preset\":\"not_json\"}]}", "MODEL_BAD_ANSWER", 2},
        {"a server that stays broken", "{\"rules\":[{\"preset\":\"server_error\"}]}", "MODEL_UNAVAILABLE", 3},
        {"no money", "{\"rules\":[{\"preset\":\"quota\"}]}", "MODEL_QUOTA", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct worker worker = {0};
        struct wire message;
        json_t *overview;

        print_message("  %s\n", rows[i].name);
        worker_play(&worker, rows[i].scenario, NULL);
        send_overview(&worker, LECTURE);
        receive(&worker, &message);
        assert_int_equal(calls_made(), rows[i].calls);
        assert_int_equal(worker.called, rows[i].calls);
        assert_int_equal(message.type, rows[i].code == NULL ? WIRE_OVERVIEWED : WIRE_FAILED);
        if (rows[i].code != NULL) {
            assert_string_equal(message.failed.code, rows[i].code);
        } else {
            overview = json_loadb(wire_data(&message, 0), wire_size(&message, 0), 0, NULL);
            assert_non_null(strstr(json_string_value(json_object_get(overview, "title")), "[Spanish]"));
            assert_int_equal(json_array_size(json_object_get(overview, "outline")), 2);
            assert_true(json_array_size(json_object_get(overview, "glossary")) > 0);
            assert_int_equal(json_array_size(json_object_get(overview, "duplicates")), i == 0);
            assert_int_equal(message.overviewed.calls, rows[i].calls);
            assert_int_equal(message.overviewed.input_tokens, worker.input_tokens);
            json_decref(overview);
        }
        wire_clear(&message);
        worker_stop(&worker);
    }
}

static void there_is_nothing_to_sum_up(void **state)
{
    struct worker worker = {0};
    struct wire message;

    (void)state;
    worker_play(&worker, "{}", NULL);
    send_overview(&worker, "{\"slides\":[]}");
    receive(&worker, &message);
    assert_int_equal(message.type, WIRE_FAILED);
    assert_int_equal(calls_made(), 0);
    wire_clear(&message);
    worker_stop(&worker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prompts_of_ones_own_are_used_and_told),
        cmocka_unit_test(a_prompt_that_is_empty_stops_the_worker),
        cmocka_unit_test(a_slide_with_much_text_may_be_asked_without_its_picture),
        cmocka_unit_test(a_picture_too_large_costs_the_slide_only_its_picture),
        cmocka_unit_test(cards_are_of_the_style_and_number_asked_for),
        cmocka_unit_test(labels_are_those_that_stand_on_the_slide),
        cmocka_unit_test(what_the_slide_does_not_say_is_asked_again_once_and_marked),
        cmocka_unit_test(without_a_text_layer_nothing_is_marked),
        cmocka_unit_test(a_lecture_is_summed_up_by_one_call),
        cmocka_unit_test(there_is_nothing_to_sum_up),
    };

    return cmocka_run_group_tests(tests, model_start, model_stop);
}
