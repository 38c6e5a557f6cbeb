/* fuzz_headers - any bytes as the head of a request: its target, its headers, its media type
 *
 * The first line is the target, the others are headers; what is a line and what a header is decided here as
 * crudely as can be.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/front/http_framing.h"
#include "stages/front/multipart.h"
#include "stages/front/request_target.h"
#include "stages/front/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_HEADERS = 16 };

static void try_path_key(struct target target)
{
    struct path_key key;
    char *header;

    if (!path_key_find(&target, &key))
        return;
    must(target.path == key.text + key.size || target.path[0] == '/');
    header = path_key_header(&key);
    must(strlen(header) <= 7 + key.size);
    path_key_free(&header);
}

static void try_target(const char *text)
{
    char *value = need(strlen(text) + 1);
    const char *tail = NULL;
    struct target target;
    size_t tail_size = 0;

    if (target_check(text, &target) == NULL) {
        must(target.path_size > 0 && target.path[0] == '/');
        must(memchr(target.path, '?', target.path_size) == NULL);
        must(percent_decode(value, target.path, target.path_size) <= (long)target.path_size);
        try_path_key(target);
        must(target_query(&target, "cursor", value, 8) < 8);
        if (route_find(target.path, target.path_size, &tail, &tail_size) != -1 && tail != NULL)
            must(tail + tail_size <= target.path + target.path_size);
    }
    free(value);
}

/* Cuts at the first such byte; what is behind it, or NULL. */
static char *cut(char *text, char at)
{
    char *found = strchr(text, at);

    if (found == NULL)
        return NULL;
    *found = '\0';
    return found + 1;
}

static void try_headers(char *text)
{
    struct header headers[MAX_HEADERS];
    size_t count = 0;

    for (char *next; text != NULL && count < MAX_HEADERS; text = next) {
        char *value;

        next = cut(text, '\n');
        value = cut(text, ':');
        value = value == NULL ? text + strlen(text) : value;
        headers[count++] = (struct header){text, value, strlen(text), strlen(value)};
    }
    for (int http11 = 0; http11 <= 1; http11++) {
        struct framing framing;

        if (headers_check(headers, count, http11 == 1, &framing) == NULL) {
            must(framing.length <= INT64_MAX);
            must(!framing.chunked || (framing.length == 0 && http11 == 1));
        }
    }
}

static void try_media_type(const char *text)
{
    char boundary[MAX_BOUNDARY + 1];

    if (multipart_boundary(text, boundary) == 0)
        must(boundary[0] != '\0' && strlen(boundary) <= MAX_BOUNDARY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = need(size + 1), *rest;

    memcpy(text, data, size);
    text[size] = '\0';
    try_media_type(text);
    rest = cut(text, '\n');
    try_target(text);
    if (rest != NULL)
        try_headers(rest);
    free(text);
    return 0;
}
