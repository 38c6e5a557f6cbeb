/* courier - carries things between the lecture machine and the world: PDFs in, results out, callbacks
 *
 * Holds up to stages.courier.in_flight leases at once.  Keeps nothing: a transfer that dies with the process
 * is done again, and doing any of them twice does no harm.
 */
#ifndef STAGES_COURIER_COURIER_H
#define STAGES_COURIER_COURIER_H

#include "stages/lib/stage.h"

extern const struct stage_ops courier_ops;

#endif
