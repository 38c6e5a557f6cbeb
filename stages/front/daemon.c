/* daemon - libmicrohttpd as we use it: one epoll descriptor, no threads, our own eyes on every head
 *
 * Targets come to us raw (no unescaping by the library). What it receives has passed the inlet (tap.h).
 */
#include "stages/front/front.h"

#include <string.h>
#include <unistd.h>

#include "proto/log.h"
#include "stages/front/request.h"

static void on_connection(void *arg, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct front *front = arg;
    struct peer *peer = *context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;

        *context = peer_add(front->peers, connection, fd, stage_now_ms() + front->deadline_ms);
    } else if (peer != NULL) {
        peer_drop(front->peers, &peer);
        *context = NULL;
    }
}

static void *on_target(void *arg, const char *target, struct MHD_Connection *connection)
{
    return request_new(arg, connection, target);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data, size_t *size,
                                  void **context)
{
    struct request *request = *context;
    enum MHD_Result rc;

    (void)arg, (void)connection, (void)url, (void)version;
    if (!request_begun(request))
        return request_begin(request, method);
    if (*size == 0)
        return request_end(request);
    rc = request_body(request, data, *size);
    *size = 0;
    return rc;
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode why)
{
    struct request *request = *context;

    (void)arg, (void)connection, (void)why;
    if (request != NULL)
        request_free(&request);
    *context = NULL;
}

static size_t keep_raw(void *arg, struct MHD_Connection *connection, char *text)
{
    (void)arg, (void)connection;
    return strlen(text);
}

/* The older library's own strictness only looks for a Host, which we do with a better answer. */
#if MHD_VERSION >= 0x00097701
#define STRICT MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1,
#else
#define STRICT
#endif

/* Peers have deadlines of their own (peer.h), which say so; the library's is for whoever does not take an
 * answer. */
enum { SPARE_S = 5 };

struct MHD_Daemon *daemon_open(struct front *front, int listen_fd)
{
    const struct conf *conf = front->conf;

    return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, front,
                            MHD_OPTION_LISTEN_SOCKET, listen_fd, STRICT MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)conf->http_connections, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)conf->http_deadline_s + SPARE_S, MHD_OPTION_NOTIFY_CONNECTION,
                            on_connection, front, MHD_OPTION_NOTIFY_COMPLETED, on_completed, front,
                            MHD_OPTION_URI_LOG_CALLBACK, on_target, front, MHD_OPTION_UNESCAPE_CALLBACK,
                            keep_raw, NULL, MHD_OPTION_END);
}

/* The socket is shared: the library must let go of it, or it might shut it down for everybody. */
void daemon_quiesce(struct MHD_Daemon *daemon)
{
    int fd = MHD_quiesce_daemon(daemon);

    if (fd != MHD_INVALID_SOCKET)
        close(fd);
}

void daemon_close(struct MHD_Daemon **daemon)
{
    if (*daemon == NULL)
        return;
    daemon_quiesce(*daemon);
    MHD_stop_daemon(*daemon);
    *daemon = NULL;
}
