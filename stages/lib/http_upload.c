/* http_upload - see http_upload.h */
#include "stages/lib/http_upload.h"

#include <stdio.h>

/* libcurl's own buffers, of which each call under way has one. */
enum { SEND_ROOM = 16384, RECEIVE_ROOM = 4096 };

static size_t on_send(char *to, size_t one, size_t room, void *arg)
{
    struct http_upload *upload = arg;
    size_t size = upload->body == NULL ? 0 : http_body_read(upload->body, upload->sent, to, one * room);

    upload->sent += size;
    if (upload->sent == upload->size)
        http_body_free(&upload->body);
    return size;
}

static int on_seek(void *arg, curl_off_t offset, int origin)
{
    struct http_upload *upload = arg;

    if (origin != SEEK_SET || offset < 0 || (size_t)offset > upload->size ||
        (upload->body == NULL && (size_t)offset != upload->sent))
        return CURL_SEEKFUNC_CANTSEEK;
    upload->sent = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

void http_upload_set(CURL *easy, struct http_upload *upload, struct http_body *body)
{
    *upload = (struct http_upload){.body = body, .size = http_body_size(body)};
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)upload->size);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_send);
    curl_easy_setopt(easy, CURLOPT_READDATA, upload);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, upload);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)SEND_ROOM);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)RECEIVE_ROOM);
}

void http_upload_clear(struct http_upload *upload)
{
    http_body_free(&upload->body);
}
