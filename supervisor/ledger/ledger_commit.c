/* ledger_commit - the turn's transaction: begun by its first write, ended with the turn, made durable beside
 * the loop
 *
 * The loop's connection runs with synchronous=NORMAL: its COMMIT writes the turn's pages to the write-ahead
 * log and syncs nothing.  A thread of the ledger's own (io_thread.h) syncs the log, for all commits that
 * stand in it by then, and says up to which; what depends on a commit waits for that (worker.h).  While a
 * sync is under way the loop goes on reading and writing in one transaction that stays open over its turns;
 * it is committed, and synced, when the sync has ended.  So the busier the disk, the more goes into a commit.
 * A fast disk would be asked after every turn, which costs more than the turn: unless a client waits, the
 * next sync begins SYNC_EVERY_MS after the one before.
 *
 * What SQLite says of this (https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_synchronous):
 * a power cut may take unsynced commits, the youngest first, and cannot damage the ledger; a checkpoint syncs
 * the log before it writes to the ledger.  Checkpoints run in the thread on a connection of its own, in the
 * mode that waits for nobody.  Two things are left to the loop: the first commit after the log has started
 * over syncs the new head of the log (once in CHECKPOINT_PAGES at most), and if commits have come without a
 * pause until the log has LATE_PAGES, the last of them are moved into the ledger between two turns, as only
 * then it can start over.
 *
 * Trouble: the first sync that fails ends the process.
 */
#include "supervisor/ledger/ledger_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/clock.h"
#include "proto/exits.h"
#include "proto/fault.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "supervisor/store/io_thread.h"

#ifdef SLIDEMILL_FAULTS
enum { CHECKPOINT_PAGES = 40 }; /* so that a short test comes by */
#else
enum { CHECKPOINT_PAGES = 8000 };
#endif
enum {
    AGAIN_PAGES = CHECKPOINT_PAGES / 4,
    LATE_PAGES = 4 * CHECKPOINT_PAGES,
    BUSY_MS = 5000,
    SYNC_EVERY_MS = 20
};

struct committer {
    struct io_task task; /* the one sync that is under way */
    struct io_thread *io;
    sqlite3 *db; /* the thread's */
    int log;     /* descriptor of the write-ahead log; no lock is ever taken on that file */
    bool running;
    int64_t begun_ms; /* the last sync */
    uint64_t committed, synced, upto;
    bool moves; /* it makes a checkpoint, too */
    int error;  /* errno of the sync */
    int rc;     /* of the checkpoint */
    int pages;  /* of the log after the last commit */
    int move_at;
};

/* ---- in the thread ---- */

static void run_sync(struct io_task *task)
{
    struct committer *committer = (struct committer *)task;

    committer->error = fdatasync(committer->log) == -1 ? errno : 0;
    FAULT_POINT("supervisor", "ledger", "synced");
    if (committer->error != 0 || !committer->moves)
        return;
    FAULT_POINT("supervisor", "checkpoint", NULL);
    committer->rc = sqlite3_wal_checkpoint_v2(committer->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

/* ---- in the loop ---- */

static int on_wal(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct committer *committer = arg;

    (void)db, (void)name;
    if (pages < committer->pages) /* it has started over */
        committer->move_at = CHECKPOINT_PAGES;
    committer->pages = pages;
    return SQLITE_OK;
}

void sql_commits_open(struct ledger *ledger, const char *path)
{
    struct committer *committer = need_zero(1, sizeof *committer);
    char *log;

    log = need_format("%s-wal", path);
    committer->log = open(log, O_RDWR | O_CLOEXEC);
    if (committer->log == -1 ||
        sqlite3_open_v2(path, &committer->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
            SQLITE_OK ||
        sqlite3_exec(committer->db, "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0", NULL, NULL,
                     NULL) != SQLITE_OK) {
        log_error(ledger_failed, log_str("at", log),
                  log_str("reason", committer->log == -1 ? strerror(errno) : sqlite3_errmsg(committer->db)));
        exit(EXIT_SYSTEM);
    }
    free(log);
    sqlite3_busy_timeout(ledger->db, BUSY_MS);
    sqlite3_wal_hook(ledger->db, on_wal, committer);
    committer->move_at = CHECKPOINT_PAGES;
    committer->task.run = run_sync;
    committer->io = io_thread_new("ledger");
    ledger->committer = committer;
}

static void discard(struct io_task *task)
{
    (void)task; /* the committer's own */
}

void sql_commits_close(struct ledger *ledger)
{
    struct committer *committer = ledger->committer;

    ledger_sync(ledger);
    io_thread_free(&committer->io, discard);
    sqlite3_close(committer->db);
    close(committer->log);
    free(committer);
}

static void start_sync(struct committer *committer)
{
    committer->running = true;
    committer->begun_ms = clock_monotonic_ms();
    committer->upto = committer->committed;
    committer->moves = committer->pages > committer->move_at;
    committer->rc = SQLITE_OK;
    io_thread_add(committer->io, &committer->task);
}

/* Somebody else who reads the file (a backup) may be in the way; then it is tried again later. */
static void start_over(struct ledger *ledger)
{
    int rc;

    sqlite3_busy_timeout(ledger->db, 0);
    rc = sqlite3_wal_checkpoint_v2(ledger->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(ledger->db, BUSY_MS);
    if (rc != SQLITE_OK && rc != SQLITE_BUSY)
        sql_give_up(ledger, "checkpoint");
}

static void on_moved(struct ledger *ledger)
{
    struct committer *committer = ledger->committer;

    if (committer->rc != SQLITE_OK && committer->rc != SQLITE_BUSY) {
        log_error(ledger_failed, log_str("at", "checkpoint"), log_int("code", committer->rc),
                  log_str("reason", sqlite3_errstr(committer->rc)));
        exit(EXIT_AGAIN);
    }
    committer->move_at = committer->pages + AGAIN_PAGES;
    if (committer->pages > LATE_PAGES)
        start_over(ledger);
}

static void on_synced(struct ledger *ledger)
{
    struct committer *committer = ledger->committer;

    committer->running = false;
    if (committer->error != 0) {
        log_error(ledger_failed, log_str("at", "sync"), log_str("reason", strerror(committer->error)));
        exit(EXIT_AGAIN);
    }
    committer->synced = committer->upto;
}

static void commit(struct ledger *ledger)
{
    if (!ledger->writing)
        return;
    sql_run(ledger, ST_COMMIT, "");
    ledger->writing = false;
    ledger->committer->committed++;
}

void ledger_turn(struct ledger *ledger)
{
    struct committer *committer = ledger->committer;

    if (io_thread_take(committer->io) != NULL) {
        on_synced(ledger);
        if (committer->moves) {
            commit(ledger);
            on_moved(ledger);
        }
    }
    if (!committer->running && committer->committed > committer->synced)
        start_sync(committer);
}

void sql_begin(struct ledger *ledger)
{
    if (ledger->writing)
        return;
    ledger->writing = true; /* else the statement would begin what it begins */
    sql_run(ledger, ST_BEGIN, "");
}

uint64_t ledger_commit(struct ledger *ledger)
{
    struct committer *committer = ledger->committer;

    ledger_turn(ledger);
    if (committer->running && ledger->writing)
        return committer->committed + 1;
    commit(ledger);
    ledger_turn(ledger);
    return committer->committed;
}

uint64_t ledger_commit_later(struct ledger *ledger, int64_t now_ms, int64_t *at_ms)
{
    const struct committer *committer = ledger->committer;

    *at_ms = TIMER_NONE;
    if (!ledger->writing || committer->running || now_ms - committer->begun_ms >= SYNC_EVERY_MS)
        return ledger_commit(ledger);
    *at_ms = committer->begun_ms + SYNC_EVERY_MS;
    return committer->committed + 1;
}

bool ledger_gathers(const struct ledger *ledger)
{
    return ledger->writing;
}

uint64_t ledger_synced(const struct ledger *ledger)
{
    return ledger->committer->synced;
}

int ledger_fd(const struct ledger *ledger)
{
    return io_thread_fd(ledger->committer->io);
}

void ledger_sync(struct ledger *ledger)
{
    ledger_commit(ledger);
    while (ledger->committer->running) {
        io_thread_wait(ledger->committer->io);
        ledger_commit(ledger);
    }
}
