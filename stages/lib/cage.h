/* cage - what a process gives up before it touches strangers' bytes: limits, Landlock, seccomp
 *
 * Order: limits, no new privileges, Landlock, then seccomp.  Entered before the first byte is parsed; there is no way back.
 */
#ifndef STAGES_LIB_CAGE_H
#define STAGES_LIB_CAGE_H

#include <stddef.h>
#include <stdint.h>

struct cage {
    uint64_t memory_bytes; /* RLIMIT_AS; 0: none (also ignored under sanitizers) */
    uint64_t cpu_s;        /* RLIMIT_CPU; 0: none */
    const int *allowed;    /* syscall numbers let through, any arguments; all others kill the process */
    size_t allowed_count;  /* 0: no seccomp */
};

/* mmap and mprotect are let through without PROT_EXEC only, openat and ioctl fail softly, files and sockets are denied
 * by Landlock as well. 0; -1 with *lacks naming what the kernel did not grant (rlimits and no-new-privileges always). */
int cage_enter(const struct cage *cage, const char **lacks);

#endif
