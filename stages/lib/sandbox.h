/* sandbox - what a process gives up before it touches strangers' bytes: limits, Landlock, seccomp
 *
 * Two sandboxes.  The jail's (sandbox_enter) is whole: everything the process needs is open already,
 * afterwards it can open, create and connect to nothing.  A stage program's comes in two steps: sandbox_files
 * before its first thread, since Landlock binds only the thread that asks and those it makes later;
 * sandbox_calls once its sockets are connected, for all its threads.
 *
 * There is no way back.  Not here: which system calls and files a program needs (each lists its own, with
 * reasons), and closing what it inherited.
 */
#ifndef STAGES_LIB_SANDBOX_H
#define STAGES_LIB_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sandbox {
    uint64_t memory_bytes; /* RLIMIT_AS; 0: none (also ignored under sanitizers) */
    uint64_t cpu_s;        /* RLIMIT_CPU; 0: none */
    const int *allowed;    /* system calls let through, any arguments; all others kill the process */
    size_t allowed_count;  /* 0: no seccomp (also ignored under sanitizers) */
};

enum sandbox_grade {
    SANDBOX_REFUSED = -1, /* limits or no-new-privileges failed, errno says why: parse nothing */
    SANDBOX_WHOLE = 0,
    SANDBOX_PARTIAL =
        1, /* the kernel lacks something: *lacks names it ("landlock, seccomp"), or who started us */
           /* may not give us a user of our own ("own user") */
};

/* mmap and mprotect are let through without PROT_EXEC only; openat and ioctl fail softly; files, TCP, signals
 * to others and foreign abstract sockets are denied by Landlock as far as the kernel knows them. *lacks is
 * static, "" if whole. */
enum sandbox_grade sandbox_enter(const struct sandbox *sandbox, const char **lacks);

/* A file or a folder with all below it; what is not there, or empty, is passed over. */
enum sandbox_right {
    SANDBOX_READ,
    SANDBOX_WRITE,
    SANDBOX_RUN
}; /* WRITE: also read, create and remove; RUN: also read */
struct sandbox_path {
    const char *path;
    enum sandbox_right right;
};

/* No file but those; no TCP port may be bound, and connected to only if connects. Sets no-new-privileges.
 * false: the kernel has no Landlock (errno ENOSYS or EOPNOTSUPP), or refuses. */
bool sandbox_files(const struct sandbox_path *paths, size_t count, bool connects);

/* No system call but those, by all threads: the dangerous ones (exec, ptrace, ...) kill the process, others
 * that are not listed fail with ENOSYS. mmap and mprotect as above. Threads may be made, processes not. A
 * socket may be made only of the families listed (AF_..., ending with 0). Does nothing under sanitizers.
 * false: no seccomp. */
struct sandbox_calls {
    const int *allowed;
    size_t count;
    const int *families;
    bool loads; /* libraries may still be loaded: executable memory is allowed */
};
bool sandbox_calls(const struct sandbox_calls *calls);

/* So much address space (0: no bound; also under sanitizers) and a few descriptors, for a program that
 * computes only. That it makes no process is up to sandbox_calls. */
bool sandbox_limits(uint64_t memory_bytes);

/* As root: becomes SANDBOX_USER, a number that neither Debian nor systemd gives to anybody, without groups
 * and capabilities, all threads of it. Else nothing is to be done. Keeps the death signal. */
enum { SANDBOX_USER = 65530 };
bool sandbox_own_user(void);

/* The version of Landlock this kernel offers (0: none), and whether it knows lists of system calls. */
int sandbox_landlock_version(void);
bool sandbox_knows_calls(void);

#endif
