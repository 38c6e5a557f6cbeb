/* mupdf_engine - MuPDF's context, its memory, its messages and its time; and all that differs between its
 * versions
 *
 * One context per process.  Its allocations are capped: a refusal first empties the store (MuPDF does that),
 * then throws.  Its messages are counted, never printed.  A watched cookie aborts once its CPU time
 * is up: MuPDF then returns with what it has; time inside one operation is the worker's business (a kill).
 */
#ifndef STAGES_RASTERIZER_MUPDF_ENGINE_H
#define STAGES_RASTERIZER_MUPDF_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mupdf/fitz.h>
#include <mupdf/pdf.h>

/* The context; its allocations together stay below max_memory bytes. NULL: there is no memory even for that.
 */
fz_context *mupdf_new(size_t max_memory);

/* Starts the timer that mupdf_watch counts by; needs a system call that no sandbox lets through. 0 or -1. */
int mupdf_clock(void);

/* Aborts the work of this cookie once it has used ms of CPU time from now on. NULL: watches none. */
void mupdf_watch(fz_cookie *cookie, unsigned ms);

/* Belongs first into every fz_catch: marks the error as dealt with. true: it was for want of memory. */
bool mupdf_caught(fz_context *ctx);

/* Since 1.22 it reports replacement texts (/ActualText) itself. */
#define MUPDF_HAS_METATEXT (FZ_VERSION_MAJOR > 1 || FZ_VERSION_MINOR >= 22)

/* Runs the contents of a page on device, replacement texts told: as metatext, or as layers of a name from
 * which mupdf_actual_text takes them. Throws. */
void mupdf_run_contents(fz_context *ctx, pdf_page *page, fz_device *device, fz_cookie *cookie);

/* The replacement text that a layer stands for; NULL: it is another layer. */
const char *mupdf_actual_text(const char *layer);

/* How far the glyph reaches, in parts of its size. */
float mupdf_advance(fz_context *ctx, const fz_text_span *span, const fz_text_item *item);

/* Has memory been refused since the last call? */
bool mupdf_refused(void);

/* Messages since the last call. */
uint32_t mupdf_noise(void);

/* What those messages tell of a page. MuPDF goes on without what it cannot read, and only says so. */
enum mupdf_said {
    MUPDF_NO_CONTENT = 1, /* instructions for drawing are lost or damaged */
    MUPDF_NO_DATA = 2,    /* data of an image or another object are lost or damaged */
    MUPDF_NO_FONT = 4,
    MUPDF_ERROR = 8,     /* any other error */
    MUPDF_CHECKSUM = 16, /* data that were unpacked are not those that were packed */
    MUPDF_NO_FILTER = 32 /* data are packed in an unknown way, and were taken as they are */
};

/* Since the last call: a set of enum mupdf_said. */
unsigned mupdf_said(fz_context *ctx);

/* Has it said that since? */
bool mupdf_has_said(fz_context *ctx, enum mupdf_said what);

/* What was kept of objects already read is read again when it is needed next, and what is wrong with it told
 * again. */
void mupdf_forget(fz_context *ctx);

#endif
