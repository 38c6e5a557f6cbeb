/* ocr - see ocr.h */
#include "stages/vision/ocr.h"

#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"

#if __has_include(<tesseract/capi.h>) && __has_include(<leptonica/allheaders.h>)

#include <dlfcn.h>
#include <stdio.h>

#include <leptonica/allheaders.h>
#include <tesseract/capi.h>

#include "proto/utf8.h"

enum { WORD_LEVEL = 5, CONFIDENT = 55, WORD_MOST = 400, DPI = 150 };

/* What we use of the two libraries; Leptonica comes along as Tesseract's own dependency. */
#define CALLS(row)                                                                                           \
    row(TessBaseAPICreate) row(TessBaseAPIDelete) row(TessBaseAPIEnd) row(TessBaseAPIClear)                  \
        row(TessBaseAPIInit3) row(TessBaseAPISetVariable) row(TessBaseAPISetPageSegMode)                     \
            row(TessBaseAPISetImage2) row(TessBaseAPISetSourceResolution) row(TessBaseAPIRecognize)          \
                row(TessBaseAPIGetTsvText) row(TessDeleteText) row(TessMonitorCreate) row(TessMonitorDelete) \
                    row(TessMonitorSetCancelFunc) row(TessMonitorSetCancelThis)                              \
                        row(TessMonitorSetDeadlineMSecs) row(pixReadMemJpeg) row(pixGetWidth)                \
                            row(pixGetHeight) row(pixDestroy) row(setMsgSeverity)

#define POINTER(name) __typeof__(name) *name##_;
struct ocr {
    const char *languages;
    bool tried; /* loading happens once, whatever comes of it */
    void *library;
    TessBaseAPI *api;
    CALLS(POINTER)
};

/* ---- loading ---- */

static bool lacking(const char *what)
{
    log_warn("ocr_unavailable", log_str("reason", what));
    return false;
}

static bool load(struct ocr *ocr)
{
    setenv("OMP_THREAD_LIMIT", "1",
           1); /* must be set before the library is loaded; we are one process of many */
    ocr->library = dlopen("libtesseract.so.5", RTLD_LAZY | RTLD_LOCAL);
    if (ocr->library == NULL)
        return lacking("libtesseract.so.5 is not installed");
#define LOOK_UP(name)                                                                                        \
    *(void **)(&ocr->name##_) = dlsym(ocr->library, #name);                                                  \
    if (ocr->name##_ == NULL)                                                                                \
        return lacking(#name " is missing from libtesseract.so.5");
    CALLS(LOOK_UP)
#undef LOOK_UP
    ocr->setMsgSeverity_(L_SEVERITY_NONE);
    ocr->api = ocr->TessBaseAPICreate_();
    ocr->TessBaseAPISetVariable_(ocr->api, "debug_file", "/dev/null"); /* stderr is the log */
    if (ocr->TessBaseAPIInit3_(ocr->api, NULL, ocr->languages) == 0)
        return true;
    ocr->TessBaseAPIDelete_(ocr->api);
    ocr->api = NULL;
    return lacking("no language data for ocr.languages is installed");
}

struct ocr *ocr_new(const char *languages)
{
    struct ocr *ocr = need_zero(1, sizeof *ocr);

    ocr->languages = languages;
    ocr->tried = *languages == '\0';
    return ocr;
}

void ocr_free(struct ocr **ocr)
{
    if (*ocr != NULL && (*ocr)->api != NULL) {
        (*ocr)->TessBaseAPIEnd_((*ocr)->api);
        (*ocr)->TessBaseAPIDelete_((*ocr)->api);
    }
    free(*ocr); /* the library stays: its helpers may have registered exit handlers */
    *ocr = NULL;
}

/* ---- reading ---- */

struct word {
    int level, block, paragraph, line, x, y, w, h;
    float confidence;
    char text[WORD_MOST];
};

/* One row of Tesseract's TSV: level page block par line word left top width height conf text. */
static bool scan(const char *row, struct word *word)
{
    int page, number;

    return sscanf(row, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%f\t%399[^\n]", &word->level, &page,
                  &word->block, &word->paragraph, &word->line, &number, &word->x, &word->y, &word->w,
                  &word->h, &word->confidence, word->text) == 12 &&
           word->level == WORD_LEVEL;
}

/* The line and the paragraph in work. */
struct gathered {
    struct page *page;
    size_t paragraph_from; /* its first line in the page */
    int block, paragraph, number;
    struct page_line line;
    float confidence; /* sum over the words */
    unsigned words;
    char text[4096];
};

static void end_line(struct gathered *g)
{
    g->line.text = g->text;
    if (g->words > 0 && g->confidence >= CONFIDENT * (float)g->words)
        page_add(g->page, &g->line);
    g->text[0] = '\0';
    g->words = 0;
    g->confidence = 0;
}

/* Lines of one paragraph have one size, though a line without tall letters looks smaller. */
static void end_paragraph(struct gathered *g)
{
    int size = 0;

    for (size_t i = g->paragraph_from; i < g->page->count; i++)
        if (g->page->lines[i].h > size)
            size = g->page->lines[i].h;
    for (; g->paragraph_from < g->page->count; g->paragraph_from++)
        g->page->lines[g->paragraph_from].size = size;
}

/* A bullet is read as some letter or other, but it stands well apart from what follows. */
static bool was_bullet(const struct gathered *g, const struct word *word)
{
    uint32_t c;

    return g->words == 1 && utf8_next(g->text, strlen(g->text), &c) == strlen(g->text) &&
           10 * (word->x - g->line.x - g->line.w) >= 7 * word->h;
}

static void begin_line(struct gathered *g, const struct word *word)
{
    g->line = (struct page_line){.x = word->x, .y = word->y, .w = word->w, .h = word->h};
    g->text[0] = '\0';
    g->words = 0;
    g->confidence = 0;
}

static void gather(struct gathered *g, const struct word *word)
{
    bool same_paragraph = g->block == word->block && g->paragraph == word->paragraph;
    size_t used;

    if (!same_paragraph || g->number != word->line) {
        end_line(g);
        if (!same_paragraph)
            end_paragraph(g);
        begin_line(g, word);
        g->block = word->block;
        g->paragraph = word->paragraph;
        g->number = word->line;
    } else if (was_bullet(g, word)) {
        g->line.text = (char[]){"\xe2\x80\xa2"};
        page_add(g->page, &g->line);
        begin_line(g, word);
    }
    used = strlen(g->text);
    if (used + strlen(word->text) + 2 > sizeof g->text)
        return;
    sprintf(g->text + used, "%s%s", used > 0 ? " " : "", word->text);
    g->words++;
    g->confidence += word->confidence;
    g->line.w = word->x + word->w - g->line.x;
    if (g->line.h < word->h)
        g->line.h = word->h;
}

static int compare_sizes(const void *a, const void *b)
{
    return ((const struct page_line *)a)->size - ((const struct page_line *)b)->size;
}

/* What is nearly as big as most lines is as big: it only lacks letters that reach up or down. */
static void even_out(struct page *page)
{
    struct page_line *sorted = need(page->count * sizeof *sorted);
    int middle;

    memcpy(sorted, page->lines, page->count * sizeof *sorted);
    qsort(sorted, page->count, sizeof *sorted, compare_sizes);
    middle = sorted[page->count / 2].size;
    for (size_t i = 0; i < page->count; i++)
        if (4 * abs(page->lines[i].size - middle) <= middle)
            page->lines[i].size = middle;
    free(sorted);
}

static void lines_of(struct page *page, const char *tsv)
{
    struct gathered gathered = {.page = page, .block = -1};
    struct word word;

    for (const char *row = tsv; row != NULL && *row != '\0'; row = strchr(row, '\n')) {
        row += *row == '\n';
        if (scan(row, &word))
            gather(&gathered, &word);
    }
    end_line(&gathered);
    end_paragraph(&gathered);
    if (page->count > 0)
        even_out(page);
}

struct ticker {
    void (*tick)(void *arg);
    void *arg;
};

static bool on_word(void *arg, int words)
{
    struct ticker *ticker = arg;

    (void)words;
    ticker->tick(ticker->arg);
    return false; /* go on; the deadline ends it */
}

static bool recognized(struct ocr *ocr, int most_ms, struct ticker *ticker)
{
    ETEXT_DESC *monitor = ocr->TessMonitorCreate_();
    int rc;

    ocr->TessMonitorSetCancelFunc_(monitor, on_word);
    ocr->TessMonitorSetCancelThis_(monitor, ticker);
    ocr->TessMonitorSetDeadlineMSecs_(monitor, most_ms);
    rc = ocr->TessBaseAPIRecognize_(ocr->api, monitor);
    ocr->TessMonitorDelete_(monitor);
    return rc == 0;
}

struct page *ocr_read(struct ocr *ocr, const void *jpeg, size_t size, int most_ms, void (*tick)(void *arg),
                      void *arg)
{
    struct ticker ticker = {tick, arg};
    struct page *page = NULL;
    struct Pix *picture;
    char *tsv;

    if (!ocr->tried) {
        ocr->tried = true;
        load(ocr);
    }
    if (ocr->api == NULL)
        return NULL;
    picture = ocr->pixReadMemJpeg_(jpeg, size, 0, 1, NULL, 0);
    if (picture == NULL)
        return NULL;
    ocr->TessBaseAPISetPageSegMode_(ocr->api, PSM_AUTO);
    ocr->TessBaseAPISetImage2_(ocr->api, picture);
    ocr->TessBaseAPISetSourceResolution_(ocr->api, DPI);
    if (recognized(ocr, most_ms, &ticker)) {
        page = page_new(ocr->pixGetWidth_(picture), ocr->pixGetHeight_(picture));
        tsv = ocr->TessBaseAPIGetTsvText_(ocr->api, 0);
        lines_of(page, tsv);
        ocr->TessDeleteText_(tsv);
    }
    ocr->TessBaseAPIClear_(ocr->api);
    ocr->pixDestroy_(&picture);
    return page;
}

#else /* built where Tesseract's headers are not installed */

struct ocr {
    bool told;
};

struct ocr *ocr_new(const char *languages)
{
    struct ocr *ocr = need_zero(1, sizeof *ocr);

    ocr->told = *languages == '\0';
    return ocr;
}

void ocr_free(struct ocr **ocr)
{
    free(*ocr);
    *ocr = NULL;
}

struct page *ocr_read(struct ocr *ocr, const void *jpeg, size_t size, int most_ms, void (*tick)(void *arg),
                      void *arg)
{
    (void)jpeg, (void)size, (void)most_ms, (void)tick, (void)arg;
    if (!ocr->told)
        log_warn("ocr_unavailable", log_str("reason", "this build has no Tesseract"));
    ocr->told = true;
    return NULL;
}

#endif
