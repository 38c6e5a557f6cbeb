/* test_frames - messages with their raw frames, over real sockets */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "tests/wire/rows.h"

/* ASSEMBLE takes a million frames: how many we really try of those that are too many or the most. */
enum { FRAMES_TRIED = 40 };

struct pair {
    void *context, *out, *in;
};

/* An inproc pair hands messages over at once: what was sent can be taken without waiting. */
static int setup(void **state)
{
    struct pair *pair = need_zero(1, sizeof *pair);
    int unbounded = 0, linger = 0;

    pair->context = zmq_ctx_new();
    pair->out = zmq_socket(pair->context, ZMQ_PAIR);
    pair->in = zmq_socket(pair->context, ZMQ_PAIR);
    zmq_setsockopt(pair->out, ZMQ_SNDHWM, &unbounded, sizeof unbounded);
    zmq_setsockopt(pair->in, ZMQ_RCVHWM, &unbounded, sizeof unbounded);
    zmq_setsockopt(pair->out, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(pair->in, ZMQ_LINGER, &linger, sizeof linger);
    *state = pair;
    return zmq_bind(pair->in, "inproc://pair") | zmq_connect(pair->out, "inproc://pair");
}

static int teardown(void **state)
{
    struct pair *pair = *state;

    zmq_close(pair->out);
    zmq_close(pair->in);
    zmq_ctx_term(pair->context);
    free(pair);
    return 0;
}

/* Sends the row's smallest header and count frames, each of its own content, past wire_send's own checks. */
static void send_raw(struct pair *pair, const struct row *row, size_t count)
{
    struct value values[VALUES_MOST];
    uint8_t bytes[BYTES_MOST];
    size_t size;

    values_make(row, SMALLEST, values);
    size = values_encode(row, values, bytes);
    values_free(row, values);
    assert_int_equal(zmq_send(pair->out, bytes, size, count > 0 ? ZMQ_SNDMORE : 0), size);
    for (size_t i = 0; i < count; i++) {
        char frame[16];
        int length = snprintf(frame, sizeof frame, "frame %zu", i);

        assert_int_equal(zmq_send(pair->out, frame, length, i + 1 < count ? ZMQ_SNDMORE : 0), length);
    }
}

static void taken(struct pair *pair, const struct row *row, size_t count)
{
    const char *why;
    struct wire w;

    send_raw(pair, row, count);
    assert_int_equal(wire_receive(pair->in, &w, row->direction, &why), 1);
    assert_int_equal(w.type, row->type);
    assert_int_equal(w.frames, count);
    for (size_t i = 0; i < count; i++) {
        char frame[16];
        int length = snprintf(frame, sizeof frame, "frame %zu", i);

        assert_int_equal(wire_size(&w, i), length);
        assert_memory_equal(wire_data(&w, i), frame, length);
    }
    wire_clear(&w);
}

/* Refused whole; the message behind it is still read from its beginning. */
static void dropped(struct pair *pair, const struct row *row, size_t count, const char *reason)
{
    const char *why;
    struct wire w;

    send_raw(pair, row, count);
    send_raw(pair, row, row->fewest);
    assert_int_equal(wire_receive(pair->in, &w, row->direction, &why), -1);
    assert_string_equal(why, reason);
    assert_int_equal(w.type, WIRE_NONE);
    assert_int_equal(wire_receive(pair->in, &w, row->direction, &why), 1);
    assert_int_equal(w.type, row->type);
    wire_clear(&w);
}

static void every_message_takes_the_frames_of_its_row_and_no_others(void **state)
{
    for (size_t i = 0; i < rows_count; i++) {
        const struct row *row = &rows[i];

        if (row->fewest > 0)
            dropped(*state, row, row->fewest - 1, "too few frames");
        taken(*state, row, row->fewest);
        taken(*state, row, row->most < FRAMES_TRIED ? row->most : FRAMES_TRIED);
        if (row->most < FRAMES_TRIED)
            dropped(*state, row, row->most + 1, "too many frames");
    }
}

static void a_refused_header_takes_its_frames_along(void **state)
{
    struct pair *pair = *state;
    const char *why;
    struct wire w;

    for (size_t frames = 0; frames < 3; frames++) {
        assert_int_equal(zmq_send(pair->out, "\x91\x7f", 2, frames > 0 ? ZMQ_SNDMORE : 0), 2);
        for (size_t i = 0; i < frames; i++)
            assert_int_equal(zmq_send(pair->out, "\x92\x02\x07", 3, i + 1 < frames ? ZMQ_SNDMORE : 0), 3);
        assert_int_equal(wire_receive(pair->in, &w, WIRE_UP, &why), -1);
        assert_string_equal(why, "unknown message");
        assert_int_equal(wire_receive(pair->in, &w, WIRE_UP, &why), 0);
    }
}

static void nothing_there_is_no_error(void **state)
{
    struct pair *pair = *state;
    const char *why = "";
    struct wire w;

    assert_int_equal(wire_receive(pair->in, &w, WIRE_UP, &why), 0);
    assert_null(why);
    assert_int_equal(w.type, WIRE_NONE);
}

static int file_with(const char *text)
{
    int fd = memfd_create("frame", MFD_CLOEXEC);

    assert_true(fd != -1);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    return fd;
}

static void frames_of_every_origin_arrive(void **state)
{
    static const char *const expected[] = {"copied", "owned", "moved", "shared", "", "mapped"};
    struct pair *pair = *state;
    int fd = file_with("mapped");
    zmq_msg_t moved, shared;
    struct wire w, got;
    const char *why;

    wire_init(&w, WIRE_ASSEMBLE);
    w.assemble = (struct wire_assemble){1, "job", 1, 0};
    wire_add_copy(&w, "copied", 6);
    wire_add_owned(&w, need_dup("owned"), 5);
    zmq_msg_init_size(&moved, 5);
    memcpy(zmq_msg_data(&moved), "moved", 5);
    wire_add_moved(&w, &moved);
    zmq_msg_init_size(&shared, 6);
    memcpy(zmq_msg_data(&shared), "shared", 6);
    wire_add_shared(&w, &shared);
    assert_int_equal(wire_add_mapped(&w, fd, 0), 0);
    assert_int_equal(wire_add_mapped(&w, fd, 6), 0);
    close(fd);
    assert_int_equal(wire_send(pair->out, &w), 0);
    assert_int_equal(w.type, WIRE_NONE);
    assert_int_equal(zmq_msg_size(&moved), 0);
    assert_memory_equal(zmq_msg_data(&shared), "shared", 6); /* both stay valid */
    zmq_msg_close(&moved);
    zmq_msg_close(&shared);

    assert_int_equal(wire_receive(pair->in, &got, WIRE_DOWN, &why), 1);
    wire_move(&w, &got);
    assert_int_equal(got.type, WIRE_NONE);
    assert_string_equal(w.assemble.job, "job");
    assert_int_equal(w.frames, 6);
    for (size_t i = 0; i < w.frames; i++) {
        assert_int_equal(wire_size(&w, i), strlen(expected[i]));
        assert_memory_equal(wire_data(&w, i), expected[i], strlen(expected[i]));
    }
    wire_clear(&w);
    wire_clear(&w); /* an empty one may be cleared again */
}

static void what_cannot_be_mapped_is_told(void **state)
{
    struct wire w;

    (void)state;
    wire_init(&w, WIRE_FETCHED);
    assert_int_equal(wire_add_mapped(&w, -1, 6), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(w.frames, 0);
    wire_clear(&w);
}

/* Nobody listens: the message stays ours, whole. */
static void a_message_that_cannot_go_out_is_kept(void **state)
{
    struct pair *pair = *state;
    void *alone = zmq_socket(pair->context, ZMQ_PUSH);
    struct wire w;

    assert_int_equal(zmq_bind(alone, "inproc://nobody"), 0);
    wire_init(&w, WIRE_FETCHED);
    w.fetched.lease = 5;
    wire_add_copy(&w, "%PDF", 4);
    assert_int_equal(wire_send(alone, &w), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(w.type, WIRE_FETCHED);
    assert_memory_equal(wire_data(&w, 0), "%PDF", 4);
    wire_clear(&w);
    zmq_close(alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_message_takes_the_frames_of_its_row_and_no_others, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_refused_header_takes_its_frames_along, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_there_is_no_error, setup, teardown),
        cmocka_unit_test_setup_teardown(frames_of_every_origin_arrive, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_mapped_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(a_message_that_cannot_go_out_is_kept, setup, teardown),
    };

    return cmocka_run_group_tests_name("frames", tests, NULL, NULL);
}
