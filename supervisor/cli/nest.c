/* nest - see nest.h */
#include "supervisor/cli/nest.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/panic.h"

#include "supervisor/store/blob.h"
#include "supervisor/cli/say.h"

static const char other_folder[] = "set TMPDIR to a folder on another disk";

const char nest_log_name[] = "slidemill.log";

char *nest_path(const struct nest *nest, const char *inner)
{
    char *path;

    if (asprintf(&path, "%s/%s", nest->path, inner) == -1)
        panic("out of memory");
    return path;
}

static const char *base(void)
{
    const char *given = getenv("TMPDIR");

    return given != NULL && *given == '/' ? given : "/tmp";
}

int nest_make(struct nest *nest)
{
    int rc = EXIT_DONE;
    char *log;

    *nest = (struct nest){.folder = -1, .log = -1};
    if (asprintf(&nest->path, "%s/slidemill-run-XXXXXX", base()) == -1)
        panic("out of memory");
    if (mkdtemp(nest->path) == NULL) {
        rc = say_write_error(nest->path, other_folder, errno);
        free(nest->path);
        nest->path = NULL;
        return rc;
    }
    nest->folder = open(nest->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    log = nest_path(nest, nest_log_name);
    nest->log = nest->folder == -1 ? -1 : open(log, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (nest->log == -1)
        rc = say_write_error(log, other_folder, errno);
    free(log);
    return rc;
}

bool nest_is_full(const struct nest *nest)
{
    struct statvfs disk;

    return nest->path != NULL && statvfs(nest->path, &disk) == 0 &&
           (uint64_t)disk.f_bavail * disk.f_frsize < BLOBS_FREE_MIN;
}

int nest_tell_full(const struct nest *nest)
{
    say_error(
        "STORAGE_FULL: no room in %.*s for the work, which needs %d MiB there beside the lecture's pages: "
        "free space, or %s",
        (int)(strrchr(nest->path, '/') - nest->path), nest->path, BLOBS_FREE_MIN >> 20, other_folder);
    return EXIT_STORAGE;
}

/* What cannot be removed is left: there is nothing better to do with it. */
static void remove_entry(const FTSENT *entry, const char *kept)
{
    switch (entry->fts_info) {
    case FTS_D: /* comes again as FTS_DP when it is empty */
        break;
    case FTS_DP:
        rmdir(entry->fts_accpath);
        break;
    default:
        if (strcmp(entry->fts_path, kept) != 0)
            unlink(entry->fts_accpath);
        break;
    }
}

void nest_remove(struct nest *nest, bool keep_log)
{
    char *const roots[] = {nest->path, NULL};
    char *log;
    FTSENT *entry;
    FTS *walk;

    if (nest->path == NULL)
        return;
    if (nest->log != -1)
        close(nest->log);
    if (nest->folder != -1)
        close(nest->folder);
    log = nest_path(nest, nest_log_name);
    walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    while (walk != NULL && (entry = fts_read(walk)) != NULL)
        remove_entry(entry, keep_log ? log : "");
    if (walk != NULL)
        fts_close(walk);
    free(log);
    free(nest->path);
    *nest = (struct nest){.folder = -1, .log = -1};
}
