/* jail_process - see jail_process.h */
#include "stages/rasterizer/jail_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proto/fd_io.h"
#include "proto/panic.h"
#include "stages/lib/stage.h"
#include "stages/rasterizer/jail_reply_check.h"

enum { LOOK_UP_MS = 250 };

/* ---- birth and death ---- */

/* Descriptors 0 to 2 are made here; all others close by themselves on exec, and the jail closes them again.
 */
static int spawn(pid_t *pid, const char *program, int channel, int document)
{
    char *const argv[] = {(char *)(uintptr_t)program, NULL}, *const env[] = {NULL};
    posix_spawn_file_actions_t files;
    int rc;

    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, channel, JAIL_SOCKET);
    posix_spawn_file_actions_adddup2(&files, document, JAIL_DOCUMENT);
#ifndef SLIDEMILL_SANITIZED
    /* what strangers' bytes make a library say is no business of our log */
    posix_spawn_file_actions_addopen(&files, JAIL_STDERR, "/dev/null", O_WRONLY, 0);
#endif
    rc = posix_spawn(pid, program, &files, NULL, argv, env);
    posix_spawn_file_actions_destroy(&files);
    errno = rc;
    return rc == 0 ? 0 : -1;
}

int jail_process_start(struct jail_process *process, const char *program, int document,
                       const struct jail_terms *terms)
{
    int ends[2], rc;

    must(process->pid == 0);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1)
        return -1;
    rc = spawn(&process->pid, program, ends[1], document);
    close(ends[1]);
    if (rc == -1) {
        rc = errno;
        close(ends[0]);
        process->pid = 0;
        errno = rc;
        return -1;
    }
    process->channel = ends[0];
    fd_write_all(process->channel, terms, sizeof *terms); /* a jail already dead shows at the first answer */
    return 0;
}

static int reap(struct jail_process *process)
{
    int how = 0;

    while (waitpid(process->pid, &how, 0) == -1 && errno == EINTR)
        ;
    close(process->channel);
    process->pid = 0;
    return how;
}

void jail_process_end(struct jail_process *process)
{
    if (process->pid == 0)
        return;
    kill(process->pid, SIGKILL);
    reap(process);
}

/* ---- one answer ---- */

struct wait {
    int fd;
    int64_t until_ms;
    clockid_t clock; /* CPU time of the jail */
    int64_t spent_until_ms;
    jail_process_beat *beat;
    void *arg;
};

enum got { GOT_ALL, GOT_END, GOT_LATE };

/* CPU time of the jail so far; 0 if it cannot be told. */
static int64_t spent_ms(clockid_t clock)
{
    struct timespec spent;

    return clock_gettime(clock, &spent) == -1 ? 0 : spent.tv_sec * 1000 + spent.tv_nsec / 1000000;
}

static struct wait wait_begin(const struct jail_process *process, int64_t max_ms, jail_process_beat *beat,
                              void *arg)
{
    struct wait wait = {.fd = process->channel,
                        .until_ms = stage_now_ms() + max_ms * JAIL_PROCESS_PATIENCE,
                        .beat = beat,
                        .arg = arg};

    if (clock_getcpuclockid(process->pid, &wait.clock) != 0)
        wait.clock = CLOCK_MONOTONIC; /* it is gone: what it said last is read at once */
    wait.spent_until_ms = spent_ms(wait.clock) + max_ms;
    return wait;
}

/* As soon as it can be late, in time or CPU time; none left: it is. */
static int64_t left_ms(const struct wait *wait)
{
    int64_t left = wait->until_ms - stage_now_ms(), spare = wait->spent_until_ms - spent_ms(wait->clock);

    return spare < left ? spare : left;
}

static enum got readable(const struct wait *wait)
{
    struct pollfd item = {.fd = wait->fd, .events = POLLIN};

    for (;;) {
        int64_t left = left_ms(wait);

        if (left <= 0)
            return GOT_LATE;
        if (poll(&item, 1, left < LOOK_UP_MS ? (int)left : LOOK_UP_MS) == 1)
            return GOT_ALL;
        wait->beat(wait->arg);
    }
}

static enum got read_in_time(const struct wait *wait, void *data, size_t size)
{
    unsigned char *at = data;

    while (size > 0) {
        enum got got = readable(wait);
        ssize_t bytes;

        if (got != GOT_ALL)
            return got;
        bytes = recv(wait->fd, at, size, MSG_DONTWAIT);
        if (bytes == -1 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (bytes <= 0)
            return GOT_END;
        at += bytes;
        size -= (size_t)bytes;
    }
    return GOT_ALL;
}

static enum got read_answer(const struct wait *wait, const struct jail_ask *ask, struct jail_answer *answer)
{
    enum got got = read_in_time(wait, &answer->reply, sizeof answer->reply);

    if (got != GOT_ALL)
        return got;
    if (!jail_reply_check_head(&answer->reply, ask))
        return GOT_END;
    for (int i = 0; i < 2 && got == GOT_ALL; i++) {
        answer->bytes[i] = need((size_t)answer->reply.bytes[i] + 1);
        answer->bytes[i][answer->reply.bytes[i]] = '\0';
        got = read_in_time(wait, answer->bytes[i], answer->reply.bytes[i]);
    }
    return got == GOT_ALL && !jail_reply_check_bodies(&answer->reply, answer->bytes[0], answer->bytes[1])
               ? GOT_END
               : got;
}

void jail_answer_clear(struct jail_answer *answer)
{
    free(answer->bytes[0]);
    free(answer->bytes[1]);
    *answer = (struct jail_answer){0};
}

static enum jail_process_news news_of(int how)
{
    if (WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL)
        return JAIL_PROCESS_KILLED;
    return WIFSIGNALED(how) && WTERMSIG(how) == SIGXCPU ? JAIL_PROCESS_LATE : JAIL_PROCESS_CRASHED;
}

enum jail_process_news jail_process_ask(struct jail_process *process, const struct jail_ask *ask,
                                        int64_t max_ms, jail_process_beat *beat, void *arg,
                                        struct jail_answer *answer, int *how)
{
    struct wait wait = wait_begin(process, max_ms, beat, arg);
    siginfo_t end = {0};
    enum got got = GOT_END;

    *answer = (struct jail_answer){0};
    *how = 0;
    if (ask == NULL || fd_write_all(process->channel, ask, sizeof *ask) == 0)
        got = read_answer(&wait, ask, answer);
    if (got == GOT_ALL)
        return JAIL_PROCESS_ANSWERED;
    jail_answer_clear(answer);
    if (got == GOT_LATE) {
        jail_process_end(process);
        return JAIL_PROCESS_LATE;
    }
    /* It hung up: it is dying, or lives and lies. A moment for the first, then it is killed. */
    for (int i = 0; i < 100 && end.si_pid == 0; i++) {
        waitid(P_PID, (id_t)process->pid, &end, WEXITED | WNOHANG | WNOWAIT);
        if (end.si_pid == 0)
            poll(NULL, 0, 10);
    }
    if (end.si_pid == 0) {
        jail_process_end(process);
        return JAIL_PROCESS_CRASHED;
    }
    *how = reap(process);
    return news_of(*how);
}
