/* process - see process.h */
#include "supervisor/process/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/panic.h"

enum { GIVEN_AT = 3 };

/* In the child. The stage asks for its parent's death signal again; here it covers the time until it does.
 * One that outlives us looks for its parent itself. */
_Noreturn static void become(const char *path, char *const argv[], char *const env[], int given,
                             bool outlives, pid_t parent)
{
    int nothing = open("/dev/null", O_RDWR);
    sigset_t none;

    sigemptyset(&none);
    if (!outlives && (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent))
        _exit(EXIT_SYSTEM);
    if (nothing == -1 || dup2(nothing, STDIN_FILENO) == -1 || dup2(nothing, STDOUT_FILENO) == -1)
        _exit(EXIT_SYSTEM);
    if (given == GIVEN_AT ? fcntl(given, F_SETFD, 0) == -1 : given != -1 && dup2(given, GIVEN_AT) == -1)
        _exit(EXIT_SYSTEM);
    if (close_range(given == -1 ? GIVEN_AT : GIVEN_AT + 1, ~0U, 0) == -1)
        _exit(EXIT_SYSTEM);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(path, argv, env);
    _exit(EXIT_SYSTEM);
}

int process_start(struct process *child, const char *path, char *const argv[], char *const env[], int given,
                  bool outlives)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    int number;

    if (pid == 0)
        become(path, argv, env, given, outlives, parent);
    if (pid == -1)
        return -1;
    *child = (struct process){.pid = pid, .pidfd = pidfd_open(pid, 0)}; /* close-on-exec by itself */
    if (child->pidfd != -1)
        return 0;
    number = errno; /* we could not see it end */
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
    *child = (struct process){.pidfd = -1};
    errno = number;
    return -1;
}

int process_adopt(struct process *child, pid_t pid)
{
    *child = (struct process){.pid = pid, .pidfd = pidfd_open(pid, 0), .adopted = true};
    return child->pidfd == -1 ? -1 : 0;
}

int process_reap(struct process *child)
{
    bool adopted = child->adopted;
    int status = 0;

    while (!adopted && waitpid(child->pid, &status, 0) == -1)
        if (errno != EINTR)
            panic("waitpid");
    close(child->pidfd);
    *child = (struct process){.pidfd = -1};
    if (adopted)
        return PROCESS_CODE_UNKNOWN;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int process_code(const struct process *child)
{
    siginfo_t info = {.si_pid = 0};

    if (waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOWAIT | WNOHANG) == -1 || info.si_pid == 0)
        return PROCESS_CODE_UNKNOWN;
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

void process_kill(const struct process *child)
{
    if (child->pid > 0)
        pidfd_send_signal(child->pidfd, SIGKILL, NULL, 0);
}
