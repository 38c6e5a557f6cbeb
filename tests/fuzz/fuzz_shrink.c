/* fuzz_shrink - any bytes as a picture that is too large: it becomes a smaller one, or stays */
#include <stddef.h>
#include <stdint.h>

#include "proto/panic.h"
#include "stages/assembler/picture_shrink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tick(void *arg)
{
    (void)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct picture picture = {data, size}, *const one[] = {&picture};
    const struct shrink how = {size / 2, 75, tick, NULL};
    struct pool *pool = pool_new();

    shrink_pictures(pool, one, 1, &how);
    must(picture.size <= size);
    must(picture.data == data || picture.size < size);
    pool_free(&pool);
    return 0;
}
