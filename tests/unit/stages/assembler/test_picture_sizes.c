/* test_picture_sizes - a bound gives the largest version that fits, whatever was asked before */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stages/assembler/picture_sizes.h"
#include "stages/lib/jpeg_encode.h"

enum { WIDTH = 640, HEIGHT = 480 };

/* Stripes and noise at that quality: more or less like a slide. The caller frees the data. */
static struct picture draw(unsigned quality)
{
    static unsigned char rgb[HEIGHT][WIDTH][3];
    unsigned char *data;
    size_t size;

    srand(3);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            rgb[y][x][0] = rgb[y][x][1] = rgb[y][x][2] = (unsigned char)(y % 60 < 30 ? 255
                                                                         : x % 9 < 4 ? rand() % 64
                                                                                     : 220);
    assert_int_equal(jpeg_encode(&rgb[0][0][0], WIDTH, HEIGHT, (size_t)WIDTH * 3, quality, &data, &size), 0);
    return (struct picture){data, size};
}

/* Nothing gentler that was made for any bound so far would have done, too. */
static void check_gentlest(const struct picture_sizes *sizes, const struct picture *fit, size_t most)
{
    for (const struct picture *gentler = sizes->made; gentler < fit; gentler++)
        assert_true(gentler->size == 0 || gentler->size > most);
}

/* From bound to bound, each just below what the one before gave. */
static void check_all(unsigned quality)
{
    const struct picture from = draw(quality);
    struct picture_sizes all = {.from = from, .quality = 75};
    size_t smallest = picture_sizes_fit(&all, 0)->size, most = from.size;
    unsigned versions = 0;

    for (; most >= smallest; versions++) {
        struct picture_sizes fresh = {.from = from, .quality = 75};
        const struct picture *fit = picture_sizes_fit(&all, most), *first = picture_sizes_fit(&fresh, most);

        assert_non_null(fit);
        assert_int_equal(fit->size, first->size);
        assert_memory_equal(fit->data, first->data, fit->size);
        assert_true(fit->size <= most);
        check_gentlest(&all, fit, most);
        most = fit->size - 1;
        picture_sizes_clear(&fresh);
    }
    assert_true(versions >= 4);
    picture_sizes_clear(&all);
    free((void *)(uintptr_t)from.data);
}

static void a_bound_gives_the_largest_that_fits(void **state)
{
    (void)state;
    check_all(85);
    check_all(100); /* of which the guesses are far too high */
    check_all(40);  /* and far too low */
}

static void the_smallest_is_what_does_not_fit(void **state)
{
    const struct picture from = draw(85);
    struct picture_sizes sizes = {.from = from, .quality = 75};

    (void)state;
    assert_true(picture_sizes_fit(&sizes, 1)->size < from.size / 4);
    picture_sizes_clear(&sizes);
    sizes = (struct picture_sizes){.from = {"\xff\xd8\xff no picture", 14}, .quality = 75};
    assert_null(picture_sizes_fit(&sizes, 1));
    picture_sizes_clear(&sizes);
    free((void *)(uintptr_t)from.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_gives_the_largest_that_fits),
        cmocka_unit_test(the_smallest_is_what_does_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
