/* fd_io - see fd_io.h */
#include "proto/fd_io.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int fd_write_all(int fd, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0) {
        ssize_t written = write(fd, at, size);

        if (written == -1 && errno == EINTR)
            continue;
        if (written == 0)
            errno = EIO; /* a device that takes nothing: waiting for it would never end */
        if (written <= 0)
            return -1;
        at += written;
        size -= (size_t)written;
    }
    return 0;
}

size_t fd_read_up_to(int fd, void *data, size_t size)
{
    char *at = data;
    size_t done = 0;

    while (done < size) {
        ssize_t got = read(fd, at + done, size - done);

        if (got == -1 && errno == EINTR)
            continue;
        if (got == 0)
            errno = 0;
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    return done;
}

int fd_open_standard(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDONLY);
    while (fd != -1 && fd <= STDERR_FILENO);
    return fd == -1 ? -1 : close(fd);
}
