/* http_server - the clients' connections and libmicrohttpd, one turn after the other: new clients, their
 * bytes through the relays, the library, its answers
 *
 * libmicrohttpd has no place for checks of our own between the socket and its parser. So the clients' sockets
 * are ours (connection.h), and the library gets one end of a socket pair for each (docs/adr/0011). It has one
 * epoll descriptor, no thread and no listening socket. Not here: what a request is answered
 * (http_request.h).
 */
#ifndef FRONT_HTTP_SERVER_H
#define FRONT_HTTP_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "stages/front/http_request.h"

struct http_server;

/* listen_fd: a listening socket that does not block, which the server closes. service outlives the server.
 * NULL after logging why: the library does not start; then the socket is still the caller's. */
struct http_server *http_server_new(int listen_fd, struct http_service *service);
/* Closes all connections; those that wait for the supervisor must have been given their answer. NULL inside
 * is allowed. */
void http_server_free(struct http_server **server);

/* Readable when http_server_turn() has something to do. */
int http_server_fd(const struct http_server *server);
/* Does what there is to do, without waiting. Returns ms until it wants to be called again, whatever the
 * descriptor says; TIMER_NONE: not before that. */
int64_t http_server_turn(struct http_server *server, int64_t now_ms);

/* Accepts no client any more (whoever else has the listening socket goes on) and closes the connections on
 * which no request is at work. To be called again until http_server_is_idle(). */
void http_server_retire(struct http_server *server);
/* Is no request at work, and has each client got its last answer? */
bool http_server_is_idle(const struct http_server *server);

#endif
