/* http_body - see http_body.h */
#include "stages/lib/http_body.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "proto/panic.h"

/* base64 writes three bytes as four letters. */
enum { GROUP = 3, LETTERS = 4, GROUPS_MAX = 1 << 20 };

struct piece {
    const unsigned char *data;
    size_t size;
    bool base64;
    size_t end; /* where it ends in what is sent */
    void (*release)(void *);
    void *owner;
};

struct http_body {
    struct piece *pieces;
    size_t count, room;
};

struct http_body *http_body_new(void)
{
    return need_zero(1, sizeof(struct http_body));
}

void http_body_free(struct http_body **body)
{
    if (*body == NULL)
        return;
    for (size_t i = 0; i < (*body)->count; i++)
        if ((*body)->pieces[i].release != NULL)
            (*body)->pieces[i].release((*body)->pieces[i].owner);
    free((*body)->pieces);
    free(*body);
    *body = NULL;
}

/* ---- making one ---- */

static void add(struct http_body *body, struct piece piece)
{
    size_t sent = piece.base64 ? (piece.size + GROUP - 1) / GROUP * LETTERS : piece.size;

    if (body->count == body->room) {
        body->room = body->room == 0 ? LETTERS : 2 * body->room;
        body->pieces = need_more(body->pieces, body->room * sizeof *body->pieces);
    }
    piece.end = http_body_size(body) + sent;
    body->pieces[body->count++] = piece;
}

void http_body_add(struct http_body *body, const void *data, size_t size, void (*release)(void *),
                   void *owner)
{
    add(body, (struct piece){.data = data, .size = size, .release = release, .owner = owner});
}

void http_body_add_base64(struct http_body *body, const void *data, size_t size, void (*release)(void *),
                          void *owner)
{
    add(body, (struct piece){.data = data, .size = size, .base64 = true, .release = release, .owner = owner});
}

void http_body_add_owned(struct http_body *body, void *data, size_t size)
{
    http_body_add(body, data, size, free, data);
}

void http_body_append(struct http_body *body, struct http_body **other)
{
    for (size_t i = 0; i < (*other)->count; i++)
        add(body, (*other)->pieces[i]);
    (*other)->count = 0;
    http_body_free(other);
}

size_t http_body_size(const struct http_body *body)
{
    return body->count == 0 ? 0 : body->pieces[body->count - 1].end;
}

/* ---- reading it ---- */

/* The piece that byte at belongs to; NULL: it is beyond the end. */
static const struct piece *piece_at(const struct http_body *body, size_t at)
{
    size_t low = 0, high = body->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (body->pieces[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low == body->count ? NULL : &body->pieces[low];
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters from letter at on. Whole groups go straight to their place, where EVP_EncodeBlock writes a NUL
 * behind them; what is left of one goes by a buffer. */
static size_t read_base64(const struct piece *piece, size_t at, unsigned char *to, size_t room)
{
    const unsigned char *from = piece->data + at / LETTERS * GROUP;
    size_t left = piece->size - at / LETTERS * GROUP, skip = at % LETTERS;
    size_t groups = smaller((room - 1) / LETTERS, GROUPS_MAX), size;
    unsigned char letters[LETTERS + 1];

    if (skip == 0 && groups > 0)
        return (size_t)EVP_EncodeBlock(to, from, (int)smaller(left, groups * GROUP));
    EVP_EncodeBlock(letters, from, (int)smaller(left, GROUP));
    size = smaller(LETTERS - skip, room);
    memcpy(to, letters + skip, size);
    return size;
}

static size_t read_plain(const struct piece *piece, size_t at, unsigned char *to, size_t room)
{
    size_t size = smaller(piece->size - at, room);

    memcpy(to, piece->data + at, size);
    return size;
}

size_t http_body_read(const struct http_body *body, size_t at, void *to, size_t room)
{
    unsigned char *place = to;
    size_t done = 0;

    while (done < room) {
        const struct piece *piece = piece_at(body, at + done);
        size_t begin;

        if (piece == NULL)
            break;
        begin = piece == body->pieces ? 0 : piece[-1].end;
        done +=
            (piece->base64 ? read_base64 : read_plain)(piece, at + done - begin, place + done, room - done);
    }
    return done;
}
