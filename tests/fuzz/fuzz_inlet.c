/* fuzz_inlet - any bytes as what comes in on a connection: in one piece or in many, the same goes on */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "supervisor/front/inlet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Feeds it in pieces of that size, as far as they go on. */
static void feed(struct inlet *inlet, char *data, size_t size, size_t piece)
{
    unsigned status;

    for (size_t at = 0; at < size && inlet_fault(inlet, &status) == NULL; at += piece) {
        size_t given = size - at < piece ? size - at : piece, taken = inlet_take(inlet, data + at, given);

        must(taken <= given && (taken == given) == (inlet_fault(inlet, &status) == NULL));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct inlet *whole = inlet_new(), *cut = inlet_new();
    const struct fault *one, *other;
    unsigned one_status, other_status;
    char *bytes = need(size + 1);

    memcpy(bytes, data, size);
    feed(whole, bytes, size, size);
    memcpy(bytes, data, size);
    feed(cut, bytes, size, 1);
    one = inlet_fault(whole, &one_status);
    other = inlet_fault(cut, &other_status);
    must((one == NULL) == (other == NULL) && inlet_heads(whole) == inlet_heads(cut) &&
         inlet_whole(whole) == inlet_whole(cut) && inlet_whole(whole) <= inlet_heads(whole));
    if (one != NULL)
        must(one->code == other->code && one_status == other_status && one_status >= 400);
    inlet_free(&whole);
    inlet_free(&cut);
    free(bytes);
    return 0;
}
