/* pixels - RGB pixels as a JPEG, and a way out where libjpeg would end the process */
#ifndef STAGES_LIB_PIXELS_H
#define STAGES_LIB_PIXELS_H

#include <setjmp.h>
#include <stddef.h>
#include <stdio.h> /* jpeglib.h needs it */

#include <jpeglib.h>

/* Baseline JPEG, 4:2:0, of width x height RGB pixels. *jpeg is the caller's, free(3). 0; -1: it does not
 * work.
 */
int pixels_encode(const unsigned char *rgb, unsigned width, unsigned height, size_t stride, unsigned quality,
                  unsigned char **jpeg, size_t *size);

struct pixels_trouble {
    struct jpeg_error_mgr manager; /* first: libjpeg knows it by this address */
    jmp_buf out;                   /* where libjpeg leaps to when it can go no further */
};

/* The err of a (de)compressor. The caller calls setjmp(trouble->out) next. */
struct jpeg_error_mgr *pixels_watch(struct pixels_trouble *trouble);

#endif
