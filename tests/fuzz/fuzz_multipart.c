/* fuzz_multipart - any bytes as a form: whole or in pieces, the reader sees the same */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/front/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the sink was told, in one run of bytes. */
struct heard {
    char *text;
    size_t size, room;
    bool open;
    int rc;
    struct request_error error;
};

static void hear(struct heard *heard, const char *text, size_t size)
{
    if (heard->size + size > heard->room) {
        heard->room = 2 * (heard->size + size);
        heard->text = need_more(heard->text, heard->room);
    }
    if (size > 0)
        memcpy(heard->text + heard->size, text, size);
    heard->size += size;
}

static int on_part(void *arg, const char *name, const char *filename, size_t filename_size,
                   struct request_error *error)
{
    struct heard *heard = arg;

    (void)error;
    must(!heard->open && *name != '\0' && strlen(name) <= MAX_PART_NAME);
    must(filename_size <= MAX_PART_FILENAME);
    heard->open = true;
    hear(heard, "P", 1);
    hear(heard, name, strlen(name) + 1);
    if (filename != NULL)
        hear(heard, filename, filename_size);
    return 0;
}

static int on_data(void *arg, const char *data, size_t size, struct request_error *error)
{
    struct heard *heard = arg;

    (void)error;
    must(heard->open);
    hear(heard, data, size);
    return 0;
}

static int on_end(void *arg, struct request_error *error)
{
    struct heard *heard = arg;

    (void)error;
    must(heard->open);
    heard->open = false;
    hear(heard, "E", 1);
    return 0;
}

static const struct multipart_sink sink = {on_part, on_data, on_end};

static void read_form(struct heard *heard, const char *data, size_t size, size_t piece)
{
    struct multipart reader;

    multipart_start(&reader, "b", &sink, heard);
    while (size > 0 && heard->rc == 0) {
        size_t step = size < piece ? size : piece;
        char *copy = need(step); /* so that reading past the piece is seen */

        memcpy(copy, data, step);
        heard->rc = multipart_feed(&reader, copy, step, &heard->error);
        free(copy);
        data += step;
        size -= step;
    }
    if (heard->rc == 0)
        heard->rc = multipart_finish(&reader, &heard->error);
    must(heard->rc == -1 || !heard->open);
    must(heard->rc == 0 ||
         (heard->error.detail[0] != '\0' && utf8_valid(heard->error.detail, strlen(heard->error.detail))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct heard whole = {.rc = 0}, pieces = {.rc = 0};
    const char *text = (const char *)data;

    if (size == 0)
        return 0;
    read_form(&whole, text + 1, size - 1, size);
    read_form(&pieces, text + 1, size - 1, 1 + data[0] % 16); /* the first byte: how long a piece is */
    must(whole.rc == pieces.rc);
    must(whole.rc == 0 || strcmp(whole.error.detail, pieces.error.detail) == 0);
    must(whole.rc == -1 || whole.size == pieces.size);
    must(whole.rc == -1 || whole.size == 0 || memcmp(whole.text, pieces.text, whole.size) == 0);
    free(whole.text);
    free(pieces.text);
    return 0;
}
