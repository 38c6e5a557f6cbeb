/* test_digest - the sums that the standards give (FIPS 180-4, RFC 4231), at once and in pieces */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/digest.h"

static const char of_abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char of_nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static void sums_are_those_of_the_standard(void **state)
{
    unsigned char sum[DIGEST_BYTES];
    char text[DIGEST_TEXT];

    (void)state;
    digest_text_of("abc", 3, text);
    assert_string_equal(text, of_abc);
    digest_text_of(NULL, 0, text);
    assert_string_equal(text, of_nothing);
    digest_of("abc", 3, sum);
    assert_memory_equal(sum, "\xba\x78\x16\xbf", 4);
    assert_memory_equal(sum + 28, "\xf2\x00\x15\xad", 4);
}

static void pieces_sum_up_as_the_whole(void **state)
{
    struct digest *digest = digest_begin();
    char text[DIGEST_TEXT];

    (void)state;
    digest_add(digest, "a", 1);
    digest_add(digest, "", 0);
    digest_add(digest, "bc", 2);
    digest_end_text(&digest, text);
    assert_null(digest);
    assert_string_equal(text, of_abc);
}

static void texts_are_told_apart_by_their_ends(void **state)
{
    static const char *const pairs[][2] = {{"ab", "c"}, {"a", "bc"}, {"abc", ""}};
    unsigned char sums[3][DIGEST_BYTES], whole[DIGEST_BYTES];

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct digest *digest = digest_begin();

        digest_add_text(digest, pairs[i][0]);
        digest_add_text(digest, pairs[i][1]);
        digest_end(&digest, sums[i]);
    }
    assert_memory_not_equal(sums[0], sums[1], DIGEST_BYTES);
    assert_memory_not_equal(sums[1], sums[2], DIGEST_BYTES);
    digest_of("ab\0c", 5, whole);
    assert_memory_equal(sums[0], whole, DIGEST_BYTES);
}

static void one_that_is_dropped_leaves_nothing(void **state)
{
    struct digest *digest = digest_begin();

    (void)state;
    digest_add(digest, "abc", 3);
    digest_drop(&digest);
    assert_null(digest);
    digest_drop(&digest);
    assert_null(digest);
}

static void macs_are_those_of_the_standard(void **state)
{
    static const char data[] = "what do ya want for nothing?"; /* RFC 4231, test case 2 */
    char text[DIGEST_TEXT];

    (void)state;
    digest_hmac_text("Jefe", 4, data, strlen(data), text);
    assert_string_equal(text, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_the_standard),
        cmocka_unit_test(pieces_sum_up_as_the_whole),
        cmocka_unit_test(texts_are_told_apart_by_their_ends),
        cmocka_unit_test(one_that_is_dropped_leaves_nothing),
        cmocka_unit_test(macs_are_those_of_the_standard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
