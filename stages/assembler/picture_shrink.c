/* picture_shrink - see picture_shrink.h */
#include "stages/assembler/picture_shrink.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/assembler/lib/parallel.h"
#include "stages/assembler/picture_sizes.h"

/* A picture that is too large for a file; what it becomes there, owned, empty: it stays. */
struct large {
    const struct shrink_picture *picture;
    struct picture found[SHRINK_FILES];
};

struct work {
    struct large *large;
    size_t count, share[SHRINK_FILES];
    unsigned quality;
};

/* ---- shares ---- */

static int by_size(const void *a, const void *b)
{
    size_t one = *(const size_t *)a, other = *(const size_t *)b;

    return one < other ? -1 : one > other;
}

/* What small ones do not need is there for the others. */
size_t shrink_share(size_t *sizes, size_t count, size_t max)
{
    if (count > 1)
        qsort(sizes, count, sizeof *sizes, by_size);
    for (size_t i = 0; i < count; i++) {
        if (sizes[i] > max / (count - i))
            return max / (count - i);
        max -= sizes[i];
    }
    return SIZE_MAX;
}

static size_t share_of(const struct shrink_picture *pictures, size_t count, unsigned file, size_t max)
{
    size_t *sizes = need_zero(count, sizeof *sizes), used = 0, share;

    for (size_t i = 0; i < count; i++)
        if (pictures[i].in[file] != NULL)
            sizes[used++] = pictures[i].in[file]->size;
    share = shrink_share(sizes, used, max);
    free(sizes);
    return share;
}

static bool is_large(const struct work *work, const struct shrink_picture *picture, unsigned file)
{
    return picture->in[file] != NULL && picture->in[file]->size > work->share[file];
}

/* ---- one picture, in any thread ---- */

static struct picture copy_of(const struct picture *picture)
{
    void *data = need(picture->size);

    memcpy(data, picture->data, picture->size);
    return (struct picture){data, picture->size};
}

static void shrink_one(void *arg, size_t i)
{
    struct work *work = arg;
    struct large *large = &work->large[i];
    struct picture_sizes sizes = {.quality = work->quality};

    for (unsigned file = 0; file < SHRINK_FILES; file++) {
        const struct picture *fit;

        if (!is_large(work, large->picture, file))
            continue;
        sizes.from = *large->picture->in[file];
        fit = picture_sizes_fit(&sizes, work->share[file]);
        if (fit != NULL)
            large->found[file] = copy_of(fit);
    }
    picture_sizes_clear(&sizes);
}

/* ---- all ---- */

static void find_large(struct work *work, const struct shrink_picture *pictures, size_t count)
{
    work->large = need_zero(count, sizeof *work->large);
    for (size_t i = 0; i < count; i++)
        if (is_large(work, &pictures[i], 0) || is_large(work, &pictures[i], 1))
            work->large[work->count++].picture = &pictures[i];
}

static void replace(struct pool *pool, const struct large *large)
{
    for (unsigned file = 0; file < SHRINK_FILES; file++)
        if (large->found[file].size > 0) {
            *large->picture->in[file] = (struct picture){
                pool_copy(pool, large->found[file].data, large->found[file].size), large->found[file].size};
            free((void *)(uintptr_t)large->found[file].data);
        }
}

void shrink_pictures(struct pool *pool, const struct shrink_picture *pictures, size_t count,
                     const struct shrink *how)
{
    struct work work = {.quality = how->quality};

    for (unsigned file = 0; file < SHRINK_FILES; file++)
        work.share[file] = share_of(pictures, count, file, how->max[file]);
    find_large(&work, pictures, count);
    parallel_each(&(struct parallel){shrink_one, &work, how->tick, how->arg}, work.count);
    for (size_t i = 0; i < work.count; i++)
        replace(pool, &work.large[i]);
    free(work.large);
}
