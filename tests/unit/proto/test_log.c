/* test_log - a log line is one JSON object, one write, and never longer than a pipe takes whole */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/log.h"

/* In packet mode every read gives the bytes of one write. */
struct ear {
    int saved, end;
    char line[2 * PIPE_BUF];
    ssize_t size;
};

static int setup(void **state)
{
    struct ear *ear = calloc(1, sizeof *ear);
    int ends[2];

    assert_non_null(ear);
    assert_int_equal(pipe2(ends, O_DIRECT | O_NONBLOCK | O_CLOEXEC), 0);
    ear->saved = dup(STDERR_FILENO);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    close(ends[1]);
    ear->end = ends[0];
    log_open("vision", 2, 7, LOG_LEVEL_INFO);
    *state = ear;
    return 0;
}

static int teardown(void **state)
{
    struct ear *ear = *state;

    dup2(ear->saved, STDERR_FILENO);
    close(ear->saved);
    close(ear->end);
    free(ear);
    return 0;
}

/* The next line, parsed; NULL if none was written. */
static json_t *hear(struct ear *ear)
{
    json_t *object;

    ear->size = read(ear->end, ear->line, sizeof ear->line - 1);
    if (ear->size == -1)
        return NULL;
    ear->line[ear->size] = '\0';
    assert_true(ear->size < 4096);
    assert_ptr_equal(strchr(ear->line, '\n'), ear->line + ear->size - 1); /* one line, and whole */
    object = json_loads(ear->line, JSON_REJECT_DUPLICATES, NULL);
    if (object == NULL)
        fail_msg("not JSON: %s", ear->line);
    return object;
}

static const char *text_in(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    if (text == NULL)
        fail_msg("no text \"%s\" in the line", name);
    return text;
}

static void a_line_has_its_head_and_its_facts(void **state)
{
    struct ear *ear = *state;
    json_t *line;

    log_warn(slide_failed, log_job("j-1"), log_int("slide", 14), log_int("wait", -3),
             log_str("reason", "rate_limited"));
    line = hear(ear);
    assert_string_equal(text_in(line, "level"), "warn");
    assert_string_equal(text_in(line, "proc"), "vision");
    assert_string_equal(text_in(line, "event"), "slide_failed");
    assert_string_equal(text_in(line, "jobId"), "j-1");
    assert_string_equal(text_in(line, "reason"), "rate_limited");
    assert_int_equal(json_integer_value(json_object_get(line, "slot")), 2);
    assert_int_equal(json_integer_value(json_object_get(line, "generation")), 7);
    assert_int_equal(json_integer_value(json_object_get(line, "slide")), 14);
    assert_int_equal(json_integer_value(json_object_get(line, "wait")), -3);
    assert_int_equal(strlen(text_in(line, "ts")), strlen("2026-11-24T15:00:00.000Z"));
    assert_memory_equal(ear->line, "{\"ts\":\"20", 9);
    json_decref(line);
}

static void numbers_keep_their_whole_range(void **state)
{
    json_t *line;

    log_info(stopped, log_int("lo", INT64_MIN), log_int("hi", INT64_MAX));
    line = hear(*state);
    assert_true(json_integer_value(json_object_get(line, "lo")) == INT64_MIN);
    assert_true(json_integer_value(json_object_get(line, "hi")) == INT64_MAX);
    json_decref(line);
}

static void what_is_no_worker_names_no_slot(void **state)
{
    json_t *line;

    log_open("supervisor", -1, 0, LOG_LEVEL_INFO);
    log_info(listening, log_str("address", "::1"));
    line = hear(*state);
    assert_null(json_object_get(line, "slot"));
    assert_null(json_object_get(line, "generation"));
    json_decref(line);
}

static void text_comes_through_without_harm(void **state)
{
    static const struct {
        const char *name, *text, *read;
    } rows[] = {
        {"plain text", "ana", "ana"},
        {"no text", "", ""},
        {"absent text is empty", NULL, ""},
        {"letters beyond ASCII", "Lección 日本 😀", "Lección 日本 😀"},
        {"quotes and backslashes", "a\"b\\c", "a\"b\\c"},
        {"line ends", "a\nb\rc", "a\nb\rc"},
        {"C0 and DEL", "\x01\x1b[31m\x7f", "\x01\x1b[31m\x7f"},
        {"C1", "\xc2\x80\xc2\x9b", "\xc2\x80\xc2\x9b"},
        {"line separators", "\xe2\x80\xa8\xe2\x80\xa9", "\xe2\x80\xa8\xe2\x80\xa9"},
        {"signs that turn the reading order",
         "\xe2\x80\xae"
         "a\xe2\x81\xa6",
         "\xe2\x80\xae"
         "a\xe2\x81\xa6"},
        {"a stray byte",
         "a\xff"
         "b",
         "a\xef\xbf\xbd"
         "b"},
        {"a cut character", "a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd"},
        {"a surrogate", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };
    struct ear *ear = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *line;

        log_info(stopped, log_str("fact", rows[i].text));
        line = hear(ear);
        if (strcmp(text_in(line, "fact"), rows[i].read) != 0)
            fail_msg("%s: %s", rows[i].name, ear->line);
        for (ssize_t k = 0; k < ear->size - 1; k++) /* nothing a terminal might obey */
            assert_true((unsigned char)ear->line[k] >= 0x20 && ear->line[k] != 0x7f);
        assert_null(strstr(ear->line, "\xc2\x9b"));
        assert_null(strstr(ear->line, "\xe2\x80\xae"));
        json_decref(line);
    }
}

static void a_long_fact_is_cut(void **state)
{
    static const char *const units[] = {"x", "\xc3\xa9", "\xe6\x97\xa5", "\xf0\x9f\x98\x80", "\"", "\xff"};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        char text[8192] = "";
        json_t *line;

        for (size_t used = 0; used + strlen(units[i]) < sizeof text; used += strlen(units[i]))
            memcpy(text + used, units[i], strlen(units[i]));
        log_info(stopped, log_str("fact", text), log_int("after", 1));
        line = hear(*state);
        assert_in_range(strlen(text_in(line, "fact")), 500, 3 * 512);
        assert_int_equal(json_integer_value(json_object_get(line, "after")), 1);
        json_decref(line);
    }
}

/* What does not fit is left out whole; the head always stays. */
static void a_line_never_outgrows_a_pipe(void **state)
{
    char text[600];
    json_t *line;

    memset(text, 0x01, sizeof text - 1); /* six bytes each once escaped: the worst case */
    text[sizeof text - 1] = '\0';
    log_info(stopped, log_str("a", text), log_str("b", text), log_str("c", text), log_int("d", 4));
    line = hear(*state);
    assert_string_equal(text_in(line, "event"), "stopped");
    assert_non_null(json_object_get(line, "a"));
    assert_null(json_object_get(line, "b"));
    json_decref(line);
}

static void lines_below_the_level_are_not_written(void **state)
{
    json_t *line;

    log_debug(request, log_int("n", 1));
    assert_null(hear(*state));
    log_open("vision", 2, 7, LOG_LEVEL_OFF);
    log_error(panic, log_int("n", 1));
    assert_null(hear(*state));
    log_open("vision", 2, 7, LOG_LEVEL_DEBUG);
    log_debug(request, log_int("n", 1));
    line = hear(*state);
    assert_string_equal(text_in(line, "event"), "request");
    assert_string_equal(text_in(line, "level"), "debug");
    json_decref(line);
}

/* One name may have a row for each of two levels. */
static void an_event_chosen_at_run_time_has_the_level_of_its_row(void **state)
{
    static const struct {
        enum log_event event;
        const char *name, *level;
    } rows[] = {
        {LOG_INFO_worker_ended, "worker_ended", "info"},
        {LOG_WARN_worker_ended, "worker_ended", "warn"},
        {LOG_ERROR_panic, "panic", "error"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *line;

        log_event(rows[i].event, log_int("n", 1));
        line = hear(*state);
        assert_string_equal(text_in(line, "event"), rows[i].name);
        assert_string_equal(text_in(line, "level"), rows[i].level);
        json_decref(line);
    }
}

static void levels_are_known_by_their_words(void **state)
{
    static const struct {
        const char *word;
        int level;
    } rows[] = {
        {"debug", LOG_LEVEL_DEBUG},
        {"info", LOG_LEVEL_INFO},
        {"INFO", LOG_LEVEL_INFO},
        {"warn", LOG_LEVEL_WARN},
        {"Warning", LOG_LEVEL_WARN},
        {"error", LOG_LEVEL_ERROR},
        {"off", LOG_LEVEL_OFF},
        {"", -1},
        {"loud", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(log_level_of(rows[i].word), rows[i].level);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_has_its_head_and_its_facts, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_keep_their_whole_range, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_worker_names_no_slot, setup, teardown),
        cmocka_unit_test_setup_teardown(text_comes_through_without_harm, setup, teardown),
        cmocka_unit_test_setup_teardown(a_long_fact_is_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_never_outgrows_a_pipe, setup, teardown),
        cmocka_unit_test_setup_teardown(lines_below_the_level_are_not_written, setup, teardown),
        cmocka_unit_test_setup_teardown(an_event_chosen_at_run_time_has_the_level_of_its_row, setup,
                                        teardown),
        cmocka_unit_test(levels_are_known_by_their_words),
    };

    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
