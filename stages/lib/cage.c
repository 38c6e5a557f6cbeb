/* cage - see cage.h
 *
 * Seccomp is the first wall, Landlock the second: with Landlock alone a process can still make sockets, fork
 * and map executable memory.  RLIMIT_NPROC does not bind root; seccomp has no clone on any list, so that does
 * not matter.
 *
 * Sanitized builds reserve terabytes of address space and make system calls of their own (reports, stack
 * traces): there RLIMIT_AS and the list are left out, the other walls stand.
 */
#include "stages/lib/cage.h"

#include <errno.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seccomp.h>

/* ---- limits ---- */

static int limit(int resource, uint64_t most)
{
    struct rlimit bound = {most, most}, now;

    if (getrlimit((__rlimit_resource_t)resource, &now) == -1)
        return -1;
    if (now.rlim_max < bound.rlim_max)
        bound.rlim_cur = bound.rlim_max = now.rlim_max; /* already tighter */
    return setrlimit((__rlimit_resource_t)resource, &bound);
}

static int limit_all(const struct cage *cage)
{
#ifndef SLIDEMILL_SANITIZED
    if (cage->memory_bytes != 0 && limit(RLIMIT_AS, cage->memory_bytes) == -1)
        return -1;
#endif
    if (cage->cpu_s != 0 && limit(RLIMIT_CPU, cage->cpu_s) == -1)
        return -1;
    if (limit(RLIMIT_CORE, 0) == -1 || limit(RLIMIT_FSIZE, 0) == -1 || limit(RLIMIT_NPROC, 0) == -1)
        return -1;
    return prctl(PR_SET_DUMPABLE, 0) == -1 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ? -1 : 0;
}

/* ---- Landlock: no rule at all, so everything handled is denied ---- */

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

static bool landlock_shut(void)
{
    int known = (int)(sizeof versions / sizeof versions[0]);
    int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    struct ruleset rules;
    int fd, rc;

    if (version < 1)
        return false;
    version = version > known ? known : version;
    rules = (struct ruleset){bits(versions[version - 1].files), bits(versions[version - 1].tcp),
                             bits(versions[version - 1].scopes)};
    fd = (int)syscall(SYS_landlock_create_ruleset, &rules, versions[version - 1].size, 0);
    if (fd == -1)
        return false;
    rc = (int)syscall(SYS_landlock_restrict_self, fd, 0);
    close(fd);
    return rc == 0;
}

/* ---- seccomp ---- */

#ifndef SLIDEMILL_SANITIZED
static bool rules_add(scmp_filter_ctx filter, const struct cage *cage)
{
    /* no executable memory, whether fresh or by change of protection */
    const struct scmp_arg_cmp plain = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

    for (size_t i = 0; i < cage->allowed_count; i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, cage->allowed[i], 0) != 0)
            return false;
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, plain) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, plain) == 0 &&
           /* libraries look for files and terminals and go on without */
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 0) == 0;
}

static bool seccomp_shut(const struct cage *cage)
{
    scmp_filter_ctx filter;
    bool shut;

    if (cage->allowed_count == 0)
        return true;
    filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL)
        return false;
    shut = rules_add(filter, cage) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return shut;
}
#else
static bool seccomp_shut(const struct cage *cage)
{
    (void)cage;
    return true;
}
#endif

enum cage_grade cage_enter(const struct cage *cage, const char **lacks)
{
    static const char *const names[2][2] = {{"", "seccomp"}, {"landlock", "landlock, seccomp"}};
    bool no_landlock, no_seccomp;

    *lacks = "";
    if (limit_all(cage) == -1)
        return CAGE_REFUSED;
    no_landlock = !landlock_shut();
    if (limit(RLIMIT_NOFILE, 0) == -1) /* what is open stays usable; after Landlock, which needs one */
        return CAGE_REFUSED;
    no_seccomp = !seccomp_shut(cage);
    *lacks = names[no_landlock][no_seccomp];
    return no_landlock || no_seccomp ? CAGE_PARTIAL : CAGE_WHOLE;
}
