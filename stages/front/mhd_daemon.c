/* mhd_daemon - libmicrohttpd as we use it: one epoll descriptor, no threads, our own eyes on every head
 *
 * Targets come to us raw (no unescaping by the library). It has no socket of a client, only its end of a
 * pair, from which it receives what has passed the guard (relay.h).
 */
#include "stages/front/front.h"

#include <errno.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/front/http_request.h"

static void on_connection(void *arg, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct front *front = arg;
    struct connection *client = *context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

        must(info != NULL);
        *context = connection_started(front->connections, info->connect_fd);
    } else if (client != NULL) {
        connection_free(front->connections, &client);
        *context = NULL;
    }
}

static void *on_target(void *arg, const char *target, struct MHD_Connection *connection)
{
    return http_request_new(arg, connection, target);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data, size_t *size,
                                  void **context)
{
    struct http_request *request = *context;
    enum MHD_Result rc;

    (void)arg, (void)connection, (void)url, (void)version;
    if (!http_request_begun(request))
        return http_request_begin(request, method);
    if (*size == 0)
        return http_request_end(request);
    rc = http_request_body(request, data, *size);
    *size = 0;
    return rc;
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode why)
{
    struct http_request *request = *context;

    (void)arg, (void)connection, (void)why;
    if (request != NULL)
        http_request_free(&request);
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

/* Connections have deadlines of their own (connection.h), which say so; the library's is for whoever does not
 * take an answer. */
enum { SPARE_S = 5 };

struct MHD_Daemon *mhd_daemon_open(struct front *front)
{
    const struct conf *conf = front->conf;

    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL, on_request, front,
        STRICT MHD_OPTION_CONNECTION_LIMIT, (unsigned)conf->http_connections, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)conf->http_deadline_s + SPARE_S, MHD_OPTION_NOTIFY_CONNECTION, on_connection, front,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, front, MHD_OPTION_URI_LOG_CALLBACK, on_target, front,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_raw, NULL, MHD_OPTION_END);
}

/* libmicrohttpd 1.0 begins to serve it in the next MHD_run(), 0.9 at once. */
void mhd_daemon_add(struct front *front, int library_fd)
{
    static const struct sockaddr pair = {.sa_family = AF_UNIX};

    if (MHD_add_connection(front->daemon, library_fd, &pair, sizeof pair) ==
        MHD_NO) { /* which closes the descriptor even so */
        log_warn(connection_dropped, log_str("reason", strerror(errno)));
        connection_refused(front->connections, library_fd);
    }
}

void mhd_daemon_close(struct MHD_Daemon **daemon)
{
    if (*daemon == NULL)
        return;
    MHD_stop_daemon(*daemon);
    *daemon = NULL;
}
