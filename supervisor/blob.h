/* blob - bulk bytes on disk, named by their SHA-256: PDFs, page pictures, text layers, artifacts
 *
 * A blob is written hidden and renamed, so it is there whole or not at all.  Blobs of pages can always be
 * made again and are not synced; an uploaded PDF is, since a 202 depends on it.  What an earlier process
 * wrote is checked against its name when it is first used: a power cut may have left a name without its
 * bytes.
 *
 * Holds are counted in memory: who needs a blob holds it, and the file goes after its last hold.
 * Trouble: a full disk is an answer (-1, errno), not the end; it comes while there is still room for the
 * ledger.
 */
#ifndef SUPERVISOR_BLOB_H
#define SUPERVISOR_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/wire.h"

/* BLOBS_FREE_MIN: bytes that stay free on the disk, for the ledger. */
enum { BLOB_NAME = 65, BLOBS_FREE_MIN = 64 << 20 };

struct blobs;

/* folder: relative to the working folder; made if absent. Ends the process if it cannot be. */
struct blobs *blobs_open(const char *folder);
void blobs_close(struct blobs **blobs);

/* Lower-case hex SHA-256 of bytes. */
void blob_name(const void *data, size_t size, char name[BLOB_NAME]);

/* Writes the bytes unless they are there, and tells their name. 0, or -1 with errno. */
int blobs_put(struct blobs *blobs, const void *data, size_t size, bool durable, char name[BLOB_NAME]);

bool blobs_has(struct blobs *blobs, const char *name);

/* Adds the blob to a message as a frame, mapped and not copied. 0; -1: it is not there (any more). */
int blobs_add_frame(struct blobs *blobs, const char *name, struct wire *to);

/* One more, one less needs it. An empty name is nobody's. The file stays until blobs_tidy(): what a turn lets
 * go may be needed again if the turn is not committed. */
void blobs_hold(struct blobs *blobs, const char *name);
void blobs_drop(struct blobs *blobs, const char *name);

/* Removes the files that nobody holds any more; after the commit. */
void blobs_tidy(struct blobs *blobs);

/* Is there room for so many bytes, with enough left for the ledger? */
bool blobs_has_room(const struct blobs *blobs, size_t bytes);

/* Removes every file nobody holds; for the start, after all holds are known. Returns how many. */
unsigned blobs_sweep(struct blobs *blobs);

#endif
