/* io_thread - one thread beside the loop, for what may wait for a disk
 *
 * The loop adds tasks; the thread runs them one after the other, in that order, and gives them back in that
 * order. An eventfd in the loop's poll says that some have ended.  A thread and not a process: the bytes of
 * an upload are in our memory already, and would have to be copied to another process.  One thread and not
 * several: the order is what blob.c and ledger_sqlite.c rely on.
 *
 * A task belongs to the thread from io_thread_add() until io_thread_take() gives it back.  The thread takes
 * no signals (the supervisor's are blocked, all others are blocked in it).  The supervisor may fork at any
 * time: the child calls nothing but async-signal-safe functions and execve (process.c), so a lock that this
 * thread holds in that moment is never asked for in the child.
 */
#ifndef SUPERVISOR_IO_THREAD_H
#define SUPERVISOR_IO_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

/* The first member of a struct that describes a task. */
struct io_task {
    STAILQ_ENTRY(io_task) link;
    void (*run)(struct io_task *task); /* in the thread */
    size_t bytes;                      /* of memory that it keeps until it has ended */
    bool optional;                     /* skipped if io_thread_free() is called before it begins */
};

struct io_thread;

/* Starts the thread. name: at most 15 characters, for ps and gdb. Ends the process if there can be none. */
struct io_thread *io_thread_new(const char *name);

/* Waits until all tasks have ended (the optional ones that have not begun are left out), ends the thread and
 * calls discard() for every task that was not taken. */
void io_thread_free(struct io_thread **io, void (*discard)(struct io_task *task));

/* A descriptor for poll(2), readable when io_thread_take() has something; it stays the thread's. */
int io_thread_fd(const struct io_thread *io);

/* Never waits. */
void io_thread_add(struct io_thread *io, struct io_task *task);

/* The next task that has ended; NULL: none has. Never waits. */
struct io_task *io_thread_take(struct io_thread *io);

/* Waits until all tasks so far have ended; they are still to be taken. */
void io_thread_wait(struct io_thread *io);

/* Tasks that were added and not taken yet, and the bytes they keep. */
size_t io_thread_tasks(const struct io_thread *io);
size_t io_thread_bytes(const struct io_thread *io);

#endif
