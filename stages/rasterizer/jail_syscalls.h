/* jail_syscalls - the system calls the jail needs once its sandbox is shut (mmap and mprotect without
 * PROT_EXEC: sandbox.h)
 *
 * Measured on thousands of documents.  sysinfo looks odd and is needed: qsort of glibc asks for the size of
 * memory once an array is big; without it half of all ordinary lectures die.
 */
#ifndef STAGES_RASTERIZER_JAIL_SYSCALLS_H
#define STAGES_RASTERIZER_JAIL_SYSCALLS_H

#include <sys/syscall.h>

static const int jail_allowed[] = {
    SYS_read,         SYS_write,                                           /* the channel */
    SYS_brk,          SYS_munmap,          SYS_mremap,        SYS_madvise, /* memory */
    SYS_futex,        SYS_sysinfo,                                         /* the C library */
    SYS_rt_sigreturn, SYS_restart_syscall, SYS_clock_gettime, /* the timer of mupdf_engine.c, and what it
                                                               * interrupts
                                                               */
    SYS_exit,         SYS_exit_group,
};

#endif
