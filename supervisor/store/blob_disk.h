/* blob_disk - the files of the blob store, as its threads see them; most functions may wait for the disk
 *
 * Used by blob.c alone.  Two threads write, and the first of them also removes.  Whether a file may go the
 * loop decides, by what it knows; but its bytes may have come again without its knowing.  So each write is
 * noted before it looks whether its file is there, and until the loop has heard of it; a removal that was
 * asked for before that leaves the file.  When what happened for the loop is told by moments: numbers that it
 * counts up.
 */
#ifndef SUPERVISOR_BLOB_DISK_H
#define SUPERVISOR_BLOB_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "supervisor/store/blob_name.h"

enum { BLOB_PATH = 512 };

struct blob_disk;

/* Makes the folder and those in it, where absent, and syncs their names. Ends the process if that cannot be.
 */
struct blob_disk *blob_disk_new(const char *folder);
void blob_disk_free(struct blob_disk **disk);

void blob_path(const struct blob_disk *disk, const char *name, char path[BLOB_PATH]);

bool blob_disk_has_room(const struct blob_disk *disk, size_t bytes);

/* Writes the bytes unless this process has already, and tells their name. number: of the write, its own. 0,
 * or -1 with errno. */
int blob_disk_put(struct blob_disk *disk, uint64_t number, const void *data, size_t size, bool durable,
                  char name[BLOB_NAME]);

/* In the loop, without waiting: it hears now of the end of that write. awaited: removals are under way. */
void blob_disk_heard(struct blob_disk *disk, uint64_t number, uint64_t moment, bool awaited);

/* Removes the file, unless there is a write of it that the loop had not heard of at that moment. true: it is
 * gone. */
bool blob_disk_remove(struct blob_disk *disk, uint64_t moment, const char *name);

/* Compares a file of an earlier process with its name; one that is not whole is removed. A good one is
 * stamped new, so that it is looked at once. */
void blob_disk_check(struct blob_disk *disk, const char *name);

/* Removes, in the same way, every file that is not among names (sorted as by strcmp), and what an earlier
 * process has begun to write. Returns how many. */
unsigned blob_disk_sweep(struct blob_disk *disk, uint64_t moment, char (*names)[BLOB_NAME], size_t count);

#endif
