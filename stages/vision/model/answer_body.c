/* answer_body - see answer_body.h */
#include "stages/vision/model/answer_body.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/vision/answer/json_escapes.h"
#include "stages/vision/answer/lenient_json.h"
#include "stages/vision/model/event_stream.h"

enum { MAX_UNPACKED = 8 << 20, GZIP_WINDOW = 15 + 16 };

/* Bytes of our own. */
struct bytes {
    char *data;
    size_t size;
};

static struct bytes copied(const char *data, size_t size)
{
    struct bytes bytes = {need(size + 1), size};

    memcpy(bytes.data, data, size);
    return bytes;
}

/* ---- what is around it ---- */

static bool is_gzip(const char *bytes, size_t size)
{
    return size > 18 && memcmp(bytes, "\x1f\x8b\x08", 3) == 0;
}

/* As it is, if it cannot be unpacked. */
static struct bytes unpacked(const char *data, size_t size)
{
    struct bytes out = {need(MAX_UNPACKED), 0};
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)data,
                  .avail_in = (unsigned)size,
                  .next_out = (unsigned char *)out.data,
                  .avail_out = MAX_UNPACKED};
    int ended;

    must(inflateInit2(&z, GZIP_WINDOW) == Z_OK);
    ended = inflate(&z, Z_FINISH);
    out.size = z.total_out;
    inflateEnd(&z);
    if (ended == Z_STREAM_END)
        return out;
    free(out.data);
    return copied(data, size);
}

enum endian { NO_UTF16, LITTLE, BIG };

static enum endian utf16_of(const char *bytes, size_t size)
{
    if (size < 4 || size % 2 != 0)
        return NO_UTF16;
    if (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "{\0", 2) == 0)
        return LITTLE;
    return memcmp(bytes, "\xfe\xff", 2) == 0 || memcmp(bytes, "\0{", 2) == 0 ? BIG : NO_UTF16;
}

static uint32_t unit_at(const struct bytes *in, size_t at, enum endian endian)
{
    const unsigned char *two = (const unsigned char *)in->data + at;

    return endian == LITTLE ? (uint32_t)two[1] << 8 | two[0] : (uint32_t)two[0] << 8 | two[1];
}

/* RFC 2781; half a pair becomes U+FFFD. */
static struct bytes recoded(const struct bytes *in, enum endian endian)
{
    struct bytes out = {need(2 * in->size + 4), 0};

    for (size_t at = 0; at + 1 < in->size; at += 2) {
        uint32_t c = unit_at(in, at, endian);
        uint32_t next = at + 3 < in->size ? unit_at(in, at + 2, endian) : 0;

        if (c >= 0xd800 && c < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00);
            at += 2;
        } else if (c >= 0xd800 && c < 0xe000) {
            c = 0xfffd;
        }
        out.size += utf8_put(out.data + out.size, c);
    }
    return out;
}

/* Where the first byte stands that is not a byte order mark, blank, NUL or a comment of an event stream. */
static size_t start_of(const char *data, size_t size)
{
    size_t at = 0;

    for (;;) {
        if (size - at >= 3 && memcmp(data + at, "\xef\xbb\xbf", 3) == 0)
            at += 3;
        else if (at < size && memchr(" \t\r\n\0", data[at], 5) != NULL)
            at++;
        else if (at < size && data[at] == ':')
            while (at < size && data[at] != '\n' && data[at] != '\r')
                at++;
        else
            return at;
    }
}

/* ---- what is in it ---- */

static bool is_chunk(const json_t *root)
{
    return json_object_get(json_array_get(json_object_get(root, "choices"), 0), "delta") != NULL;
}

static json_t *value_of(char *data, size_t size)
{
    json_t *root;
    size_t end;
    bool cut;

    if (event_stream_begins(data, size))
        return event_stream_read(data, size);
    json_escapes_mend(data, size);
    root = json_loadb(data, size, JSON_DISABLE_EOF_CHECK, NULL);
    if (root == NULL && size > 0 && (*data == '{' || *data == '[')) {
        root = lenient_json_read(data, size, &end, &cut);
        if (cut) { /* of the envelope no part counts: what is missing may be the money or the error */
            json_decref(root);
            root = NULL;
        }
    }
    if (!is_chunk(root))
        return root;
    json_decref(root);
    return event_stream_read(data, size);
}

json_t *answer_body_read(const char *bytes, size_t size)
{
    struct bytes body = is_gzip(bytes, size) ? unpacked(bytes, size) : copied(bytes, size);
    enum endian endian = utf16_of(body.data, body.size);
    json_t *root;
    size_t at;

    if (endian != NO_UTF16) {
        struct bytes text = recoded(&body, endian);

        free(body.data);
        body = text;
    }
    at = start_of(body.data, body.size);
    root = value_of(body.data + at, body.size - at);
    free(body.data);
    return root;
}
