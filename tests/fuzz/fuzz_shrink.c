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
    struct picture pictures[SHRINK_FILES] = {{data, size}, {data, size}};
    const struct shrink_picture one = {{&pictures[0], &pictures[1]}};
    const struct shrink how = {{size / 2, size / 4}, 75, tick, NULL};
    struct pool *pool = pool_new();

    shrink_pictures(pool, &one, 1, &how);
    for (unsigned file = 0; file < SHRINK_FILES; file++) {
        must(pictures[file].size <= size);
        must(pictures[file].data == data || pictures[file].size < size);
    }
    pool_free(&pool);
    return 0;
}
