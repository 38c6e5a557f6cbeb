/* sandbox - see sandbox.h
 *
 * Seccomp is the first wall, Landlock the second: with Landlock alone a process can still make sockets, fork
 * and map executable memory.  RLIMIT_NPROC does not bind root; seccomp has no clone on any list, so that does
 * not matter.
 *
 * Sanitized builds reserve terabytes of address space and make system calls of their own (reports, stack
 * traces): there RLIMIT_AS and the list are left out, the other walls stand.
 */
#include "stages/lib/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seccomp.h>

/* ---- limits ---- */

static int limit(int resource, uint64_t max)
{
    struct rlimit bound = {max, max}, now;

    if (getrlimit((__rlimit_resource_t)resource, &now) == -1)
        return -1;
    if (now.rlim_max < bound.rlim_max)
        bound.rlim_cur = bound.rlim_max = now.rlim_max; /* already tighter */
    return setrlimit((__rlimit_resource_t)resource, &bound);
}

static int limit_all(const struct sandbox *sandbox)
{
#ifndef SLIDEMILL_SANITIZED
    if (sandbox->memory_bytes != 0 && limit(RLIMIT_AS, sandbox->memory_bytes) == -1)
        return -1;
#endif
    if (sandbox->cpu_s != 0 && limit(RLIMIT_CPU, sandbox->cpu_s) == -1)
        return -1;
    if (limit(RLIMIT_CORE, 0) == -1 || limit(RLIMIT_FSIZE, 0) == -1 || limit(RLIMIT_NPROC, 0) == -1)
        return -1;
    return prctl(PR_SET_DUMPABLE, 0) == -1 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ? -1 : 0;
}

bool sandbox_limits(uint64_t memory_bytes)
{
    enum { FILES = 64 };

#ifdef SLIDEMILL_SANITIZED
    memory_bytes = 0;
#endif
    if (memory_bytes != 0 && limit(RLIMIT_AS, memory_bytes) == -1)
        return false;
    return limit(RLIMIT_NOFILE, FILES) == 0;
}

/* ---- user ---- */

/* A change of user takes the death signal and dumpability back: both are set anew. */
bool sandbox_own_user(void)
{
    pid_t parent = getppid();

    if (geteuid() != 0)
        return true;
    if (setgroups(0, NULL) == -1 || setresgid(SANDBOX_USER, SANDBOX_USER, SANDBOX_USER) == -1 ||
        setresuid(SANDBOX_USER, SANDBOX_USER, SANDBOX_USER) == -1)
        return false;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || prctl(PR_SET_DUMPABLE, 0) == -1 || getppid() != parent)
        raise(SIGKILL);
    return true;
}

/* ---- Landlock: what no rule allows is denied ---- */

/* The newest layout we know; the headers of older systems end earlier. */
struct ruleset {
    uint64_t files, tcp, scopes;
};

/* What each version of the interface added: the number of file rights, network rights and scopes it handles.
 */
static const struct {
    int files, tcp, scopes;
    size_t size; /* bytes of struct ruleset it knows */
} versions[] = {{13, 0, 0, 8}, {14, 0, 0, 8}, {15, 0, 0, 8}, {15, 2, 0, 16}, {16, 2, 0, 16}, {16, 2, 2, 24}};

static uint64_t bits(int count)
{
    return (UINT64_C(1) << count) - 1;
}

int sandbox_landlock_version(void)
{
    int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return version < 0 ? 0 : version;
}

/* A set that handles all this kernel can, but connecting if that is to stay free. -1: there is no Landlock.
 */
static int rules_new(bool connects, struct ruleset *rules)
{
    enum { CONNECT_TCP = 2 };
    int known = (int)(sizeof versions / sizeof versions[0]), version = sandbox_landlock_version();

    if (version < 1)
        return -1;
    version = version > known ? known : version;
    *rules = (struct ruleset){bits(versions[version - 1].files), bits(versions[version - 1].tcp),
                              bits(versions[version - 1].scopes)};
    if (connects)
        rules->tcp &= ~(uint64_t)CONNECT_TCP;
    return (int)syscall(SYS_landlock_create_ruleset, rules, versions[version - 1].size, 0);
}

static bool rules_enforce(int fd)
{
    int rc = (int)syscall(SYS_landlock_restrict_self, fd, 0);

    close(fd);
    return rc == 0;
}

static bool landlock_shut(void)
{
    struct ruleset rules;
    int fd = rules_new(false, &rules);

    return fd != -1 && rules_enforce(fd);
}

/* The rights as bits; those that only folders have are no business of a file's. */
static uint64_t rights_of(enum sandbox_right right, bool folder)
{
    enum { RUN = 1, WRITE_FILE = 2, READ_FILE = 4, READ_DIR = 8, TRUNCATE = 1 << 14, IOCTL_DEV = 1 << 15 };
    const uint64_t of_file = RUN | WRITE_FILE | READ_FILE | TRUNCATE;
    uint64_t rights = READ_FILE | READ_DIR;

    if (right == SANDBOX_RUN)
        rights |= RUN;
    if (right == SANDBOX_WRITE)
        rights = bits(15) & ~(uint64_t)RUN;
    return folder ? rights : rights & of_file;
}

static bool rule_add(int rules, const struct sandbox_path *path, uint64_t handled)
{
    struct landlock_path_beneath_attr rule;
    struct stat status;
    bool added;
    int fd = open(path->path, O_PATH | O_CLOEXEC);

    if (fd == -1)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    if (fstat(fd, &status) == -1) {
        close(fd);
        return false;
    }
    rule = (struct landlock_path_beneath_attr){
        .allowed_access = rights_of(path->right, S_ISDIR(status.st_mode)) & handled, .parent_fd = fd};
    added = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(fd);
    return added;
}

bool sandbox_files(const struct sandbox_path *paths, size_t count, bool connects)
{
    struct ruleset handled;
    int rules;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
        return false;
    rules = rules_new(connects, &handled);
    if (rules == -1)
        return false;
    for (size_t i = 0; i < count; i++)
        if (*paths[i].path != '\0' && !rule_add(rules, &paths[i], handled.files)) {
            close(rules);
            return false;
        }
    return rules_enforce(rules);
}

/* ---- seccomp ---- */

#ifndef SLIDEMILL_SANITIZED
static bool rules_add(scmp_filter_ctx filter, const struct sandbox *sandbox)
{
    /* no executable memory, whether fresh or by change of protection */
    const struct scmp_arg_cmp plain = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

    for (size_t i = 0; i < sandbox->allowed_count; i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, sandbox->allowed[i], 0) != 0)
            return false;
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, plain) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, plain) == 0 &&
           /* libraries look for files and terminals and go on without */
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 0) == 0;
}

static bool seccomp_shut(const struct sandbox *sandbox)
{
    scmp_filter_ctx filter;
    bool shut;

    if (sandbox->allowed_count == 0)
        return true;
    filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL)
        return false;
    shut = rules_add(filter, sandbox) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return shut;
}

/* What no stage program ever does: an attacker would. */
static const int deadly[] = {
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_io_uring_setup,
    SYS_userfaultfd,
    SYS_keyctl,
    SYS_mount,
    SYS_umount2,
    SYS_unshare,
    SYS_setns,
    SYS_pivot_root,
    SYS_chroot,
    SYS_init_module,
    SYS_finit_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_open_by_handle_at,
    SYS_pidfd_getfd,
    SYS_kcmp,
    SYS_setuid,
    SYS_setgid,
};

static bool families_add(scmp_filter_ctx filter, const int *families)
{
    for (; *families != 0; families++) {
        const struct scmp_arg_cmp family = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)*families, 0);

        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, family) != 0)
            return false;
    }
    return true;
}

static bool calls_add(scmp_filter_ctx filter, const struct sandbox_calls *calls)
{
    /* clone3 hides its flags from us: without it the C library takes clone */
    const struct scmp_arg_cmp thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
    const struct scmp_arg_cmp plain = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    const struct scmp_arg_cmp ours = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0);
    unsigned arguments = calls->loads ? 0 : 1;

    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        if (seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0) != 0)
            return false;
    for (size_t i = 0; i < calls->count; i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls->allowed[i], 0) != 0)
            return false;
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, thread) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, ours) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), arguments, plain) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), arguments, plain) == 0 &&
           families_add(filter, calls->families);
}

bool sandbox_calls(const struct sandbox_calls *calls)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    bool shut;

    if (filter == NULL)
        return false;
    shut = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && calls_add(filter, calls) &&
           seccomp_load(filter) == 0;
    seccomp_release(filter);
    return shut;
}
#else
static bool seccomp_shut(const struct sandbox *sandbox)
{
    (void)sandbox;
    return true;
}

bool sandbox_calls(const struct sandbox_calls *calls)
{
    (void)calls;
    return true;
}
#endif

bool sandbox_knows_calls(void)
{
    uint32_t action = SECCOMP_RET_KILL_PROCESS;

    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

enum sandbox_grade sandbox_enter(const struct sandbox *sandbox, const char **lacks)
{
    static const char *const names[2][2][2] = {
        {{"", "seccomp"}, {"landlock", "landlock, seccomp"}},
        {{"own user", "own user, seccomp"}, {"own user, landlock", "own user, landlock, seccomp"}}};
    bool no_user = !sandbox_own_user(), no_landlock, no_seccomp;

    *lacks = "";
    if (limit_all(sandbox) == -1)
        return SANDBOX_REFUSED;
    no_landlock = !landlock_shut();
    if (limit(RLIMIT_NOFILE, 0) == -1) /* what is open stays usable; after Landlock, which needs one */
        return SANDBOX_REFUSED;
    no_seccomp = !seccomp_shut(sandbox);
    *lacks = names[no_user][no_landlock][no_seccomp];
    return no_user || no_landlock || no_seccomp ? SANDBOX_PARTIAL : SANDBOX_WHOLE;
}
