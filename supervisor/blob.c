/* blob - see blob.h */
#include "supervisor/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "proto/exits.h"
#include "proto/log.h"
#include "proto/panic.h"

/* FREE: what is left on the disk for the ledger, so that its commits do not fail first. */
enum { PATH_ROOM = 512 };

struct hold {
    char name[BLOB_NAME];
    unsigned count;
    struct hold *next_free; /* dropped to nothing since the last tidying, once */
    bool is_free;
};

struct blobs {
    char *folder;
    void *holds; /* tree of struct hold, by name */
    struct hold *first_free;
    struct timespec since;
    unsigned long temporary; /* number of the last hidden file */
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct hold *)a)->name, ((const struct hold *)b)->name);
}

struct blobs *blobs_open(const char *folder)
{
    struct blobs *blobs = need_zero(1, sizeof *blobs);

    blobs->folder = need_dup(folder);
    clock_gettime(CLOCK_REALTIME, &blobs->since);
    if (mkdir(folder, 0700) == -1 && errno != EEXIST) {
        log_error("state_unusable", log_str("path", folder), log_str("reason", strerror(errno)));
        exit(EXIT_SYSTEM);
    }
    return blobs;
}

void blobs_close(struct blobs **blobs)
{
    tdestroy((*blobs)->holds, free);
    free((*blobs)->folder);
    free(*blobs);
    *blobs = NULL;
}

void blob_name(const void *data, size_t size, char name[BLOB_NAME])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[32];

    must(EVP_Digest(data, size, sum, NULL, EVP_sha256(), NULL) == 1);
    for (size_t i = 0; i < sizeof sum; i++) {
        name[2 * i] = digits[sum[i] >> 4];
        name[2 * i + 1] = digits[sum[i] & 15];
    }
    name[2 * sizeof sum] = '\0';
}

static void path_of(const struct blobs *blobs, const char *name, char path[PATH_ROOM])
{
    must(strlen(name) == BLOB_NAME - 1);
    must(snprintf(path, PATH_ROOM, "%s/%.2s/%s", blobs->folder, name, name) < PATH_ROOM);
}

/* ---- writing ---- */

static int write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, data, size);

        if (written == -1 && errno == EINTR)
            continue;
        if (written == -1)
            return -1;
        data += written;
        size -= (size_t)written;
    }
    return 0;
}

static int sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd == -1 ? -1 : fsync(fd);

    if (fd != -1)
        close(fd);
    return rc;
}

/* A blob's folder is synced too, and with a new one the folder above. */
static int sync_names(const struct blobs *blobs, const char *path)
{
    char folder[PATH_ROOM];

    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    return sync_folder(folder) == 0 ? sync_folder(blobs->folder) : -1;
}

static int write_hidden(const char *hidden, const void *data, size_t size, bool durable)
{
    int fd = open(hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int rc;

    if (fd == -1)
        return -1;
    rc = write_all(fd, data, size);
    if (rc == 0 && durable)
        rc = fsync(fd);
    if (close(fd) == -1)
        rc = -1;
    return rc;
}

static int publish(struct blobs *blobs, const char *path, const void *data, size_t size, bool durable)
{
    char hidden[PATH_ROOM], folder[PATH_ROOM];
    int rc, saved;

    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    if (mkdir(folder, 0700) == -1 && errno != EEXIST)
        return -1;
    snprintf(hidden, sizeof hidden, "%s/.new-%lu", blobs->folder, ++blobs->temporary);
    unlink(hidden); /* of an earlier process */
    rc = write_hidden(hidden, data, size, durable);
    if (rc == 0)
        rc = rename(hidden, path);
    if (rc == 0 && durable)
        rc = sync_names(blobs, path);
    if (rc == -1) {
        saved = errno;
        unlink(hidden);
        errno = saved;
    }
    return rc;
}

bool blobs_has_room(const struct blobs *blobs, size_t bytes)
{
    struct statvfs disk;

    return statvfs(blobs->folder, &disk) == -1 ||
           (uint64_t)disk.f_bavail * disk.f_frsize >= (uint64_t)BLOBS_FREE_MIN + bytes;
}

int blobs_put(struct blobs *blobs, const void *data, size_t size, bool durable, char name[BLOB_NAME])
{
    char path[PATH_ROOM];

    blob_name(data, size, name);
    path_of(blobs, name, path);
    if (!durable && access(path, F_OK) == 0 && blobs_has(blobs, name))
        return 0;
    if (!blobs_has_room(blobs, size)) {
        errno = ENOSPC;
        return -1;
    }
    return publish(blobs, path, data, size, durable);
}

/* ---- reading ---- */

static bool is_older(const struct stat *info, const struct timespec *than)
{
    if (info->st_mtim.tv_sec != than->tv_sec)
        return info->st_mtim.tv_sec < than->tv_sec;
    return info->st_mtim.tv_nsec < than->tv_nsec;
}

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

/* A descriptor of a whole blob, or -1. An old one is checked, and stamped new so that it is checked once. */
static int open_whole(struct blobs *blobs, const char *name, size_t *size)
{
    char path[PATH_ROOM];
    struct stat info;
    int fd;

    path_of(blobs, name, path);
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd == -1)
        return -1;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        *size = (size_t)info.st_size;
        if (!is_older(&info, &blobs->since))
            return fd;
        if (holds_its_name(fd, *size, name)) {
            futimens(fd, NULL);
            return fd;
        }
        log_warn("blob_torn", log_str("blob", name), log_int("bytes", info.st_size));
        unlink(path);
    }
    close(fd);
    return -1;
}

bool blobs_has(struct blobs *blobs, const char *name)
{
    size_t size;
    int fd = *name == '\0' ? -1 : open_whole(blobs, name, &size);

    if (fd != -1)
        close(fd);
    return fd != -1;
}

int blobs_add_frame(struct blobs *blobs, const char *name, struct wire *to)
{
    size_t size;
    int fd = open_whole(blobs, name, &size);

    if (fd == -1)
        return -1;
    if (wire_add_mapped(to, fd, size) == -1)
        panic("mmap"); /* it is there, so it is not lost; we are out of address space or maps */
    close(fd);
    return 0;
}

/* ---- holds ---- */

static struct hold *hold_find(struct blobs *blobs, const char *name)
{
    struct hold key, **found;

    snprintf(key.name, sizeof key.name, "%s", name);
    found = tfind(&key, &blobs->holds, by_name);
    return found == NULL ? NULL : *found;
}

void blobs_hold(struct blobs *blobs, const char *name)
{
    struct hold *hold;

    if (*name == '\0')
        return;
    hold = hold_find(blobs, name);
    if (hold == NULL) {
        hold = need_zero(1, sizeof *hold);
        snprintf(hold->name, sizeof hold->name, "%s", name);
        if (tsearch(hold, &blobs->holds, by_name) == NULL)
            panic("out of memory");
    }
    hold->count++;
}

void blobs_drop(struct blobs *blobs, const char *name)
{
    struct hold *hold;

    if (*name == '\0')
        return;
    hold = hold_find(blobs, name);
    must(hold != NULL && hold->count > 0);
    if (--hold->count > 0 || hold->is_free)
        return;
    hold->is_free = true;
    hold->next_free = blobs->first_free;
    blobs->first_free = hold;
}

void blobs_tidy(struct blobs *blobs)
{
    struct hold *hold;
    char path[PATH_ROOM];

    while ((hold = blobs->first_free) != NULL) {
        blobs->first_free = hold->next_free;
        hold->is_free = false;
        if (hold->count > 0) /* needed again meanwhile */
            continue;
        path_of(blobs, hold->name, path);
        unlink(path);
        tdelete(hold, &blobs->holds, by_name);
        free(hold);
    }
}

unsigned blobs_sweep(struct blobs *blobs)
{
    char *const roots[] = {blobs->folder, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    unsigned removed = 0;
    FTSENT *entry;

    while (walk != NULL && (entry = fts_read(walk)) != NULL) {
        bool known = strlen(entry->fts_name) == BLOB_NAME - 1 && hold_find(blobs, entry->fts_name) != NULL;

        if (entry->fts_info == FTS_F && !known)
            removed += unlink(entry->fts_accpath) == 0;
    }
    if (walk != NULL)
        fts_close(walk);
    return removed;
}
