/* bench_sandbox LECTURE.pdf [ROUNDS] - what the jail costs: CPU per page drawn in it, and by the same code in
 * a bare process
 *
 * Round by round one after the other, so that a busy machine is busy for both; medians are told.  The jail's
 * share has all that comes with it: starting the program, limits, Landlock, seccomp, handing pages through
 * the channel and checking them.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/panic.h"
#include "stages/rasterizer/document.h"
#include "stages/rasterizer/page_render.h"
#include "stages/rasterizer/jail_process.h"

enum { ROUNDS = 9, MAX_ROUNDS = 99, PATIENCE_MS = 60000 };

static struct jail_terms terms = {.magic = JAIL_MAGIC,
                                  .page_ms = 10000,
                                  .short_px = 768,
                                  .long_px = 2048,
                                  .quality = 85,
                                  .limit_pages = 1000,
                                  .memory_bytes = 512 << 20,
                                  .cpu_s = 600};

static double spent_ms(void)
{
    struct rusage own, children;

    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    return 1e3 * (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec + children.ru_utime.tv_sec +
                          children.ru_stime.tv_sec) +
           (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec + children.ru_utime.tv_usec +
                    children.ru_stime.tv_usec) /
               1e3;
}

/* ---- bare ---- */

static _Noreturn void draw_here(int fd)
{
    const void *bytes = mmap(NULL, terms.document_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    fz_context *ctx = mupdf_new(terms.memory_bytes / 2);
    static struct document document;
    static struct page_render render;

    must(bytes != MAP_FAILED && ctx != NULL && mupdf_clock() == 0);
    must(document_open(&document, ctx, bytes, terms.document_bytes, "") == JAIL_OK &&
         document_inspect(&document, terms.limit_pages) == JAIL_OK);
    for (unsigned page = 0; page < document.pages; page++) {
        must(page_render_make(&render, &document, &terms, page, JAIL_FULL) == JAIL_OK);
        page_render_clear(&render, &document);
    }
    _exit(0);
}

static void bare(int fd)
{
    pid_t child = fork();
    int how;

    must(child != -1);
    if (child == 0)
        draw_here(fd);
    must(waitpid(child, &how, 0) == child && how == 0);
}

/* ---- jailed ---- */

static void beat(void *arg)
{
    (void)arg;
}

static uint32_t ask(struct jail_process *process, const struct jail_ask *question)
{
    struct jail_answer answer;
    uint32_t pages;
    int how;

    must(jail_process_ask(process, question, PATIENCE_MS, beat, NULL, &answer, &how) ==
             JAIL_PROCESS_ANSWERED &&
         answer.reply.outcome == JAIL_OK);
    pages = answer.reply.pages;
    jail_answer_clear(&answer);
    return pages;
}

static uint32_t jailed(int fd, const char *program)
{
    struct jail_ask question = {.magic = JAIL_MAGIC, .what = JAIL_INSPECT};
    struct jail_process process = {.pid = 0};
    uint32_t pages;

    must(jail_process_start(&process, program, fd, &terms) == 0);
    ask(&process, NULL);
    pages = ask(&process, &question);
    question.what = JAIL_PAGE;
    for (question.page = 0; question.page < pages; question.page++)
        ask(&process, &question);
    jail_process_end(&process);
    return pages;
}

/* ---- the whole ---- */

static int by_size(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;

    return (one > other) - (one < other);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_size);
    return values[count / 2];
}

/* slidemill-jail lies above the folder of the tests. */
static void find_jail(char *path, size_t room)
{
    static const char name[] = "/../slidemill-jail";
    ssize_t size = readlink("/proc/self/exe", path, room - sizeof name);

    must(size > 0);
    path[size] = '\0';
    memcpy(strrchr(path, '/'), name, sizeof name);
}

int main(int argc, char **argv)
{
    int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : ROUNDS,
        fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    double without[MAX_ROUNDS], with[MAX_ROUNDS];
    char program[4096];
    uint32_t pages = 1;
    struct stat file;

    if (fd == -1 || fstat(fd, &file) == -1 || rounds < 1 || rounds > MAX_ROUNDS) {
        fprintf(stderr, "usage: bench_sandbox LECTURE.pdf [ROUNDS]\n");
        return 64;
    }
    find_jail(program, sizeof program);
    terms.document_bytes = (uint64_t)file.st_size;
    for (int i = 0; i < rounds; i++) {
        double begun = spent_ms();

        bare(fd);
        without[i] = spent_ms() - begun;
        begun = spent_ms();
        pages = jailed(fd, program);
        with[i] = spent_ms() - begun;
    }
    printf("%u pages, %d rounds: bare %.2f ms CPU/page, jailed %.2f, ratio %.3f\n", pages, rounds,
           median(without, rounds) / pages, median(with, rounds) / pages,
           median(with, rounds) / median(without, rounds));
    return 0;
}
