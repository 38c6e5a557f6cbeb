/* body_text - the whole of a request body as a text, for tests */
#ifndef TESTS_UNIT_BODY_TEXT_H
#define TESTS_UNIT_BODY_TEXT_H

#include <stdlib.h>

#include "proto/panic.h"
#include "stages/lib/http_body.h"

/* Frees the body; the caller frees the text, which has a NUL behind its *size bytes. */
static inline char *body_text(struct http_body **body, size_t *size)
{
    char *text;

    *size = http_body_size(*body);
    text = need(*size + 1);
    must(http_body_read(*body, 0, text, *size) == *size);
    text[*size] = '\0';
    http_body_free(body);
    return text;
}

#endif
