/* http_upload - has libcurl read the body of a request from its pieces while it sends them
 *
 * The length is known, so that no chunks are sent.  When a server closes a connection that was used before,
 * without an answer, libcurl sends the request once more, up to five times, and nobody hears of it.  That is
 * good only as long as part of the body is missing, for then the server cannot have done what was asked. Once
 * libcurl has the whole body, the server may have it, too, and be paid for it: then the body is freed, and
 * the transfer ends with CURLE_SEND_FAIL_REWIND instead.  https://curl.se/libcurl/c/CURLOPT_READFUNCTION.html
 */
#ifndef STAGES_LIB_HTTP_UPLOAD_H
#define STAGES_LIB_HTTP_UPLOAD_H

#include <curl/curl.h>

#include "stages/lib/http_body.h"

struct http_upload {
    struct http_body *body; /* NULL: there is none, or it has been read to its end */
    size_t size, sent;
};

/* Sets the options. body is taken over; upload must stay where it is until the transfer is over. */
void http_upload_set(CURL *easy, struct http_upload *upload, struct http_body *body);

/* Frees what is left of the body. */
void http_upload_clear(struct http_upload *upload);

#endif
