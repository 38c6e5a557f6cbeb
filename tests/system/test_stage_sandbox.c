/* test_stage_sandbox - what stage programs try in vain once they are confined, and what they still can
 *
 * Each row: an act, done by a child of this program that has been confined as a stage program of that kind
 * is.  Sanitized builds have no seccomp (sandbox.c): there the rows that Landlock forbids count alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/log.h"
#include "stages/lib/stage_sandbox.h"

enum { REFUSED = 10, SUCCEEDED = 11, NO_CAGE = 12 };

static char folder[] = "/tmp/slidemill-confine-XXXXXX";
static pid_t sibling;

/* Each returns -1 if it was refused. */
static int read_passwd(void)
{
    return open("/etc/passwd", O_RDONLY);
}

static int read_parents_environ(void)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/environ", (int)getppid());
    return open(path, O_RDONLY);
}

static int list_root(void)
{
    return open("/", O_RDONLY | O_DIRECTORY);
}

static int write_outside(void)
{
    return open("/tmp/slidemill-confine-outside", O_WRONLY | O_CREAT, 0600);
}

static int write_inside(void)
{
    char path[64];

    snprintf(path, sizeof path, "%s/object", folder);
    return open(path, O_WRONLY | O_CREAT, 0600);
}

static int run_program(void)
{
    execl("/bin/true", "true", (char *)NULL);
    return -1;
}

static int fork_child(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    return pid;
}

static int trace_sibling(void)
{
    return (int)ptrace(PTRACE_ATTACH, sibling, NULL, NULL);
}

static int kill_sibling(void)
{
    return kill(sibling, SIGTERM);
}

static int connect_tcp(void)
{
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(9)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd == -1)
        return -1;
    return connect(fd, (struct sockaddr *)&there, sizeof there) == 0 || errno == ECONNREFUSED ? 0 : -1;
}

static int listen_tcp(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(19999)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    return fd == -1 || bind(fd, (struct sockaddr *)&here, sizeof here) == -1 || listen(fd, 1) == -1 ? -1 : 0;
}

static int raw_socket(void)
{
    return socket(AF_PACKET, SOCK_RAW, 0);
}

static int executable_memory(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                   MAP_FAILED
               ? -1
               : 0;
}

static int look_up_a_name(void)
{
    struct addrinfo *found = NULL;
    int rc = getaddrinfo("localhost", "443", NULL, &found);

    if (rc == 0)
        freeaddrinfo(found);
    return rc == 0 ? 0 : -1;
}

static void *nothing(void *arg)
{
    return arg;
}

static int make_a_thread(void)
{
    pthread_t thread;

    return pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0 ? 0 : -1;
}

static int read_trust(void)
{
    return open("/etc/ssl", O_RDONLY | O_DIRECTORY);
}

/* landlock: Landlock alone refuses it, too. */
static const struct row {
    const char *act;
    int (*try)(void);
    enum stage_sandbox_kind kind;
    bool may, landlock;
} rows[] = {
    {"the assembler reads /etc/passwd", read_passwd, STAGE_SANDBOX_QUIET, false, true},
    {"the assembler reads its parent's environment", read_parents_environ, STAGE_SANDBOX_QUIET, false, false},
    {"the assembler makes a file", write_outside, STAGE_SANDBOX_QUIET, false, true},
    {"the assembler connects", connect_tcp, STAGE_SANDBOX_QUIET, false, true},
    {"the assembler runs a program", run_program, STAGE_SANDBOX_QUIET, false, true},
    {"the assembler forks", fork_child, STAGE_SANDBOX_QUIET, false, false},
    {"the assembler traces a sibling", trace_sibling, STAGE_SANDBOX_QUIET, false, true},
    {"the assembler kills a sibling", kill_sibling, STAGE_SANDBOX_QUIET, false, false},
    {"the assembler makes executable memory", executable_memory, STAGE_SANDBOX_QUIET, false, false},
    {"the assembler makes a thread", make_a_thread, STAGE_SANDBOX_QUIET, true, false},
    {"front reads /etc/passwd", read_passwd, STAGE_SANDBOX_SERVER, false, true},
    {"front reads its parent's environment", read_parents_environ, STAGE_SANDBOX_SERVER, false, false},
    {"front connects", connect_tcp, STAGE_SANDBOX_SERVER, false, true},
    {"front runs a program", run_program, STAGE_SANDBOX_SERVER, false, true},
    {"front writes into the store", write_inside, STAGE_SANDBOX_SERVER, true, false},
    {"a client reads /etc/passwd", read_passwd, STAGE_SANDBOX_CLIENT, false, true},
    {"a client reads its parent's environment", read_parents_environ, STAGE_SANDBOX_CLIENT, false, false},
    {"a client lists the root", list_root, STAGE_SANDBOX_CLIENT, false, true},
    {"a client writes elsewhere", write_outside, STAGE_SANDBOX_CLIENT, false, true},
    {"a client writes into its folder", write_inside, STAGE_SANDBOX_CLIENT, true, false},
    {"a client runs a program", run_program, STAGE_SANDBOX_CLIENT, false, false},
    {"a client forks", fork_child, STAGE_SANDBOX_CLIENT, false, false},
    {"a client traces a sibling", trace_sibling, STAGE_SANDBOX_CLIENT, false, true},
    {"a client listens", listen_tcp, STAGE_SANDBOX_CLIENT, false, true},
    {"a client makes a raw socket", raw_socket, STAGE_SANDBOX_CLIENT, false, false},
    {"a client connects", connect_tcp, STAGE_SANDBOX_CLIENT, true, false},
    {"a client looks up a name", look_up_a_name, STAGE_SANDBOX_CLIENT, true, false},
    {"a client makes a thread", make_a_thread, STAGE_SANDBOX_CLIENT, true, false},
    {"a client reads whom to trust", read_trust, STAGE_SANDBOX_CLIENT, true, false},
    {"a reader connects", connect_tcp, STAGE_SANDBOX_READER, false, true},
    {"a reader reads /etc/passwd", read_passwd, STAGE_SANDBOX_READER, false, true},
    {"a reader runs a program", run_program, STAGE_SANDBOX_READER, false, false},
};

_Noreturn static void child(const struct row *row)
{
    struct stage_sandbox confine = {.kind = row->kind, .paths = {{folder, SANDBOX_WRITE}}, .count = 1};

    if (stage_sandbox_files(&confine, "require") != 0 || stage_sandbox_calls(&confine, "require") != 0)
        _exit(NO_CAGE);
    _exit(row->try() == -1 ? REFUSED : SUCCEEDED);
}

static bool sanitized(void)
{
#ifdef SLIDEMILL_SANITIZED
    return true;
#else
    return false;
#endif
}

static void confined_programs_can_do_what_they_need_and_no_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        pid_t pid;
        int how;

        if (sanitized() && !row->may && !row->landlock)
            continue;
        pid = fork();
        if (pid == 0)
            child(row);
        assert_int_equal(waitpid(pid, &how, 0), pid);
        if (WIFEXITED(how) && WEXITSTATUS(how) == NO_CAGE)
            fail_msg("%s: there is no sandbox on this kernel", row->act);
        if (row->may && !(WIFEXITED(how) && WEXITSTATUS(how) == SUCCEEDED))
            fail_msg("%s: refused (status %#x)", row->act, (unsigned)how);
        if (!row->may && !(WIFEXITED(how) && WEXITSTATUS(how) == REFUSED) &&
            !(WIFSIGNALED(how) && WTERMSIG(how) == SIGSYS))
            fail_msg("%s: not refused (status %#x)", row->act, (unsigned)how);
    }
}

static int set_up(void **state)
{
    (void)state;
    log_open("test", 0, 1, LOG_LEVEL_ERROR);
    sibling = fork();
    if (sibling == 0) {
        pause();
        _exit(0);
    }
    return sibling == -1 || mkdtemp(folder) == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    char path[64];

    (void)state;
    kill(sibling, SIGKILL);
    waitpid(sibling, NULL, 0);
    snprintf(path, sizeof path, "%s/object", folder);
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(confined_programs_can_do_what_they_need_and_no_more),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
