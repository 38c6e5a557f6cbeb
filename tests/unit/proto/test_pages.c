/* test_pages - memory is given back, and only what may be */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/pages.h"

enum { LARGE = 9 << 20, SMALL = 1 << 20, BEFORE = 100, AFTER = 300 };

static size_t resident(void *at, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = 0;
    unsigned char *seen = malloc(size / page);

    assert_non_null(seen);
    assert_int_equal(mincore(at, size, seen), 0);
    for (size_t i = 0; i < size / page; i++)
        pages += seen[i] & 1;
    free(seen);
    return pages;
}

/* Neither end is on a page's border: what is beside the range stays, to the byte. */
static void whole_pages_go_and_their_neighbours_stay(void **state)
{
    char *memory = mmap(NULL, LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)state;
    assert_ptr_not_equal(memory, MAP_FAILED);
    memset(memory, 'x', LARGE);
    pages_forget(memory + BEFORE, LARGE - BEFORE - AFTER);
    for (int i = 0; i < BEFORE; i++)
        assert_int_equal(memory[i], 'x');
    for (int i = 1; i <= AFTER; i++)
        assert_int_equal(memory[LARGE - i], 'x');
    assert_true(resident(memory, LARGE) <= 2);
    memory[LARGE / 2] = 'y'; /* it is still there to be used */
    assert_int_equal(munmap(memory, LARGE), 0);
}

static void little_is_left_alone(void **state)
{
    char *memory = malloc(SMALL);

    (void)state;
    assert_non_null(memory);
    memset(memory, 'x', SMALL);
    pages_forget(memory, SMALL);
    for (int i = 0; i < SMALL; i++)
        assert_int_equal(memory[i], 'x');
    free(memory);
}

static void a_file_reads_as_before(void **state)
{
    int fd = memfd_create("pages", MFD_CLOEXEC);
    char *bytes = malloc(LARGE), *mapped;

    (void)state;
    assert_non_null(bytes);
    memset(bytes, 'z', LARGE);
    assert_int_equal(write(fd, bytes, LARGE), LARGE);
    mapped = mmap(NULL, LARGE, PROT_READ, MAP_PRIVATE, fd, 0);
    assert_ptr_not_equal(mapped, MAP_FAILED);
    assert_memory_equal(mapped, bytes, LARGE);
    pages_forget(mapped, LARGE);
    assert_memory_equal(mapped, bytes, LARGE);
    assert_int_equal(munmap(mapped, LARGE), 0);
    free(bytes);
    close(fd);
}

static bool is_mapped(void *data)
{
    unsigned char resident;

    return mincore(data, 1, &resident) == 0 || errno != ENOMEM;
}

static void a_mapping_is_unmapped(void **state)
{
    static const size_t sizes[] = {SMALL, LARGE};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *data = mmap(NULL, sizes[i], PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        assert_ptr_not_equal(data, MAP_FAILED);
        memset(data, 'x', sizes[i]);
        assert_true(is_mapped(data));
        pages_unmap(data, sizes[i]);
        for (int tries = 0; is_mapped(data) && tries < 3000; tries++)
            usleep(10000);
        assert_false(is_mapped(data));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_pages_go_and_their_neighbours_stay),
        cmocka_unit_test(little_is_left_alone),
        cmocka_unit_test(a_file_reads_as_before),
        cmocka_unit_test(a_mapping_is_unmapped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
