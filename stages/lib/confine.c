/* confine - see confine.h
 *
 * The lists were measured (strace, Debian 12 and 13) and rounded up by what the C library takes instead on
 * other versions.
 */
#include "stages/lib/confine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <seccomp.h>

#include "proto/exits.h"
#include "proto/log.h"

#ifdef SLIDEMILL_SANITIZED
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

enum { PATHS_MOST = 40, CALLS_MOST = 160 };

/* Libraries that are loaded late (name services, Tesseract, OpenSSL's providers), and what the C library and
 * they look at. */
static const struct cage_path common[] = {
    {"/usr/lib", CAGE_RUN},
    {"/lib", CAGE_RUN},
    {"/lib64", CAGE_RUN},
    {"/etc/ld.so.cache", CAGE_READ},
    {"/etc/localtime", CAGE_READ},
    {"/usr/share/zoneinfo", CAGE_READ},
    {"/dev/null", CAGE_WRITE},
    {"/dev/urandom", CAGE_READ},
    {"/sys/devices/system/cpu", CAGE_READ},
    {"/proc/cpuinfo", CAGE_READ},
    {"/proc/meminfo", CAGE_READ},
    {"/proc/stat", CAGE_READ},
#ifdef SLIDEMILL_SANITIZED /* the leak check reads its own maps */
    {"/proc", CAGE_READ},
#endif
};

/* Whom to trust and how to find them. A resolver's file may be a link to where a service writes it anew. */
static const struct cage_path client[] = {
    {"/etc/ssl", CAGE_READ},
    {"/usr/share/ca-certificates", CAGE_READ},
    {"/usr/local/share/ca-certificates", CAGE_READ},
    {"/etc/resolv.conf", CAGE_READ},
    {"/run/systemd/resolve", CAGE_READ},
    {"/run/resolvconf", CAGE_READ},
    {"/run/NetworkManager", CAGE_READ},
    {"/etc/hosts", CAGE_READ},
    {"/etc/host.conf", CAGE_READ},
    {"/etc/nsswitch.conf", CAGE_READ},
    {"/etc/gai.conf", CAGE_READ},
    {"/etc/services", CAGE_READ},
    {"/etc/protocols", CAGE_READ},
};

static const int calls_base[] = {
    /* memory */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(membarrier),
    /* threads and time */
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(getppid),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler),
    SCMP_SYS(sched_setscheduler),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrusage),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(prctl),
    SCMP_SYS(prlimit64),
    SCMP_SYS(getrandom),
    SCMP_SYS(setpriority),
    SCMP_SYS(uname),
    /* signals */
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    /* what is open */
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(fcntl),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(dup3),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(eventfd2),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(sendto),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendmsg),
    SCMP_SYS(recvmsg),
    SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
};

/* Landlock says which files. */
static const int calls_files[] = {
    SCMP_SYS(openat),     SCMP_SYS(openat2),    SCMP_SYS(open),     SCMP_SYS(newfstatat),
    SCMP_SYS(stat),       SCMP_SYS(lstat),      SCMP_SYS(statx),    SCMP_SYS(access),
    SCMP_SYS(faccessat),  SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64), SCMP_SYS(getcwd),     SCMP_SYS(pread64),  SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),    SCMP_SYS(fadvise64),  SCMP_SYS(sendfile), SCMP_SYS(ioctl),
};

static const int calls_server[] = {SCMP_SYS(accept),       SCMP_SYS(accept4),   SCMP_SYS(socketpair),
                                   SCMP_SYS(memfd_create), SCMP_SYS(ftruncate), SCMP_SYS(pwrite64)};

static const int calls_reader[] = {SCMP_SYS(connect)};

static const int calls_client[] = {
    SCMP_SYS(connect),         SCMP_SYS(bind),      SCMP_SYS(socketpair),
    SCMP_SYS(pipe2),           SCMP_SYS(sendmmsg),  SCMP_SYS(recvmmsg),
    SCMP_SYS(mkdirat),         SCMP_SYS(mkdir),     SCMP_SYS(linkat),
    SCMP_SYS(unlinkat),        SCMP_SYS(unlink),    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),       SCMP_SYS(rename),    SCMP_SYS(pwrite64),
    SCMP_SYS(ftruncate),       SCMP_SYS(fallocate), SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),       SCMP_SYS(fchmod),    SCMP_SYS(umask),
    SCMP_SYS(copy_file_range), SCMP_SYS(utimensat),
};

static const int no_sockets[] = {0}, own_sockets[] = {AF_UNIX, 0},
                 client_sockets[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, 0};

struct list {
    const int *calls;
    size_t count;
};

#define LIST(calls)                                                                                          \
    {                                                                                                        \
        calls, sizeof(calls) / sizeof(calls)[0]                                                              \
    }

static const struct kind {
    struct list lists[4];
    const int *families;
} kinds[] = {
    [CONFINE_QUIET] = {{LIST(calls_base)}, no_sockets},
    [CONFINE_READER] = {{LIST(calls_base), LIST(calls_files), LIST(calls_reader)}, own_sockets},
    [CONFINE_SERVER] = {{LIST(calls_base), LIST(calls_files), LIST(calls_server)}, no_sockets},
    [CONFINE_CLIENT] = {{LIST(calls_base), LIST(calls_files), LIST(calls_client)}, client_sockets},
};

static const char *env_or_none(const char *name)
{
    const char *value = getenv(name);

    return value == NULL ? "" : value;
}

/* ---- levels ---- */

static bool is_off(const char *level)
{
    return strcmp(level, "off") == 0;
}

static int lacking(const char *what, const char *level)
{
    const char *reason = errno == 0 ? "not known" : strerror(errno);

    if (strcmp(level, "require") == 0) {
        log_error(sandbox_refused, log_str("lacks", what), log_str("reason", reason),
                  log_str("do", "set sandbox.level to prefer, or give the service what it lacks"));
        return EXIT_CONFIG;
    }
    log_warn(sandbox_incomplete, log_str("lacks", what), log_str("reason", reason));
    return 0;
}

/* ---- files ---- */

static size_t paths_add(struct cage_path *to, size_t count, const struct cage_path *from, size_t more)
{
    memcpy(to + count, from, more * sizeof *from);
    return count + more;
}

int confine_files(const struct confine *confine, const char *level)
{
    bool connects = confine->kind == CONFINE_CLIENT, quiet = confine->kind == CONFINE_QUIET;
    struct cage_path paths[PATHS_MOST];
    size_t count = 0;

    if (is_off(level))
        return 0;
    if (!quiet || SANITIZED)
        count = paths_add(paths, count, common, sizeof common / sizeof *common);
    if (connects) {
        count = paths_add(paths, count, client, sizeof client / sizeof *client);
        paths[count++] = (struct cage_path){env_or_none("SSL_CERT_FILE"), CAGE_READ};
        paths[count++] = (struct cage_path){env_or_none("SSL_CERT_DIR"), CAGE_READ};
    }
    count = paths_add(paths, count, confine->paths, confine->count);
    errno = 0;
    return cage_files(paths, count, connects) ? 0 : lacking("landlock", level);
}

/* ---- calls ---- */

/* What only computes needs no privilege of anybody, and no more than it has. */
static int quieten(const struct confine *confine, const char *level)
{
    errno = 0;
    if (!cage_limits(confine->memory_bytes))
        return lacking("limits", level);
    return cage_own_user() ? 0 : lacking("own user", level);
}

/* The calls of its kind, to the cage's room. */
static void list_calls(const struct confine *confine, struct cage_calls *cage, int calls[CALLS_MOST])
{
    const struct kind *kind = &kinds[confine->kind];

    for (const struct list *list = kind->lists; list->calls != NULL; list++)
        for (size_t i = 0; i < list->count; i++)
            calls[cage->count++] = list->calls[i];
    cage->allowed = calls;
    cage->families = kind->families;
    cage->loads = confine->kind == CONFINE_CLIENT || confine->kind == CONFINE_READER;
}

int confine_calls(const struct confine *confine, const char *level)
{
    bool listed = confine->kind != CONFINE_NONE; /* else the programs it starts list their own */
    int landlock = cage_landlock_version(), calls[CALLS_MOST], rc;
    struct cage_calls cage = {.count = 0};

    if (is_off(level))
        return 0;
    if (confine->kind == CONFINE_QUIET && (rc = quieten(confine, level)) != 0)
        return rc;
    if (listed)
        list_calls(confine, &cage, calls);
    errno = 0;
    if (listed ? !cage_calls(&cage) : !cage_knows_calls())
        return lacking("seccomp", level);
    log_info(sandbox_applied, log_int("landlock", landlock), log_int("calls", (int64_t)cage.count));
    return 0;
}
