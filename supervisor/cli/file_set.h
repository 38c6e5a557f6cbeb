/* file_set - puts several files into a folder: all of them, or none
 *
 * Each is copied under a hidden name first and synced; only when all are there do they take their names.  If
 * one cannot, those that have are taken back, and the files of before stand under their names again.  A kill
 * between two of the renames is the one gap: then each file is whole, but old and new stand side by side.
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

/* Copies the file `from` to be `name` in the folder. 0, or -1 with errno; then call file_set_abandon(). */
int file_set_add(struct file_set *set, const char *from, const char *name);

/* Gives all files their names. 0, or -1 with errno, *failed the path that could not be placed (until
 * file_set_abandon()): the folder is as it was. */
int file_set_publish(struct file_set *set, const char **failed);

/* Removes what is hidden and frees the entries; after either end. */
void file_set_abandon(struct file_set *set);

#endif
