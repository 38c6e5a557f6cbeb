/* tap - between the sockets and the HTTP library: what the clients send goes through their inlets first
 *
 * libmicrohttpd has no place for that, but it calls recv(), and the program's own recv() comes before the C
 * library's wherever symbols are looked up. Ours reads what comes for one of our connections and hands on
 * what its inlet lets through; for every other descriptor, and every other thread, it is the C library's.
 * Should a library come by its bytes in another way, the first request shows it: a head that no inlet has
 * seen ends the process (request.c). So it is with shutdown(): a connection that is not the library's any
 * more is left alone.
 */
#ifndef FRONT_TAP_H
#define FRONT_TAP_H

#include "stages/front/front.h"

/* One turn of the library, with the tap between. Then those whose inlet is shut are told why. */
void tap_run(struct front *front);

#endif
