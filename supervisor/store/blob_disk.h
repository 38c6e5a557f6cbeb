/* blob_disk - the files of the blob store, for its threads; most functions may wait for the disk
 *
 * Used by blob.c alone.  Two threads write, and the first of them also removes.  The loop decides whether a
 * file may be removed, by what it knows; but the same bytes may have been written again meanwhile.  So each
 * write is noted before it checks whether its file exists, and until the loop has been told; a removal that
 * was decided before that leaves the file.  A "moment" is a number that the loop counts up: it says what the
 * loop knew when it decided.
 */
#ifndef SUPERVISOR_BLOB_DISK_H
#define SUPERVISOR_BLOB_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "supervisor/store/blob_name.h"

enum { BLOB_PATH = 512 };

struct blob_disk;

/* Makes the folder and its 256 subfolders where they are missing, and syncs them. Ends the process on
 * failure. */
struct blob_disk *blob_disk_new(const char *folder);
void blob_disk_free(struct blob_disk **disk);

void blob_path(const struct blob_disk *disk, const char *name, char path[BLOB_PATH]);

bool blob_disk_has_room(const struct blob_disk *disk, size_t bytes);

/* Writes the bytes, unless this process has done so before (durable: always), and gives their name. number: a
 * different one for each write. Returns 0, or -1 with errno. */
int blob_disk_put(struct blob_disk *disk, uint64_t number, const void *data, size_t size, bool durable,
                  char name[BLOB_NAME]);

/* Notes that the loop learns of the end of that write, at that moment. awaited: removals are under way.
 * Called by the loop; never waits for the disk. */
void blob_disk_heard(struct blob_disk *disk, uint64_t number, uint64_t moment, bool awaited);

/* Removes the file, unless it was written by a write that the loop had not learned of at that moment. Returns
 * whether it was removed. */
bool blob_disk_remove(struct blob_disk *disk, uint64_t moment, const char *name);

/* Compares a file of an earlier process with its digest and removes it if they differ. A good one gets a new
 * time stamp, so that it is checked once. */
void blob_disk_check(struct blob_disk *disk, const char *name);

/* Removes, under the same condition, every file that is not among names (sorted as by strcmp), and unfinished
 * files of earlier processes. Returns how many. */
unsigned blob_disk_sweep(struct blob_disk *disk, uint64_t moment, char (*names)[BLOB_NAME], size_t count);

#endif
