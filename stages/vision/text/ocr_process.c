/* ocr_process - see ocr_process.h */
#include "stages/vision/text/ocr_process.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/vision/text/ocr_frames.h"

enum { STALL_S = 5 };

/* ---- birth ---- */

static int started = -1; /* our end of the socket */

/* Beside this program, wherever that is. */
static char *program_path(void)
{
    char self[4096], *path;
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    char *slash;

    self[size < 0 ? 0 : size] = '\0';
    slash = strrchr(self, '/');
    must(asprintf(&path, "%.*sslidemill-ocr", slash == NULL ? 0 : (int)(slash + 1 - self), self) != -1);
    return path;
}

/* OMP_THREAD_LIMIT: one thread of OCR (OpenMP) is enough beside what else the machine does. */
static int spawn(int socket, const char *languages, const char *sandbox)
{
    static char one_thread[] = "OMP_THREAD_LIMIT=1";
    char *argv[] = {program_path(), need_dup(languages), need_dup(sandbox), NULL};
    char *env[] = {one_thread, NULL, NULL};
    const char *data = getenv("TESSDATA_PREFIX");
    posix_spawn_file_actions_t files;
    pid_t pid;
    int rc;

    must(data == NULL || asprintf(&env[1], "TESSDATA_PREFIX=%s", data) != -1);
    must(posix_spawn_file_actions_init(&files) == 0);
    must(posix_spawn_file_actions_adddup2(&files, socket, OCR_SOCKET) == 0);
    rc = posix_spawn(&pid, argv[0], &files, NULL, argv, env);
    posix_spawn_file_actions_destroy(&files);
    for (int i = 0; i < 3; i++)
        free(argv[i]);
    free(env[1]);
    return rc;
}

void ocr_process_start(const struct conf *conf)
{
    const struct timeval stall = {.tv_sec = STALL_S};
    int ends[2], rc;

    if (*conf->ocr_languages == '\0')
        return;
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    must(setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof stall) == 0);
    must(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof stall) == 0);
    rc = spawn(ends[1], conf->ocr_languages, conf->sandbox_level);
    close(ends[1]);
    if (rc == 0) {
        started = ends[0];
        return;
    }
    close(ends[0]);
    log_warn(ocr_spawn_failed, log_str("reason", strerror(rc)));
}

/* ---- asking it ---- */

struct request {
    struct request *next;
    const void *jpeg;
    size_t size;
    ocr_process_done *done; /* NULL: it is forgotten */
    void *arg;
};

struct ocr_process {
    int socket;            /* -1: it has died */
    struct request *first; /* under way */
};

struct ocr_process *ocr_process_new(void)
{
    struct ocr_process *process;

    if (started == -1)
        return NULL;
    process = need_zero(1, sizeof *process);
    process->socket = started;
    started = -1;
    return process;
}

static void pop(struct ocr_process *process)
{
    struct request *request = process->first;

    process->first = request->next;
    free(request);
}

void ocr_process_free(struct ocr_process **process)
{
    if (*process == NULL)
        return;
    while ((*process)->first != NULL)
        pop(*process);
    if ((*process)->socket != -1)
        close((*process)->socket); /* its process ends by that */
    free(*process);
    *process = NULL;
}

int ocr_process_fd(const struct ocr_process *process)
{
    return process->socket;
}

/* It has gone: what waits for it gets nothing. */
static void bury(struct ocr_process *process)
{
    log_warn(ocr_process_ended,
             log_str("reason", "scans stay without text until this worker is started anew"));
    close(process->socket);
    process->socket = -1;
    while (process->first != NULL) {
        struct request request = *process->first;

        pop(process);
        if (request.done != NULL)
            request.done(request.arg, NULL);
    }
}

static void begin(struct ocr_process *process)
{
    while (process->first != NULL && process->first->done == NULL)
        pop(process);
    if (process->first != NULL && !ocr_send(process->socket, process->first->jpeg, process->first->size))
        bury(process);
}

bool ocr_process_ask(struct ocr_process *process, const void *jpeg, size_t size, ocr_process_done *done,
                     void *arg)
{
    struct request *request, **at = &process->first;

    if (process->socket == -1 || size > MAX_OCR_PICTURE)
        return false;
    request = need_zero(1, sizeof *request);
    *request = (struct request){.jpeg = jpeg, .size = size, .done = done, .arg = arg};
    while (*at != NULL)
        at = &(*at)->next;
    *at = request;
    if (process->first == request && !ocr_send(process->socket, jpeg, size)) {
        request->done = NULL; /* the return value tells the caller */
        bury(process);
        return false;
    }
    return true;
}

void ocr_process_forget(struct ocr_process *process, const void *arg)
{
    for (struct request *at = process == NULL ? NULL : process->first; at != NULL; at = at->next)
        if (at->arg == arg)
            at->done = NULL;
}

/* Is there something to read? */
static bool is_readable(int socket)
{
    char byte;
    ssize_t got = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void ocr_process_turn(struct ocr_process *process)
{
    struct request request;
    size_t size;
    char *layer;

    if (process == NULL || process->socket == -1 || !is_readable(process->socket))
        return;
    layer = process->first == NULL ? NULL : ocr_receive(process->socket, MAX_OCR_LAYER, &size);
    if (layer == NULL) {
        bury(process);
        return;
    }
    request = *process->first;
    pop(process);
    begin(process);
    if (request.done != NULL)
        request.done(request.arg, size == 0 ? NULL : page_parse(layer, size));
    free(layer);
}
