/* test_page - the text layer of a slide as JSON, and the frames of OCR's socket */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "stages/vision/text/ocr_frames.h"
#include "stages/lib/text/page.h"

static struct page *parse(const char *json)
{
    return page_parse(json, strlen(json));
}

static void a_layer_is_read_and_written(void **state)
{
    struct page *page = page_new(1000, 750), *again;
    char *json;
    size_t size;

    (void)state;
    page_add(page, &(struct page_line){10, 20, 300, 40, 30, true, false, "细胞 \"קרום\"\x01x"});
    page_add(page, &(struct page_line){10, 80, 300, 40, 30, false, true, "code"});
    page_add(page, &(struct page_line){10, 90, 300, 40, 30, false, true, " \t "});
    assert_int_equal(page->count, 2); /* nothing to be seen in the third */
    page->ocr = true;
    json = page_write(page, &size);
    again = page_parse(json, size);
    assert_int_equal(again->count, 2);
    assert_int_equal(again->width, 1000);
    assert_true(again->ocr && again->lines[0].bold && again->lines[1].mono);
    assert_string_equal(again->lines[0].text, "细胞 \"קרום\" x");
    assert_int_equal(again->lines[0].w, 300);
    free(json);
    page_free(&page);
    page_free(&again);
    assert_null(again);
}

static void what_is_no_layer_is_an_empty_page(void **state)
{
    static const char *const rows[] = {
        "",
        "null",
        "[]",
        "{",
        "{\"lines\":7}",
        "{\"width\":\"x\",\"height\":-1,\"lines\":[7,null,{},{\"text\":7},[]]}",
        "{\"width\":1e99,\"height\":99999999999999999999,\"lines\":[]}",
        "\xff\xfe"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct page *page = parse(rows[i]);

        assert_non_null(page);
        assert_int_equal(page->count, 0);
        assert_false(page_has_text(page));
        assert_int_equal(page_letters(page), 0);
        page_free(&page);
    }
}

static void letters_and_digits_count(void **state)
{
    struct page *page = page_new(100, 100);

    (void)state;
    page_add(page, &(struct page_line){0, 0, 9, 9, 9, false, false, "-- , --"});
    assert_false(page_has_text(page));
    page_add(page, &(struct page_line){0, 0, 9, 9, 9, false, false, "a1, 细胞!"});
    assert_true(page_has_text(page));
    assert_int_equal(page_letters(page), 4);
    page_free(&page);
}

/* ---- frames ---- */

static void frames_come_as_they_were_sent(void **state)
{
    int ends[2];
    char *bytes;
    size_t size;

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_true(ocr_send(ends[0], "layer", 5));
    assert_true(ocr_send(ends[0], "", 0));
    bytes = ocr_receive(ends[1], 5, &size);
    assert_int_equal(size, 5);
    assert_memory_equal(bytes, "layer", 5);
    free(bytes);
    bytes = ocr_receive(ends[1], 5, &size);
    assert_non_null(bytes);
    assert_int_equal(size, 0);
    free(bytes);
    assert_true(ocr_send(ends[0], "layers", 6));
    assert_null(ocr_receive(ends[1], 5, &size)); /* more than it may be */
    close(ends[0]);
    close(ends[1]);
}

static void an_end_that_has_gone(void **state)
{
    const uint32_t count = 100;
    int ends[2];
    size_t size;

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(write(ends[0], &count, sizeof count), sizeof count);
    assert_int_equal(write(ends[0], "half", 4), 4);
    close(ends[0]);
    assert_null(ocr_receive(ends[1], 1000, &size));
    assert_null(ocr_receive(ends[1], 1000, &size));
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_layer_is_read_and_written), cmocka_unit_test(what_is_no_layer_is_an_empty_page),
        cmocka_unit_test(letters_and_digits_count),    cmocka_unit_test(frames_come_as_they_were_sent),
        cmocka_unit_test(an_end_that_has_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
