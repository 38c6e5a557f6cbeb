/* batch_request - see batch_request.h */
#include "stages/vision/model/batch_request.h"

#include <stdio.h>
#include <stdlib.h>
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
char *batch_form(const char *requests, size_t size, char type[BATCH_TYPE_ROOM], size_t *form_size)
{
    unsigned char random[16];
    char boundary[64] = "slidemill-", *form = NULL;
    FILE *out = open_memstream(&form, form_size);

    must(out != NULL && RAND_bytes(random, sizeof random) == 1);
    hex_encode(boundary + strlen(boundary), random, sizeof random);
    fprintf(out,
            "--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--%s\r\n"
            "Content-Disposition: form-data; name=\"file\"; filename=\"slides.jsonl\"\r\n"
            "Content-Type: application/jsonl\r\n\r\n",
            boundary, boundary);
    fwrite(requests, 1, size, out);
    fprintf(out, "\r\n--%s--\r\n", boundary);
    must(fclose(out) == 0);
    snprintf(type, BATCH_TYPE_ROOM, "multipart/form-data; boundary=%s", boundary);
    return form;
}
