/* net - many HTTP transfers in one loop: libcurl multi behind one descriptor
 *
 * The owner's poll loop watches net_fd() and calls net_turn(); finished transfers are reported from inside
 * net_turn. Every handle gets: http and https only, TLS verified, no redirects, no proxy from the
 * environment, no signals, a total and a connect timeout, a bound on the answer's size and on its headers'.
 *
 * Over TLS it speaks HTTP/2 where the server does: then all transfers share one connection, and the others
 * wait for the first to find that out. Else each has its own, kept for the next. SSL_CERT_FILE and
 * SSL_CERT_DIR name another trust store.
 */
#ifndef STAGES_LIB_NET_H
#define STAGES_LIB_NET_H

#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

struct net;

/* What came back. Valid during the callback only. status 0: no HTTP answer (curl and error say why). */
struct net_answer {
    CURLcode curl;
    const char *error;
    long status;
    const char *body; /* NUL-terminated beyond size */
    size_t size;
    CURL *easy; /* for curl_easy_header() and the like */
};

typedef void net_done(void *arg, const struct net_answer *answer);

/* connections: most open at once, kept alive for reuse. Never fails (out of memory ends the process). */
struct net *net_new(unsigned connections);
void net_free(struct net **net);
int net_fd(const struct net *net);

/* Moves transfers on; calls net_done of the finished. Returns ms until it wants to be called again, -1: only
 * on the fd. */
int net_turn(struct net *net);

struct net_request {
    const char *method;         /* GET, PUT, POST, DELETE, HEAD */
    const char *url;            /* sent as it is (CURLOPT_PATH_AS_IS) */
    struct curl_slist *headers; /* taken over */
    const void *body;           /* borrowed until net_done; NULL: none */
    size_t body_size;
    size_t answer_most; /* bytes of body accepted; more ends the transfer with CURLE_FILESIZE_EXCEEDED */
    long timeout_ms;
};

/* The answer's body for the caller to keep (free(3)), instead of a copy; only inside net_done, at most once.
 */
char *net_take_body(const struct net_answer *answer);

/* Starts a transfer; done is called exactly once, never from inside net_start. Returns a handle for
 * net_cancel. */
struct net_transfer;
struct net_transfer *net_start(struct net *net, const struct net_request *request, net_done *done, void *arg);

/* Ends a transfer without calling done. */
void net_cancel(struct net *net, struct net_transfer *transfer);

/* Wait before try number tries (from 1): base doubled each time up to most, less up to a quarter at random;
 * told_ms > 0 (Retry-After and the like) is honoured instead, if longer. Pure but for the random part. */
int64_t net_backoff_ms(unsigned tries, int64_t base_ms, int64_t most_ms, int64_t told_ms);

/* Milliseconds that retry-after-ms or Retry-After (seconds or HTTP date, RFC 9110 10.2.3) ask for; 0: not
 * given. */
int64_t net_retry_after_ms(CURL *easy);

#endif
