/* test_lenient_members - texts and lists of an answer as far as their meaning is plain; tokens of lenient
 * JSON */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/answer/answer_sanitize.h"
#include "stages/vision/answer/json_tokens.h"
#include "stages/vision/answer/lenient_members.h"

static void check_text(const char *json, size_t max, const char *wanted, const char *reason)
{
    json_t *value = json_loads(json, JSON_DECODE_ANY, NULL), *left_out = json_array();
    json_t *text = lenient_members_text(value, max, "paragraph", left_out);

    assert_string_equal(json_string_value(text), wanted);
    assert_int_equal(json_array_size(left_out), *reason != '\0');
    if (*reason != '\0')
        assert_string_equal(json_string_value(json_object_get(json_array_get(left_out, 0), "reason")),
                            reason);
    json_decref(text);
    json_decref(left_out);
    json_decref(value);
}

static void texts(void **state)
{
    (void)state;
    check_text("\" a \"", 99, "a", "");
    check_text("null", 99, "", "");
    check_text("7", 99, "7", "");
    check_text("0.5", 99, "0.5", "");
    check_text("[\"a\",\"\",\"b\"]", 99, "a\nb", "");
    check_text("{\"text\":\"a\",\"id\":\"1\"}", 99, "a", "");
    check_text("{\"only\":\"a\"}", 99, "a", "");
    check_text("{\"x\":\"a\",\"y\":\"b\"}", 99, "", "not_text");
    check_text("true", 99, "", "not_text");
}

static void long_texts_are_cut_behind_a_sentence(void **state)
{
    (void)state;
    check_text("\"One. Two is longer.\"", 8, "One.", "cut");
    check_text("\"细胞。它很小。\"", 12, "细胞。", "cut");
    check_text("\"version 1.2.3 is too long\"", 16, "", "too_long");
    check_text("\"One.\"", 4, "One.", "");
}

static void check_list(const char *json, size_t max_entries, const char *wanted)
{
    json_t *value = json_loads(json, JSON_DECODE_ANY, NULL), *left_out = json_array();
    json_t *list = lenient_members_list(value, max_entries, 100, "\n", "point", left_out);
    char *text = json_dumps(list, JSON_COMPACT);

    assert_string_equal(text, wanted);
    free(text);
    json_decref(list);
    json_decref(left_out);
    json_decref(value);
}

static void lists(void **state)
{
    (void)state;
    check_list("[\"a\",\"b\"]", 9, "[\"a\",\"b\"]");
    check_list("[\"a\",\" \",\"A!\",7]", 9, "[\"a\",\"7\"]"); /* no two alike, none empty */
    check_list("\"a\\nb\"", 9, "[\"a\",\"b\"]");
    check_list("[\"a\",\"b\",\"c\"]", 2, "[\"a\",\"b\"]");
    check_list("null", 9, "[]");
    check_list("[[],{},null]", 9, "[]");
}

static void clean_lines(void **state)
{
    static const char *const rows[][2] = {{"  a b \t", "a b"},
                                          {"a\x01\x1b"
                                           "b\nc\td",
                                           "ab\nc\td"},
                                          {"\xe2\x80\x8b", ""}, /* a space without a width */
                                          {"x \x0c"
                                           "rac{1}{2}",
                                           "x \\frac{1}{2}"}};
    const char *why;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *text = answer_sanitize_line(rows[i][0]);

        assert_string_equal(json_string_value(text), rows[i][1]);
        json_decref(text);
    }
    json_t *number = json_integer(7), *seven = json_string("seven");

    assert_null(answer_sanitize_text(number, 9, &why));
    assert_null(answer_sanitize_text(NULL, 9, &why));
    assert_null(answer_sanitize_text(seven, 4, &why));
    json_decref(number);
    json_decref(seven);
}

/* ---- tokens ---- */

enum kind { TEXT, NAME, WORD, NUMBER };

/* What a token becomes; NULL: it is none. */
static void check_token(enum kind kind, const char *text, const char *wanted, size_t end)
{
    struct json_tokens s = {.text = text, .size = strlen(text)};
    bool is = kind == TEXT   ? json_tokens_string(&s, json_tokens_quote(&s))
              : kind == NAME ? json_tokens_name(&s)
              : kind == WORD ? json_tokens_word(&s)
                             : json_tokens_number(&s, true);

    assert_int_equal(is, wanted != NULL);
    if (wanted != NULL) {
        assert_int_equal(s.used, strlen(wanted));
        assert_memory_equal(s.out, wanted, s.used);
        assert_int_equal(s.at, end);
    }
    free(s.out);
}

static void strings(void **state)
{
    (void)state;
    check_token(TEXT, "\"a\"", "\"a\"", 3);
    check_token(TEXT, "'it's' ,", "\"it's\"", 6);
    check_token(TEXT, "“a “b” c”,", "\"a “b” c\"", strlen("“a “b” c”"));
    check_token(TEXT, "'say \"x\"'", "\"say \\\"x\\\"\"", 9);
    check_token(TEXT, "\"\\alpha \\n \\u00e9\"", "\"\\\\alpha \\n \\u00e9\"", 18);
    check_token(TEXT, "\"a\nb\"", "\"a\\nb\"", 5);
    check_token(TEXT, "\"a\xff\"", "\"a\xef\xbf\xbd\"", 4);
    check_token(TEXT, "\"cut", NULL, 0);
    check_token(TEXT, "\"cut\\", NULL, 0);
}

static void names_words_and_numbers(void **state)
{
    (void)state;
    check_token(NAME, "key_1:", "\"key_1\"", 5);
    check_token(NAME, ":", NULL, 0);
    check_token(WORD, "None,", "null", 4);
    check_token(WORD, "TRUE]", "true", 4);
    check_token(WORD, "nothing", NULL, 0);
    check_token(NUMBER, "-1.5e3,", "-1.5e3", 6);
    check_token(NUMBER, "-Infinity}", "null", 9);
    check_token(NUMBER, "12", NULL, 0); /* more digits may have been meant */
    check_token(NUMBER, "x", NULL, 0);
}

static void blanks_and_comments(void **state)
{
    struct json_tokens s = {.text = " // a\n /* b */ # c\n\xef\xbb\xbf 7", .size = 25};

    (void)state;
    json_tokens_skip(&s);
    assert_int_equal(s.text[s.at], '7');
    assert_true(s.line);
    s = (struct json_tokens){.text = "/* open", .size = 7};
    json_tokens_skip(&s);
    assert_int_equal(s.at, 7);
    assert_int_equal(json_tokens_quote(&s), 0);
    assert_int_equal(json_tokens_word_size(&s), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(long_texts_are_cut_behind_a_sentence),
        cmocka_unit_test(lists),
        cmocka_unit_test(clean_lines),
        cmocka_unit_test(strings),
        cmocka_unit_test(names_words_and_numbers),
        cmocka_unit_test(blanks_and_comments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
