/* connection - the clients' open connections, each with a total deadline of our own
 *
 * The HTTP library's timeout starts anew with every byte, so a drip would hold a connection for ever. Here
 * each phase of a connection (waiting for a request, its head, its body, the answer) has one deadline. When
 * it passes in the middle of a request, front answers 408; else front closes the connection. The client gets
 * the whole of an answer even then, for the socket lingers (lingering_close.h). libmicrohttpd serves the
 * other end of each connection's relay (relay.h), and calls back when it closes that.
 */
#ifndef FRONT_CONNECTION_H
#define FRONT_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/front/request_error.h"
#include "stages/front/lingering_close.h"

struct connections;
struct connection;

#define NO_DEADLINE INT64_MAX

/* All times are clock_monotonic_ms(). quiet_ms: how long a client may be silent in the middle of a request,
 * and how long a head may take. lingering outlives the connections. */
struct connections *connections_new(struct lingering *lingering, int64_t quiet_ms);
void connections_free(struct connections **connections);

/* Has the descriptors that one more connection takes beside the client's: without them, clients had better
 * wait in the listening socket's queue. false: there are none (errno). */
bool connections_prepare(struct connections *connections);

/* Takes over the client's socket, which does not block. *library_fd: the end of the relay that the HTTP
 * library is to have, the caller's. until_ms: when the first request must have begun. NULL: out of
 * descriptors or memory of the kernel, the socket is closed. */
struct connection *connection_new(struct connections *connections, int client_fd, int64_t until_ms,
                                  int *library_fd);
/* The library has begun to serve the end with this descriptor, at once or in a later turn of its own. Returns
 * the connection it belongs to; NULL: no connection waits for that. */
struct connection *connection_started(struct connections *connections, int library_fd);
/* The library has refused that end, and closed it. Does nothing if the library had begun to serve it. */
void connection_refused(struct connections *connections, int library_fd);
/* The library is about to close its end: the client is sent what the library has said, then its socket
 * lingers. */
void connection_free(struct connection **connection);
unsigned connections_count(const struct connections *connections);

/* Begins a phase of the connection, which ends at until_ms. busy: a request is at work (a server that retires
 * closes only the other connections). */
void connection_phase(struct connection *connection, bool busy, int64_t until_ms);
/* The library has been given the answer, which must be sent by until_ms. */
void connection_answer(struct connection *connection, int64_t until_ms);
/* Has the guard seen the head of the request at work? */
bool connection_has_head(const struct connection *connection);
/* Sends the last bytes of the connection past the library, for which the connection ends. */
void connection_say(struct connection *connection, const char *bytes, size_t size);
/* Is it closed, or does it linger? Then nothing that the library still says arrives. */
bool connection_is_gone(const struct connection *connection);

/* An epoll descriptor, readable when connections_carry() has something to do. The owner may add other
 * descriptors that are to wake the same process, with NULL as their data. */
int connections_fd(const struct connections *connections);
/* Carries what has come from clients to the library, and what it has said to the clients. true: one of the
 * other descriptors is ready. */
bool connections_carry(struct connections *connections);
/* Carries the answers that the library was given since the last call; of a long one the first piece, and
 * connections_carry() the others. */
void connections_deliver(struct connections *connections);
/* To be called when the library has taken what was carried to it: closes connections whose clients have ended
 * them and have their answers, and those that the library closed without having served them. Returns a
 * connection whose guard is shut and whose earlier requests have their answers: the caller tells the client
 * why (connection_error(), connection_say()) and calls again, until NULL. */
struct connection *connections_settle(struct connections *connections);
/* Why its guard is shut, and the status of the answer; NULL: it is not. */
const struct request_error *connection_error(const struct connection *connection, unsigned *status);

/* Closes connections on which no request is at work. */
void connections_close_idle(struct connections *connections);
unsigned connections_busy(const struct connections *connections);

/* Closes what is past its deadline, or shuts its guard (connections_settle). Returns ms until it wants to be
 * called again, -1: nothing is open. */
int connections_expire(struct connections *connections, int64_t now_ms);

#endif
