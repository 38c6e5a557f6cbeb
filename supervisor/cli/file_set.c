/* file_set - see file_set.h */
#include "supervisor/cli/file_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/panic.h"

static char *joined(const char *folder, const char *before, const char *name, const char *after)
{
    size_t size = strlen(folder);

    return need_format("%s%s%s%s%s", folder, size > 0 && folder[size - 1] == '/' ? "" : "/", before, name,
                       after);
}

static int copy_bytes(int from, int to)
{
    ssize_t sent;

    do
        sent = sendfile(to, from, NULL, 1 << 30);
    while (sent > 0 || (sent == -1 && errno == EINTR));
    return sent == 0 ? fsync(to) : -1; /* some file systems find out only now that they are full */
}

static int copy_file(const char *from, const char *to)
{
    int source = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int target = source == -1 ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    int rc = target == -1 ? -1 : copy_bytes(source, target), saved = errno;

    if (target != -1 && close(target) == -1 && rc == 0) {
        rc = -1;
        saved = errno;
    }
    if (source != -1)
        close(source);
    errno = saved;
    return rc;
}

int file_set_add(struct file_set *set, const char *from, const char *name)
{
    struct file_set_entry *entry = &set->entries[set->count];

    must(set->count < FILE_SET_MAX);
    set->count++;
    *entry = (struct file_set_entry){.path = joined(set->folder, "", name, ""),
                                     .hidden = joined(set->folder, ".", name, ".part"),
                                     .backup = joined(set->folder, ".", name, ".old")};
    return copy_file(from, entry->hidden);
}

/* The old file keeps a second name until all new ones are placed. Where the file system knows no second names
 * it has none, and cannot come back. */
static int place_file(struct file_set_entry *entry)
{
    unlink(entry->backup); /* of a run that was killed */
    entry->has_backup = link(entry->path, entry->backup) == 0;
    if (rename(entry->hidden, entry->path) == -1)
        return -1;
    entry->placed = true;
    return 0;
}

static void restore_old(struct file_set_entry *entry)
{
    if (entry->placed && entry->has_backup)
        rename(entry->backup, entry->path);
    else if (entry->placed)
        unlink(entry->path);
    entry->placed = false;
}

int file_set_publish(struct file_set *set, const char **failed)
{
    for (size_t i = 0; i < set->count; i++) {
        if (place_file(&set->entries[i]) == -1) {
            int saved = errno;

            for (size_t k = 0; k < i; k++)
                restore_old(&set->entries[k]);
            *failed = set->entries[i].path;
            errno = saved;
            return -1;
        }
    }
    return 0;
}

void file_set_abandon(struct file_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        struct file_set_entry *entry = &set->entries[i];

        unlink(entry->hidden);
        if (entry->has_backup)
            unlink(entry->backup);
        free(entry->path);
        free(entry->hidden);
        free(entry->backup);
    }
    set->count = 0;
}
