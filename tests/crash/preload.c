/* preload - makes the system fail under the supervisor, for tests (LD_PRELOAD)
 *
 * TORTURE=KIND:N: the N-th allocation, write or sync (KIND alloc, write, sync) of the supervisor fails, once;
 * with kill- before KIND it is killed there.  Counted from the moment the file TORTURE_FROM is there; that it
 * has happened, the file TORTURE_DONE says.
 *
 * SYNC_MS=N: each sync takes N ms longer; with SYNC_PATH=TEXT only of files whose path has that in it.  For
 * each of these, the file SYNC_LOG (if it is named) gets a byte, once it is through.
 *
 * CLOCK_SHIFT=FILE: the file's number of seconds is added to the time of day.
 *
 * Programs of another name are left alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static bool ours, armed, counting, deadly;
static const char *kind, *from, *done, *shift, *sync_path, *sync_log;
static long at, sync_ms;
static atomic_long seen;

__attribute__((constructor)) static void begin(void)
{
    const char *plan = getenv("TORTURE"), *ms = getenv("SYNC_MS");
    char name[17] = "";

    prctl(PR_GET_NAME, name);
    ours = strncmp(name, "slidemill-super", 15) == 0;
    from = getenv("TORTURE_FROM");
    done = getenv("TORTURE_DONE");
    shift = getenv("CLOCK_SHIFT");
    sync_path = getenv("SYNC_PATH");
    sync_log = getenv("SYNC_LOG");
    sync_ms = ms == NULL ? 0 : strtol(ms, NULL, 10);
    if (!ours || plan == NULL || from == NULL || done == NULL || access(done, F_OK) == 0)
        return;
    deadly = strncmp(plan, "kill-", 5) == 0;
    kind = deadly ? plan + 5 : plan;
    at = strtol(strchr(plan, ':') + 1, NULL, 10);
    armed = true;
}

static bool fails(const char *what)
{
    int fd;

    if (!armed || strncmp(kind, what, strlen(what)) != 0)
        return false;
    counting = counting || access(from, F_OK) == 0;
    if (!counting || atomic_fetch_add(&seen, 1) + 1 != at)
        return false;
    armed = false;
    fd = open(done, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd != -1 && deadly)
        raise(SIGKILL);
    if (fd != -1)
        close(fd);
    return fd != -1;
}

void *malloc(size_t size)
{
    return fails("alloc") ? (errno = ENOMEM, NULL) : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails("alloc") ? (errno = ENOMEM, NULL) : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails("alloc") ? (errno = ENOMEM, NULL) : __libc_realloc(old, size);
}

ssize_t write(int fd, const void *data, size_t size)
{
    return fd != STDERR_FILENO && fails("write") ? (errno = ENOSPC, -1) : syscall(SYS_write, fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t at_byte)
{
    return fails("write") ? (errno = ENOSPC, -1) : syscall(SYS_pwrite64, fd, data, size, at_byte);
}

static bool is_slow(int fd)
{
    char link[32], path[512] = "";

    if (!ours || sync_ms == 0 || sync_path == NULL)
        return ours && sync_ms > 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    return readlink(link, path, sizeof path - 1) > 0 && strstr(path, sync_path) != NULL;
}

static void count_sync(void)
{
    int fd = sync_log == NULL ? -1 : open(sync_log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    if (fd == -1)
        return;
    syscall(SYS_write, fd, "*", 1);
    close(fd);
}

static int slow_sync(long number, int fd)
{
    const struct timespec pause = {sync_ms / 1000, sync_ms % 1000 * 1000000};

    if (is_slow(fd)) {
        nanosleep(&pause, NULL);
        count_sync();
    }
    return fails("sync") ? (errno = EIO, -1) : (int)syscall(number, fd);
}

int fsync(int fd)
{
    return slow_sync(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return slow_sync(SYS_fdatasync, fd);
}

int clock_gettime(clockid_t id, struct timespec *now)
{
    int rc = (int)syscall(SYS_clock_gettime, id, now);
    char text[24] = "";
    int fd;

    if (id != CLOCK_REALTIME || shift == NULL || (fd = open(shift, O_RDONLY | O_CLOEXEC)) == -1)
        return rc;
    if (read(fd, text, sizeof text - 1) > 0)
        now->tv_sec += strtol(text, NULL, 10);
    close(fd);
    return rc;
}
