/* listen - the TCP socket that front serves: bound here, so that a front that dies leaves no connection
 * refused */
#ifndef SUPERVISOR_LISTEN_H
#define SUPERVISOR_LISTEN_H

#include "conf/conf.h"

/* A bound, listening, non-blocking socket, and the port it got. bind "auto": loopback, or every address (IPv6
 * and IPv4) when PORT is in the environment. Ends the process with EXIT_CONFIG (address in use: EXIT_SYSTEM,
 * which is tried again) after telling address, reason and remedy. */
int listen_open(const struct conf *conf, unsigned *port);

#endif
