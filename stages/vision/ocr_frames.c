/* ocr_frames - see ocr_frames.h */
#include "stages/vision/ocr_frames.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "proto/panic.h"

bool ocr_write(int fd, const void *bytes, size_t size)
{
    for (const char *at = bytes; size > 0;) {
        ssize_t wrote = write(fd, at, size);

        if (wrote == -1 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        at += wrote;
        size -= (size_t)wrote;
    }
    return true;
}

size_t ocr_read_up_to(int fd, void *bytes, size_t most)
{
    size_t size = 0;

    while (size < most) {
        ssize_t got = read(fd, (char *)bytes + size, most - size);

        if (got == -1 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        size += (size_t)got;
    }
    return size;
}

bool ocr_send(int fd, const void *bytes, size_t size)
{
    uint32_t count = (uint32_t)size;

    return ocr_write(fd, &count, sizeof count) && ocr_write(fd, bytes, size);
}

char *ocr_receive(int fd, size_t most, size_t *size)
{
    uint32_t count;
    char *bytes;

    if (ocr_read_up_to(fd, &count, sizeof count) != sizeof count || count > most)
        return NULL;
    bytes = need(count + 1);
    *size = count;
    if (ocr_read_up_to(fd, bytes, count) == count)
        return bytes;
    free(bytes);
    return NULL;
}
