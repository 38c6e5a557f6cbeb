/* pages - see pages.h */
#include "proto/pages.h"

#include <stdint.h>
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
