/* pool - memory that is given back all at once
 *
 * For the thousands of small strings of one lecture, which live and die together.
 */
#ifndef STAGES_ASSEMBLER_LIB_POOL_H
#define STAGES_ASSEMBLER_LIB_POOL_H

#include <stddef.h>

struct pool;

/* The caller frees with pool_free, which also frees all that came from the pool and sets *pool to NULL; a
 * NULL is left alone. */
struct pool *pool_new(void);
void pool_free(struct pool **pool);

/* count * size bytes, zeroed and aligned for any type. Lack of memory ends the process. */
void *pool_get(struct pool *pool, size_t count, size_t size);

/* A copy of size bytes, aligned for any type, with a NUL behind. data may be NULL if size is 0. */
void *pool_copy(struct pool *pool, const void *data, size_t size);

/* A copy of the text with its NUL. */
char *pool_text(struct pool *pool, const char *text);

/* Gives the unused end of the latest pool_get back: it asked for size bytes and keeps the first kept of them.
 */
void pool_trim(struct pool *pool, size_t size, size_t kept);

#endif
