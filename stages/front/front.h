/* front - the HTTP process: checks requests, hands them to the supervisor, sends its answers on
 *
 * It holds nothing that must survive and may be killed at any moment: the listening socket belongs to the
 * supervisor (descriptor 3 here), so the next incarnation goes on where this one stopped. Not here: what a
 * job is and whether it is accepted (the supervisor's), TLS (a proxy's). Trouble: a client that gets no
 * answer from the supervisor within ten seconds is told 503, and a late answer is dropped.
 */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

#include "stages/lib/stage.h"

extern const struct stage_ops front_ops;

#endif
