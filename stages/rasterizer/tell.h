/* tell - a checked answer of the jail in the words of the wire: text layer as JSON, codes, sentences */
#ifndef STAGES_RASTERIZER_TELL_H
#define STAGES_RASTERIZER_TELL_H

#include <stddef.h>
#include <stdint.h>

#include "proto/codes.h"
#include "stages/rasterizer/hatch.h"

/* The text layer as JSON (free(3)), its size, and how many letters it has. lines: as check.h let them
 * through. */
char *tell_layer(const struct hatch_reply *reply, const unsigned char *lines, size_t *size,
                 uint32_t *letters);

/* Why a page is not whole, in one sentence for a person; "" if it is. Static. */
const char *tell_flaws(const struct hatch_reply *reply);

/* The code that ends the lease for an outcome other than HATCH_OK. */
enum code tell_code(enum hatch_outcome outcome);

#endif
