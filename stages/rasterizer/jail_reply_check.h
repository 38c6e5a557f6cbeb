/* jail_reply_check - what came out of the jail, held against what it may be
 *
 * Pure functions over bytes: a taken-over jail may send anything, and what passes here goes on to the ledger,
 * the model and people's documents.
 */
#ifndef STAGES_RASTERIZER_JAIL_REPLY_CHECK_H
#define STAGES_RASTERIZER_JAIL_REPLY_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/rasterizer/jail_protocol.h"

/* Does the head answer this ask (NULL: the first, unasked one), with every number within its bounds? */
bool jail_reply_check_head(const struct jail_reply *reply, const struct jail_ask *ask);

/* Do the bytes keep what the head says: clean text, lines inside the picture, a whole JPEG of that size? */
bool jail_reply_check_bodies(const struct jail_reply *reply, const unsigned char *first,
                             const unsigned char *second);

/* Is it a baseline JPEG of three components and that size, from its first marker to its last? */
bool jail_reply_check_jpeg(const unsigned char *jpeg, size_t size, uint32_t width, uint32_t height);

#endif
