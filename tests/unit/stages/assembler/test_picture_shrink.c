/* test_picture_shrink - which pictures are made smaller, how much, and which stay as they are */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpeglib.h>

#include "stages/assembler/picture_shrink.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { WIDTH = 640, HEIGHT = 480 };

static void tick(void *arg)
{
    ++*(unsigned *)arg;
}

/* noise: like a photo, or one colour. The caller frees the data. */
static struct picture draw(bool noise)
{
    struct jpeg_compress_struct jpeg = {0};
    struct jpeg_error_mgr errors;
    static unsigned char row[WIDTH * 3];
    unsigned char *data = NULL;
    unsigned long size = 0;
    JSAMPROW rows[] = {row};

    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &data, &size);
    jpeg.image_width = WIDTH;
    jpeg.image_height = HEIGHT;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 85, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    srand(7);
    while (jpeg.next_scanline < HEIGHT) {
        for (size_t i = 0; i < sizeof row; i++)
            row[i] = noise ? (unsigned char)rand() : 200;
        jpeg_write_scanlines(&jpeg, rows, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return (struct picture){data, size};
}

static void size_of(const struct picture *picture, unsigned *width, unsigned *height)
{
    struct jpeg_decompress_struct jpeg = {0};
    struct jpeg_error_mgr errors;

    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, picture->data, picture->size);
    assert_int_equal(jpeg_read_header(&jpeg, TRUE), JPEG_HEADER_OK);
    *width = jpeg.image_width;
    *height = jpeg.image_height;
    jpeg_destroy_decompress(&jpeg);
}

static void small_ones_leave_their_share_to_others(void **state)
{
    static const struct {
        const char *sentence;
        size_t sizes[4], most, share;
    } rows[] = {
        {"all have room", {10, 20, 30, 40}, 100, SIZE_MAX},
        {"the largest gives way", {10, 20, 30, 41}, 100, 40},
        {"two give way alike", {10, 20, 50, 60}, 100, 35},
        {"all give way alike", {70, 50, 60, 80}, 100, 25},
        {"there is no room at all", {1, 1, 1, 1}, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        size_t sizes[4];

        print_message("%s\n", rows[i].sentence);
        memcpy(sizes, rows[i].sizes, sizeof sizes);
        assert_true(shrink_share(sizes, 4, rows[i].most) == rows[i].share);
    }
    assert_true(shrink_share(NULL, 0, 0) == SIZE_MAX);
}

/* The first and the last are photos; the deck has the last two only. */
static void shrink_three(struct pool *pool, struct picture pictures[6], size_t max, unsigned *ticks)
{
    const struct shrink_picture three[] = {
        {{&pictures[0], NULL}}, {{&pictures[1], &pictures[4]}}, {{&pictures[2], &pictures[5]}}};
    const struct shrink how = {{max, max / 8}, 75, tick, ticks};

    shrink_pictures(pool, three, 3, &how);
}

static void photos_shrink_and_text_stays(void **state)
{
    const struct picture photo = draw(true), text = draw(false);
    struct picture pictures[] = {photo, text, photo, photo, text, photo},
                   again[] = {photo, text, photo, photo, text, photo};
    struct pool *pool = pool_new();
    unsigned ticks = 0, width, height;

    (void)state;
    shrink_three(pool, pictures, photo.size, &ticks);
    assert_true(ticks > 0);
    assert_ptr_equal(pictures[1].data, text.data);
    assert_ptr_equal(pictures[4].data, text.data);
    assert_ptr_equal(pictures[3].data, photo.data); /* in no file */
    assert_true(pictures[0].size + pictures[1].size + pictures[2].size <= photo.size);
    assert_true(pictures[0].size > photo.size / 5); /* no smaller than need be */
    assert_true(pictures[4].size + pictures[5].size <= photo.size / 8);
    size_of(&pictures[0], &width, &height);
    assert_true(width < WIDTH && width * HEIGHT == height * WIDTH);
    shrink_three(pool, again, photo.size, &ticks);
    for (size_t i = 0; i < LENGTH(pictures); i++) {
        assert_int_equal(again[i].size, pictures[i].size);
        assert_memory_equal(again[i].data, pictures[i].data, pictures[i].size);
    }
    pool_free(&pool);
    free((void *)photo.data);
    free((void *)text.data);
}

static void what_cannot_be_read_stays(void **state)
{
    const struct picture photo = draw(true);
    const struct picture broken[] = {
        {"\xff\xd8\xff\xe0 not really one", 20}, {photo.data, photo.size / 2}, {"", 0}};
    struct pool *pool = pool_new();
    unsigned ticks = 0;
    const struct shrink how = {{0, 0}, 75, tick, &ticks};

    (void)state;
    for (size_t i = 0; i < LENGTH(broken); i++) {
        struct picture picture = broken[i], card = broken[i];

        shrink_pictures(pool, &(struct shrink_picture){{&picture, &card}}, 1, &how);
        assert_ptr_equal(picture.data, broken[i].data);
        assert_int_equal(picture.size, broken[i].size);
        assert_ptr_equal(card.data, broken[i].data);
    }
    pool_free(&pool);
    free((void *)photo.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_ones_leave_their_share_to_others),
        cmocka_unit_test(photos_shrink_and_text_stays),
        cmocka_unit_test(what_cannot_be_read_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
