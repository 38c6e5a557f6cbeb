/* blob - see blob.h; here is the loop's side, blob_disk.c is that of the threads, blob_holds.c counts who
 * needs what */
#include "supervisor/store/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/fault.h"
#include "proto/log.h"
#include "proto/pages.h"
#include "proto/panic.h"
#include "supervisor/store/blob_disk.h"
#include "supervisor/store/blob_holds.h"

struct blobs {
    struct blob_disk *disk;
    struct io_thread *io;      /* writes what can be made again, checks, removes */
    struct io_thread *durable; /* writes what is synced */
    struct blob_holds *holds;
    uint64_t asked;    /* writes handed over */
    uint64_t moment;   /* counts what happens for the loop */
    unsigned removals; /* under way */
};

struct blobs *blobs_open(const char *folder)
{
    struct blobs *blobs = need_zero(1, sizeof *blobs);

    blobs->disk = blob_disk_new(folder);
    blobs->holds = blob_holds_new();
    blobs->io = io_thread_new("blobs");
    blobs->durable = io_thread_new("uploads");
    return blobs;
}

void blobs_fds(const struct blobs *blobs, int fds[BLOB_FDS])
{
    fds[0] = io_thread_fd(blobs->io);
    fds[1] = io_thread_fd(blobs->durable);
}

size_t blobs_bytes(const struct blobs *blobs)
{
    return io_thread_bytes(blobs->io) + io_thread_bytes(blobs->durable);
}

bool blobs_idle(const struct blobs *blobs)
{
    return io_thread_tasks(blobs->io) == 0 && io_thread_tasks(blobs->durable) == 0;
}

void blobs_wait(struct blobs *blobs)
{
    io_thread_wait(blobs->io);
    io_thread_wait(blobs->durable);
}

bool blobs_has_room(const struct blobs *blobs, size_t bytes)
{
    return blob_disk_has_room(blobs->disk, bytes);
}

/* ---- writing ---- */

/* Not in the loop, and not in one go. */
static void empty_frame(struct wire *message, size_t frame)
{
    pages_forget((void *)(uintptr_t)wire_data(message, frame), wire_size(message, frame));
    wire_set_owned(message, frame, NULL, 0);
}

static void run_write(struct io_task *task)
{
    struct blob_write *write = (struct blob_write *)task;
    struct wire *message = &write->message;

    for (size_t i = 0; i < message->frames && write->error == 0; i++) {
        write->sizes[i] = wire_size(message, i);
        if (blob_disk_put(write->blobs->disk, write->number, wire_data(message, i), write->sizes[i],
                          write->durable, write->names[i]) == -1) {
            write->error = errno;
            write->names[i][0] = '\0';
        }
    }
    for (size_t i = 0; i < message->frames && !write->keeps_bytes; i++)
        empty_frame(message, i);
    FAULT_POINT("supervisor", "blob", "written");
}

void blobs_write(struct blobs *blobs, struct blob_write *write)
{
    must(write->message.frames <= ARTIFACTS);
    write->task.run = run_write;
    write->task.optional = true;
    write->task.bytes = 0;
    for (size_t i = 0; i < write->message.frames; i++)
        write->task.bytes += wire_size(&write->message, i);
    write->blobs = blobs;
    write->number = ++blobs->asked;
    io_thread_add(write->durable ? blobs->durable : blobs->io, &write->task);
}

static void write_free(struct blob_write *write)
{
    wire_clear(&write->message);
    write->end(write);
}

/* What was written before another frame failed goes again; what was kept stays with those who hold it. */
static void write_ended(struct blobs *blobs, struct blob_write *write)
{
    blob_disk_heard(blobs->disk, write->number, ++blobs->moment, blobs->removals > 0);
    for (size_t i = 0; i < ARTIFACTS; i++)
        blobs_hold(blobs, write->names[i]);
    write->then(write->arg, write);
    for (size_t i = 0; i < ARTIFACTS; i++)
        blobs_drop(blobs, write->names[i]);
    write_free(write);
}

/* ---- checking ---- */

struct blob_check *blob_check_new(int64_t job, void (*then)(void *arg, const struct blob_check *check),
                                  void *arg)
{
    struct blob_check *check = need_zero(1, sizeof *check);

    check->job = job;
    check->then = then;
    check->arg = arg;
    return check;
}

void blob_check_add(struct blob_check *check, const char *name)
{
    blob_names_add(&check->list, name);
}

static void run_check(struct io_task *task)
{
    struct blob_check *check = (struct blob_check *)task;

    for (size_t i = 0; i < check->list.count; i++)
        blob_disk_check(check->blobs->disk, check->list.names[i]);
}

void blobs_check(struct blobs *blobs, struct blob_check *check)
{
    check->task.run = run_check;
    check->task.optional = true;
    check->blobs = blobs;
    io_thread_add(blobs->io, &check->task);
}

static void check_free(struct blob_check *check)
{
    blob_names_clear(&check->list);
    free(check);
}

/* ---- removing ---- */

/* Of some files, or (sweep) of all but these. */
struct removal {
    struct io_task task;
    struct blobs *blobs;
    uint64_t moment; /* when it was asked for */
    struct blob_names list;
};

static void run_removal(struct io_task *task)
{
    struct removal *removal = (struct removal *)task;

    for (size_t i = 0; i < removal->list.count; i++)
        blob_disk_remove(removal->blobs->disk, removal->moment, removal->list.names[i]);
}

static void run_sweep(struct io_task *task)
{
    struct removal *removal = (struct removal *)task;
    unsigned removed =
        blob_disk_sweep(removal->blobs->disk, removal->moment, removal->list.names, removal->list.count);

    log_info(blobs_swept, log_int("removed_files", removed));
}

static void start_removal(struct blobs *blobs, void (*run)(struct io_task *), struct blob_names list)
{
    struct removal *removal = need_zero(1, sizeof *removal);

    *removal = (struct removal){.task.run = run, .blobs = blobs, .moment = ++blobs->moment, .list = list};
    blobs->removals++;
    io_thread_add(blobs->io, &removal->task);
}

static void removal_free(struct removal *removal)
{
    blob_names_clear(&removal->list);
    free(removal);
}

void blobs_sweep(struct blobs *blobs)
{
    struct blob_names held = {.count = 0};

    blob_holds_list(blobs->holds, &held);
    start_removal(blobs, run_sweep, held);
}

void blobs_tidy(struct blobs *blobs, uint64_t committed, uint64_t synced)
{
    struct blob_names released = {.count = 0};

    blob_holds_release(blobs->holds, committed, synced, &released);
    if (released.count > 0)
        start_removal(blobs, run_removal, released);
}

/* ---- holding ---- */

void blobs_hold(struct blobs *blobs, const char *name)
{
    blob_holds_add(blobs->holds, name);
}

void blobs_drop(struct blobs *blobs, const char *name)
{
    blob_holds_drop(blobs->holds, name);
}

/* ---- what has ended ---- */

static void task_ended(struct blobs *blobs, struct io_task *task)
{
    if (task->run == run_write)
        write_ended(blobs, (struct blob_write *)task);
    else if (task->run == run_check) {
        ((struct blob_check *)task)->then(((struct blob_check *)task)->arg, (struct blob_check *)task);
        check_free((struct blob_check *)task);
    } else {
        blobs->removals--;
        removal_free((struct removal *)task);
    }
}

void blobs_turn(struct blobs *blobs)
{
    struct io_task *task;

    while ((task = io_thread_take(blobs->io)) != NULL || (task = io_thread_take(blobs->durable)) != NULL)
        task_ended(blobs, task);
}

static void discard(struct io_task *task)
{
    if (task->run == run_write)
        write_free((struct blob_write *)task);
    else if (task->run == run_check)
        check_free((struct blob_check *)task);
    else
        removal_free((struct removal *)task);
}

void blobs_close(struct blobs **blobs)
{
    io_thread_free(&(*blobs)->durable, discard);
    io_thread_free(&(*blobs)->io, discard);
    blob_disk_free(&(*blobs)->disk);
    blob_holds_free(&(*blobs)->holds);
    free(*blobs);
    *blobs = NULL;
}

/* ---- reading ---- */

static int open_blob(const struct blobs *blobs, const char *name, size_t *size)
{
    char path[BLOB_PATH];
    struct stat info;
    int fd;

    blob_path(blobs->disk, name, path);
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd == -1)
        return -1;
    if (fstat(fd, &info) == -1 || !S_ISREG(info.st_mode)) {
        close(fd);
        return -1;
    }
    *size = (size_t)info.st_size;
    return fd;
}

bool blobs_has(const struct blobs *blobs, const char *name)
{
    size_t size;
    int fd = *name == '\0' ? -1 : open_blob(blobs, name, &size);

    if (fd != -1)
        close(fd);
    return fd != -1;
}

int blobs_add_frame(const struct blobs *blobs, const char *name, struct wire *to)
{
    size_t size;
    int fd = open_blob(blobs, name, &size);

    if (fd == -1)
        return -1;
    if (wire_add_mapped(to, fd, size) == -1)
        panic("mmap"); /* it is there, so it is not lost; we are out of address space or maps */
    close(fd);
    return 0;
}
