/* jail_reply_text - a checked answer of the jail in the words of the wire: text layer as JSON, codes,
 * sentences */
#ifndef STAGES_RASTERIZER_JAIL_REPLY_TEXT_H
#define STAGES_RASTERIZER_JAIL_REPLY_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "proto/codes.h"
#include "stages/rasterizer/jail_protocol.h"

/* The text layer as JSON (free(3)), its size, and how many letters it has. lines: as jail_reply_check.h let
 * them through. */
char *jail_reply_layer(const struct jail_reply *reply, const unsigned char *lines, size_t *size,
                       uint32_t *letters);

/* Why a page is not whole, in one sentence for a person; "" if it is. Static. */
const char *jail_reply_flaws(const struct jail_reply *reply);

/* The code that ends the lease for an outcome other than JAIL_OK. */
enum code jail_reply_code(enum jail_outcome outcome);

#endif
