/* cage - what a process gives up before it touches strangers' bytes: limits, Landlock, seccomp
 *
 * Order: limits, no new privileges, Landlock, then seccomp.  Entered before the first byte is parsed; there
 * is no way back.  Everything the process needs must be open already: afterwards it can open, create and
 * connect to nothing.
 *
 * Not here: which system calls a program needs (each lists its own, with reasons), and closing what it
 * inherited.
 */
#ifndef STAGES_LIB_CAGE_H
#define STAGES_LIB_CAGE_H

#include <stddef.h>
#include <stdint.h>

struct cage {
    uint64_t memory_bytes; /* RLIMIT_AS; 0: none (also ignored under sanitizers) */
    uint64_t cpu_s;        /* RLIMIT_CPU; 0: none */
    const int *allowed;    /* system calls let through, any arguments; all others kill the process */
    size_t allowed_count;  /* 0: no seccomp (also ignored under sanitizers) */
};

enum cage_grade {
    CAGE_REFUSED = -1, /* limits or no-new-privileges failed, errno says why: parse nothing */
    CAGE_WHOLE = 0,
    CAGE_PARTIAL = 1, /* the kernel lacks something: *lacks names it ("landlock, seccomp") */
};

/* mmap and mprotect are let through without PROT_EXEC only; openat and ioctl fail softly; files, TCP, signals
 * to others and foreign abstract sockets are denied by Landlock as far as the kernel knows them. *lacks is
 * static, "" if whole. */
enum cage_grade cage_enter(const struct cage *cage, const char **lacks);

#endif
