/* blob_disk - see blob_disk.h */
#include "supervisor/store/blob_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/fault.h"
#include "proto/fd_io.h"
#include "proto/log.h"
#include "proto/panic.h"

/* A write that the loop may not have heard of. */
struct note {
    uint64_t number;
    uint64_t heard; /* moment; 0: not yet */
    char name[BLOB_NAME];
};

struct blob_disk {
    char *folder;
    struct timespec since;
    pthread_mutex_t
        lock; /* over what follows; nobody waits for a disk with it, since the loop takes it, too */
    pthread_cond_t removed;
    const char *going; /* the name that is being removed; NULL: none is */
    struct note *notes;
    size_t count, room;
};

static int sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd == -1 ? -1 : fsync(fd);

    if (fd != -1)
        close(fd);
    return rc;
}

/* blobs/00 to blobs/ff, so that a blob's name is durable when its folder is synced. */
static int make_folders(const char *folder)
{
    char path[BLOB_PATH];

    if (mkdir(folder, 0700) == -1 && errno != EEXIST)
        return -1;
    for (unsigned i = 0; i < 256; i++) {
        snprintf(path, sizeof path, "%s/%02x", folder, i);
        if (mkdir(path, 0700) == -1 && errno != EEXIST)
            return -1;
    }
    return sync_folder(folder);
}

struct blob_disk *blob_disk_new(const char *folder)
{
    struct blob_disk *disk = need_zero(1, sizeof *disk);

    disk->folder = need_dup(folder);
    must(pthread_mutex_init(&disk->lock, NULL) == 0 && pthread_cond_init(&disk->removed, NULL) == 0);
    clock_gettime(CLOCK_REALTIME_COARSE, &disk->since); /* which files are stamped by */
    if (make_folders(folder) == -1) {
        log_error(state_folder_unusable, log_str("path", folder), log_str("reason", strerror(errno)));
        exit(EXIT_SYSTEM);
    }
    return disk;
}

void blob_disk_free(struct blob_disk **disk)
{
    pthread_cond_destroy(&(*disk)->removed);
    pthread_mutex_destroy(&(*disk)->lock);
    free((*disk)->notes);
    free((*disk)->folder);
    free(*disk);
    *disk = NULL;
}

void blob_path(const struct blob_disk *disk, const char *name, char path[BLOB_PATH])
{
    must(strlen(name) == BLOB_NAME - 1);
    must(snprintf(path, BLOB_PATH, "%s/%.2s/%s", disk->folder, name, name) < BLOB_PATH);
}

bool blob_disk_has_room(const struct blob_disk *disk, size_t bytes)
{
    struct statvfs space;

    return statvfs(disk->folder, &space) == -1 ||
           (uint64_t)space.f_bavail * space.f_frsize >= (uint64_t)BLOBS_FREE_MIN + bytes;
}

/* ---- writing ---- */

static int write_hidden(const char *hidden, const void *data, size_t size, bool durable)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    int fd = open(hidden, flags, 0600), rc;

    if (fd == -1 && errno == EEXIST && unlink(hidden) == 0) /* of an earlier process */
        fd = open(hidden, flags, 0600);
    if (fd == -1)
        return -1;
    rc = fd_write_all(fd, data, size);
    if (rc == 0 && durable)
        rc = fsync(fd);
    if (close(fd) == -1)
        rc = -1;
    return rc;
}

static int publish(const struct blob_disk *disk, uint64_t number, const char *path, const void *data,
                   size_t size, bool durable)
{
    char hidden[BLOB_PATH], folder[BLOB_PATH];
    int rc, saved;

    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    snprintf(hidden, sizeof hidden, "%s/.new-%llu", disk->folder, (unsigned long long)number);
    rc = write_hidden(hidden, data, size, durable);
    FAULT_POINT("supervisor", "blob", "hidden");
    if (rc == 0)
        rc = rename(hidden, path);
    if (rc == 0 && durable)
        rc = sync_folder(folder);
    if (rc == -1) {
        saved = errno;
        unlink(hidden);
        errno = saved;
    }
    return rc;
}

/* ---- whose file is it? ---- */

static void lock(struct blob_disk *disk)
{
    must(pthread_mutex_lock(&disk->lock) == 0);
}

static void unlock(struct blob_disk *disk)
{
    must(pthread_mutex_unlock(&disk->lock) == 0);
}

static void note_write(struct blob_disk *disk, uint64_t number, const char *name)
{
    lock(disk);
    while (disk->going != NULL && strcmp(disk->going, name) == 0)
        must(pthread_cond_wait(&disk->removed, &disk->lock) == 0);
    if (disk->count == disk->room) {
        disk->room = disk->room == 0 ? 64 : 2 * disk->room;
        disk->notes = need_more(disk->notes, disk->room * sizeof *disk->notes);
    }
    disk->notes[disk->count] = (struct note){.number = number};
    memcpy(disk->notes[disk->count++].name, name, BLOB_NAME);
    unlock(disk);
}

/* What had been heard of by then: no removal asks for it any more. */
static void forget_heard(struct blob_disk *disk, uint64_t moment)
{
    size_t kept = 0;

    for (size_t i = 0; i < disk->count; i++)
        if (disk->notes[i].heard == 0 || disk->notes[i].heard > moment)
            disk->notes[kept++] = disk->notes[i];
    disk->count = kept;
}

static bool is_noted(const struct blob_disk *disk, const char *name)
{
    for (size_t i = 0; i < disk->count; i++)
        if (strcmp(disk->notes[i].name, name) == 0)
            return true;
    return false;
}

void blob_disk_heard(struct blob_disk *disk, uint64_t number, uint64_t moment, bool awaited)
{
    lock(disk);
    for (size_t i = 0; i < disk->count; i++)
        if (disk->notes[i].number == number)
            disk->notes[i].heard = moment;
    if (!awaited)
        forget_heard(disk, moment);
    unlock(disk);
}

/* true: nobody has written it since, and nobody does before it is gone. */
static bool begin_removal(struct blob_disk *disk, uint64_t moment, const char *name)
{
    bool begun;

    lock(disk);
    forget_heard(disk, moment);
    begun = !is_noted(disk, name);
    disk->going = begun ? name : NULL;
    unlock(disk);
    return begun;
}

static void end_removal(struct blob_disk *disk)
{
    lock(disk);
    disk->going = NULL;
    must(pthread_cond_signal(&disk->removed) == 0);
    unlock(disk);
}

bool blob_disk_remove(struct blob_disk *disk, uint64_t moment, const char *name)
{
    char path[BLOB_PATH];
    bool removed;

    blob_path(disk, name, path);
    if (!begin_removal(disk, moment, name))
        return false;
    removed = unlink(path) == 0;
    end_removal(disk);
    return removed;
}

static bool is_new(const struct blob_disk *disk, const struct stat *info)
{
    if (info->st_mtim.tv_sec != disk->since.tv_sec)
        return info->st_mtim.tv_sec > disk->since.tv_sec;
    return info->st_mtim.tv_nsec >= disk->since.tv_nsec;
}

static bool is_ahead(const struct stat *info)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (info->st_mtim.tv_sec != now.tv_sec)
        return info->st_mtim.tv_sec > now.tv_sec;
    return info->st_mtim.tv_nsec > now.tv_nsec;
}

/* An old one is written again rather than compared. So is one from a time to come: the clock was set back,
 * and it may be older than we are. */
static bool is_ours(const struct blob_disk *disk, const char *path)
{
    struct stat info;

    if (lstat(path, &info) == -1 || !S_ISREG(info.st_mode))
        return false;
    return is_new(disk, &info) && !is_ahead(&info);
}

int blob_disk_put(struct blob_disk *disk, uint64_t number, const void *data, size_t size, bool durable,
                  char name[BLOB_NAME])
{
    char path[BLOB_PATH];

    blob_name(data, size, name);
    blob_path(disk, name, path);
    note_write(disk, number, name);
    if (!durable && is_ours(disk, path))
        return 0;
    if (!blob_disk_has_room(disk, size)) {
        errno = ENOSPC;
        return -1;
    }
    return publish(disk, number, path, data, size, durable);
}

/* ---- what an earlier process left ---- */

static bool holds_its_name(int fd, size_t size, const char *name)
{
    void *data = size == 0 ? NULL : mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    char found[BLOB_NAME];

    if (data == MAP_FAILED)
        return false;
    blob_name(data == NULL ? "" : data, size, found);
    if (data != NULL)
        munmap(data, size);
    return strcmp(found, name) == 0;
}

void blob_disk_check(struct blob_disk *disk, const char *name)
{
    char path[BLOB_PATH];
    struct stat info;
    int fd;

    blob_path(disk, name, path);
    if (is_ours(disk, path))
        return;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd == -1)
        return;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && holds_its_name(fd, (size_t)info.st_size, name))
        futimens(fd, NULL);
    else {
        log_warn(blob_corrupt, log_str("blob", name));
        unlink(path);
    }
    close(fd);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Half a file of an earlier process; ours may be under way. */
static bool sweep_hidden(const struct blob_disk *disk, const FTSENT *entry)
{
    return !is_new(disk, entry->fts_statp) && unlink(entry->fts_accpath) == 0;
}

unsigned blob_disk_sweep(struct blob_disk *disk, uint64_t moment, char (*names)[BLOB_NAME], size_t count)
{
    char *const roots[] = {disk->folder, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    unsigned removed = 0;
    FTSENT *entry;

    while (walk != NULL && (entry = fts_read(walk)) != NULL) {
        if (entry->fts_info != FTS_F)
            continue;
        if (strlen(entry->fts_name) != BLOB_NAME - 1)
            removed += sweep_hidden(disk, entry);
        else if (count == 0 || bsearch(entry->fts_name, names, count, sizeof *names, by_text) == NULL)
            removed += blob_disk_remove(disk, moment, entry->fts_name);
    }
    if (walk != NULL)
        fts_close(walk);
    return removed;
}
