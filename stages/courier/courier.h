/* courier - carries bytes between the service and the world: PDFs in, results out, callbacks
 *
 * It holds up to stages.courier.in_flight leases at once, each as a transfer (transfer.h). It keeps nothing:
 * the supervisor leases again what dies with the process, and doing any transfer twice does no harm.
 */
#ifndef STAGES_COURIER_COURIER_H
#define STAGES_COURIER_COURIER_H

#include "stages/lib/stage.h"

extern const struct stage_ops courier_ops;

#endif
