/* engine - MuPDF's context, its memory, its messages and its time; and all that differs between its versions
 *
 * One context per process.  Its allocations are capped: a refusal first empties the store (MuPDF does that),
 * then throws.  Its messages are counted, never printed.  A watched cookie is told to abort once its CPU time
 * is up: MuPDF then returns with what it has; time inside one operation is the worker's business (a kill).
 */
#ifndef STAGES_RASTERIZER_ENGINE_H
#define STAGES_RASTERIZER_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mupdf/fitz.h>
#include <mupdf/pdf.h>

/* NULL: no memory even for that. */
fz_context *engine_new(size_t memory_most);

/* Starts the timer that engine_watch counts by; needs a system call that no cage lets through. 0 or -1. */
int engine_clock(void);

/* From now on this cookie has so many ms of CPU time; NULL: nobody is watched. */
void engine_watch(fz_cookie *cookie, unsigned ms);

/* Belongs first into every fz_catch: marks the error as dealt with. true: it was for want of memory. */
bool engine_caught(fz_context *ctx);

/* Has memory been refused since the last call? */
bool engine_refused(void);

/* Messages since the last call. */
uint32_t engine_noise(void);

#endif
