/* ocr_main - slidemill-ocr LANGUAGES CAGE: reads pictures for an engine that holds keys, and holds none
 *
 * Started by ocr_process.c with a socket and next to no environment. It forks for each picture; that process
 * is confined, reads the picture, answers and ends. What forks decodes nothing itself.
 *
 * Promise: a picture that crashes OCR or takes for ever costs one page its text. It ends when its worker
 * does.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "proto/exits.h"
#include "proto/fd_io.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "stages/lib/stage_sandbox.h"
#include "stages/vision/text/ocr.h"
#include "stages/vision/text/ocr_frames.h"

enum { NICE = 10, PASS_MS = 30000, PAGE_S = 120 /* of processor and of clock time */ };

static void no_tick(void *arg)
{
    (void)arg;
}

static int shut_in(const char *sandbox)
{
    struct stage_sandbox confine = {.kind = STAGE_SANDBOX_READER};
    int rc;

    ocr_paths(&confine);
    rc = stage_sandbox_files(&confine, sandbox);
    return rc == 0 ? stage_sandbox_calls(&confine, sandbox) : rc;
}

/* In a process of its own. */
static int read_page(struct ocr *ocr, const char *sandbox, const char *jpeg, size_t size, int out)
{
    const struct rlimit cpu = {PAGE_S, PAGE_S};
    struct ocr_notes notes;
    struct page *page;
    char *json;
    int rc;

    alarm(PAGE_S);
    if (setrlimit(RLIMIT_CPU, &cpu) == -1)
        return EXIT_SYSTEM;
    rc = shut_in(sandbox);
    if (rc != 0)
        return rc;
    page = ocr_read(ocr, jpeg, size, PASS_MS, no_tick, NULL, &notes);
    if (page == NULL)
        return EXIT_DONE;
    page->ocr = true;
    json = page_write(page, &size);
    return fd_write_all(out, json, size) == 0 ? EXIT_DONE : EXIT_SYSTEM;
}

/* Answers one picture. False: nobody listens any more. */
static bool serve(struct ocr *ocr, const char *sandbox, const char *jpeg, size_t size)
{
    static char layer[MAX_OCR_LAYER];
    int ends[2], how = 0;
    pid_t pid;

    must(pipe(ends) == 0);
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        close(OCR_SOCKET);
        _exit(read_page(ocr, sandbox, jpeg, size, ends[1]));
    }
    close(ends[1]);
    size = pid == -1 ? 0 : fd_read_up_to(ends[0], layer, sizeof layer);
    close(ends[0]);
    while (pid != -1 && waitpid(pid, &how, 0) == -1 && errno == EINTR)
        ;
    if (pid == -1 || !WIFEXITED(how) || WEXITSTATUS(how) != EXIT_DONE) {
        log_warn(ocr_failed, log_int("signal", WIFSIGNALED(how) ? WTERMSIG(how) : 0),
                 log_int("exit", WIFEXITED(how) ? WEXITSTATUS(how) : -1));
        size = 0;
    }
    return ocr_send(OCR_SOCKET, layer, size);
}

int main(int argc, char **argv)
{
    struct ocr *ocr;
    char *jpeg;
    size_t size;

    if (argc != 3)
        return EXIT_USAGE; /* started by hand */
    json_set_alloc_funcs(need, free);
    log_open("ocr", 0, 0, LOG_LEVEL_WARN);
    signal(SIGCHLD, SIG_DFL);
    if (close_range(STDERR_FILENO + 1, ~0U, 0) == -1 || prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 ||
        prctl(PR_SET_DUMPABLE, 0) == -1 || setpriority(PRIO_PROCESS, 0, NICE) == -1)
        return EXIT_SYSTEM;
    ocr = ocr_new(argv[1]);
    for (bool heard = true; heard && (jpeg = ocr_receive(OCR_SOCKET, MAX_OCR_PICTURE, &size)) != NULL;
         free(jpeg))
        heard = serve(ocr, argv[2], jpeg, size);
    _exit(EXIT_DONE); /* the system gives all back */
}
