/* fuzz_wire - any bytes as a message header: refused, or taken and said again unchanged in meaning */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 64 * 1024 };

/* Numbers may come in a longer form than we write: compare what we write, not what came. */
static void say_again(struct wire *w, enum wire_direction way)
{
    uint8_t first[ROOM], second[ROOM];
    size_t size = wire_encode(w, first, sizeof first);
    struct wire again;
    const char *why;

    must(size > 0);
    must(wire_decode(&again, first, size, way, &why) == 0);
    must(again.type == w->type);
    must(wire_encode(&again, second, sizeof second) == size && memcmp(first, second, size) == 0);
    wire_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int way = WIRE_UP; way <= WIRE_DOWN; way++) {
        struct wire w;
        const char *why;

        if (wire_decode(&w, data, size, (enum wire_direction)way, &why) == 0)
            say_again(&w, (enum wire_direction)way);
        wire_clear(&w);
    }
    return 0;
}
