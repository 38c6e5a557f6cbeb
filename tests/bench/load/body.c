/* body - see body.h */
#include "tests/bench/load/body.h"

#include <stdlib.h>
#include <string.h>

#define PICTURE ":\"data:image/jpeg;base64,"

static void append(struct body *body, const char *data, size_t size)
{
    if (body->size + size + 1 > body->room) {
        body->room = 2 * (body->size + size) + 16384;
        body->text = realloc(body->text, body->room);
        if (body->text == NULL)
            abort();
    }
    memcpy(body->text + body->size, data, size);
    body->size += size;
    body->text[body->size] = '\0';
}

void body_take(struct body *body, const char *data, size_t size)
{
    while (size > 0) {
        const char *end = body->in_picture ? memchr(data, '"', size) : NULL;
        size_t n = body->in_picture ? (end == NULL ? size : (size_t)(end - data)) : size;
        char *mark;

        if (body->in_picture) {
            body->picture += n;
            body->in_picture = end == NULL;
        } else {
            append(body, data, n);
            mark = strstr(body->text + body->searched, PICTURE);
            body->searched = mark != NULL                  ? body->size
                             : body->size > sizeof PICTURE ? body->size - sizeof PICTURE
                                                           : 0;
            if (mark != NULL) {
                size_t text = (size_t)(mark - body->text) + strlen(PICTURE), rest = body->size - text;

                body->size = body->searched = text; /* what follows is looked at again, as the picture's */
                body->in_picture = true;
                n -= rest;
            }
        }
        data += n;
        size -= n;
    }
}

void body_free(struct body *body)
{
    free(body->text);
    *body = (struct body){0};
}
