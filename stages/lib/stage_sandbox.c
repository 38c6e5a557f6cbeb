/* stage_sandbox - see stage_sandbox.h
 *
 * The lists were measured (strace, Debian 12 and 13) and rounded up by what the C library takes instead on
 * other versions.
 */
#include "stages/lib/stage_sandbox.h"

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

enum { MAX_PATHS = 40, MAX_CALLS = 160 };

/* Libraries that are loaded late (name services, Tesseract, OpenSSL's providers), and what the C library and
 * they look at. */
static const struct sandbox_path common[] = {
    {"/usr/lib", SANDBOX_RUN},
    {"/lib", SANDBOX_RUN},
    {"/lib64", SANDBOX_RUN},
    {"/etc/ld.so.cache", SANDBOX_READ},
    {"/etc/localtime", SANDBOX_READ},
    {"/usr/share/zoneinfo", SANDBOX_READ},
    {"/dev/null", SANDBOX_WRITE},
    {"/dev/urandom", SANDBOX_READ},
    {"/sys/devices/system/cpu", SANDBOX_READ},
    {"/proc/cpuinfo", SANDBOX_READ},
    {"/proc/meminfo", SANDBOX_READ},
    {"/proc/stat", SANDBOX_READ},
#ifdef SLIDEMILL_SANITIZED /* the leak check reads its own maps */
    {"/proc", SANDBOX_READ},
#endif
};

/* Whom to trust and how to find them. A resolver's file may be a link to where a service writes it anew. */
static const struct sandbox_path client[] = {
    {"/etc/ssl", SANDBOX_READ},
    {"/usr/share/ca-certificates", SANDBOX_READ},
    {"/usr/local/share/ca-certificates", SANDBOX_READ},
    {"/etc/resolv.conf", SANDBOX_READ},
    {"/run/systemd/resolve", SANDBOX_READ},
    {"/run/resolvconf", SANDBOX_READ},
    {"/run/NetworkManager", SANDBOX_READ},
    {"/etc/hosts", SANDBOX_READ},
    {"/etc/host.conf", SANDBOX_READ},
    {"/etc/nsswitch.conf", SANDBOX_READ},
    {"/etc/gai.conf", SANDBOX_READ},
    {"/etc/services", SANDBOX_READ},
    {"/etc/protocols", SANDBOX_READ},
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
    [STAGE_SANDBOX_QUIET] = {{LIST(calls_base)}, no_sockets},
    [STAGE_SANDBOX_READER] = {{LIST(calls_base), LIST(calls_files), LIST(calls_reader)}, own_sockets},
    [STAGE_SANDBOX_SERVER] = {{LIST(calls_base), LIST(calls_files), LIST(calls_server)}, no_sockets},
    [STAGE_SANDBOX_CLIENT] = {{LIST(calls_base), LIST(calls_files), LIST(calls_client)}, client_sockets},
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

static size_t paths_add(struct sandbox_path *to, size_t count, const struct sandbox_path *from, size_t more)
{
    memcpy(to + count, from, more * sizeof *from);
    return count + more;
}

int stage_sandbox_files(const struct stage_sandbox *confine, const char *level)
{
    bool connects = confine->kind == STAGE_SANDBOX_CLIENT, quiet = confine->kind == STAGE_SANDBOX_QUIET;
    struct sandbox_path paths[MAX_PATHS];
    size_t count = 0;

    if (is_off(level))
        return 0;
    if (!quiet || SANITIZED)
        count = paths_add(paths, count, common, sizeof common / sizeof *common);
    if (connects) {
        count = paths_add(paths, count, client, sizeof client / sizeof *client);
        paths[count++] = (struct sandbox_path){env_or_none("SSL_CERT_FILE"), SANDBOX_READ};
        paths[count++] = (struct sandbox_path){env_or_none("SSL_CERT_DIR"), SANDBOX_READ};
    }
    count = paths_add(paths, count, confine->paths, confine->count);
    errno = 0;
    return sandbox_files(paths, count, connects) ? 0 : lacking("landlock", level);
}

/* ---- calls ---- */

/* What only computes needs no privilege of anybody, and no more than it has. */
static int quieten(const struct stage_sandbox *confine, const char *level)
{
    errno = 0;
    if (!sandbox_limits(confine->memory_bytes))
        return lacking("limits", level);
    return sandbox_own_user() ? 0 : lacking("own user", level);
}

/* The calls of its kind, to the sandbox's room. */
static void list_calls(const struct stage_sandbox *confine, struct sandbox_calls *sandbox,
                       int calls[MAX_CALLS])
{
    const struct kind *kind = &kinds[confine->kind];

    for (const struct list *list = kind->lists; list->calls != NULL; list++)
        for (size_t i = 0; i < list->count; i++)
            calls[sandbox->count++] = list->calls[i];
    sandbox->allowed = calls;
    sandbox->families = kind->families;
    sandbox->loads = confine->kind == STAGE_SANDBOX_CLIENT || confine->kind == STAGE_SANDBOX_READER;
}

int stage_sandbox_calls(const struct stage_sandbox *confine, const char *level)
{
    bool listed = confine->kind != STAGE_SANDBOX_NONE; /* else the programs it starts list their own */
    int landlock = sandbox_landlock_version(), calls[MAX_CALLS], rc;
    struct sandbox_calls sandbox = {.count = 0};

    if (is_off(level))
        return 0;
    if (confine->kind == STAGE_SANDBOX_QUIET && (rc = quieten(confine, level)) != 0)
        return rc;
    if (listed)
        list_calls(confine, &sandbox, calls);
    errno = 0;
    if (listed ? !sandbox_calls(&sandbox) : !sandbox_knows_calls())
        return lacking("seccomp", level);
    log_info(sandbox_applied, log_int("landlock", landlock), log_int("calls", (int64_t)sandbox.count));
    return 0;
}
