/* io_thread - see io_thread.h */
#include "supervisor/store/io_thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <unistd.h>

#include "proto/panic.h"

STAILQ_HEAD(task_list, io_task);

struct io_thread {
    pthread_t thread;
    pthread_mutex_t lock; /* over what follows, up to the blank line */
    pthread_cond_t more, idle;
    struct task_list todo, ended;
    bool running, closing;

    int fd;
    struct task_list taken; /* of those that have ended, not given out yet: the loop's */
    size_t tasks, bytes;    /* the loop's */
};

/* The oldest task, taken off the list; NULL: it is empty. */
static struct io_task *list_take(struct task_list *list)
{
    struct io_task *task = STAILQ_FIRST(list);

    if (task != NULL)
        STAILQ_REMOVE_HEAD(list, link);
    return task;
}

static void lock(struct io_thread *io)
{
    must(pthread_mutex_lock(&io->lock) == 0);
}

static void unlock(struct io_thread *io)
{
    must(pthread_mutex_unlock(&io->lock) == 0);
}

/* ---- in the thread ---- */

/* NULL: all is done, and there will be no more. */
static struct io_task *next_task(struct io_thread *io)
{
    while (STAILQ_EMPTY(&io->todo) && !io->closing)
        must(pthread_cond_wait(&io->more, &io->lock) == 0);
    return list_take(&io->todo);
}

static void signal_loop(const struct io_thread *io)
{
    const uint64_t one = 1;

    must(write(io->fd, &one, sizeof one) == (ssize_t)sizeof one);
}

static void *run_tasks(void *arg)
{
    struct io_thread *io = arg;
    struct io_task *task;

    lock(io);
    while ((task = next_task(io)) != NULL) {
        bool begun = !(io->closing && task->optional);

        io->running = true;
        unlock(io);
        if (begun)
            task->run(task);
        lock(io);
        io->running = false;
        STAILQ_INSERT_TAIL(&io->ended, task, link);
        must(pthread_cond_signal(&io->idle) == 0);
        signal_loop(io);
    }
    unlock(io);
    return NULL;
}

/* ---- in the loop ---- */

/* It is born with all signals blocked, so that they stay with the loop's signalfd. */
static void start_thread(struct io_thread *io, const char *name)
{
    sigset_t all, before;

    sigfillset(&all);
    must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    if (pthread_create(&io->thread, NULL, run_tasks, io) != 0)
        panic("pthread_create");
    must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    pthread_setname_np(io->thread, name);
}

struct io_thread *io_thread_new(const char *name)
{
    struct io_thread *io = need_zero(1, sizeof *io);

    STAILQ_INIT(&io->todo);
    STAILQ_INIT(&io->ended);
    STAILQ_INIT(&io->taken);
    io->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (io->fd == -1)
        panic("eventfd");
    must(pthread_mutex_init(&io->lock, NULL) == 0 && pthread_cond_init(&io->more, NULL) == 0 &&
         pthread_cond_init(&io->idle, NULL) == 0);
    start_thread(io, name);
    return io;
}

void io_thread_free(struct io_thread **io, void (*discard)(struct io_task *task))
{
    struct io_thread *i = *io;
    struct io_task *task;

    lock(i);
    i->closing = true;
    must(pthread_cond_signal(&i->more) == 0);
    unlock(i);
    must(pthread_join(i->thread, NULL) == 0);
    while ((task = io_thread_take(i)) != NULL)
        discard(task);
    pthread_cond_destroy(&i->idle);
    pthread_cond_destroy(&i->more);
    pthread_mutex_destroy(&i->lock);
    close(i->fd);
    free(i);
    *io = NULL;
}

int io_thread_fd(const struct io_thread *io)
{
    return io->fd;
}

void io_thread_add(struct io_thread *io, struct io_task *task)
{
    io->tasks++;
    io->bytes += task->bytes;
    lock(io);
    STAILQ_INSERT_TAIL(&io->todo, task, link);
    must(pthread_cond_signal(&io->more) == 0);
    unlock(io);
}

/* All that have ended, at once. The count is read first: what ends after that tells again. */
static void fetch_ended(struct io_thread *io)
{
    uint64_t count;

    if (read(io->fd, &count, sizeof count) != (ssize_t)sizeof count)
        return;
    lock(io);
    STAILQ_CONCAT(&io->taken, &io->ended);
    unlock(io);
}

struct io_task *io_thread_take(struct io_thread *io)
{
    struct io_task *task;

    if (STAILQ_EMPTY(&io->taken))
        fetch_ended(io);
    task = list_take(&io->taken);
    if (task == NULL)
        return NULL;
    io->tasks--;
    io->bytes -= task->bytes;
    return task;
}

void io_thread_wait(struct io_thread *io)
{
    lock(io);
    while (!STAILQ_EMPTY(&io->todo) || io->running)
        must(pthread_cond_wait(&io->idle, &io->lock) == 0);
    unlock(io);
}

size_t io_thread_tasks(const struct io_thread *io)
{
    return io->tasks;
}

size_t io_thread_bytes(const struct io_thread *io)
{
    return io->bytes;
}
