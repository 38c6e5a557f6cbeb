/* wire_message - see wire.h: the message and its frames; its header is wire_codec.c's, sockets are
 * wire_socket.c's */
#include "proto/wire.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "proto/pages.h"
#include "proto/panic.h"
#include "proto/wire_row.h"

uint64_t wire_lease(const struct wire *w)
{
    struct wire_walk walk = {.row = wire_row(w->type)};

    while (wire_walk_next(&walk, w))
        if (wire_walk_is(&walk, FIELD_lease))
            return *(const wire_u64 *)walk.member;
    return 0;
}

bool wire_may(enum wire_type type, enum stage_kind kind, unsigned phases)
{
    const struct message_row *row = wire_row(type);

    return row != NULL && row->direction == WIRE_UP && (row->senders & 1u << kind) != 0 &&
           (row->phases & phases) != 0;
}

const char *wire_name(enum wire_type type)
{
    const struct message_row *row = wire_row(type);

    return row == NULL ? NULL : row->name;
}

void wire_init(struct wire *w, enum wire_type type)
{
    struct wire_walk walk = {.row = wire_row(type)};

    must(walk.row != NULL);
    memset(w, 0, sizeof *w);
    w->type = type;
    while (wire_walk_next(&walk, w))
        if (walk.field->type == TYPE_str)
            *(wire_str *)walk.member = "";
}

void wire_clear(struct wire *w)
{
    for (size_t i = 0; i < w->frames; i++)
        zmq_msg_close(&w->frame[i]);
    free(w->frame);
    free(w->text);
    memset(w, 0, sizeof *w);
}

void wire_move(struct wire *to, struct wire *from)
{
    *to = *from;
    memset(from, 0, sizeof *from);
}

static size_t text_size(const struct wire *w)
{
    struct wire_walk walk = {.row = wire_row(w->type)};
    size_t size = 0;

    while (wire_walk_next(&walk, w))
        if (walk.field->type == TYPE_str)
            size += strlen(*(wire_str *)walk.member) + 1;
    return size;
}

void wire_own(struct wire *w)
{
    struct wire_walk walk = {.row = wire_row(w->type)};
    char *text = need(text_size(w) + 1), *at = text;

    while (wire_walk_next(&walk, w))
        if (walk.field->type == TYPE_str) {
            size_t size = strlen(*(wire_str *)walk.member) + 1;

            memcpy(at, *(wire_str *)walk.member, size);
            *(wire_str *)walk.member = at;
            at += size;
        }
    free(w->text);
    w->text = text;
}

/* ---- frames ---- */

static zmq_msg_t *frame_new(struct wire *w)
{
    if (w->frames == w->frames_room) {
        size_t room = w->frames_room == 0 ? 4 : w->frames_room * 2;
        zmq_msg_t *grown = need_zero(room, sizeof *grown);

        for (size_t i = 0; i < w->frames; i++) { /* a zmq_msg_t may not be moved by memcpy */
            zmq_msg_init(&grown[i]);
            zmq_msg_move(&grown[i], &w->frame[i]);
            zmq_msg_close(&w->frame[i]);
        }
        free(w->frame);
        w->frame = grown;
        w->frames_room = room;
    }
    return &w->frame[w->frames++];
}

void wire_add_copy(struct wire *w, const void *data, size_t size)
{
    zmq_msg_t *frame = frame_new(w);

    if (zmq_msg_init_size(frame, size) == -1)
        panic("out of memory");
    if (size > 0)
        memcpy(zmq_msg_data(frame), data, size);
}

static void free_heap_frame(void *data, void *hint)
{
    (void)hint;
    free(data);
}

void wire_add_owned(struct wire *w, void *data, size_t size)
{
    if (zmq_msg_init_data(frame_new(w), data, size, free_heap_frame, NULL) == -1)
        panic("out of memory");
}

void wire_set_owned(struct wire *w, size_t i, void *data, size_t size)
{
    must(i < w->frames);
    zmq_msg_close(&w->frame[i]);
    if (zmq_msg_init_data(&w->frame[i], data, size, free_heap_frame, NULL) == -1)
        panic("out of memory");
}

void wire_drop(struct wire *w)
{
    must(w->frames > 0);
    zmq_msg_close(&w->frame[--w->frames]);
}

void wire_add_moved(struct wire *w, zmq_msg_t *from)
{
    zmq_msg_t *frame = frame_new(w);

    zmq_msg_init(frame);
    zmq_msg_move(frame, from);
}

void wire_add_shared(struct wire *w, zmq_msg_t *from)
{
    zmq_msg_t *frame = frame_new(w);

    zmq_msg_init(frame);
    zmq_msg_copy(frame, from);
}

void wire_copy(struct wire *to, struct wire *from)
{
    *to = *from;
    to->text = NULL;
    to->frame = NULL;
    to->frames = to->frames_room = 0;
    wire_own(to);
    for (size_t i = 0; i < from->frames; i++)
        wire_add_shared(to, &from->frame[i]);
}

/* ZeroMQ calls it in the thread that sends, while other messages wait. */
static void unmap_frame(void *data, void *hint)
{
    pages_unmap(data, (size_t)(uintptr_t)hint);
}

int wire_add_mapped(struct wire *w, int fd, size_t size)
{
    void *data;

    if (size == 0) {
        wire_add_copy(w, "", 0);
        return 0;
    }
    data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return -1;
    if (zmq_msg_init_data(frame_new(w), data, size, unmap_frame, (void *)(uintptr_t)size) == -1)
        panic("out of memory");
    return 0;
}

const void *wire_data(struct wire *w, size_t i)
{
    must(i < w->frames);
    return zmq_msg_data(&w->frame[i]);
}

size_t wire_size(struct wire *w, size_t i)
{
    must(i < w->frames);
    return zmq_msg_size(&w->frame[i]);
}
