/* test_sandbox - what a process in the renderer's sandbox tries in vain
 *
 * Each row: a forbidden act, done by a child of this program after it has entered the sandbox with the jail's
 * own list.  It must be refused or end the child.  Sanitized builds have no seccomp (sandbox.c): there the
 * rows that Landlock or a limit forbids count alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "stages/lib/sandbox.h"
#include "stages/rasterizer/jail_syscalls.h"

enum { REFUSED = 10, SUCCEEDED = 11, NO_CAGE = 12, MEMORY = 256 << 20 };

/* Each returns -1 if it was refused. */
static int read_passwd(void)
{
    return open("/etc/passwd", O_RDONLY);
}

static int create_file(void)
{
    return open("/tmp/slidemill-sandbox-test", O_WRONLY | O_CREAT, 0600);
}

static int list_folder(void)
{
    return open("/", O_RDONLY | O_DIRECTORY);
}

static int make_tcp_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static int connect_out(void)
{
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(9)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return fd == -1 ? -1 : connect(fd, (struct sockaddr *)&there, sizeof there);
}

static int make_unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int run_program(void)
{
    char *const argv[] = {(char *)(uintptr_t) "/bin/true", NULL};

    return execv(argv[0], argv);
}

static int fork_child(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    return pid;
}

static int trace_parent(void)
{
    return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static pid_t parent;

static int kill_parent(void)
{
    return kill(parent, 0); /* 0: the right to kill is checked, nobody dies if the sandbox has a hole */
}

static int map_executable(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                   MAP_FAILED
               ? -1
               : 0;
}

static int make_executable(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static int take_memory(void)
{
    return mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1
                                                                                                        : 0;
}

static int raise_limit(void)
{
    struct rlimit more = {1000, 1000};

    return setrlimit(RLIMIT_NOFILE, &more);
}

static int io_ring(void)
{
    char parameters[256] = {0};

    return (int)syscall(SYS_io_uring_setup, 8, parameters);
}

static int become_dumpable(void)
{
    return (int)syscall(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 1, 0, 0, 0);
}

enum wall { BY_SECCOMP, BY_LANDLOCK, BY_ADDRESS_LIMIT };

static const struct {
    const char *name;
    int (*act)(void);
    enum wall wall;
} acts[] = {
    {"read /etc/passwd", read_passwd, BY_LANDLOCK},
    {"create a file", create_file, BY_LANDLOCK},
    {"list a folder", list_folder, BY_LANDLOCK},
    {"run a program", run_program, BY_LANDLOCK},
    {"make a TCP socket", make_tcp_socket, BY_SECCOMP},
    {"connect", connect_out, BY_SECCOMP},
    {"make a local socket", make_unix_socket, BY_SECCOMP},
    {"fork", fork_child, BY_SECCOMP},
    {"trace its parent", trace_parent, BY_SECCOMP},
    {"kill its parent", kill_parent, BY_SECCOMP},
    {"map executable memory", map_executable, BY_SECCOMP},
    {"make memory executable", make_executable, BY_SECCOMP},
    {"take more memory than granted", take_memory, BY_ADDRESS_LIMIT},
    {"raise its own limits", raise_limit, BY_SECCOMP},
    {"make an io_uring", io_ring, BY_SECCOMP},
    {"become dumpable", become_dumpable, BY_SECCOMP},
};

/* The wait status of a child that tries it. */
static int tried_in_sandbox(int (*act)(void))
{
    struct sandbox sandbox = {.memory_bytes = MEMORY,
                              .cpu_s = 10,
                              .allowed = jail_allowed,
                              .allowed_count = sizeof jail_allowed / sizeof jail_allowed[0]};
    const char *lacks;
    int status;
    pid_t pid;

    parent = getpid();
    pid = fork();
    assert_true(pid != -1);
    if (pid == 0) {
        if (sandbox_enter(&sandbox, &lacks) != SANDBOX_WHOLE)
            _exit(NO_CAGE);
        _exit(act() == -1 ? REFUSED : SUCCEEDED);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void every_forbidden_act_is_refused_or_ends_the_process(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        int status;

#ifdef SLIDEMILL_SANITIZED
        if (acts[i].wall != BY_LANDLOCK)
            continue;
#endif
        status = tried_in_sandbox(acts[i].act);
        print_message("  %-30s %s\n", acts[i].name,
                      WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "refused");
        if (WIFSIGNALED(status))
            assert_int_equal(WTERMSIG(status), SIGSYS);
        else
            assert_int_equal(WEXITSTATUS(status), REFUSED);
    }
}

static int think(void)
{
    char *block = malloc(1 << 20);

    if (block == NULL)
        return 0;
    memset(block, 1, 1 << 20);
    free(block);
    return -1; /* the good end, in this program's terms */
}

static void it_can_still_compute(void **state)
{
    int status = tried_in_sandbox(think);

    (void)state;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == REFUSED);
}

/* The number in /proc/PID/status; -1: it is not there. */
static long real_user(pid_t pid)
{
    char path[64], line[256];
    long user = -1;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "Uid:", 4) == 0)
            user = strtol(line + 4, NULL, 10);
    fclose(file);
    return user;
}

static void root_becomes_somebody_without_rights(void **state)
{
    const struct sandbox sandbox = {.memory_bytes = MEMORY, .cpu_s = 10};
    int ready[2], done[2];
    const char *lacks;
    char byte = 0;
    pid_t pid;

    (void)state;
    assert_int_equal(pipe(ready) | pipe(done), 0);
    pid = fork();
    if (pid == 0) {
        byte = (char)sandbox_enter(&sandbox, &lacks);
        _exit(write(ready[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 1 ? 0 : 1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, SANDBOX_WHOLE);
    assert_int_equal(real_user(pid), getuid() == 0 ? SANDBOX_USER : (long)getuid());
    assert_int_equal(write(done[1], &byte, 1), 1);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_forbidden_act_is_refused_or_ends_the_process),
        cmocka_unit_test(it_can_still_compute),
        cmocka_unit_test(root_becomes_somebody_without_rights),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
