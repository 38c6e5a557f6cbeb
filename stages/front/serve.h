/* serve - one turn of the HTTP process: new clients, their bytes through the relays, the library, the answers
 *
 * libmicrohttpd has no place for checks of our own between the socket and its parser. So the clients' sockets
 * are ours (connection.h), and the library is given one end of a socket pair for each.
 */
#ifndef FRONT_SERVE_H
#define FRONT_SERVE_H

#include <stdint.h>

#include "stages/front/front.h"

/* Returns ms until it wants to be called again, whatever the descriptors say; TIMER_NONE: not before that. */
int64_t serve_turn(struct front *front, int64_t now_ms);

#endif
