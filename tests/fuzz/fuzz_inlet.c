/* fuzz_inlet - any bytes as what comes in on a connection: in one piece or in many, the same goes on */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/front/inlet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Feeds it in pieces of that size. Returns how many bytes went on to out. */
static size_t feed(struct inlet *inlet, const uint8_t *data, size_t size, size_t piece, char *out)
{
    size_t passed = 0;
    unsigned status;
    char *buffer = need(HEAD_MOST + piece);

    for (size_t at = 0; at < size && inlet_fault(inlet, &status) == NULL; at += piece) {
        size_t here = size - at < piece ? size - at : piece, given;
        char *begin;

        memcpy(buffer + HEAD_MOST, data + at, here);
        given = inlet_take(inlet, buffer + HEAD_MOST, here, &begin);
        must(begin >= buffer && begin + given <= buffer + HEAD_MOST + here && passed + given <= size);
        memcpy(out + passed, begin, given);
        passed += given;
    }
    free(buffer);
    return passed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct inlet *whole = inlet_new(), *cut = inlet_new();
    const struct fault *one, *other;
    unsigned one_status, other_status;
    char *bytes = need(size + 1), *same = need(size + 1);
    size_t passed = feed(whole, data, size, size + 1, bytes), again = feed(cut, data, size, 1, same);

    must(passed <= again && memcmp(bytes, same, passed) == 0); /* a bad chunk takes its piece with it */
    one = inlet_fault(whole, &one_status);
    other = inlet_fault(cut, &other_status);
    must((one == NULL) == (other == NULL) && inlet_heads(whole) == inlet_heads(cut) &&
         inlet_whole(whole) == inlet_whole(cut) && inlet_whole(whole) <= inlet_heads(whole));
    if (one != NULL)
        must(one->code == other->code && one_status == other_status && one_status >= 400);
    else
        must(passed == again);
    inlet_free(&whole);
    inlet_free(&cut);
    free(bytes);
    free(same);
    return 0;
}
