/* blob - bulk bytes on disk, named by their SHA-256: PDFs, page pictures, text layers, artifacts
 *
 * What waits for the disk is done by two threads of the store's own (io_thread.h), each in the order in which
 * it was asked for: one for what is synced, so that a page does not wait for an upload, and one for all else.
 * blobs_write() hands over the frames of a message, blobs_turn() tells the loop what became of them. Reading
 * is a file mapped into a message, and stays in the loop.
 *
 * A blob is written hidden and renamed, so it is there whole or not at all.  Blobs of pages can always be
 * made again and are not synced; an uploaded PDF is, since a 202 depends on it.  What an earlier process
 * wrote is checked against its name before it is used (blobs_check): a power cut may have left a name without
 * its bytes.
 *
 * Holds are counted in memory: who needs a blob holds it, and the file goes after its last hold, once the
 * commit that let it go is durable; unless its bytes have come again and the loop has not heard of it yet
 * (blob_disk.h).
 *
 * Trouble: a full disk is an answer (errno), not the end; it comes while there is still room for the ledger.
 * What waits is bounded by who asks: blobs_bytes() tells how much it is.
 */
#ifndef SUPERVISOR_BLOB_H
#define SUPERVISOR_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/artifact.h"
#include "proto/wire.h"
#include "supervisor/store/blob_name.h"
#include "supervisor/store/io_thread.h"

struct blobs;

/* The frames of a message on their way to the disk, all or none. The first member of what the asker wants to
 * find again. */
struct blob_write {
    struct io_task task; /* blob.c's */
    struct wire message; /* not touched by the asker meanwhile; cleared after then() */
    bool durable;        /* synced before it ends */
    bool keeps_bytes;    /* else the frames are empty when it has ended: their memory goes in the thread */
    int error;           /* errno of what failed; 0: all are there, and held until then() returns */
    size_t sizes[ARTIFACTS];
    char names[ARTIFACTS][BLOB_NAME];
    void (*then)(void *arg, struct blob_write *write); /* in the loop */
    void *arg;                                         /* handed to then() */
    void (*end)(struct blob_write *write); /* frees it; also without then(), if the store closes */
    struct blobs *blobs;
    uint64_t number;
};

/* Blobs of an earlier process that are to be looked at before they are used. What does not hold its name is
 * removed. */
struct blob_check {
    struct io_task task;
    struct blobs *blobs;
    int64_t job; /* the asker's */
    void (*then)(void *arg, const struct blob_check *check);
    void *arg; /* handed to then() */
    struct blob_names list;
};

/* folder: relative to the working folder; made if absent. Ends the process if it cannot be. */
struct blobs *blobs_open(const char *folder);
/* Ends what is under way and removes what is to go; writes that have not begun are given up. */
void blobs_close(struct blobs **blobs);

/* Takes the write over until its end(). Never waits. */
void blobs_write(struct blobs *blobs, struct blob_write *write);

/* A check without names; blob_check_add() adds one ("" is none), blobs_check() hands it over. then(arg,
 * check) is called in the loop. */
struct blob_check *blob_check_new(int64_t job, void (*then)(void *arg, const struct blob_check *check),
                                  void *arg);
void blob_check_add(struct blob_check *check, const char *name);
void blobs_check(struct blobs *blobs, struct blob_check *check);

/* One is readable when blobs_turn() has something to tell. */
enum { BLOB_FDS = 2 };
void blobs_fds(const struct blobs *blobs, int fds[BLOB_FDS]);
/* Calls then() for all that has ended. Never waits. */
void blobs_turn(struct blobs *blobs);
/* Waits until all that was asked for has ended; for tests and the end. */
void blobs_wait(struct blobs *blobs);

/* Bytes that wait in memory, and whether nothing waits at all. */
size_t blobs_bytes(const struct blobs *blobs);
bool blobs_idle(const struct blobs *blobs);

/* Is the file there? */
bool blobs_has(const struct blobs *blobs, const char *name);

/* Adds the blob to a message as a frame, mapped and not copied. 0; -1: it is not there (any more). */
int blobs_add_frame(const struct blobs *blobs, const char *name, struct wire *to);

/* One more, one less needs it. An empty name is nobody's. The file stays until blobs_tidy(): what a turn lets
 * go may be needed again if the turn is not committed. */
void blobs_hold(struct blobs *blobs, const char *name);
void blobs_drop(struct blobs *blobs, const char *name);

/* Has the files removed that nobody holds any more. committed: number of the last commit, with which all that
 * was let go so far goes; synced: of the last durable one. */
void blobs_tidy(struct blobs *blobs, uint64_t committed, uint64_t synced);

/* Is there room for so many bytes, with enough left for the ledger? */
bool blobs_has_room(const struct blobs *blobs, size_t bytes);

/* Has every file removed that nobody holds now; for the start, when all holds are known. */
void blobs_sweep(struct blobs *blobs);

#endif
