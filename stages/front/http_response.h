/* http_response - builds an HTTP response: status, headers and body, for libmicrohttpd or as bytes (pure)
 *
 * http_request.c decides when to send it, and on which connection.
 */
#ifndef FRONT_HTTP_RESPONSE_H
#define FRONT_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <microhttpd.h>

#include "proto/codes.h"

/* Lends all its texts. */
struct http_response {
    unsigned status;
    const char *json; /* NULL: a problem, made of code and detail */
    size_t size;
    enum code code;
    const char *detail;
    uint64_t retry_after_ms;
    bool bad_key;      /* 401: a key came, but not one of ours */
    bool coded;        /* 415: the body's content coding is the reason */
    const char *allow; /* 405: the methods there are */
    bool plain;        /* json is not JSON, but Prometheus text */
    const char *job;   /* 202: the job that was accepted */
    /* past the library: */
    const char *allowed_origin; /* whose page may see it; NULL: none */
    bool vary;                  /* that depends on the Origin of the request */
};

/* The library's form, with its Content-Type and what belongs to the status; NULL: no memory. size: of the
 * body. */
struct MHD_Response *http_response_for_mhd(const struct http_response *reply, uint64_t *size);

/* The bytes of a whole HTTP/1.1 answer, the last on its connection; the caller's. head_only: without the
 * body. */
char *http_response_bytes(const struct http_response *reply, bool head_only, size_t *size);

#endif
