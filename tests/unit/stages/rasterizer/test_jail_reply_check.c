/* test_jail_reply_check - nothing untrue comes out of the jail: heads, lines and pictures, changed one thing
 * at a time
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/lib/jpeg_encode.h"
#include "stages/rasterizer/jail_reply_check.h"
#include "stages/rasterizer/page_ink.h"
#include "stages/rasterizer/jail_reply_text.h"

enum { WIDTH = 40, HEIGHT = 30 };

static struct {
    struct jail_ask ask;
    struct jail_reply reply;
    struct jail_line line;
    unsigned char lines[sizeof(struct jail_line) + 16];
    unsigned char *jpeg;
    size_t jpeg_size;
} good;

static int make_good(void **state)
{
    static unsigned char rgb[WIDTH * HEIGHT * 3];

    (void)state;
    memset(rgb, 200, sizeof rgb);
    assert_int_equal(jpeg_encode(rgb, WIDTH, HEIGHT, WIDTH * 3, 85, &good.jpeg, &good.jpeg_size), 0);
    good.ask = (struct jail_ask){JAIL_MAGIC, JAIL_PAGE, 4, JAIL_FULL};
    good.line = (struct jail_line){.x = 1, .y = 2, .w = 30, .h = 10, .size = 8, .bold = 1, .bytes = 6};
    memcpy(good.lines, &good.line, sizeof good.line);
    memcpy(good.lines + sizeof good.line, "a\"\\b\xc3\xa9", 6);
    good.reply = (struct jail_reply){.magic = JAIL_MAGIC,
                                     .what = JAIL_PAGE,
                                     .page = 4,
                                     .width = WIDTH,
                                     .height = HEIGHT,
                                     .lines = 1,
                                     .bytes = {sizeof good.line + 6, (uint32_t)good.jpeg_size}};
    return 0;
}

static int drop_good(void **state)
{
    (void)state;
    free(good.jpeg);
    return 0;
}

static void the_good_answer_passes(void **state)
{
    (void)state;
    assert_true(jail_reply_check_head(&good.reply, &good.ask));
    assert_true(jail_reply_check_bodies(&good.reply, good.lines, good.jpeg));
}

static void a_head_with_one_number_wrong_does_not(void **state)
{
#define WRONG(member, value)                                                                                 \
    {                                                                                                        \
        offsetof(struct jail_reply, member), (value)                                                         \
    }
    static const struct {
        size_t at;
        uint32_t value;
    } rows[] = {WRONG(magic, 1),
                WRONG(what, JAIL_INSPECT),
                WRONG(page, 5),
                WRONG(outcome, 99),
                WRONG(repaired, 2),
                WRONG(width, MAX_JAIL_SIDE + 1),
                WRONG(height, UINT32_MAX),
                WRONG(ink_ppm, 1000001),
                WRONG(flaws, 128),
                WRONG(lines, 5000),
                WRONG(step, 1),
                WRONG(bytes[0], MAX_JAIL_TEXT + 1),
                WRONG(bytes[1], UINT32_MAX)};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jail_reply reply = good.reply;

        memcpy((char *)&reply + rows[i].at, &rows[i].value, sizeof rows[i].value);
        assert_false(jail_reply_check_head(&reply, &good.ask));
    }
}

static bool passes(struct jail_line line, const char *text)
{
    unsigned char lines[sizeof good.lines];

    memcpy(lines, &line, sizeof line);
    memcpy(lines + sizeof line, text, 6);
    return jail_reply_check_bodies(&good.reply, lines, good.jpeg);
}

static void a_line_that_cannot_be_does_not(void **state)
{
    struct jail_line line = good.line;

    (void)state;
    assert_true(passes(line, "abcdef"));
    assert_false(passes(line, "abc\ndef"));
    assert_false(passes(line, "abc\xff"
                              "ef"));
    line.x = -1;
    assert_false(passes(line, "abcdef"));
    line = good.line, line.w = WIDTH;
    assert_false(passes(line, "abcdef"));
    line = good.line, line.h = INT32_MAX;
    assert_false(passes(line, "abcdef"));
    line = good.line, line.bytes = 7;
    assert_false(passes(line, "abcdef"));
    line = good.line, line.bytes = 5;
    assert_false(passes(line, "abcdef"));
    line = good.line, line.size = 0;
    assert_false(passes(line, "abcdef"));
    line = good.line, line.mono = 2;
    assert_false(passes(line, "abcdef"));
}

static void a_picture_cut_anywhere_or_of_another_size_does_not(void **state)
{
    unsigned char *copy = malloc(good.jpeg_size);

    (void)state;
    assert_true(jail_reply_check_jpeg(good.jpeg, good.jpeg_size, WIDTH, HEIGHT));
    assert_false(jail_reply_check_jpeg(good.jpeg, good.jpeg_size, HEIGHT, WIDTH));
    for (size_t size = 0; size < good.jpeg_size; size++) {
        memcpy(copy, good.jpeg, size);
        assert_false(jail_reply_check_jpeg(copy, size, WIDTH, HEIGHT));
    }
    free(copy);
}

static void a_page_without_picture_and_text_does_not(void **state)
{
    struct jail_reply reply = good.reply;

    (void)state;
    reply.bytes[1] = 0;
    assert_true(jail_reply_check_bodies(&reply, good.lines, NULL)); /* text alone */
    reply.bytes[0] = reply.lines = 0;
    assert_false(jail_reply_check_bodies(&reply, good.lines, NULL));
    reply.outcome = JAIL_NOT_DRAWN;
    assert_true(jail_reply_check_bodies(&reply, good.lines, NULL));
}

static void the_layer_is_json(void **state)
{
    static const char step[] = ",\"step\":1", head[] = "{\"width\":40,\"height\":30",
                      tail[] = ",\"lines\":[{\"x\":1,\"y\":2,\"w\":30,\"h\":10,\"size\":8,\"bold\":1,"
                               "\"mono\":0,\"text\":\"a\\\"\\\\b\xc3\xa9\"}]}";
    struct jail_reply reply = good.reply;
    size_t size;
    uint32_t letters;
    char *json;

    (void)state;
    reply.step = 1;
    json = jail_reply_layer(&reply, good.lines, &size, &letters);
    assert_int_equal(size, strlen(head) + strlen(step) + strlen(tail));
    assert_memory_equal(json, head, strlen(head));
    assert_memory_equal(json + strlen(head), step, strlen(step));
    assert_string_equal(json + size - strlen(tail), tail);
    assert_int_equal(letters, 3);
    free(json);
}

static void ink_is_what_differs_from_the_paper(void **state)
{
    static unsigned char rgb[WIDTH * HEIGHT * 3];

    (void)state;
    memset(rgb, 0, sizeof rgb); /* dark paper */
    assert_int_equal(page_ink_ppm(rgb, WIDTH, HEIGHT, WIDTH * 3), 0);
    memset(rgb, 10, sizeof rgb / 10); /* nearly the same */
    assert_int_equal(page_ink_ppm(rgb, WIDTH, HEIGHT, WIDTH * 3), 0);
    memset(rgb, 255, sizeof rgb / 5); /* a white band: six rows of thirty */
    assert_int_equal(page_ink_ppm(rgb, WIDTH, HEIGHT, WIDTH * 3), 200000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_answer_passes),
        cmocka_unit_test(a_head_with_one_number_wrong_does_not),
        cmocka_unit_test(a_line_that_cannot_be_does_not),
        cmocka_unit_test(a_picture_cut_anywhere_or_of_another_size_does_not),
        cmocka_unit_test(a_page_without_picture_and_text_does_not),
        cmocka_unit_test(the_layer_is_json),
        cmocka_unit_test(ink_is_what_differs_from_the_paper),
    };

    return cmocka_run_group_tests(tests, make_good, drop_good);
}
