/* jailed_document - see jailed_document.h */
#include "stages/rasterizer/jailed_document.h"

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
#include "stages/rasterizer/jail_reply_text.h"

enum { RECYCLE_MS = 60000, OPEN_TIMES = 3 };

struct jailed_document {
    struct jail_terms terms;
    char program[4096], id[65];
    int document; /* sealed memory file; -1: none */
    struct jail_process process;
    uint32_t spent_ms;
    bool first;            /* this is a first try, */
    int64_t first_left_ms; /* which may take so much CPU time still */
    unsigned asked;        /* questions this jail has answered */
    bool told_lacks;
    jail_process_beat *beat;
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

const char *jailed_document_folder(void)
{
    static char folder[4096];
    char *slash;

    find_program(folder, sizeof folder);
    slash = strrchr(folder, '/');
    if (slash != NULL)
        *slash = '\0';
    return folder;
}

struct jailed_document *jailed_document_new(const struct conf *conf, jail_process_beat *beat, void *arg)
{
    struct jailed_document *jailed = need_zero(1, sizeof *jailed);

    jailed->document = -1;
    jailed->beat = beat;
    jailed->arg = arg;
    jailed->terms =
        (struct jail_terms){.magic = JAIL_MAGIC,
                            .page_ms = (uint32_t)conf->rasterizer_page_ms,
                            .short_px = (uint32_t)conf->rasterizer_short_px,
                            .long_px = (uint32_t)conf->rasterizer_long_px,
                            .quality = (uint32_t)conf->rasterizer_quality,
                            .limit_pages = (uint32_t)conf->limit_pages,
                            .memory_bytes = (uint64_t)conf->rasterizer_memory_mb << 20,
                            .cpu_s = RECYCLE_MS / 1000 + 5 * (uint64_t)conf->rasterizer_page_ms / 1000 + 1};
    find_program(jailed->program, sizeof jailed->program);
    return jailed;
}

const char *jailed_document_lacks(const struct jailed_document *jailed)
{
    return access(jailed->program, X_OK) == 0 ? "" : "slidemill-jail";
}

static void drop(struct jailed_document *jailed)
{
    jail_process_end(&jailed->process);
    if (jailed->document != -1)
        close(jailed->document);
    jailed->document = -1;
    jailed->id[0] = '\0';
    explicit_bzero(jailed->terms.password, sizeof jailed->terms.password);
}

void jailed_document_free(struct jailed_document **jailed)
{
    drop(*jailed);
    free(*jailed);
    *jailed = NULL;
}

int jailed_document_take(struct jailed_document *jailed, const char *id, const void *data, size_t size)
{
    drop(jailed);
    jailed->document = memfd_create("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (jailed->document == -1)
        return -1;
    if (fd_write_all(jailed->document, data, size) == -1 ||
        fcntl(jailed->document, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) ==
            -1) {
        drop(jailed);
        return -1;
    }
    jailed->terms.document_bytes = size;
    snprintf(jailed->id, sizeof jailed->id, "%s", id);
    return 0;
}

bool jailed_document_has(const struct jailed_document *jailed, const char *id)
{
    return jailed->document != -1 && strcmp(jailed->id, id) == 0;
}

void jailed_document_unlock(struct jailed_document *jailed, const char *password)
{
    if (strcmp(jailed->terms.password, password) == 0)
        return;
    jail_process_end(&jailed->process);
    snprintf(jailed->terms.password, sizeof jailed->terms.password, "%s", password);
}

/* ---- verdicts ---- */

static void refuse(struct verdict *verdict, enum code code, bool retryable, const char *detail)
{
    verdict->good = false;
    verdict->code = code;
    verdict->retryable = retryable;
    snprintf(verdict->detail, sizeof verdict->detail, "%s", detail);
}

static void log_end(enum jail_process_news news, int how)
{
    static const char *const reasons[] = {[JAIL_PROCESS_ANSWERED] = "answered",
                                          [JAIL_PROCESS_LATE] = "time",
                                          [JAIL_PROCESS_KILLED] = "killed from outside",
                                          [JAIL_PROCESS_CRASHED] = "crash or wrong answer"};

    log_warn(jail_ended, log_str("reason", reasons[news]),
             log_int("signal", WIFSIGNALED(how) ? WTERMSIG(how) : 0),
             log_int("exit", WIFEXITED(how) ? WEXITSTATUS(how) : 0));
}

static void begin_try(struct jailed_document *jailed, uint32_t first_ms)
{
    jailed->first = first_ms > 0 && first_ms < jailed->terms.page_ms;
    jailed->first_left_ms = first_ms;
}

static bool is_greedy(const struct jailed_document *jailed, enum jail_process_news news)
{
    return jailed->first && news == JAIL_PROCESS_LATE;
}

static void refuse_greedy(struct verdict *verdict)
{
    refuse(verdict, CODE_RENDER_TIMEOUT, true, "");
}

static enum jail_process_news ask(struct jailed_document *jailed, const struct jail_ask *question,
                                  int64_t max_ms, struct jail_answer *answer)
{
    bool shorter = jailed->first && jailed->first_left_ms < max_ms;
    int how;
    enum jail_process_news news =
        jail_process_ask(&jailed->process, question, shorter ? jailed->first_left_ms : max_ms, jailed->beat,
                         jailed->arg, answer, &how);

    if (news == JAIL_PROCESS_ANSWERED) {
        jailed->first_left_ms -= (int64_t)answer->reply.spent_ms - jailed->spent_ms;
        jailed->spent_ms = answer->reply.spent_ms;
    } else if (!is_greedy(jailed, news)) {
        log_end(news, how);
    }
    return news;
}

/* ---- a jail with the document open ---- */

static void tell_lacks(struct jailed_document *jailed, const char *lacks)
{
    if (lacks[0] != '\0' && !jailed->told_lacks)
        log_warn(sandbox_incomplete, log_str("lacks", lacks));
    jailed->told_lacks = true;
}

/* What kills its jail at opening is a document no page of which can be had. */
static bool open_jail(struct jailed_document *jailed, struct verdict *verdict)
{
    struct jail_answer answer;
    enum jail_process_news news;
    enum jail_outcome outcome;

    if (jail_process_start(&jailed->process, jailed->program, jailed->document, &jailed->terms) == -1) {
        log_error(jail_spawn_failed, log_str("program", jailed->program), log_str("reason", strerror(errno)));
        refuse(verdict, CODE_INTERNAL, true, "the renderer could not be started; see the log");
        return false;
    }
    jailed->asked = 0;
    jailed->spent_ms = 0;
    news = ask(jailed, NULL, (int64_t)jailed->terms.page_ms * OPEN_TIMES, &answer);
    if (is_greedy(jailed, news)) {
        refuse_greedy(verdict);
        return false;
    }
    if (news != JAIL_PROCESS_ANSWERED) {
        refuse(verdict, CODE_PDF_CORRUPT, news == JAIL_PROCESS_KILLED,
               "the PDF cannot be opened within the limits of time and memory; export it again");
        return false;
    }
    tell_lacks(jailed, (const char *)answer.bytes[0]);
    outcome = (enum jail_outcome)answer.reply.outcome;
    jail_answer_clear(&answer);
    if (outcome != JAIL_OK) {
        jail_process_end(&jailed->process);
        refuse(verdict, jail_reply_code(outcome), false,
               outcome == JAIL_CIPHER
                   ? "the PDF is encrypted in a way that is not known here; save it without"
                   : "");
        return false;
    }
    return true;
}

/* CPU time is limited for a jail's whole life, so that one nobody watches ends, too: a long document has
 * several. */
static bool jail_ready(struct jailed_document *jailed, struct verdict *verdict)
{
    if (jailed->process.pid != 0 && jailed->spent_ms > RECYCLE_MS)
        jail_process_end(&jailed->process);
    return jailed->process.pid != 0 || open_jail(jailed, verdict);
}

/* ---- inspect ---- */

void jailed_document_inspect(struct jailed_document *jailed, uint32_t first_ms, struct verdict *verdict)
{
    const struct jail_ask question = {.magic = JAIL_MAGIC, .what = JAIL_INSPECT};
    enum jail_process_news news;

    *verdict = (struct verdict){.good = true};
    begin_try(jailed, first_ms);
    if (!jail_ready(jailed, verdict))
        return;
    news = ask(jailed, &question, jailed->terms.page_ms, &verdict->answer);
    if (is_greedy(jailed, news))
        refuse_greedy(verdict);
    else if (news != JAIL_PROCESS_ANSWERED)
        refuse(
            verdict, CODE_PDF_CORRUPT, news == JAIL_PROCESS_KILLED,
            "the pages of the PDF cannot be counted within the limits of time and memory; export it again");
    else if (verdict->answer.reply.outcome != JAIL_OK)
        refuse(verdict, jail_reply_code((enum jail_outcome)verdict->answer.reply.outcome), false, "");
    if (!verdict->good && verdict->code == CODE_PDF_TOO_LARGE)
        snprintf(verdict->detail, sizeof verdict->detail,
                 "the PDF has more than %u pages (limits.pages); split it or raise the limit",
                 jailed->terms.limit_pages);
}

/* ---- one page down the ladder ---- */

/* What is tried next after an end of the jail. A kill from outside is not the page's fault: the same once
 * more. */
static int next_step(int step, enum jail_process_news news, unsigned *kills)
{
    if (news == JAIL_PROCESS_KILLED && (*kills)++ == 0)
        return step;
    return step + 1;
}

/* A jail's memory fills up with what it has parsed: a page that found too little of it deserves a fresh one.
 */
static bool wants_fresh_jail(const struct jailed_document *jailed, const struct jail_reply *reply)
{
    bool starved = reply->outcome == JAIL_NO_MEMORY || (reply->flaws & JAIL_FLAW_MEMORY) != 0;

    return starved && jailed->asked > 1;
}

static void give_up(struct verdict *verdict, enum jail_process_news news)
{
    if (news == JAIL_PROCESS_LATE)
        refuse(verdict, CODE_RENDER_TIMEOUT, false, "");
    else
        refuse(verdict, CODE_RENDER_LIMIT, false,
               "the page ended the renderer at every try: it needs more memory or nesting than allowed");
}

/* killed: how an attempt before this one ended; it says more than that the text alone gave nothing. */
static void conclude(struct verdict *verdict, enum jail_step step, enum jail_process_news killed)
{
    enum jail_outcome outcome = (enum jail_outcome)verdict->answer.reply.outcome;

    verdict->good = outcome == JAIL_OK;
    if (step != JAIL_FULL)
        verdict->answer.reply.flaws |= JAIL_FLAW_IMAGES;
    if (outcome == JAIL_NOT_DRAWN && step == JAIL_TEXT)
        give_up(verdict, killed);
    else if (!verdict->good)
        refuse(verdict, jail_reply_code(outcome), false,
               outcome == JAIL_NO_PAGE     ? "the page is announced but not in the file, or has no size"
               : outcome == JAIL_NOT_DRAWN ? jail_reply_flaws(&verdict->answer.reply)
                                           : "");
}

/* Asked once the page itself is safe: should the next one end the jail, then that tells nothing about this
 * one. -1: there was no time for it in a first try. */
static int is_step(struct jailed_document *jailed, unsigned page, const struct jail_reply *reply)
{
    const struct jail_ask question = {JAIL_MAGIC, JAIL_STEP, page, JAIL_FULL};
    enum jail_process_news news;
    struct jail_answer answer;
    int step;

    if (reply->flaws != 0 || reply->lines == 0 || reply->bytes[1] == 0 || jailed->process.pid == 0)
        return 0;
    news = ask(jailed, &question, jailed->terms.page_ms, &answer);
    if (news != JAIL_PROCESS_ANSWERED)
        return is_greedy(jailed, news) ? -1 : 0;
    step = answer.reply.step == 1;
    jail_answer_clear(&answer);
    return step;
}

static void draw(struct jailed_document *jailed, unsigned page, struct verdict *verdict)
{
    enum jail_process_news news = JAIL_PROCESS_CRASHED, killed = news;
    unsigned kills = 0;

    *verdict = (struct verdict){0};
    for (int step = JAIL_FULL; step <= JAIL_TEXT; step = next_step(step, news, &kills)) {
        const struct jail_ask question = {JAIL_MAGIC, JAIL_PAGE, page, (uint32_t)step};

        if (!jail_ready(jailed, verdict))
            return;
        news = ask(jailed, &question, jailed->terms.page_ms, &verdict->answer);
        jailed->asked++;
        if (news == JAIL_PROCESS_ANSWERED && wants_fresh_jail(jailed, &verdict->answer.reply)) {
            jail_answer_clear(&verdict->answer);
            jail_process_end(&jailed->process);
            news = JAIL_PROCESS_KILLED; /* ours, and not the page's fault */
        } else if (is_greedy(jailed, news)) {
            refuse_greedy(verdict);
            return;
        } else if (news == JAIL_PROCESS_ANSWERED) {
            conclude(verdict, (enum jail_step)step, killed);
            return;
        }
        killed = news;
    }
    give_up(verdict, news);
}

void jailed_document_draw(struct jailed_document *jailed, unsigned page, uint32_t first_ms,
                          struct verdict *verdict)
{
    int step;

    begin_try(jailed, first_ms);
    draw(jailed, page, verdict);
    if (!verdict->good)
        return;
    step = is_step(jailed, page, &verdict->answer.reply);
    if (step == -1)
        refuse_greedy(verdict);
    else
        verdict->answer.reply.step = (uint32_t)step;
}
