/* fuzz_content - any bytes as an API's body (JSON, event stream, gzip, UTF-16), as loose JSON and as text to
 * mend */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/vision/model/answer_body.h"
#include "stages/vision/model/completion.h"
#include "stages/vision/model/content.h"
#include "stages/vision/answer/lenient_json.h"
#include "stages/vision/answer/markup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_body(const char *bytes, size_t size)
{
    json_t *root = answer_body_read(bytes, size);
    struct completion completion = completion_read(root);
    const json_t *holder;
    long status = completion_error(root, &holder);

    must(status == 0 || (status >= 400 && status <= 599));
    completion_clear(&completion);
    json_decref(root);
}

/* What strict JSON is, loose JSON is, and says the same. */
static void try_loose(const char *text, size_t size)
{
    json_t *strict = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL), *loose;
    size_t end;
    bool cut;

    loose = lenient_json_read(text, size, &end, &cut);
    must(end <= size);
    must(strict == NULL || loose == NULL ||
         json_equal(strict, loose)); /* NULL: nested deeper than it reads */
    must(loose == NULL || !cut || json_is_object(loose) || json_is_array(loose));
    json_decref(loose);
    json_decref(strict);
}

static void try_text(const char *bytes, size_t size)
{
    json_t *text = json_stringn(bytes, size), *prose;
    char *mended;

    if (text == NULL || strlen(json_string_value(text)) != size) {
        json_decref(text);
        return;
    }
    mended = markup_text(json_string_value(text));
    must(utf8_valid(mended, strlen(mended)));
    content_refuses(json_string_value(text));
    prose = content_prose(json_string_value(text));
    json_decref(prose);
    json_decref(text);
    free(mended);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;

    try_body(bytes, size);
    try_loose(bytes, size);
    try_text(bytes, size);
    return 0;
}
