/* pages - see pages.h */
#include "proto/pages.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STEP = 2 << 20 };

void pages_forget(void *data, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), skip = (page - (uintptr_t)data % page) % page;
    char *at = (char *)data + skip;

    if (size <= STEP)
        return;
    size = (size - skip) / page * page;
    for (size_t step; size > 0; at += step, size -= step) {
        step = size < STEP ? size : STEP;
        madvise(at, step, MADV_DONTNEED); /* an advice: if it is not taken, nothing is lost but time */
    }
}

/* ---- by a thread ---- */

struct mapping {
    void *data;
    size_t size;
};

static void unmap(void *data, size_t size)
{
    pages_forget(data, size);
    munmap(data, size);
}

static void *run(void *arg)
{
    struct mapping *mapping = arg;

    unmap(mapping->data, mapping->size);
    free(mapping);
    return NULL;
}

/* It takes no signal: they are meant for others. */
static bool start(struct mapping *mapping)
{
    sigset_t all, before;
    pthread_attr_t attributes;
    pthread_t thread;
    bool started;

    if (pthread_attr_init(&attributes) != 0)
        return false;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    started = pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0 &&
              pthread_create(&thread, &attributes, run, mapping) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}

void pages_unmap(void *data, size_t size)
{
    struct mapping *mapping = size <= STEP ? NULL : malloc(sizeof *mapping);

    if (mapping != NULL)
        *mapping = (struct mapping){data, size};
    if (mapping == NULL || !start(mapping)) {
        free(mapping);
        unmap(data, size);
    }
}
