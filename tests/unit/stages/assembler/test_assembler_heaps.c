/* test_assembler_heaps - threads of the assembler share few heaps: each heap keeps what was given back */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <malloc.h>
#include <pthread.h>

#include <cmocka.h>

#include "stages/assembler/assembler.h"

enum { THREADS = 4, HEAPS_MAX = 2 };

static pthread_barrier_t all_have;

static void *take_memory(void *arg)
{
    void **memory = arg;

    *memory = malloc(1000);
    pthread_barrier_wait(&all_have);
    return NULL;
}

/* All of them live at once: none takes over the heap of one that has ended. */
static void start_threads(void)
{
    pthread_t threads[THREADS];
    void *memory[THREADS];

    assert_int_equal(pthread_barrier_init(&all_have, NULL, THREADS), 0);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_memory, &memory[i]), 0);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        free(memory[i]);
    }
    pthread_barrier_destroy(&all_have);
}

static unsigned heaps(void)
{
    char *text = NULL;
    size_t size;
    unsigned count = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_int_equal(malloc_info(0, out), 0);
    assert_int_equal(fclose(out), 0);
    for (const char *at = text; (at = strstr(at, "<heap nr=")) != NULL; at++)
        count++;
    free(text);
    return count;
}

static void threads_share_heaps(void **state)
{
    static const struct conf conf;
    struct stage_hello hello = {0};
    void *assembler;

    (void)state;
    assert_int_equal(assembler_ops.open(&conf, &assembler, &hello), 0);
    start_threads();
    assert_in_range(heaps(), 1, HEAPS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_share_heaps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
