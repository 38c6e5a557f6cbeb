/* rasterizer - slidemill-rasterizer: PDF in, pictures and text of its pages out
 *
 * This is the worker: it speaks with the supervisor and never looks into a PDF.  slidemill-jail beside it
 * does (jail.c), one process per document, with nothing to lose.
 *
 * Promise: every INSPECT and RASTER is answered; a page that crashes or hangs its jail costs that page at
 * most. Trouble: a lease for a document it was not sent is a fault of ours: INTERNAL, retryable.
 */
#ifndef STAGES_RASTERIZER_RASTERIZER_H
#define STAGES_RASTERIZER_RASTERIZER_H

#include "stages/lib/stage.h"

extern const struct stage_ops rasterizer_ops;

#endif
