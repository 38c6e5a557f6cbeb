/* listen - the TCP socket that front serves
 *
 * It is bound here and kept by `slidemill serve`, which hands it to the next supervisor. So a connection that
 * comes while front or the supervisor is away waits in the socket's queue, and none is refused.
 */
#ifndef SUPERVISOR_LISTEN_H
#define SUPERVISOR_LISTEN_H

#include "conf/conf.h"

/* A bound, listening, non-blocking socket, and the port it got. keeper: fd_pass.h's end of the process that
 * keeps the socket; one that is kept already is taken as it is, whatever the configuration says by now, if it
 * is a TCP socket that listens. -1: nobody keeps it. bind "auto": loopback, or every address (IPv6 and IPv4)
 * when PORT is in the environment. Ends the process with EXIT_CONFIG (address in use: EXIT_SYSTEM, which is
 * tried again) after telling address, reason and remedy. */
int listen_open(const struct conf *conf, int keeper, unsigned *port);

#endif
