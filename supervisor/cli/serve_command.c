/* serve_command - slidemill serve: its process starts the supervisor and starts it again
 *
 * Also as PID 1 of a container: it takes in orphans and reaps strangers.  It has no other duty, so that it
 * has nothing to die of.  The secrets in its environment are for the supervisor's next start; nobody may read
 * them out of this process, and it does not look at them.
 *
 * It keeps the listening socket, which the first supervisor binds, or whoever started this process
 * (sd_listen_fds(3)), and hands it to each supervisor: while none is there, clients wait in its queue.
 *
 * Promise: while nobody asked to stop, there is a supervisor, at least a second between two starts.  Exit
 * codes that another start would not change (wrong usage, configuration) are passed on and end the process,
 * and with it whatever outlived a supervisor. SIGTERM and SIGINT ask the supervisor to drain, a second one
 * kills it and its workers; SIGHUP is passed on. A supervisor that was sent SIGTERM itself is followed by
 * another.
 */
#include "supervisor/cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proto/clock.h"
#include "proto/exits.h"
#include "proto/log.h"

#include "supervisor/cli/console.h"
#include "supervisor/process/fd_pass.h"
#include "supervisor/process/program.h"
#include "supervisor/process/limits.h"

enum { BETWEEN_STARTS_MS = 1000, LISTEN_FDS_START = 3 };

struct serve {
    sigset_t signals;
    char *path;
    pid_t supervisor; /* 0: none runs */
    int status;       /* how the last one ended, as waitpid has it */
    unsigned stops;   /* how often we were asked to stop */
    int listener;     /* the socket that front serves; -1: none has been bound yet */
    int end;          /* our end of the pair by which it comes and goes (fd_pass.h) */
    int64_t started_ms;
};

static int exit_code_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* What the system refuses at the very first start (a port that is taken, a folder) is for a person to put
 * right. */
static bool is_final(int code, bool first)
{
    return code == EXIT_USAGE || code == EXIT_CONFIG || (first && code == EXIT_SYSTEM);
}

static void on_children(struct serve *serve)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        if (pid == serve->supervisor) {
            serve->supervisor = 0;
            serve->status = status;
            log_info(supervisor_ended, log_int("pid", pid), log_int("code", exit_code_of(status)));
        }
}

static void on_stop(struct serve *serve)
{
    serve->stops++;
    log_info(stopping, log_str("how", serve->stops == 1 ? "drain" : "kill"));
    if (serve->supervisor > 0 && serve->stops == 1)
        kill(serve->supervisor, SIGTERM);
    else if (serve->supervisor > 0)
        kill(-serve->supervisor, SIGKILL); /* its whole group */
}

/* Waits for one signal, at most until the given time (-1: for ever), and does what it asks for. */
static void handle_signal(struct serve *serve, int64_t until_ms)
{
    int64_t left = until_ms - clock_monotonic_ms();
    struct timespec max = {left / 1000, left % 1000 * 1000000};
    int number;

    if (until_ms != -1 && left <= 0)
        return;
    number = sigtimedwait(&serve->signals, NULL, until_ms == -1 ? NULL : &max);
    if (number == SIGCHLD)
        on_children(serve);
    else if (number == SIGTERM || number == SIGINT)
        on_stop(serve);
    else if (number == SIGHUP && serve->supervisor > 0)
        kill(serve->supervisor, SIGHUP);
}

/* Whoever outlived a supervisor was waiting for the next one: there will be none. */
static void kill_orphans(void)
{
    char path[64];
    FILE *file;
    long pid;

    snprintf(path, sizeof path, "/proc/self/task/%ld/children",
             (long)getpid()); /* proc(5); we have one thread */
    file = fopen(path, "re");
    while (file != NULL && fscanf(file, "%ld", &pid) == 1)
        kill((pid_t)pid, SIGKILL);
    if (file != NULL)
        fclose(file);
}

/* Whoever started us may have bound the socket already (sd_listen_fds(3)). */
static int inherited_listener(void)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    bool ours = pid != NULL && count != NULL && strtol(pid, NULL, 10) == (long)getpid() &&
                strtol(count, NULL, 10) > 0;

    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return ours && fcntl(LISTEN_FDS_START, F_SETFD, FD_CLOEXEC) == 0 ? LISTEN_FDS_START : -1;
}

/* Starts it with its end of a new pair, in which the socket waits, if there is one. */
static pid_t start_with_listener(struct serve *serve, const char *const argv[])
{
    int pair[2], number;
    pid_t pid = -1;

    if (fd_pass_pair(pair) == -1)
        return -1;
    if (serve->listener == -1 || fd_pass_send(pair[0], serve->listener) == 0)
        pid = program_start(serve->path, argv, environ, -1, pair[1]);
    number = errno;
    close(pair[1]);
    if (pid == -1)
        close(pair[0]);
    else
        serve->end = pair[0];
    errno = number;
    return pid;
}

/* A supervisor has ended: the socket that it bound, if it did, is ours to keep. */
static void keep_listener(struct serve *serve)
{
    int fd = fd_pass_receive(serve->end);

    if (fd != -1)
        serve->listener = fd;
    close(serve->end);
}

static int start_supervisor(struct serve *serve, const char *config)
{
    const char *const argv[] = {"slidemill-supervisor", "--keeper", config == NULL ? NULL : "--config",
                                config, NULL};

    serve->started_ms = clock_monotonic_ms();
    serve->supervisor = start_with_listener(serve, argv);
    if (serve->supervisor == -1) {
        log_error(spawn_failed, log_str("reason", strerror(errno)), log_str("do", limits_remedy(errno)));
        serve->supervisor = 0;
        return -1;
    }
    log_info(supervisor_started, log_int("pid", serve->supervisor));
    return 0;
}

static int run_until_stopped(struct serve *serve, const char *config)
{
    bool first = true;

    for (;;) {
        int64_t again_ms;

        if (start_supervisor(serve, config) == 0) {
            while (serve->supervisor > 0)
                handle_signal(serve, -1);
            keep_listener(serve);
            if (serve->stops > 0 || is_final(exit_code_of(serve->status), first))
                return exit_code_of(serve->status);
            first = false;
        }
        again_ms = serve->started_ms + BETWEEN_STARTS_MS;
        while (clock_monotonic_ms() < again_ms && serve->stops == 0)
            handle_signal(serve, again_ms);
        if (serve->stops > 0)
            return EXIT_DONE;
    }
}

static int set_up_signals(struct serve *serve)
{
    static const int taken[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};

    signal(SIGPIPE, SIG_IGN); /* who read the log may be gone */
    sigemptyset(&serve->signals);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        sigaddset(&serve->signals, taken[i]);
    if (sigprocmask(SIG_BLOCK, &serve->signals, NULL) == -1 || prctl(PR_SET_CHILD_SUBREAPER, 1) == -1 ||
        prctl(PR_SET_DUMPABLE, 0) == -1) {
        log_error(startup_failed, log_str("reason", strerror(errno)));
        return EXIT_SYSTEM;
    }
    return EXIT_DONE;
}

/* The supervisor changes its folder, so the name of the file is made absolute first. */
static int parse_config(int argc, char **argv, char **config)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
        if (option != 'c')
            return console_usage("usage: slidemill serve [--config FILE]");
        free(*config);
        *config = realpath(optarg, NULL);
        if (*config == NULL) {
            console_error("cannot read the configuration file %s: %s", optarg, strerror(errno));
            return EXIT_CONFIG;
        }
    }
    return optind == argc ? EXIT_DONE : console_usage("serve takes no %s", argv[optind]);
}

int serve_main(int argc, char **argv)
{
    struct serve serve = {.path = program_find("slidemill-supervisor"), .listener = inherited_listener()};
    char *config = NULL;
    int rc = parse_config(argc, argv, &config);

    log_open("serve", -1, 0, LOG_LEVEL_INFO);
    if (rc == EXIT_DONE && serve.path == NULL) {
        console_error("slidemill-supervisor is not where slidemill is; install them together");
        rc = EXIT_SYSTEM;
    }
    if (rc == EXIT_DONE)
        rc = set_up_signals(&serve);
    if (rc == EXIT_DONE)
        rc = run_until_stopped(&serve, config);
    if (serve.started_ms > 0)
        kill_orphans();
    free(config);
    free(serve.path);
    return rc;
}
