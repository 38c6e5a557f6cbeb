/* fuzz_http_guard - any bytes as what comes in on a connection: in one piece or in many, the same goes on */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/front/http_guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Feeds it in pieces of that size. Returns how many bytes went on to out. */
static size_t feed(struct http_guard *guard, const uint8_t *data, size_t size, size_t piece, char *out)
{
    size_t passed = 0;
    unsigned status;
    char *buffer = need(MAX_HEAD + piece);

    for (size_t at = 0; at < size && http_guard_error(guard, &status) == NULL; at += piece) {
        size_t here = size - at < piece ? size - at : piece, given;
        char *begin;

        memcpy(buffer + MAX_HEAD, data + at, here);
        given = http_guard_take(guard, buffer + MAX_HEAD, here, &begin);
        must(begin >= buffer && begin + given <= buffer + MAX_HEAD + here && passed + given <= size);
        memcpy(out + passed, begin, given);
        passed += given;
    }
    free(buffer);
    return passed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_guard *whole = http_guard_new(), *cut = http_guard_new();
    const struct request_error *one, *other;
    unsigned one_status, other_status;
    char *bytes = need(size + 1), *same = need(size + 1);
    size_t passed = feed(whole, data, size, size + 1, bytes), again = feed(cut, data, size, 1, same);

    must(passed <= again && memcmp(bytes, same, passed) == 0); /* a bad chunk takes its piece with it */
    one = http_guard_error(whole, &one_status);
    other = http_guard_error(cut, &other_status);
    must((one == NULL) == (other == NULL) && http_guard_heads(whole) == http_guard_heads(cut) &&
         http_guard_whole(whole) == http_guard_whole(cut) &&
         http_guard_whole(whole) <= http_guard_heads(whole));
    if (one != NULL)
        must(one->code == other->code && one_status == other_status && one_status >= 400);
    else
        must(passed == again);
    http_guard_free(&whole);
    http_guard_free(&cut);
    free(bytes);
    free(same);
    return 0;
}
