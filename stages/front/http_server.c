/* http_server - see http_server.h */
#include "stages/front/http_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "stages/front/http_response.h"
#include "stages/front/lingering_close.h"

/* SPARE_S: connections have deadlines of their own (connection.h), which say so; the library's is for whoever
 * does not take an answer. */
enum { MAX_WAIT_MS = 60000, PAUSE_MS = 500, SPARE_S = 5 };

struct http_server {
    struct http_service *service;
    struct MHD_Daemon *daemon;
    struct lingering *lingering;
    struct connections *connections;
    int listen_fd;        /* -1: closed */
    bool listening;       /* listen_fd is to wake us */
    int64_t paused_until; /* descriptors or memory ran out */
};

/* ---- what the library calls ---- */

static void on_connection(void *arg, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http_server *server = arg;
    struct connection *client = *context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

        must(info != NULL);
        *context = connection_started(server->connections, info->connect_fd);
    } else if (client != NULL) {
        connection_free(&client);
        *context = NULL;
    }
}

static void *on_target(void *arg, const char *target, struct MHD_Connection *connection)
{
    return http_request_new(((struct http_server *)arg)->service, connection, target);
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

/* Targets come to us as they were sent. */
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

static struct MHD_Daemon *start_library(struct http_server *server)
{
    const struct conf *conf = server->service->conf;

    return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0, NULL,
                            NULL, on_request, server, STRICT MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)conf->http_connections, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)conf->http_deadline_s + SPARE_S, MHD_OPTION_NOTIFY_CONNECTION,
                            on_connection, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
                            MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_UNESCAPE_CALLBACK,
                            keep_raw, NULL, MHD_OPTION_END);
}

/* ---- birth and death ---- */

int http_server_fd(const struct http_server *server)
{
    return connections_fd(server->connections);
}

static void wake_by(const struct http_server *server, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};

    must(epoll_ctl(http_server_fd(server), EPOLL_CTL_ADD, fd, &event) == 0);
}

struct http_server *http_server_new(int listen_fd, struct http_service *service)
{
    struct http_server *server = need_zero(1, sizeof *server);

    server->service = service;
    server->listen_fd = -1;
    server->lingering = lingering_new((unsigned)service->conf->http_connections);
    server->connections = connections_new(server->lingering, service->conf->http_deadline_s * 1000);
    server->daemon = start_library(server);
    if (server->daemon == NULL) {
        log_error(http_failed, log_str("reason", strerror(errno)));
        http_server_free(&server);
        return NULL;
    }
    server->listen_fd = listen_fd;
    wake_by(server, MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd);
    wake_by(server, lingering_fd(server->lingering));
    return server;
}

static void listen_for_clients(struct http_server *server, bool wanted)
{
    struct epoll_event event = {.events = EPOLLIN};

    if (server->listening == wanted)
        return;
    must(epoll_ctl(http_server_fd(server), wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, server->listen_fd,
                   &event) == 0);
    server->listening = wanted;
}

static void close_listener(struct http_server *server)
{
    if (server->listen_fd == -1)
        return;
    listen_for_clients(server, false);
    close(server->listen_fd);
    server->listen_fd = -1;
}

void http_server_free(struct http_server **server)
{
    struct http_server *gone = *server;

    if (gone == NULL)
        return;
    close_listener(gone);
    if (gone->daemon != NULL)
        MHD_stop_daemon(gone->daemon);
    connections_free(&gone->connections);
    lingering_free(&gone->lingering);
    free(gone);
    *server = NULL;
}

/* ---- a turn ---- */

static bool has_room(const struct http_server *server)
{
    return connections_count(server->connections) < (unsigned)server->service->conf->http_connections;
}

/* The next client's socket; -1: there is none, or no room for it: clients wait in the socket's queue. */
static int accept_client(struct http_server *server, int64_t now_ms)
{
    int fd, on = 1;

    if (server->listen_fd == -1)
        return -1;
    listen_for_clients(server, has_room(server) && now_ms >= server->paused_until);
    if (!server->listening)
        return -1;
    fd = connections_prepare(server->connections)
             ? accept4(server->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)
             : -1;
    if (fd != -1) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* each answer is written as a whole */
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        log_warn(accept_failed, log_str("reason", strerror(errno)));
        server->paused_until = now_ms + PAUSE_MS;
        listen_for_clients(server, false);
    }
    return fd;
}

/* Gives the library its end of a connection. libmicrohttpd 1.0 begins to serve it in the next MHD_run(), 0.9
 * at once; both close it if they do not take it. */
static void add_to_library(struct http_server *server, int library_fd)
{
    static const struct sockaddr pair = {.sa_family = AF_UNIX};

    if (MHD_add_connection(server->daemon, library_fd, &pair, sizeof pair) == MHD_NO) {
        log_warn(connection_dropped, log_str("reason", strerror(errno)));
        connection_refused(server->connections, library_fd);
    }
}

static void accept_clients(struct http_server *server, int64_t now_ms)
{
    int64_t until_ms = now_ms + server->service->conf->http_deadline_s * 1000;
    int fd, library_fd;

    while ((fd = accept_client(server, now_ms)) != -1)
        if (connection_new(server->connections, fd, until_ms, &library_fd) != NULL)
            add_to_library(server, library_fd);
}

/* Tells the client what was wrong with its bytes. */
static void refuse_client(struct connection *connection)
{
    unsigned status;
    const struct request_error *error = connection_error(connection, &status);
    struct http_response reply = {.status = status, .code = error->code, .detail = error->detail};
    size_t size;
    char *bytes = http_response_bytes(&reply, false, &size);

    log_info(request, log_str("method", ""), log_str("route", ""), log_int("status", status),
             log_str("code", code_name(error->code)), log_str("reason", error->detail));
    connection_say(connection, bytes, size);
    free(bytes);
}

/* Ends are closed behind the library's turn: libmicrohttpd 0.9 overlooks an end that comes together with
 * bytes. */
int64_t http_server_turn(struct http_server *server, int64_t now_ms)
{
    bool others_ready = connections_carry(server->connections);
    struct connection *refused;
    MHD_UNSIGNED_LONG_LONG ms;
    int64_t wait;

    if (others_ready || !server->listening)
        accept_clients(server, now_ms);
    MHD_run(server->daemon);
    wait = connections_expire(server->connections, now_ms);
    while ((refused = connections_settle(server->connections)) != NULL)
        refuse_client(refused);
    connections_deliver(server->connections);
    wait = timer_sooner(wait, lingering_turn(server->lingering, now_ms));
    if (server->listen_fd != -1 && server->paused_until > now_ms)
        wait = timer_sooner(wait, server->paused_until - now_ms);
    if (MHD_get_timeout(server->daemon, &ms) == MHD_YES)
        wait = timer_sooner(wait, ms > MAX_WAIT_MS ? MAX_WAIT_MS : (int64_t)ms);
    if (server->listen_fd != -1 && !server->listening && has_room(server) && now_ms >= server->paused_until)
        wait = 0; /* this turn has made room for those who wait */
    return wait;
}

void http_server_retire(struct http_server *server)
{
    close_listener(server);
    connections_close_idle(server->connections);
}

bool http_server_is_idle(const struct http_server *server)
{
    return connections_busy(server->connections) == 0 && lingering_count(server->lingering) == 0;
}
