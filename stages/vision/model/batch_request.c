/* batch_request - see batch_request.h */
#include "stages/vision/model/batch_request.h"

#include <stdio.h>
#include <string.h>

#include <openssl/rand.h>

#include "proto/hex.h"
#include "proto/panic.h"

const char *batch_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text == NULL ? "" : text;
}

const char *batch_name_up_to(const json_t *object, const char *member, size_t max)
{
    const char *name = batch_text(object, member);
    size_t size = strlen(name);

    if (size > max || strspn(name, ".") == size)
        return "";
    for (size_t i = 0; i < size; i++)
        if (name[i] <= ' ' || name[i] > '~')
            return "";
    return name;
}

const char *batch_name(const json_t *object, const char *member)
{
    return batch_name_up_to(object, member, MAX_BATCH_NAME);
}

/* The boundary cannot be guessed by who wrote the slides. */
struct http_body *batch_form(struct http_body **requests, char type[BATCH_TYPE_ROOM])
{
    struct http_body *form = http_body_new();
    unsigned char random[16];
    char boundary[64] = "slidemill-", *head, *tail;

    must(RAND_bytes(random, sizeof random) == 1);
    hex_encode(boundary + strlen(boundary), random, sizeof random);
    head = need_format("--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--%s\r\n"
                       "Content-Disposition: form-data; name=\"file\"; filename=\"slides.jsonl\"\r\n"
                       "Content-Type: application/jsonl\r\n\r\n",
                       boundary, boundary);
    tail = need_format("\r\n--%s--\r\n", boundary);
    http_body_add_owned(form, head, strlen(head));
    http_body_append(form, requests);
    http_body_add_owned(form, tail, strlen(tail));
    snprintf(type, BATCH_TYPE_ROOM, "multipart/form-data; boundary=%s", boundary);
    return form;
}
