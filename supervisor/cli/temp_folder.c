/* temp_folder - see temp_folder.h */
#include "supervisor/cli/temp_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/panic.h"

#include "supervisor/store/blob_name.h"
#include "supervisor/cli/console.h"

static const char other_folder[] = "set TMPDIR to a folder on another disk";

const char temp_folder_log_name[] = "slidemill.log";

char *temp_folder_path(const struct temp_folder *folder, const char *inner)
{
    return need_format("%s/%s", folder->path, inner);
}

static const char *parent_folder(void)
{
    const char *given = getenv("TMPDIR");

    return given != NULL && *given == '/' ? given : "/tmp";
}

int temp_folder_make(struct temp_folder *folder)
{
    int rc = EXIT_DONE;
    char *log;

    *folder = (struct temp_folder){
        .path = need_format("%s/slidemill-run-XXXXXX", parent_folder()), .fd = -1, .log = -1};
    if (mkdtemp(folder->path) == NULL) {
        rc = console_write_error(folder->path, other_folder, errno);
        free(folder->path);
        folder->path = NULL;
        return rc;
    }
    folder->fd = open(folder->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    log = temp_folder_path(folder, temp_folder_log_name);
    folder->log = folder->fd == -1 ? -1 : open(log, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (folder->log == -1)
        rc = console_write_error(log, other_folder, errno);
    free(log);
    return rc;
}

bool temp_folder_is_full(const struct temp_folder *folder)
{
    struct statvfs disk;

    return folder->path != NULL && statvfs(folder->path, &disk) == 0 &&
           (uint64_t)disk.f_bavail * disk.f_frsize < BLOBS_FREE_MIN;
}

int temp_folder_report_full(const struct temp_folder *folder)
{
    console_error(
        "STORAGE_FULL: no room in %.*s for the work, which needs %d MiB there beside the lecture's pages: "
        "free space, or %s",
        (int)(strrchr(folder->path, '/') - folder->path), folder->path, BLOBS_FREE_MIN >> 20, other_folder);
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

void temp_folder_remove(struct temp_folder *folder, bool keep_log)
{
    char *const roots[] = {folder->path, NULL};
    char *log;
    FTSENT *entry;
    FTS *walk;

    if (folder->path == NULL)
        return;
    if (folder->log != -1)
        close(folder->log);
    if (folder->fd != -1)
        close(folder->fd);
    log = temp_folder_path(folder, temp_folder_log_name);
    walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    while (walk != NULL && (entry = fts_read(walk)) != NULL)
        remove_entry(entry, keep_log ? log : "");
    if (walk != NULL)
        fts_close(walk);
    free(log);
    free(folder->path);
    *folder = (struct temp_folder){.fd = -1, .log = -1};
}
