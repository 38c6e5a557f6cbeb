/* progress - see progress.h */
#include "supervisor/cli/progress.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { MAX_BAR = 40, MIN_BAR = 8, WORD_WIDTH = 10, PLAIN_EVERY_MS = 5000, LINE_ROOM = 512 };

/* What a person calls the states of a job. */
static const char *const words[][2] = {
    {"accepted", "waiting"},   {"fetching", "reading"},   {"inspecting", "inspecting"},
    {"working", "explaining"}, {"assembling", "writing"}, {"storing", "saving"},
};

static const char *word_of(const char *status)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i][0], status) == 0)
            return words[i][1];
    return status;
}

/* ---- the bar ---- */

struct line {
    char *to;
    size_t room, used;
};

static void append(struct line *line, const char *text)
{
    size_t size = strlen(text);

    if (line->used + size >= line->room)
        return;
    memcpy(line->to + line->used, text, size + 1);
    line->used += size;
}

static void append_cells(struct line *line, const char *cell, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        append(line, cell);
}

static void append_bar(struct line *line, const struct progress_style *style,
                       const struct progress_facts *facts, int64_t width)
{
    int64_t full = facts->total > 0 ? width * facts->done / facts->total : 0;

    full = full > width ? width : full;
    append(line, style->utf8 ? "" : "[");
    append(line, style->color ? "\033[32m" : "");
    append_cells(line, style->utf8 ? "█" : "#", full);
    append(line, style->color ? "\033[0;2m" : "");
    append_cells(line, style->utf8 ? "░" : ".", width - full);
    append(line, style->color ? "\033[0m" : "");
    append(line, style->utf8 ? " " : "] ");
}

/* " 12/27 slides, 1 failed  0:07" */
static size_t counts_of(const struct progress_facts *facts, char *to, size_t room)
{
    int64_t seconds = facts->elapsed_ms / 1000;
    char slides[64] = "", failed[64] = "";

    if (facts->total > 0)
        snprintf(slides, sizeof slides, "%lld/%lld slides", (long long)facts->done, (long long)facts->total);
    if (facts->failed > 0)
        snprintf(failed, sizeof failed, ", %lld failed", (long long)facts->failed);
    return (size_t)snprintf(to, room, "%s%s%s%lld:%02lld", slides, failed, *slides == '\0' ? "" : "  ",
                            (long long)(seconds / 60), (long long)(seconds % 60));
}

void progress_line(const struct progress_style *style, const struct progress_facts *facts, char *to,
                   size_t room)
{
    struct line line = {to, room, 0};
    char counts[192], word[WORD_WIDTH + 2];
    size_t counts_size = counts_of(facts, counts, sizeof counts);
    int64_t left = (int64_t)style->columns - 1 - WORD_WIDTH - 1 - (int64_t)counts_size - 3;

    *to = '\0';
    snprintf(word, sizeof word, "%-*.*s ", WORD_WIDTH, WORD_WIDTH, word_of(facts->status));
    if (left + 3 >= 0)
        append(&line, word);
    if (left >= MIN_BAR)
        append_bar(&line, style, facts, left < MAX_BAR ? left : MAX_BAR);
    if (counts_size < style->columns)
        append(&line, counts);
}

/* ---- on the terminal, or not ---- */

static unsigned columns_now(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void progress_open(struct progress *progress)
{
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    bool redraws = isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;

    *progress = (struct progress){.style = {.redraws = redraws,
                                            .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
                                            .color = no_color == NULL || *no_color == '\0'}};
}

static void redraw(struct progress *progress, const struct progress_facts *facts)
{
    char line[LINE_ROOM];

    progress->style.columns = columns_now(); /* the window may have changed */
    progress_line(&progress->style, facts, line, sizeof line);
    fprintf(stderr, "\r%s\033[K", line);
    progress->drawn = true;
}

/* A line for every new state, and in a long one for what has come along. */
static void print_plain_line(struct progress *progress, const struct progress_facts *facts)
{
    bool changed = strcmp(progress->said, facts->status) != 0;
    bool late = facts->elapsed_ms - progress->said_ms >= PLAIN_EVERY_MS && facts->done != progress->said_done;
    char counts[192];

    if (!changed && !late)
        return;
    counts_of(facts, counts, sizeof counts);
    fprintf(stderr, "%s  %s\n", word_of(facts->status), counts);
    snprintf(progress->said, sizeof progress->said, "%s", facts->status);
    progress->said_ms = facts->elapsed_ms;
    progress->said_done = facts->done;
}

void progress_show(struct progress *progress, const struct progress_facts *facts)
{
    if (progress->style.redraws)
        redraw(progress, facts);
    else
        print_plain_line(progress, facts);
}

void progress_close(struct progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = false;
}
