/* pool - see pool.h */
#include "stages/assembler/lib/pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

enum { CHUNK = 64 * 1024, ALIGNMENT = 16 };

struct chunk {
    struct chunk *next;
    size_t used, room;
    _Alignas(ALIGNMENT) char data[];
};

struct pool {
    struct chunk *newest;
};

static size_t rounded(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

struct pool *pool_new(void)
{
    return need_zero(1, sizeof(struct pool));
}

void pool_free(struct pool **pool)
{
    if (*pool == NULL)
        return;
    for (struct chunk *chunk = (*pool)->newest, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(*pool);
    *pool = NULL;
}

static struct chunk *chunk_add(struct pool *pool, size_t size)
{
    size_t room = size > CHUNK ? size : CHUNK;
    struct chunk *chunk = need_zero(1, sizeof *chunk + room);

    chunk->room = room;
    chunk->next = pool->newest;
    pool->newest = chunk;
    return chunk;
}

void *pool_get(struct pool *pool, size_t count, size_t size)
{
    struct chunk *chunk = pool->newest;
    void *memory;

    must(size == 0 || count <= SIZE_MAX / 2 / size);
    size = rounded(count * size);
    if (chunk == NULL || chunk->room - chunk->used < size)
        chunk = chunk_add(pool, size);
    memory = chunk->data + chunk->used;
    chunk->used += size;
    return memory;
}

void pool_trim(struct pool *pool, size_t size, size_t kept)
{
    size_t back = rounded(size) - rounded(kept);

    must(kept <= size);
    pool->newest->used -= back;
    memset(pool->newest->data + pool->newest->used, 0, back); /* the next pool_get promises zeros */
}

void *pool_copy(struct pool *pool, const void *data, size_t size)
{
    void *copy = pool_get(pool, size + 1, 1);

    if (size > 0)
        memcpy(copy, data, size);
    return copy;
}

char *pool_text(struct pool *pool, const char *text)
{
    return pool_copy(pool, text, strlen(text));
}
