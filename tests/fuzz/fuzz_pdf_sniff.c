/* fuzz_pdf_sniff - any bytes as the beginning of a file: the same verdict in one piece and in many */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/pdf_sniff.h"
#include "proto/panic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct pdf_sniff sniff;
    size_t piece = size == 0 ? 1 : 1 + data[0] % 16;
    const char *whole = "", *pieces = "";
    enum code code = pdf_sniff_buffer(data, size, &whole);

    memset(&sniff, 0, sizeof sniff);
    for (size_t at = 0; at < size; at += piece)
        pdf_sniff_feed(&sniff, data + at, size - at < piece ? size - at : piece);
    must(pdf_sniff_verdict(&sniff, true, &pieces) == code && strcmp(whole, pieces) == 0);
    must(code == CODES || strlen(whole) > 0);
    return 0;
}
