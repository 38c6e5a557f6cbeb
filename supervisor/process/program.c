/* program - see program.h */
#include "supervisor/process/program.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/panic.h"

char *program_find(const char *name)
{
    static const char *const places[] = {"", "../libexec/slidemill/"};
    char own[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", own, sizeof own - 1);

    if (size == -1)
        return NULL;
    own[size] = '\0';
    *(strrchr(own, '/') + 1) = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char *path;

        if (asprintf(&path, "%s%s%s", own, places[i], name) == -1)
            panic("out of memory");
        if (access(path, X_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

/* In the child; only async-signal-safe calls. */
_Noreturn static void become(const char *path, const char *const argv[], char *const env[], int output,
                             int given, pid_t parent)
{
    if (setpgid(0, 0) == -1 || prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent)
        _exit(EXIT_SYSTEM);
    if (output != -1) {
        int nothing = open("/dev/null", O_RDONLY);

        if (nothing == -1 || dup2(nothing, STDIN_FILENO) == -1 || dup2(output, STDOUT_FILENO) == -1 ||
            dup2(output, STDERR_FILENO) == -1)
            _exit(EXIT_SYSTEM);
        if (nothing > STDERR_FILENO)
            close(nothing);
    }
    if (given == PROGRAM_GIVEN_AT ? fcntl(given, F_SETFD, 0) == -1
                                  : given != -1 && dup2(given, PROGRAM_GIVEN_AT) == -1)
        _exit(EXIT_SYSTEM);
    signal(SIGPIPE, SIG_DFL);
    execve(path, (char *const *)argv, env); /* POSIX: it does not change them */
    _exit(EXIT_SYSTEM);
}

pid_t program_start(const char *path, const char *const argv[], char *const env[], int output, int given)
{
    pid_t parent = getpid();
    pid_t child = fork();

    if (child == 0)
        become(path, argv, env, output, given, parent);
    if (child > 0)
        setpgid(child, child); /* also here: whoever comes first, the group is there when we signal it */
    return child;
}
