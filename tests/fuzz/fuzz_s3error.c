/* fuzz_s3error - any bytes as the XML of an S3 answer */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/courier/s3_error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t room)
{
    must(memchr(text, '\0', room) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const long statuses[] = {0, 200, 301, 400, 403, 404, 409, 412, 500, 503, 522};
    struct s3_xml xml;
    enum code code;

    s3_xml_parse((const char *)data, size, &xml);
    check_text(xml.root, sizeof xml.root);
    check_text(xml.code, sizeof xml.code);
    check_text(xml.message, sizeof xml.message);
    check_text(xml.region, sizeof xml.region);
    check_text(xml.upload, sizeof xml.upload);
    check_text(xml.to_sign, sizeof xml.to_sign);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        enum s3_deed deed = s3_error_judge(statuses[i], xml.code, &code);

        must(deed <= S3_GIVE_UP && code < CODES);
    }
    return 0;
}
