/* ocr_frames - see ocr_frames.h */
#include "stages/vision/text/ocr_frames.h"

#include <stdint.h>
#include <stdlib.h>

#include "proto/fd_io.h"
#include "proto/panic.h"

bool ocr_send(int fd, const void *bytes, size_t size)
{
    uint32_t count = (uint32_t)size;

    return fd_write_all(fd, &count, sizeof count) == 0 && fd_write_all(fd, bytes, size) == 0;
}

char *ocr_receive(int fd, size_t max, size_t *size)
{
    uint32_t count;
    char *bytes;

    if (fd_read_up_to(fd, &count, sizeof count) != sizeof count || count > max)
        return NULL;
    bytes = need(count + 1);
    *size = count;
    if (fd_read_up_to(fd, bytes, count) == count)
        return bytes;
    free(bytes);
    return NULL;
}
