/* http_upload - has libcurl read the body of a request from its pieces while it sends them
 *
 * The length is known, so that no chunks are sent.  libcurl may go back to the beginning, when the server
 * closed the connection under it.  https://curl.se/libcurl/c/CURLOPT_READFUNCTION.html
 */
#ifndef STAGES_LIB_HTTP_UPLOAD_H
#define STAGES_LIB_HTTP_UPLOAD_H

#include <curl/curl.h>

#include "stages/lib/http_body.h"

struct http_upload {
    const struct http_body *body; /* borrowed until the transfer is over */
    size_t sent;
};

/* Sets the options. upload must stay where it is until the transfer is over. */
void http_upload_set(CURL *easy, struct http_upload *upload);

#endif
