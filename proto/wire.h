/* wire - one message between two processes: a typed header and raw frames
 *
 * The tables fields.def and messages.def say what exists; struct, encoder, decoder and bounds follow from
 * them. A struct wire owns its frames and its strings: wire_clear() gives both back.  Strings set for sending
 * are borrowed until wire_send() returns; strings of a received message live until wire_clear().
 *
 * Not here: sockets' life (stages/lib/stage.c, supervisor/process/worker.c), meaning of messages.
 * Trouble: a message that does not fit the table is refused whole, by the receiver and by the sender: what
 * others say (an answer, a name, a count) may get into a header, so a bound that is missed never ends the
 * process.
 */
#ifndef PROTO_WIRE_H
#define PROTO_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zmq.h>

#include "proto/enums.h"

#define WIRE_PROTOCOL 7u

/* What others count (tokens, requests, milliseconds) beyond that is nonsense; so little can be added up and
 * priced without overflow.  TIME: the last second of the year 9999, beyond which no calendar goes. */
#define WIRE_MAX_COUNT UINT64_C(1000000000000)
#define WIRE_MAX_TIME  UINT64_C(253402300799)

typedef uint32_t wire_u32;
typedef uint64_t wire_u64;
typedef const char *wire_str;

#define FIELD(name, type, lo, hi, miss, doc) typedef wire_##type wire_field_##name;
#include "proto/fields.def"
#undef FIELD

#define F(name) wire_field_##name name;
#define MESSAGE(NAME, name, number, direction, senders, phases, fewest, max, fields, doc)                    \
    struct wire_##name {                                                                                     \
        fields                                                                                               \
    };
#include "proto/messages.def"
#undef MESSAGE
#undef F

#define MESSAGE(NAME, name, number, direction, senders, phases, fewest, max, fields, doc)                    \
    WIRE_##NAME = number,
enum wire_type {
    WIRE_NONE = 0,
#include "proto/messages.def"
};
#undef MESSAGE

enum wire_direction { WIRE_UP, WIRE_DOWN };

/* Who may say a message (bits, a kind of worker each), for the tables. LESSEES: all that hold leases. */
enum wire_senders {
#define STAGE(NAME, name, letter, leases) FROM_##NAME = 1 << STAGE_##NAME,
#include "proto/stages.def"
#undef STAGE
    FROM_ANY = (1 << STAGE_KINDS) - 1,
    FROM_LESSEES = FROM_ANY & ~FROM_FRONT,
    FROM_SUPERVISOR = 1 << STAGE_KINDS
};

/* Where a worker is in its life. NEW: it has not said HELLO. ADOPTED: it outlived our predecessor, and what
 * it says to our ADOPT is not complete: what it had said before may still come. READY: at work. */
enum wire_phase { PHASE_NEW = 1, PHASE_ADOPTED = 2, PHASE_READY = 4 };

/* When, for the tables (bits). */
enum wire_phases {
    AT_FIRST = PHASE_NEW | PHASE_ADOPTED,
    AT_ADOPTION = PHASE_ADOPTED,
    AT_WORK = PHASE_READY | PHASE_ADOPTED,
    AT_ANY = PHASE_NEW | PHASE_ADOPTED | PHASE_READY
};

#define MESSAGE(NAME, name, number, direction, senders, phases, fewest, max, fields, doc)                    \
    struct wire_##name name;
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

/* May a worker of that kind say this to the supervisor in one of these phases of its life (bits)? */
bool wire_may(enum wire_type type, enum stage_kind kind, unsigned phases);

/* Makes the header fit its row where that is done by cutting (fields.def says which; what is cut becomes the
 * message's own). NULL; or the name of the field that does not fit ("frames" if their number does not): it
 * cannot be sent. */
const char *wire_fit(struct wire *w);

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
 * it does not fit into them or into its row. wire_decode fills w (no frames) from bytes: 0, or -1 and *why a
 * static word or two. */
size_t wire_encode(const struct wire *w, void *buffer, size_t room);
int wire_decode(struct wire *w, const void *data, size_t size, enum wire_direction direction,
                const char **why);

/* Sends w, made fit by wire_fit, on a socket without waiting and clears it. 0; or -1 and w is still the
 * caller's: errno EAGAIN (peer sick: credit is the bound, the high-water mark is 0), or EINVAL (it does not
 * fit). */
int wire_send(void *socket, struct wire *w);

/* Takes one message. 1: w holds it. 0: none there. -1: one came and was refused (dropped whole); *why says
 * for what. Only messages of the given direction are accepted. */
int wire_receive(void *socket, struct wire *w, enum wire_direction direction, const char **why);

#endif
