/* http_guard - see http_guard.h */
#include "stages/lib/http_guard.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "proto/panic.h"

enum { CONNECT_MS = 10000, IDLE_S = 20, PROBE_S = 10, SILENT_MS = 45000 };

/* A model thinks for minutes without a word, and all its calls may share one connection: a peer that is gone
 * must be told from one that thinks.  Probes keep the way open; unanswered, they end the connection. */
static int on_connection(void *unused, curl_socket_t fd, curlsocktype purpose)
{
    const int on = 1, idle = IDLE_S, probe = PROBE_S;
    const unsigned silent = SILENT_MS;

    (void)unused;
    if (purpose == CURLSOCKTYPE_IPCXN &&
        (setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) == -1 ||
         setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle) == -1 ||
         setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &probe, sizeof probe) == -1 ||
         setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent, sizeof silent) == -1))
        return CURL_SOCKOPT_ERROR;
    return CURL_SOCKOPT_OK;
}

void http_guard(CURL *easy, struct http_trust *trust)
{
    must(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    http_trust_set(easy, trust);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_connection);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
}
