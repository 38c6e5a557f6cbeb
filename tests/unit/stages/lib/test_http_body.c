/* test_http_body - bodies in pieces: every part of one, read in every size, is that part of the whole */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/lib/http_body.h"

static int released;

static void count_release(void *owner)
{
    released += *(int *)owner;
}

/* Base64 values of RFC 4648, section 10. */
static const struct {
    const char *plain, *base64;
} vectors[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"}};

enum { VECTORS = sizeof vectors / sizeof vectors[0] };

static void check_every_part(const struct http_body *body, const char *whole)
{
    size_t size = strlen(whole);
    char got[256];

    assert_int_equal(http_body_size(body), size);
    for (size_t at = 0; at <= size + 1; at++)
        for (size_t room = 1; room <= size + 2; room++) {
            size_t left = at < size ? size - at : 0, wanted = room < left ? room : left;

            memset(got, '#', sizeof got);
            assert_int_equal(http_body_read(body, at, got, room), wanted);
            assert_memory_equal(got, whole + (at < size ? at : size), wanted);
            assert_int_equal(got[room], '#'); /* not one byte more */
        }
}

static void every_part_of_it_can_be_read(void **state)
{
    (void)state;
    for (int i = 0; i < VECTORS; i++) {
        struct http_body *body = http_body_new();
        char whole[64];

        http_body_add(body, "{\"a", 3, NULL, NULL);
        http_body_add_base64(body, vectors[i].plain, strlen(vectors[i].plain), NULL, NULL);
        http_body_add_owned(body, need_dup("\"}"), 2);
        snprintf(whole, sizeof whole, "{\"a%s\"}", vectors[i].base64);
        check_every_part(body, whole);
        http_body_free(&body);
    }
}

static void one_body_becomes_part_of_another(void **state)
{
    struct http_body *all = http_body_new();

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct http_body *part = http_body_new();

        http_body_add(part, "<", 1, NULL, NULL);
        http_body_add_base64(part, "fooba", 5, NULL, NULL);
        http_body_add_owned(part, need_dup(">"), 1);
        http_body_append(all, &part);
        assert_null(part);
    }
    check_every_part(all, "<Zm9vYmE=><Zm9vYmE=><Zm9vYmE=>");
    http_body_free(&all);
}

static void large_pictures_are_whole(void **state)
{
    enum { SIZE = 1000003, ROOM = 16384 };
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct http_body *body = http_body_new();
    unsigned char *picture = need(SIZE);
    char part[ROOM];
    size_t at = 0, size;

    (void)state;
    for (size_t i = 0; i < SIZE; i++)
        picture[i] = (unsigned char)(i * 2654435761u >> 16);
    http_body_add_base64(body, picture, SIZE, free, picture);
    while ((size = http_body_read(body, at, part, ROOM)) > 0)
        for (size_t i = 0; i < size; i++, at++) {
            size_t bit = at * 6, first = bit / 8;
            unsigned two = (first < SIZE ? (unsigned)picture[first] << 8 : 0u) |
                           (first + 1 < SIZE ? picture[first + 1] : 0u);

            assert_int_equal(part[i], first >= SIZE ? '=' : letters[two >> (10 - bit % 8) & 63]);
        }
    assert_int_equal(at, (SIZE + 2) / 3 * 4);
    http_body_free(&body);
}

static void what_it_borrows_is_given_back_once(void **state)
{
    struct http_body *body = http_body_new(), *part = http_body_new();
    int one = 1, hundred = 100, thousand = 1000;

    (void)state;
    released = 0;
    http_body_add(part, "a", 1, count_release, &one);
    http_body_add_base64(part, "b", 1, count_release, &hundred);
    http_body_append(body, &part);
    http_body_add(body, NULL, 0, count_release, &thousand);
    check_every_part(body, "aYg==");
    assert_int_equal(released, 0);
    http_body_free(&body);
    assert_int_equal(released, 1101);
    http_body_free(&body);
    assert_int_equal(released, 1101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_of_it_can_be_read),
        cmocka_unit_test(one_body_becomes_part_of_another),
        cmocka_unit_test(large_pictures_are_whole),
        cmocka_unit_test(what_it_borrows_is_given_back_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
