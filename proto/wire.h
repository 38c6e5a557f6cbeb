/* wire - one message between two processes: a typed header and raw frames
 *
 * The tables fields.def and messages.def say what exists; struct, encoder, decoder and bounds follow from
 * them. A struct wire owns its frames and its strings: wire_clear() gives both back.  Strings set for sending
 * are borrowed until wire_send() returns; strings of a received message live until wire_clear().
 *
 * Not here: sockets' life (channel.h users open them), meaning of messages.
 * Trouble: a message that does not fit the table is refused whole; a header of ours that does not fit is a
 * bug (abort).
 */
#ifndef PROTO_WIRE_H
#define PROTO_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include <zmq.h>

#include "proto/enums.h"

#define WIRE_PROTOCOL 5u

/* More tokens than that are no count but nonsense; so few can be added up and priced without a thought. */
#define WIRE_TOKENS_MOST UINT64_C(1000000000000)

typedef uint32_t wire_u32;
typedef uint64_t wire_u64;
typedef const char *wire_str;

#define FIELD(name, type, lo, hi, doc) typedef wire_##type wire_field_##name;
#include "proto/fields.def"
#undef FIELD

#define F(name) wire_field_##name name;
#define MESSAGE(NAME, name, number, direction, fewest, most, fields, doc)                                    \
    struct wire_##name {                                                                                     \
        fields                                                                                               \
    };
#include "proto/messages.def"
#undef MESSAGE
#undef F

#define MESSAGE(NAME, name, number, direction, fewest, most, fields, doc) WIRE_##NAME = number,
enum wire_type {
    WIRE_NONE = 0,
#include "proto/messages.def"
};
#undef MESSAGE

enum wire_direction { WIRE_UP, WIRE_DOWN };

#define MESSAGE(NAME, name, number, direction, fewest, most, fields, doc) struct wire_##name name;
struct wire {
    enum wire_type type;
    union {
#include "proto/messages.def"
    };
    size_t frames; /* raw frames, without the header */
    zmq_msg_t *frame;
    size_t frames_room;
    char *text; /* where the strings of a received header live */
};
#undef MESSAGE

/* An empty message of that type; strings start as "". */
void wire_init(struct wire *w, enum wire_type type);

/* Gives back frames and strings; w is empty (WIRE_NONE) afterwards and may be cleared again. */
void wire_clear(struct wire *w);

/* Moves a message: afterwards from is empty. */
void wire_move(struct wire *to, struct wire *from);

/* Copies all strings of the header into the message, so that nothing in it is borrowed any more. */
void wire_own(struct wire *w);

/* Makes to a message like from that borrows nothing: strings copied, frames shared (both stay valid). */
void wire_copy(struct wire *to, struct wire *from);

/* The number in the field lease; 0: the message has none. */
uint64_t wire_lease(const struct wire *w);

/* Appends a frame: a copy of the bytes; a buffer that free(3) will take back (the frame owns it from now on);
 * the frame of another message (moved out, emptied there); a shared reference to it (both stay valid). */
void wire_add_copy(struct wire *w, const void *data, size_t size);
void wire_add_owned(struct wire *w, void *data, size_t size);
/* The same for a frame that is there already: its bytes are given back and replaced. */
void wire_set_owned(struct wire *w, size_t i, void *data, size_t size);
void wire_add_moved(struct wire *w, zmq_msg_t *from);
void wire_add_shared(struct wire *w, zmq_msg_t *from);

/* Gives the last frame back. There is one. */
void wire_drop(struct wire *w);

/* Appends a frame that is a file, mapped read only, not copied: size bytes of fd (which may be closed
 * afterwards). 0, or -1 with errno if it cannot be mapped. */
int wire_add_mapped(struct wire *w, int fd, size_t size);

/* The bytes of frame i, valid until the message is cleared or sent. Asking for a frame that is not there
 * aborts. */
const void *wire_data(struct wire *w, size_t i);
size_t wire_size(struct wire *w, size_t i);

/* "RASTER" for WIRE_RASTER; NULL for a number no row has. */
const char *wire_name(enum wire_type type);

/* The header alone, for tests and fuzzing. wire_encode writes at most room bytes and returns the size, 0 if
 * it does not fit. wire_decode fills w (no frames) from bytes: 0, or -1 and *why a static word or two. */
size_t wire_encode(const struct wire *w, void *buffer, size_t room);
int wire_decode(struct wire *w, const void *data, size_t size, enum wire_direction direction,
                const char **why);

/* Sends w on a socket without waiting and clears it. 0; or -1 with errno EAGAIN (peer sick: credit is the
 * bound, the high-water mark is 0) and w untouched. */
int wire_send(void *socket, struct wire *w);

/* Takes one message. 1: w holds it. 0: none there. -1: one came and was refused (dropped whole); *why says
 * for what. Only messages of the given direction are accepted. */
int wire_receive(void *socket, struct wire *w, enum wire_direction direction, const char **why);

#endif
