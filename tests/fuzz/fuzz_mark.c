/* fuzz_mark - any bytes as the beginning of a file: the same verdict in one piece and in many */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/mark.h"
#include "proto/panic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mark mark;
    size_t piece = size == 0 ? 1 : 1 + data[0] % 16;
    const char *whole = "", *pieces = "";
    enum code code = mark_look(data, size, &whole);

    memset(&mark, 0, sizeof mark);
    for (size_t at = 0; at < size; at += piece)
        mark_feed(&mark, data + at, size - at < piece ? size - at : piece);
    must(mark_judge(&mark, true, &pieces) == code && strcmp(whole, pieces) == 0);
    must(code == CODES || strlen(whole) > 0);
    return 0;
}
