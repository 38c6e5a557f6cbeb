/* jpeg_encode - see jpeg_encode.h */
#include "stages/lib/jpeg_encode.h"

#include <stdint.h>
#include <stdlib.h>

static void leave(j_common_ptr jpeg)
{
    struct jpeg_trouble *trouble = (struct jpeg_trouble *)(void *)jpeg->err;

    longjmp(trouble->out, 1);
}

static void keep_silent(j_common_ptr jpeg)
{
    (void)jpeg;
}

struct jpeg_error_mgr *jpeg_watch(struct jpeg_trouble *trouble)
{
    struct jpeg_error_mgr *manager = jpeg_std_error(&trouble->manager);

    manager->error_exit = leave;
    manager->output_message = keep_silent;
    return manager;
}

static void compress(struct jpeg_compress_struct *jpeg, const unsigned char *rgb, size_t stride,
                     unsigned quality)
{
    jpeg->input_components = 3;
    jpeg->in_color_space = JCS_RGB;
    jpeg_set_defaults(jpeg); /* baseline, YCbCr 4:2:0 */
    jpeg_set_quality(jpeg, (int)quality, TRUE);
    jpeg_start_compress(jpeg, TRUE);
    while (jpeg->next_scanline < jpeg->image_height) {
        JSAMPROW row = (JSAMPROW)(uintptr_t)(rgb + jpeg->next_scanline * stride);

        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
}

int jpeg_encode(const unsigned char *rgb, unsigned width, unsigned height, size_t stride, unsigned quality,
                unsigned char **jpeg, size_t *size)
{
    struct jpeg_compress_struct state = {0};
    struct jpeg_trouble trouble;
    unsigned long bytes = 0;
    volatile int rc = 0;

    *jpeg = NULL;
    state.err = jpeg_watch(&trouble);
    if (setjmp(trouble.out) == 0) { /* leaps within this function alone */
        jpeg_create_compress(&state);
        jpeg_mem_dest(&state, jpeg, &bytes);
        state.image_width = width;
        state.image_height = height;
        compress(&state, rgb, stride, quality);
        *size = bytes;
    } else {
        rc = -1;
    }
    jpeg_destroy_compress(&state);
    if (rc == -1) {
        free(*jpeg);
        *jpeg = NULL;
    }
    return rc;
}
