/* chunks - see chunks.h */
#include "stages/front/chunks.h"

#include "proto/hex.h"

enum { MAX_DIGITS = 15, MAX_LINE = 256 };

static int on_size(struct chunks *chunks, char c)
{
    int digit = hex_digit(c);

    if (digit >= 0 && chunks->digits < MAX_DIGITS) {
        chunks->left = chunks->left * 16 + (uint64_t)digit;
        chunks->digits++;
        return 0;
    }
    if (chunks->digits == 0 || (c != ';' && c != '\r'))
        return -1;
    chunks->phase = c == ';' ? CHUNK_EXTENSION : CHUNK_LF;
    return 0;
}

static int on_extension(struct chunks *chunks, char c)
{
    if (c == '\r')
        chunks->phase = CHUNK_LF;
    else if (((unsigned char)c < 0x20 && c != '\t') || c == 0x7f)
        return -1;
    return 0;
}

/* A byte of the lines around a chunk's data. */
static int on_byte(struct chunks *chunks, char c)
{
    if (++chunks->line > MAX_LINE)
        return -1;
    switch (chunks->phase) {
    case CHUNK_SIZE:
        return on_size(chunks, c);
    case CHUNK_EXTENSION:
        return on_extension(chunks, c);
    case CHUNK_LF:
        chunks->phase = chunks->left == 0 ? CHUNKS_ENDED : CHUNK_DATA;
        return c == '\n' ? 0 : -1;
    case CHUNK_DATA_CR:
        chunks->phase = CHUNK_DATA_LF;
        return c == '\r' ? 0 : -1;
    case CHUNK_DATA_LF:
        *chunks = (struct chunks){.phase = CHUNK_SIZE};
        return c == '\n' ? 0 : -1;
    case CHUNK_DATA:
    case CHUNKS_ENDED:
        break;
    }
    return -1;
}

long chunks_take(struct chunks *chunks, const char *data, size_t size)
{
    size_t at = 0;

    while (at < size && chunks->phase != CHUNKS_ENDED) {
        if (chunks->phase == CHUNK_DATA) {
            size_t step = size - at < chunks->left ? size - at : (size_t)chunks->left;

            chunks->left -= step;
            at += step;
            if (chunks->left == 0)
                chunks->phase = CHUNK_DATA_CR;
        } else if (on_byte(chunks, data[at++]) == -1) {
            return -1;
        }
    }
    return (long)at;
}
