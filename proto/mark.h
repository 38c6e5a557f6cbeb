/* mark - does a file say of itself that it is a PDF?
 *
 * A first look, so that what is plainly something else is told at once; whether it can be read is the
 * rasterizer's to find out, in its jail.
 */
#ifndef PROTO_MARK_H
#define PROTO_MARK_H

#include <stddef.h>

#include "proto/codes.h"

/* How much of the beginning mark_look() needs to see. */
enum { MARK_WITHIN = 1024 };

/* CODES: it is taken for a PDF: "%PDF" within the first 1,024 bytes, where readers look for it (ISO 32000-1,
 * annex H, note 13), or, its head being lost, the word "trailer" there. Else PDF_EMPTY (no bytes) or
 * UNSUPPORTED_TYPE. start: at least the first MARK_WITHIN bytes of the file, if it has as many. */
enum code mark_look(const void *start, size_t size);

#endif
