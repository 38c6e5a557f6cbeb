/* example - the smallest stage: a title in, the same in capitals out (stages/lib/stage.h) */
#ifndef STAGES_EXAMPLE_EXAMPLE_H
#define STAGES_EXAMPLE_EXAMPLE_H

#include "stages/lib/stage.h"

extern const struct stage_ops example_ops;

#endif
