/* fuzz_overview - any JSON as a lecture, and any as what the model says of it */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/vision/model/lecture_overview.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A clean overview is what cleaning leaves alone. */
static void check_clean(const json_t *lecture, const json_t *overview)
{
    const char *why = NULL;
    json_t *again = lecture_overview_clean(lecture, overview, &why);

    must(again != NULL && json_equal(again, overview));
    json_decref(again);
}

/* The lecture, a LF, what the model says of it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, '\n', size);
    json_t *lecture, *raw, *overview;
    const char *why = NULL;

    if (end == NULL)
        return 0;
    lecture = json_loadb((const char *)data, (size_t)(end - data), 0, NULL);
    raw = json_loadb((const char *)end + 1, size - (size_t)(end - data) - 1, 0, NULL);
    overview = lecture_overview_clean(lecture, raw, &why);
    must(overview != NULL || why != NULL);
    if (overview != NULL)
        check_clean(lecture, overview);
    json_decref(overview);
    json_decref(raw);
    json_decref(lecture);
    return 0;
}
