/* fuzz_document - any bytes as a PDF, through a jail: whatever becomes of that process, its process gets a
 * checked answer or the jail's end, in time
 *
 * The jail is instrumented, too.  That a page of a broken file kills the renderer is what jails are for; a
 * fault of our own code in it ends it with the sanitizers' exit code, and that is a finding.
 */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/panic.h"
#include "stages/rasterizer/jail_process.h"

enum { PAGE_MS = 1000, PATIENCE_MS = 1000, SANITIZERS_EXIT = 1, MEMORY = 256 << 20, PAGES = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void beat(void *arg)
{
    (void)arg;
}

/* slidemill-jail lies beside the folder of the fuzzers. */
static const char *jail(void)
{
    static const char name[] = "/../slidemill-jail";
    static char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - sizeof name);

    must(size > 0);
    path[size] = '\0';
    memcpy(strrchr(path, '/'), name, sizeof name);
    return path;
}

/* false: the jail has gone, in a way that is allowed. */
static bool ask(struct jail_process *process, const struct jail_ask *question, struct jail_reply *reply)
{
    struct jail_answer answer;
    int how = 0;
    enum jail_process_news news = jail_process_ask(process, question, PATIENCE_MS, beat, NULL, &answer, &how);

    if (news != JAIL_PROCESS_ANSWERED) {
        must(!WIFEXITED(how) || WEXITSTATUS(how) != SANITIZERS_EXIT || how == 0);
        must(process->pid == 0);
        return false;
    }
    *reply = answer.reply;
    jail_answer_clear(&answer);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct jail_terms terms = {.magic = JAIL_MAGIC,
                                     .page_ms = PAGE_MS,
                                     .short_px = 96,
                                     .long_px = 256,
                                     .quality = 50,
                                     .limit_pages = PAGES,
                                     .document_bytes = size,
                                     .memory_bytes = MEMORY,
                                     .cpu_s = 10};
    struct jail_ask question = {.magic = JAIL_MAGIC, .what = JAIL_INSPECT};
    struct jail_reply reply;
    struct jail_process process = {.pid = 0};
    int document = memfd_create("document", MFD_CLOEXEC);

    signal(SIGPIPE, SIG_IGN);
    must(document != -1 && write(document, data, size) == (ssize_t)size);
    must(jail_process_start(&process, jail(), document, &terms) == 0);
    if (ask(&process, NULL, &reply) && reply.outcome == JAIL_OK && ask(&process, &question, &reply) &&
        reply.outcome == JAIL_OK) {
        must(reply.pages > 0 && reply.pages <= PAGES);
        question.what = JAIL_PAGE;
        for (question.page = 0; question.page < reply.pages && process.pid != 0; question.page++) {
            struct jail_reply drawn;

            ask(&process, &question, &drawn);
        }
    }
    jail_process_end(&process);
    close(document);
    return 0;
}
