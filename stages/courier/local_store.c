/* local_store - see local_store.h */
#include "stages/courier/local_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "proto/fd_io.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/courier/object_key.h"
#include "stages/courier/sigv4.h"
#include "stages/lib/signed_link.h"

enum { FOLDER_MODE = 0750, FILE_MODE = 0640, MAX_LEAF = 255, KEY_SHOWN = 400 };

bool local_store_make(const char *folder)
{
    if (mkdir(folder, FOLDER_MODE) == 0 || errno == EEXIST)
        return true;
    log_error(store_not_created, log_str("folder", folder), log_str("reason", strerror(errno)));
    return false;
}

int local_store_open(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd == -1)
        log_error(store_not_opened, log_str("folder", folder), log_str("reason", strerror(errno)));
    return fd;
}

/* ---- failures ---- */

struct fault {
    int number;
    enum code code;
    bool retryable;
};

static const struct fault faults[] = {
    {ENOENT, CODE_S3_NOT_FOUND, false},  {ENOTDIR, CODE_S3_NOT_FOUND, false},
    {ELOOP, CODE_S3_DENIED, false},      {EACCES, CODE_S3_DENIED, true},
    {EPERM, CODE_S3_DENIED, true},       {EROFS, CODE_S3_DENIED, true},
    {ENOSPC, CODE_S3_UNAVAILABLE, true}, {EDQUOT, CODE_S3_UNAVAILABLE, true},
    {EISDIR, CODE_S3_NOT_FOUND, false},  {ENAMETOOLONG, CODE_S3_ERROR, false}};

static void fail_with(struct transfer *transfer, const char *deed, int number)
{
    struct fault fault = {number, CODE_S3_UNAVAILABLE, true};
    char detail[768];

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (faults[i].number == number)
            fault = faults[i];
    }
    snprintf(detail, sizeof detail, "cannot %s '%.*s' in the local store: %s", deed,
             utf8_head(transfer_key(transfer), KEY_SHOWN), transfer_key(transfer), strerror(number));
    transfer_fail(transfer, fault.code, fault.retryable, 0, detail);
}

/* A folder in place of a file is reported as not found: it may hold another tenant's results. */
static void fail_to_open(struct transfer *transfer, int number)
{
    fail_with(transfer, "open", number == EISDIR || number == ENOTDIR ? ENOENT : number);
}

static bool fails_at_once(struct transfer *transfer)
{
    if (object_key_is_path(transfer_key(transfer)))
        return false;
    transfer_fail(
        transfer, CODE_S3_NOT_FOUND, false, 0,
        "s3Key cannot be a file name in the local store: it has an empty, '.' or '..' part (two slashes, or "
        "one at an end?) or control characters");
    return true;
}

/* ---- walking ---- */

/* Opens a folder below another, made first if wanted. A new folder's name is synced, or it may not outlive a
 * crash. */
static int open_subfolder(int above, const char *name, bool make)
{
    if (make && mkdirat(above, name, FOLDER_MODE) == 0) {
        if (fsync(above) == -1)
            return -1;
    } else if (make && errno != EEXIST) {
        return -1;
    }
    return openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* The folder that holds the key's last component, which goes to leaf. -1 with errno. */
static int open_parent(int store, const char *key, bool make, char leaf[MAX_LEAF + 1])
{
    int at = fcntl(store, F_DUPFD_CLOEXEC, 0), below;

    while (at != -1) {
        size_t size = strcspn(key, "/");

        if (size > MAX_LEAF) {
            close(at);
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(leaf, key, size);
        leaf[size] = '\0';
        if (key[size] == '\0')
            return at;
        key += size + 1;
        below = open_subfolder(at, leaf, make);
        close(at);
        at = below;
    }
    return -1;
}

/* ---- fetching ---- */

static char *read_whole(int fd, size_t size)
{
    char *body = need(size + 1);
    size_t got = 0;
    ssize_t rc;

    while (got < size) {
        rc = read(fd, body + got, size - got);
        if (rc == -1 && errno == EINTR)
            continue;
        if (rc <= 0) {
            if (rc == 0)
                errno = EIO; /* it shrank while we read */
            free(body);
            return NULL;
        }
        got += (size_t)rc;
    }
    return body;
}

static void fetch_from(struct transfer *transfer, int fd)
{
    struct stat info;
    char *body;

    if (fstat(fd, &info) == -1) {
        fail_with(transfer, "look at", errno);
    } else if (!S_ISREG(info.st_mode)) {
        fail_to_open(transfer, EISDIR);
    } else if ((uint64_t)info.st_size > transfer_max(transfer)) {
        transfer_fail(transfer, transfer_too_large(transfer), false, 0, NULL);
    } else {
        body = read_whole(fd, (size_t)info.st_size);
        if (body == NULL)
            fail_with(transfer, "read", errno);
        else
            transfer_fetched(transfer, body, (size_t)info.st_size);
    }
}

void local_store_fetch(struct transfer *transfer)
{
    char leaf[MAX_LEAF + 1];
    int folder, fd;

    if (fails_at_once(transfer))
        return;
    folder = open_parent(transfer->courier->store, transfer_key(transfer), false, leaf);
    fd = folder == -1 ? -1 : openat(folder, leaf, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd == -1)
        fail_to_open(transfer, errno);
    else
        fetch_from(transfer, fd);
    if (fd != -1)
        close(fd);
    if (folder != -1)
        close(folder);
}

/* ---- storing ---- */

/* A file that has no name yet: what a killed worker leaves of it is nothing. -1 with errno: EOPNOTSUPP or
 * EISDIR where the file system knows none. */
static int create_nameless(int folder)
{
    return openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, FILE_MODE);
}

static int link_file(int fd, int folder, const char *name)
{
    char path[32];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW);
}

/* The temporary name is always the same, so what a killed worker left is taken up by the next try. */
static int create_named(int folder, const char *part)
{
    return openat(folder, part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
}

/* Whole or not at all: written aside, and there under its name once it is on the disk. A name that is taken
 * is replaced, which only a rename can do. */
static int publish(int fd, bool nameless, int folder, const char *part, const char *leaf)
{
    if (nameless) {
        if (link_file(fd, folder, leaf) == 0)
            return fsync(folder);
        if (errno != EEXIST)
            return -1;
        unlinkat(folder, part, 0);
        if (link_file(fd, folder, part) == -1)
            return -1;
    }
    return renameat(folder, part, folder, leaf) == 0 ? fsync(folder) : -1;
}

static int write_file(int folder, const char *leaf, const void *data, size_t size)
{
    char part[MAX_LEAF + 8];
    int fd = create_nameless(folder), rc, saved;
    bool nameless = fd != -1;

    snprintf(part, sizeof part, ".%s.part", leaf);
    if (fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR))
        fd = create_named(folder, part);
    if (fd == -1)
        return -1;
    rc = fd_write_all(fd, data, size);
    if (rc == 0)
        rc = fsync(fd);
    if (rc == 0)
        rc = publish(fd, nameless, folder, part, leaf);
    saved = errno;
    if (close(fd) == -1 && rc == 0) {
        rc = -1;
        saved = errno;
    }
    if (rc == -1)
        unlinkat(folder, part, 0);
    errno = saved;
    return rc;
}

/* Answers the lease with a link that fetches what is stored. */
static void answer_with_link(struct transfer *transfer)
{
    const struct conf *conf = transfer->courier->conf;
    const char *key = transfer_key(transfer), *base = conf->http_public_url;
    int64_t expires_s = time(NULL) + conf->link_ttl_s;
    size_t size = strlen(base);
    char hex[SIGNED_LINK_TEXT], *coded = sigv4_encode(key, true), *url;

    while (size > 0 && base[size - 1] == '/')
        size--;
    signed_link_sign(conf->link_secret, key, expires_s, hex);
    must(asprintf(&url, "%.*s/files/%s?expires=%lld&signature=%s", (int)size, base, coded,
                  (long long)expires_s, hex) != -1);
    transfer_linked(transfer, url, expires_s);
    free(coded);
    free(url);
}

void local_store_put(struct transfer *transfer)
{
    char leaf[MAX_LEAF + 1];
    int folder, rc = -1, saved;

    if (fails_at_once(transfer))
        return;
    folder = open_parent(transfer->courier->store, transfer_key(transfer), true, leaf);
    if (folder != -1)
        rc = write_file(folder, leaf, wire_data(&transfer->lease, 0), wire_size(&transfer->lease, 0));
    saved = errno;
    if (folder != -1)
        close(folder);
    if (rc == 0)
        answer_with_link(transfer);
    else
        fail_with(transfer, "write", saved);
}

void local_store_link(struct transfer *transfer)
{
    if (!fails_at_once(transfer))
        answer_with_link(transfer);
}
