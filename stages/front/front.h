/* front - the HTTP process: checks requests, hands them to the supervisor, sends its answers on
 *
 * It holds nothing that must survive and may be killed at any moment: the listening socket (descriptor 3
 * here) is kept by others, so the next incarnation goes on where this one stopped. When it is told to go, or
 * the supervisor is gone, it accepts nobody any more, gives an answer to each client that it has accepted,
 * and ends; others wait in the socket's queue for the next. Not here: what a job is and whether it is
 * accepted (the supervisor's), TLS (a proxy's). Trouble: a client that gets no answer from the supervisor
 * within ten seconds is told 503, and a late answer is dropped.
 */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

#include "stages/lib/stage.h"

extern const struct stage_ops front_ops;

#endif
