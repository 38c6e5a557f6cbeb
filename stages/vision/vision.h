/* vision - the stage that explains slides; this is its face to the skeleton (stages/lib/stage.h) */
#ifndef STAGES_VISION_VISION_H
#define STAGES_VISION_VISION_H

#include "stages/lib/stage.h"

extern const struct stage_ops vision_ops;

#endif
