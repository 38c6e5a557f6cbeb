/* worker_lock - see worker_lock.h */
#include "supervisor/process/worker_lock.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "proto/log.h"

static const char suffix[] = ".life";

static void path_of(const char *name, char path[WORKER_LOCK_NAME + 16])
{
    snprintf(path, WORKER_LOCK_NAME + 16, "run/%s%s", name, suffix);
}

int worker_lock_begin(const char *name)
{
    char path[WORKER_LOCK_NAME + 16];
    int fd;

    path_of(name, path);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1) {
        close(fd);
        fd = -1;
    }
    return fd;
}

void worker_lock_is(int fd, pid_t pid)
{
    if (dprintf(fd, "%ld\n", (long)pid) < 0) /* then it cannot be found again: it ends by itself */
        log_warn(worker_lock_not_written, log_int("pid", pid));
}

void worker_lock_end(const char *name)
{
    char path[WORKER_LOCK_NAME + 16];

    path_of(name, path);
    unlink(path);
}

/* Its process; 0: dead, or it died before it was named. */
static pid_t living(const char *name)
{
    char path[WORKER_LOCK_NAME + 16], text[24] = "";
    int fd;
    bool dead;

    path_of(name, path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return 0;
    dead = flock(fd, LOCK_SH | LOCK_NB) == 0 || read(fd, text, sizeof text - 1) <= 0;
    close(fd);
    return dead ? 0 : (pid_t)strtol(text, NULL, 10);
}

void worker_lock_each(void (*on)(void *arg, const char *name, pid_t pid), void *arg)
{
    DIR *dir = opendir("run");
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        size_t size = strlen(entry->d_name), tail = sizeof suffix - 1;
        char name[WORKER_LOCK_NAME];
        pid_t pid;

        if (size <= tail || size - tail >= sizeof name || strcmp(entry->d_name + size - tail, suffix) != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(size - tail), entry->d_name);
        pid = living(name);
        if (pid > 0)
            on(arg, name, pid);
        else
            worker_lock_end(name);
    }
    if (dir != NULL)
        closedir(dir);
}
