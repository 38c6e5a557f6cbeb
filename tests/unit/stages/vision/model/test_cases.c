/* test_cases - tests/data/cases/model: what the judge makes of each recorded answer */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/vision/answer/answer.h"
#include "stages/vision/model/response_classify.h"

#define FOLDER "tests/data/cases/model/"

struct reply {
    char *bytes, *body;
    size_t size;
    long status;
};

static struct reply reply_load(const char *name)
{
    char path[256];
    struct reply reply = {.size = 0};
    FILE *file;
    size_t all;

    snprintf(path, sizeof path, FOLDER "%s.http", name);
    file = fopen(path, "re");
    assert_non_null(file);
    reply.bytes = need(1 << 20);
    all = fread(reply.bytes, 1, 1 << 20, file);
    fclose(file);
    assert_int_equal(sscanf(reply.bytes, "HTTP/1.1 %ld", &reply.status), 1);
    reply.body = memmem(reply.bytes, all, "\r\n\r\n", 4);
    assert_non_null(reply.body);
    reply.body += 4;
    reply.size = all - (size_t)(reply.body - reply.bytes);
    return reply;
}

static json_t *clean(void *arg, const json_t *raw, const char **why)
{
    (void)arg;
    return answer_clean(raw, 3, why);
}

static const struct {
    const char *name;
    enum deed deed;
    enum code code;
    const char *left_out; /* reason of the one that is; NULL: nothing */
    int spare;
} rows[] = {
    {"think", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"think-noopen", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"think-fence", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"think-empty", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"reasoning-only", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"reasoning-only-empty", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"parts", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"parts-two", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"fin-eos", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"fin-end", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"fin-end-turn", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"fin-stop-upper", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"fin-empty", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"fin-null", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"fin-max-tokens", DEED_LONGER, CODE_MODEL_TRUNCATED, NULL, 1},
    {"fin-max-tokens-upper", DEED_LONGER, CODE_MODEL_TRUNCATED, NULL, 1},
    {"prefix-plain", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"prefix-fence", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"suffix-plain", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"eot", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"card-null-back", DEED_DONE, CODE_INTERNAL, "no_back", 0},
    {"card-long-front", DEED_DONE, CODE_INTERNAL, "too_long", 0},
    {"null-text", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"no-connections", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"ignores-format", DEED_RESHAPE, CODE_MODEL_BAD_ANSWER, NULL, 1},
    {"sse", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"json-done", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"choices-empty-3", DEED_AGAIN, CODE_MODEL_UNAVAILABLE, NULL, 0},
    {"err-in-choice", DEED_AGAIN, CODE_MODEL_UNAVAILABLE, NULL, 0},
    {"err200-choices-empty", DEED_AGAIN, CODE_MODEL_UNAVAILABLE, NULL, 0},
    {"err200-choices-null", DEED_AGAIN, CODE_MODEL_UNAVAILABLE, NULL, 0},
    {"usage-null-12", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"nul-outer", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"surrogate-outer", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"bom", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"body-bom", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"body-comment", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"refusal-text", DEED_SLIDE, CODE_MODEL_REFUSED, NULL, 0},
    {"tool-calls", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"double-json", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"wrapped-key", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"dup-key", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"trailing-comma", DEED_DONE, CODE_INTERNAL, NULL, 0},
    {"raw-newline", DEED_DONE, CODE_INTERNAL, NULL, 0},
};

/* All of them say the same, but for the rare characters of some. */
static void check_answer(const char *name, const json_t *answer, const char *left_out)
{
    const char *first, *back, *reason = NULL;
    json_t *cards;

    assert_int_equal(
        json_unpack((json_t *)(uintptr_t)answer, "{s:[s], s:o}", "explanation", &first, "anki_cards", &cards),
        0);
    if (strcmp(name, "surrogate-outer") == 0)
        assert_string_equal(first, "The membrane is a bilayer of lipids \xef\xbf\xbd.");
    else
        assert_string_equal(first, "The membrane is a bilayer of lipids.");
    assert_int_equal(json_array_size(json_object_get(answer, "explanation")), 2);
    assert_int_equal(json_array_size(cards), 1);
    assert_int_equal(json_unpack(json_array_get(cards, 0), "{s:s}", "back", &back), 0);
    assert_int_equal(strncmp(back, "A bilayer of lipids", 19), 0);
    json_unpack((json_t *)(uintptr_t)answer, "{s:[{s:s}]}", "left_out", "reason", &reason);
    if (left_out == NULL)
        assert_null(reason);
    else
        assert_string_equal(reason, left_out);
}

static void judges_each_recorded_answer(void **state)
{
    static const struct wanted wanted = {.clean = clean};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reply reply = reply_load(rows[i].name);
        const struct heard heard = {
            .status = reply.status, .should_retry = -1, .body = reply.body, .size = reply.size};
        struct classification j;

        print_message("  %s\n", rows[i].name);
        response_classify(&heard, &wanted, &j);
        assert_int_equal(j.deed, rows[i].deed);
        if (j.deed != DEED_DONE)
            assert_int_equal(j.code, rows[i].code);
        assert_int_equal(j.answer != NULL, j.deed == DEED_DONE);
        assert_int_equal(j.spare != NULL, rows[i].spare);
        if (j.answer != NULL)
            check_answer(rows[i].name, j.answer, rows[i].left_out);
        json_decref(j.answer);
        json_decref(j.spare);
        free(reply.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(judges_each_recorded_answer)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
