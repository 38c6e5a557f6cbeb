/* patient - sends to a worker that may have said hello on one socket before the other is connected */
#ifndef TESTS_SYSTEM_PATIENT_H
#define TESTS_SYSTEM_PATIENT_H

#include <zmq.h>

#include "proto/panic.h"
#include "proto/wire.h"

enum { CONNECT_MAX_MS = 30000 };

/* Takes the message over; ends the test if nobody takes it. */
static inline void patient_send(void *socket, struct wire *message)
{
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLOUT};

    must(zmq_poll(&item, 1, CONNECT_MAX_MS) == 1);
    must(wire_send(socket, message) == 0);
}

#endif
