/* http_client - many HTTP transfers in one loop: libcurl multi behind one descriptor
 *
 * The owner's poll loop watches http_client_fd() and calls http_client_turn(), which reports finished
 * transfers. Every transfer has: http and https only, TLS verified, no redirects, no proxy from the
 * environment, no signals, a total and a connect timeout, a limit on the size of the answer and of its
 * headers.
 *
 * Over TLS it speaks HTTP/2 where the server does: then all transfers share one connection, and the others
 * wait for the first to find that out. Otherwise each has a connection of its own, kept for the next.
 * SSL_CERT_FILE and SSL_CERT_DIR name another trust store.
 */
#ifndef STAGES_LIB_HTTP_CLIENT_H
#define STAGES_LIB_HTTP_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "stages/lib/http_body.h"

struct http_client;

/* What came back. Valid during the callback only. status 0: no HTTP answer (curl and error say why). */
struct http_answer {
    CURLcode curl;
    const char *error;
    long status;
    const char *body; /* NUL-terminated beyond size */
    size_t size;
    CURL *easy; /* for curl_easy_header() and the like */
};

typedef void http_done(void *arg, const struct http_answer *answer);

/* connections: how many may be open at once, kept alive for reuse. Never fails (out of memory ends the
 * process). */
struct http_client *http_client_new(unsigned connections);
void http_client_free(struct http_client **client);
int http_client_fd(const struct http_client *client);

/* Moves transfers on; calls http_done of the finished. Returns ms until it wants to be called again, -1: only
 * on the fd. */
int http_client_turn(struct http_client *client);

struct http_request {
    const char *method;         /* GET, PUT, POST, DELETE, HEAD */
    const char *url;            /* sent as it is (CURLOPT_PATH_AS_IS) */
    struct curl_slist *headers; /* taken over */
    const void *body;           /* borrowed until http_done; NULL: none */
    size_t body_size;
    struct http_body *parts; /* instead of body, taken over; NULL: none */
    size_t max_answer;       /* bytes of body accepted; more ends the transfer with CURLE_FILESIZE_EXCEEDED */
    long timeout_ms;
};

/* The answer's body for the caller to keep (free(3)), instead of a copy; only inside http_done, at most once.
 */
char *http_take_body(const struct http_answer *answer);

/* Starts a transfer; done is called exactly once, never from inside http_start. Returns a handle for
 * http_cancel.
 *
 * A body that is borrowed may be sent again behind the caller's back, if a connection that was used before is
 * closed without an answer: for requests that may come twice. One in parts never is once it has been sent
 * whole (http_upload.h); then curl is CURLE_GOT_NOTHING. */
struct http_transfer;
struct http_transfer *http_start(struct http_client *client, const struct http_request *request,
                                 http_done *done, void *arg);

/* Ends a transfer without calling done. */
void http_cancel(struct http_client *client, struct http_transfer *transfer);

#endif
