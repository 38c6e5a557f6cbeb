/* jpeg_encode - RGB pixels as a JPEG, and a way out where libjpeg would end the process */
#ifndef STAGES_LIB_JPEG_ENCODE_H
#define STAGES_LIB_JPEG_ENCODE_H

#include <setjmp.h>
#include <stddef.h>
#include <stdio.h> /* jpeglib.h needs it */

#include <jpeglib.h>

/* Baseline JPEG, 4:2:0, of width x height RGB pixels. stride: bytes of a row. quality: libjpeg's, 1 to 100.
 * 0, and *jpeg is the caller's, free(3); -1: libjpeg cannot. */
int jpeg_encode(const unsigned char *rgb, unsigned width, unsigned height, size_t stride, unsigned quality,
                unsigned char **jpeg, size_t *size);

struct jpeg_trouble {
    struct jpeg_error_mgr manager; /* first: libjpeg knows it by this address */
    jmp_buf out;                   /* where libjpeg leaps to when it can go no further */
};

/* What to set as err of a compressor or decompressor. The caller calls setjmp(trouble->out) next, before any
 * other call of libjpeg. */
struct jpeg_error_mgr *jpeg_watch(struct jpeg_trouble *trouble);

#endif
