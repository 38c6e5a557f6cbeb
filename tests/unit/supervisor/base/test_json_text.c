/* test_json_text - JSON that is always whole, whatever a row holds */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/base/json_text.h"

static void what_is_no_text_is_left_out_and_no_json_is_null(void **state)
{
    json_t *object = json_object();
    char *text;

    (void)state;
    json_set(object, "none", NULL);
    json_set(object, "bad", json_words("\xc3("));
    json_set(object, "null", json_words(NULL));
    json_set(object, "words", json_words("\"}\n\u00e9"));
    json_set(object, "at", json_time(0));
    text = json_text(object);
    assert_string_equal(text, "{\"none\":null,\"bad\":\"\",\"null\":\"\",\"words\":\"\\\"}\\n\u00e9\","
                              "\"at\":\"1970-01-01T00:00:00.000Z\"}");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_no_text_is_left_out_and_no_json_is_null)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
