/* assembler - the stage that writes the documents; this is its face to the skeleton (stages/lib/stage.h) */
#ifndef STAGES_ASSEMBLER_ASSEMBLER_H
#define STAGES_ASSEMBLER_ASSEMBLER_H

#include "stages/lib/stage.h"

extern const struct stage_ops assembler_ops;

#endif
