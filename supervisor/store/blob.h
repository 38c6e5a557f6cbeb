/* blob - bulk bytes on disk, named by their SHA-256: PDFs, page pictures, text layers, artifacts
 *
 * Two threads of the store (io_thread.h) do what waits for the disk, each in the order of the requests: one
 * for synced writes, so that a page does not wait for an upload, and one for all else.  blobs_write() hands
 * over the frames of a message; blobs_turn() calls back with the results.  Reading maps a file into a message
 * and stays in the loop.
 *
 * A blob is written hidden and renamed, so it is there whole or not at all.  Blobs of pages can always be
 * made again and are not synced; an uploaded PDF is, since a 202 depends on it.  What an earlier process
 * wrote is checked against its name before it is used (blobs_check): a power cut may have left a name without
 * its bytes.
 *
 * Whoever needs a blob holds it (blob_holds.h).  The file is removed after its last hold, once the commit
 * that dropped it is durable; unless the same bytes have been written again and the loop has not been told
 * yet (blob_disk.h).
 *
 * Errors: a full disk is reported as errno, while there is still room for the ledger.  The callers bound what
 * waits: blobs_bytes() says how much it is.
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

/* Starts a write, which belongs to the store until its end() is called. Never waits. */
void blobs_write(struct blobs *blobs, struct blob_write *write);

/* A check without names; blob_check_add() adds one ("" is none), blobs_check() hands it over. then(arg,
 * check) is called in the loop. */
struct blob_check *blob_check_new(int64_t job, void (*then)(void *arg, const struct blob_check *check),
                                  void *arg);
void blob_check_add(struct blob_check *check, const char *name);
void blobs_check(struct blobs *blobs, struct blob_check *check);

/* File descriptors for poll(2): one is readable when blobs_turn() has something to do. */
enum { BLOB_FDS = 2 };
void blobs_fds(const struct blobs *blobs, int fds[BLOB_FDS]);
/* Calls then() of all writes and checks that have ended. Never waits. */
void blobs_turn(struct blobs *blobs);
/* Waits until all writes, checks and removals have ended; for tests and the shutdown. */
void blobs_wait(struct blobs *blobs);

/* How many bytes wait in memory, and whether nothing waits at all. */
size_t blobs_bytes(const struct blobs *blobs);
bool blobs_idle(const struct blobs *blobs);

/* Whether the file exists. */
bool blobs_has(const struct blobs *blobs, const char *name);

/* Adds the blob to a message as a frame, mapped and not copied. 0; -1: it is not there (any more). */
int blobs_add_frame(const struct blobs *blobs, const char *name, struct wire *to);

/* Add or drop one hold on a blob; "" is ignored. The file stays until blobs_tidy(). */
void blobs_hold(struct blobs *blobs, const char *name);
void blobs_drop(struct blobs *blobs, const char *name);

/* Starts to remove the files that nobody holds any more. committed: number of the last commit, which covers
 * all drops so far; synced: number of the last durable one. */
void blobs_tidy(struct blobs *blobs, uint64_t committed, uint64_t synced);

/* Whether the disk has room for that many bytes and BLOBS_FREE_MIN more, for the ledger. */
bool blobs_has_room(const struct blobs *blobs, size_t bytes);

/* Starts to remove every file that nobody holds; for the start, once all holds are known. */
void blobs_sweep(struct blobs *blobs);

#endif
