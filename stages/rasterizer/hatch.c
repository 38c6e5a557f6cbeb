/* hatch - see hatch.h */
#include "stages/rasterizer/hatch.h"

#include <errno.h>
#include <unistd.h>

int hatch_read(int fd, void *data, size_t size)
{
    unsigned char *at = data;

    while (size > 0) {
        ssize_t got = read(fd, at, size);

        if (got == -1 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        at += got;
        size -= (size_t)got;
    }
    return 0;
}

int hatch_write(int fd, const void *data, size_t size)
{
    const unsigned char *at = data;

    while (size > 0) {
        ssize_t put = write(fd, at, size);

        if (put == -1 && errno == EINTR)
            continue;
        if (put == -1)
            return -1;
        at += put;
        size -= (size_t)put;
    }
    return 0;
}
