/* listen - see listen.h */
#include "supervisor/process/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/process/fd_pass.h"

/* BACKLOG: as many as the system lets wait (net.core.somaxconn). ADDRESS_ROOM: with the name of an interface.
 */
enum { BACKLOG = 65535, ADDRESS_ROOM = 80 };

static _Noreturn void give_up(const char *address, const char *port, const char *reason, const char *remedy,
                              int code)
{
    log_error(listen_failed, log_str("address", address), log_str("port", port), log_str("reason", reason),
              log_str("do", remedy));
    exit(code);
}

static int try_one(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1, off = 0, saved;

    if (fd == -1)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->ai_family == AF_INET6) /* :: serves IPv4 as well */
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static int try_address(const char *address, const char *port)
{
    const struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    int rc = getaddrinfo(address, port, &hints, &found), fd;

    if (rc != 0)
        give_up(address, port, gai_strerror(rc), "give http.bind a numeric address, or auto", EXIT_CONFIG);
    fd = try_one(found);
    freeaddrinfo(found);
    return fd;
}

/* Where the socket is bound: the port, and the address as text. */
static unsigned find_port(int fd, char address[ADDRESS_ROOM])
{
    struct sockaddr_storage own = {0};
    socklen_t size = sizeof own;
    char port[8];

    if (getsockname(fd, (struct sockaddr *)&own, &size) == -1 ||
        getnameinfo((struct sockaddr *)&own, size, address, ADDRESS_ROOM, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        panic("getsockname"); /* of a socket that is bound */
    return (unsigned)strtoul(port, NULL, 10);
}

static int open_new(const struct conf *conf)
{
    bool automatic = strcmp(conf->http_bind, "auto") == 0, everywhere = automatic && getenv("PORT") != NULL;
    const char *address = everywhere ? "::" : automatic ? "127.0.0.1" : conf->http_bind;
    char text[8];
    int fd;

    snprintf(text, sizeof text, "%u", (unsigned)conf->http_port);
    fd = try_address(address, text);
    if (fd == -1 && everywhere) /* a host without IPv6 */
        fd = try_address(address = "0.0.0.0", text);
    if (fd == -1)
        give_up(address, text, strerror(errno),
                errno == EADDRINUSE ? "stop what listens there, or set PORT" : "set PORT or SLIDEMILL_BIND",
                errno == EADDRINUSE ? EXIT_SYSTEM : EXIT_CONFIG);
    return fd;
}

/* Whoever started the service may have given it something else. */
static bool can_be_served(int fd)
{
    int domain, listens;
    socklen_t size = sizeof(int);

    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0 &&
           (domain == AF_INET || domain == AF_INET6);
}

int listen_open(const struct conf *conf, int keeper, unsigned *port)
{
    int fd = keeper == -1 ? -1 : fd_pass_receive(keeper);
    char address[ADDRESS_ROOM];

    if (fd != -1 && !can_be_served(fd))
        give_up("", "", "the descriptor that was passed on is no TCP socket that listens",
                "start the service without LISTEN_FDS, or with such a socket (ListenStream=PORT in systemd)",
                EXIT_CONFIG);
    if (fd == -1) {
        fd = open_new(conf);
        if (keeper != -1 && fd_pass_send(keeper, fd) == -1)
            panic("nobody keeps the listening socket"); /* slidemill serve has died, and we go with it */
    }
    *port = find_port(fd, address);
    log_info(listening, log_str("address", address), log_int("port", *port));
    return fd;
}
