/* test_hex - bytes as digits, digits as values */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/hex.h"

static void each_byte_is_two_lower_case_digits(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        unsigned char byte = (unsigned char)i;
        char text[HEX_ROOM(1)], right[8];

        hex_encode(text, &byte, 1);
        snprintf(right, sizeof right, "%02x", i);
        assert_string_equal(text, right);
    }
}

static void bytes_keep_their_order(void **state)
{
    char text[HEX_ROOM(4) + 1] = "#########";

    (void)state;
    hex_encode(text, "\x01\xfe\x00\xa0", 4);
    assert_string_equal(text, "01fe00a0");
    text[1] = '#';
    hex_encode(text, "", 0);
    assert_string_equal(text, "");
    assert_int_equal(text[1], '#'); /* nothing but the NUL was written */
}

static void only_digits_have_a_value(void **state)
{
    (void)state;
    for (int c = -128; c < 128; c++) {
        const char *at = c == 0 ? NULL : strchr("0123456789abcdef", c),
                   *upper = c == 0 ? NULL : strchr("ABCDEF", c);
        int right = -1;

        if (at != NULL)
            right = (int)strcspn("0123456789abcdef", (char[]){(char)c, '\0'});
        if (upper != NULL)
            right = 10 + (int)strcspn("ABCDEF", (char[]){(char)c, '\0'});
        assert_int_equal(hex_digit((char)c), right);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_byte_is_two_lower_case_digits),
        cmocka_unit_test(bytes_keep_their_order),
        cmocka_unit_test(only_digits_have_a_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
