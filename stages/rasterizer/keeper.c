/* keeper - see keeper.h */
#include "stages/rasterizer/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/fd_io.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "stages/lib/stage.h"
#include "stages/rasterizer/tell.h"

enum { RECYCLE_MS = 60000, OPEN_TIMES = 3 };

struct keeper {
    struct hatch_terms terms;
    char program[4096], id[65];
    int document; /* sealed memory file; -1: none */
    struct warden warden;
    uint32_t spent_ms;
    unsigned asked; /* questions this jail has answered */
    bool told_lacks;
    warden_beat *beat;
    void *arg;
};

/* ---- the document ---- */

/* Beside this program, wherever that is. */
static void find_program(char *path, size_t room)
{
    ssize_t size = readlink("/proc/self/exe", path, room - 1);
    char *slash;

    path[size < 0 ? 0 : size] = '\0';
    slash = strrchr(path, '/');
    if (slash != NULL)
        snprintf(slash + 1, room - (size_t)(slash + 1 - path), "slidemill-jail");
}

const char *keeper_folder(void)
{
    static char folder[4096];
    char *slash;

    find_program(folder, sizeof folder);
    slash = strrchr(folder, '/');
    if (slash != NULL)
        *slash = '\0';
    return folder;
}

struct keeper *keeper_new(const struct conf *conf, warden_beat *beat, void *arg)
{
    struct keeper *keeper = need_zero(1, sizeof *keeper);

    keeper->document = -1;
    keeper->beat = beat;
    keeper->arg = arg;
    keeper->terms =
        (struct hatch_terms){.magic = HATCH_MAGIC,
                             .page_ms = (uint32_t)conf->rasterizer_page_ms,
                             .short_px = (uint32_t)conf->rasterizer_short_px,
                             .long_px = (uint32_t)conf->rasterizer_long_px,
                             .quality = (uint32_t)conf->rasterizer_quality,
                             .limit_pages = (uint32_t)conf->limit_pages,
                             .memory_bytes = (uint64_t)conf->rasterizer_memory_mb << 20,
                             .cpu_s = RECYCLE_MS / 1000 + 5 * (uint64_t)conf->rasterizer_page_ms / 1000 + 1};
    find_program(keeper->program, sizeof keeper->program);
    return keeper;
}

const char *keeper_lacks(const struct keeper *keeper)
{
    return access(keeper->program, X_OK) == 0 ? "" : "slidemill-jail";
}

static void drop(struct keeper *keeper)
{
    warden_end(&keeper->warden);
    if (keeper->document != -1)
        close(keeper->document);
    keeper->document = -1;
    keeper->id[0] = '\0';
    explicit_bzero(keeper->terms.password, sizeof keeper->terms.password);
}

void keeper_free(struct keeper **keeper)
{
    drop(*keeper);
    free(*keeper);
    *keeper = NULL;
}

int keeper_take(struct keeper *keeper, const char *id, const void *data, size_t size)
{
    drop(keeper);
    keeper->document = memfd_create("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (keeper->document == -1)
        return -1;
    if (fd_write_all(keeper->document, data, size) == -1 ||
        fcntl(keeper->document, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) ==
            -1) {
        drop(keeper);
        return -1;
    }
    keeper->terms.document_bytes = size;
    snprintf(keeper->id, sizeof keeper->id, "%s", id);
    return 0;
}

bool keeper_has(const struct keeper *keeper, const char *id)
{
    return keeper->document != -1 && strcmp(keeper->id, id) == 0;
}

void keeper_unlock(struct keeper *keeper, const char *password)
{
    if (strcmp(keeper->terms.password, password) == 0)
        return;
    warden_end(&keeper->warden);
    snprintf(keeper->terms.password, sizeof keeper->terms.password, "%s", password);
}

/* ---- verdicts ---- */

static void refuse(struct verdict *verdict, enum code code, bool retryable, const char *detail)
{
    verdict->good = false;
    verdict->code = code;
    verdict->retryable = retryable;
    snprintf(verdict->detail, sizeof verdict->detail, "%s", detail);
}

static void log_end(enum warden_news news, int how)
{
    static const char *const reasons[] = {[WARDEN_ANSWERED] = "answered",
                                          [WARDEN_LATE] = "time",
                                          [WARDEN_KILLED] = "killed from outside",
                                          [WARDEN_CRASHED] = "crash or wrong answer"};

    log_warn(jail_ended, log_str("reason", reasons[news]),
             log_int("signal", WIFSIGNALED(how) ? WTERMSIG(how) : 0),
             log_int("exit", WIFEXITED(how) ? WEXITSTATUS(how) : 0));
}

static enum warden_news ask(struct keeper *keeper, const struct hatch_ask *question, int64_t most_ms,
                            struct answer *answer)
{
    int how;
    enum warden_news news =
        warden_ask(&keeper->warden, question, most_ms, keeper->beat, keeper->arg, answer, &how);

    if (news == WARDEN_ANSWERED)
        keeper->spent_ms = answer->reply.spent_ms;
    else
        log_end(news, how);
    return news;
}

/* ---- a jail with the document open ---- */

static void tell_lacks(struct keeper *keeper, const char *lacks)
{
    if (lacks[0] != '\0' && !keeper->told_lacks)
        log_warn(sandbox_incomplete, log_str("lacks", lacks));
    keeper->told_lacks = true;
}

/* What kills its jail at opening is a document no page of which can be had. */
static bool open_jail(struct keeper *keeper, struct verdict *verdict)
{
    struct answer answer;
    enum warden_news news;
    enum hatch_outcome outcome;

    if (warden_start(&keeper->warden, keeper->program, keeper->document, &keeper->terms) == -1) {
        log_error(jail_spawn_failed, log_str("program", keeper->program), log_str("reason", strerror(errno)));
        refuse(verdict, CODE_INTERNAL, true, "the renderer could not be started; see the log");
        return false;
    }
    keeper->asked = 0;
    news = ask(keeper, NULL, (int64_t)keeper->terms.page_ms * OPEN_TIMES, &answer);
    if (news != WARDEN_ANSWERED) {
        refuse(verdict, CODE_PDF_CORRUPT, news == WARDEN_KILLED,
               "the PDF cannot be opened within the limits of time and memory; export it again");
        return false;
    }
    tell_lacks(keeper, (const char *)answer.bytes[0]);
    outcome = (enum hatch_outcome)answer.reply.outcome;
    answer_clear(&answer);
    if (outcome != HATCH_OK) {
        warden_end(&keeper->warden);
        refuse(verdict, tell_code(outcome), false,
               outcome == HATCH_CIPHER
                   ? "the PDF is encrypted in a way that is not known here; save it without"
                   : "");
        return false;
    }
    return true;
}

/* CPU time is limited for a jail's whole life, so that one nobody watches ends, too: a long document has
 * several. */
static bool jail_ready(struct keeper *keeper, struct verdict *verdict)
{
    if (keeper->warden.pid != 0 && keeper->spent_ms > RECYCLE_MS)
        warden_end(&keeper->warden);
    return keeper->warden.pid != 0 || open_jail(keeper, verdict);
}

/* ---- inspect ---- */

void keeper_inspect(struct keeper *keeper, struct verdict *verdict)
{
    const struct hatch_ask question = {.magic = HATCH_MAGIC, .what = HATCH_INSPECT};
    enum warden_news news;

    *verdict = (struct verdict){.good = true};
    if (!jail_ready(keeper, verdict))
        return;
    news = ask(keeper, &question, keeper->terms.page_ms, &verdict->answer);
    if (news != WARDEN_ANSWERED)
        refuse(
            verdict, CODE_PDF_CORRUPT, news == WARDEN_KILLED,
            "the pages of the PDF cannot be counted within the limits of time and memory; export it again");
    else if (verdict->answer.reply.outcome != HATCH_OK)
        refuse(verdict, tell_code((enum hatch_outcome)verdict->answer.reply.outcome), false, "");
    if (!verdict->good && verdict->code == CODE_PDF_TOO_LARGE)
        snprintf(verdict->detail, sizeof verdict->detail,
                 "the PDF has more than %u pages (limits.pages); split it or raise the limit",
                 keeper->terms.limit_pages);
}

/* ---- one page down the ladder ---- */

/* What is tried next after an end of the jail. A kill from outside is not the page's fault: the same once
 * more. */
static int next_step(int step, enum warden_news news, unsigned *kills)
{
    if (news == WARDEN_KILLED && (*kills)++ == 0)
        return step;
    return step + 1;
}

/* A jail's memory fills up with what it has parsed: a page that found too little of it deserves a fresh one.
 */
static bool wants_fresh_jail(const struct keeper *keeper, const struct hatch_reply *reply)
{
    bool starved = reply->outcome == HATCH_NO_MEMORY || (reply->flaws & HATCH_FLAW_MEMORY) != 0;

    return starved && keeper->asked > 1;
}

static void give_up(struct verdict *verdict, enum warden_news news)
{
    if (news == WARDEN_LATE)
        refuse(verdict, CODE_RENDER_TIMEOUT, false, "");
    else
        refuse(verdict, CODE_RENDER_LIMIT, false,
               "the page ended the renderer at every try: it needs more memory or nesting than allowed");
}

/* killed: how an attempt before this one ended; it says more than that the text alone gave nothing. */
static void conclude(struct verdict *verdict, enum hatch_step step, enum warden_news killed)
{
    enum hatch_outcome outcome = (enum hatch_outcome)verdict->answer.reply.outcome;

    verdict->good = outcome == HATCH_OK;
    if (step != HATCH_FULL)
        verdict->answer.reply.flaws |= HATCH_FLAW_IMAGES;
    if (outcome == HATCH_NOT_DRAWN && step == HATCH_TEXT)
        give_up(verdict, killed);
    else if (!verdict->good)
        refuse(verdict, tell_code(outcome), false,
               outcome == HATCH_NO_PAGE     ? "the page is announced but not in the file, or has no size"
               : outcome == HATCH_NOT_DRAWN ? tell_flaws(&verdict->answer.reply)
                                            : "");
}

/* Asked once the page itself is safe: should the next one end the jail, then that tells nothing about this
 * one. */
static bool is_step(struct keeper *keeper, unsigned page, const struct hatch_reply *reply)
{
    const struct hatch_ask question = {HATCH_MAGIC, HATCH_STEP, page, HATCH_FULL};
    struct answer answer;
    bool step;

    if (reply->flaws != 0 || reply->lines == 0 || reply->bytes[1] == 0 || keeper->warden.pid == 0 ||
        ask(keeper, &question, keeper->terms.page_ms, &answer) != WARDEN_ANSWERED)
        return false;
    step = answer.reply.step == 1;
    answer_clear(&answer);
    return step;
}

static void draw(struct keeper *keeper, unsigned page, struct verdict *verdict)
{
    enum warden_news news = WARDEN_CRASHED, killed = news;
    unsigned kills = 0;

    *verdict = (struct verdict){0};
    for (int step = HATCH_FULL; step <= HATCH_TEXT; step = next_step(step, news, &kills)) {
        const struct hatch_ask question = {HATCH_MAGIC, HATCH_PAGE, page, (uint32_t)step};

        if (!jail_ready(keeper, verdict))
            return;
        news = ask(keeper, &question, keeper->terms.page_ms, &verdict->answer);
        keeper->asked++;
        if (news == WARDEN_ANSWERED && wants_fresh_jail(keeper, &verdict->answer.reply)) {
            answer_clear(&verdict->answer);
            warden_end(&keeper->warden);
            news = WARDEN_KILLED; /* ours, and not the page's fault */
        } else if (news == WARDEN_ANSWERED) {
            conclude(verdict, (enum hatch_step)step, killed);
            return;
        }
        killed = news;
    }
    give_up(verdict, news);
}

void keeper_draw(struct keeper *keeper, unsigned page, struct verdict *verdict)
{
    draw(keeper, page, verdict);
    if (verdict->good)
        verdict->answer.reply.step = is_step(keeper, page, &verdict->answer.reply);
}
