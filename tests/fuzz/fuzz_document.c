/* fuzz_document - any bytes as a PDF, through a jail: whatever becomes of that process, its warden gets a
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
#include "stages/rasterizer/warden.h"

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
static bool ask(struct warden *warden, const struct hatch_ask *question, struct hatch_reply *reply)
{
    struct answer answer;
    int how = 0;
    enum warden_news news = warden_ask(warden, question, PATIENCE_MS, beat, NULL, &answer, &how);

    if (news != WARDEN_ANSWERED) {
        must(!WIFEXITED(how) || WEXITSTATUS(how) != SANITIZERS_EXIT || how == 0);
        must(warden->pid == 0);
        return false;
    }
    *reply = answer.reply;
    answer_clear(&answer);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct hatch_terms terms = {.magic = HATCH_MAGIC,
                                      .page_ms = PAGE_MS,
                                      .short_px = 96,
                                      .long_px = 256,
                                      .quality = 50,
                                      .limit_pages = PAGES,
                                      .document_bytes = size,
                                      .memory_bytes = MEMORY,
                                      .cpu_s = 10};
    struct hatch_ask question = {.magic = HATCH_MAGIC, .what = HATCH_INSPECT};
    struct hatch_reply reply;
    struct warden warden = {.pid = 0};
    int document = memfd_create("document", MFD_CLOEXEC);

    signal(SIGPIPE, SIG_IGN);
    must(document != -1 && write(document, data, size) == (ssize_t)size);
    must(warden_start(&warden, jail(), document, &terms) == 0);
    if (ask(&warden, NULL, &reply) && reply.outcome == HATCH_OK && ask(&warden, &question, &reply) &&
        reply.outcome == HATCH_OK) {
        must(reply.pages > 0 && reply.pages <= PAGES);
        question.what = HATCH_PAGE;
        for (question.page = 0; question.page < reply.pages && warden.pid != 0; question.page++) {
            struct hatch_reply drawn;

            ask(&warden, &question, &drawn);
        }
    }
    warden_end(&warden);
    close(document);
    return 0;
}
