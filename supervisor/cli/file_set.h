/* file_set - puts several files into a folder: all of them, or none
 *
 * Each file is first copied under a hidden name and synced; only when all are there are they renamed.  If one
 * cannot be renamed, the others are removed again and the former files get their names back.  If the process
 * is killed between two renames, each file is whole, but old and new ones stand side by side.
 */
#ifndef CLI_FILE_SET_H
#define CLI_FILE_SET_H

#include <stdbool.h>
#include <stddef.h>

enum { FILE_SET_MAX = 8 };

struct file_set {
    const char *folder; /* the caller's */
    struct file_set_entry {
        char *path, *hidden, *backup;
        bool has_backup, placed;
    } entries[FILE_SET_MAX];
    size_t count;
};

/* Copies the file `from` into the folder, to be called `name`. Returns 0, or -1 with errno; then call
 * file_set_abandon(). */
int file_set_add(struct file_set *set, const char *from, const char *name);

/* Renames all files. Returns 0, or -1 with errno and the path that could not be replaced in *failed (valid
 * until file_set_abandon()): then the folder is as it was. */
int file_set_publish(struct file_set *set, const char **failed);

/* Removes the hidden files and frees the entries; due in either case. */
void file_set_abandon(struct file_set *set);

#endif
