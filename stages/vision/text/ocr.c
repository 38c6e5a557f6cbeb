/* ocr - see ocr.h */
#include "stages/vision/text/ocr.h"

#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"

void ocr_paths(struct stage_sandbox *confine)
{
    const char *data = getenv("TESSDATA_PREFIX");

    confine->paths[confine->count++] = (struct sandbox_path){"/usr/share/tesseract-ocr", SANDBOX_READ};
    confine->paths[confine->count++] = (struct sandbox_path){data == NULL ? "" : data, SANDBOX_READ};
}

#if __has_include(<tesseract/capi.h>) && __has_include(<leptonica/allheaders.h>)

#include <dlfcn.h>
#include <stdio.h>

#include <leptonica/allheaders.h>
#include <tesseract/capi.h>

#include "proto/utf8.h"
#include "stages/vision/text/ocr_lines.h"

/* Percent. LINE: less on a line that is in a script we read is noise. SURE: so much on a page needs no second
 * look; on lines whose script is not known, less is noise. PAGE: less on a whole page is noise, whatever its
 * script. */
enum { LINE_MIN = 55, SURE = 70, PAGE_MIN = 50, DPI = 150 };

/* What Tesseract's detection must be sure of: it guesses on few characters. */
static const float orientation_min = 0.5F, script_min = 0.5F;

/* What we use of the two libraries; Leptonica comes along as Tesseract's own dependency. */
#define CALLS(row)                                                                                           \
    row(TessBaseAPICreate) row(TessBaseAPIDelete) row(TessBaseAPIEnd) row(TessBaseAPIClear)                  \
        row(TessBaseAPIInit3) row(TessBaseAPISetVariable) row(TessBaseAPISetPageSegMode)                     \
            row(TessBaseAPISetImage2) row(TessBaseAPISetSourceResolution) row(TessBaseAPIRecognize)          \
                row(TessBaseAPIDetectOrientationScript) row(TessBaseAPIGetAvailableLanguagesAsVector)        \
                    row(TessDeleteTextArray) row(TessBaseAPIGetIterator) row(TessResultIteratorDelete)       \
                        row(TessResultIteratorGetPageIterator) row(TessResultIteratorNext)                   \
                            row(TessResultIteratorGetUTF8Text) row(TessResultIteratorConfidence)             \
                                row(TessPageIteratorBoundingBox) row(TessPageIteratorIsAtBeginningOf)        \
                                    row(TessDeleteText) row(TessMonitorCreate) row(TessMonitorDelete)        \
                                        row(TessMonitorSetCancelFunc) row(TessMonitorSetCancelThis)          \
                                            row(TessMonitorSetDeadlineMSecs) row(pixReadMemJpeg)             \
                                                row(pixGetWidth) row(pixGetHeight) row(pixDeskew)            \
                                                    row(pixRotateOrth) row(pixDestroy) row(setMsgSeverity)

/* One recogniser; its language data stays in memory. */
struct reader {
    TessBaseAPI *api; /* NULL: none, or its data is not there */
    char languages[OCR_LANGUAGES_ROOM];
};

#define POINTER(name) __typeof__(name) *name##_;
struct ocr {
    const char *languages;
    bool tried; /* loading happens once, whatever comes of it */
    void *library;
    struct reader usual, other, detector; /* of the configured languages, of another script's, of scripts */
    CALLS(POINTER)
};

/* ---- loading ---- */

static bool lacking(const char *what)
{
    log_warn(ocr_unavailable, log_str("reason", what));
    return false;
}

static bool load_library(struct ocr *ocr)
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
    return true;
}

static void reader_close(struct ocr *ocr, struct reader *reader)
{
    if (reader->api != NULL) {
        ocr->TessBaseAPIEnd_(reader->api);
        ocr->TessBaseAPIDelete_(reader->api);
    }
    *reader = (struct reader){.api = NULL};
}

/* Makes the reader one of these languages; false: their data is not there. */
static bool reader_open(struct ocr *ocr, struct reader *reader, const char *languages)
{
    if (reader->api != NULL && strcmp(reader->languages, languages) == 0)
        return true;
    reader_close(ocr, reader);
    snprintf(reader->languages, sizeof reader->languages, "%s", languages);
    reader->api = ocr->TessBaseAPICreate_();
    ocr->TessBaseAPISetVariable_(reader->api, "debug_file", "/dev/null"); /* stderr is the log */
    if (ocr->TessBaseAPIInit3_(reader->api, NULL, languages) == 0)
        return true;
    ocr->TessBaseAPIDelete_(reader->api);
    reader->api = NULL;
    return false;
}

static void load(struct ocr *ocr)
{
    if (!load_library(ocr))
        return;
    if (!reader_open(ocr, &ocr->usual, ocr->languages))
        lacking("no language data for ocr.languages is installed");
    else if (!reader_open(ocr, &ocr->detector, "osd"))
        lacking(
            "script detection has no data (tesseract-ocr-osd): pages that are read badly stay without text");
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
    if (*ocr != NULL) {
        reader_close(*ocr, &(*ocr)->usual);
        reader_close(*ocr, &(*ocr)->other);
        reader_close(*ocr, &(*ocr)->detector);
    }
    free(*ocr); /* the library stays: its helpers may have registered exit handlers */
    *ocr = NULL;
}

/* ---- one pass over the picture ---- */

struct ticker {
    void (*tick)(void *arg);
    void *arg;
    int max_ms;
};

static bool on_word(void *arg, int words)
{
    struct ticker *ticker = arg;

    (void)words;
    ticker->tick(ticker->arg);
    return false; /* go on; the deadline ends it */
}

static bool recognized(struct ocr *ocr, TessBaseAPI *api, struct ticker *ticker)
{
    ETEXT_DESC *monitor = ocr->TessMonitorCreate_();
    int rc;

    ocr->TessMonitorSetCancelFunc_(monitor, on_word);
    ocr->TessMonitorSetCancelThis_(monitor, ticker);
    ocr->TessMonitorSetDeadlineMSecs_(monitor, ticker->max_ms);
    rc = ocr->TessBaseAPIRecognize_(api, monitor);
    ocr->TessMonitorDelete_(monitor);
    return rc == 0;
}

/* The word that the iterator stands on. */
static void take_word(struct ocr *ocr, TessResultIterator *at, struct ocr_lines *lines)
{
    const TessPageIterator *place = ocr->TessResultIteratorGetPageIterator_(at);
    char *text = ocr->TessResultIteratorGetUTF8Text_(at, RIL_WORD);
    int left = 0, top = 0, right = 0, bottom = 0;

    if (text == NULL)
        return;
    ocr->TessPageIteratorBoundingBox_(place, RIL_WORD, &left, &top, &right, &bottom);
    if (utf8_valid(text, strlen(text)))
        ocr_lines_add(lines, &(struct ocr_word){
                                 .text = text,
                                 .x = left,
                                 .y = top,
                                 .w = right - left,
                                 .h = bottom - top,
                                 .confidence = ocr->TessResultIteratorConfidence_(at, RIL_WORD),
                                 .begins_line = ocr->TessPageIteratorIsAtBeginningOf_(place, RIL_TEXTLINE),
                                 .begins_paragraph = ocr->TessPageIteratorIsAtBeginningOf_(place, RIL_PARA)});
    ocr->TessDeleteText_(text);
}

static struct ocr_quality gather(struct ocr *ocr, TessBaseAPI *api, struct page *page, float min)
{
    struct ocr_lines *lines = ocr_lines_new(page, min);
    TessResultIterator *at = ocr->TessBaseAPIGetIterator_(api);

    if (at != NULL) {
        do
            take_word(ocr, at, lines);
        while (ocr->TessResultIteratorNext_(at, RIL_WORD));
        ocr->TessResultIteratorDelete_(at);
    }
    return ocr_lines_end(&lines);
}

struct pass {
    struct page *page; /* NULL: the reader could not read the picture */
    struct ocr_quality quality;
};

static struct pass read_once(struct ocr *ocr, struct reader *reader, struct Pix *picture, float min,
                             struct ticker *ticker)
{
    struct pass pass = {.page = NULL};

    ocr->TessBaseAPISetPageSegMode_(reader->api, PSM_AUTO);
    ocr->TessBaseAPISetImage2_(reader->api, picture);
    ocr->TessBaseAPISetSourceResolution_(reader->api, DPI);
    if (recognized(ocr, reader->api, ticker)) {
        pass.page = page_new(ocr->pixGetWidth_(picture), ocr->pixGetHeight_(picture));
        pass.quality = gather(ocr, reader->api, pass.page, min);
    }
    ocr->TessBaseAPIClear_(reader->api);
    return pass;
}

/* ---- orientation and script ---- */

struct detected {
    unsigned quarters;            /* turns clockwise that make it upright */
    char script[OCR_SCRIPT_ROOM]; /* "": not known */
};

static struct detected detect(struct ocr *ocr, struct Pix *picture)
{
    struct detected detected = {.quarters = 0};
    const char *script = NULL;
    float orientation_sure = 0, script_sure = 0;
    int degrees = 0;

    if (ocr->detector.api == NULL)
        return detected;
    ocr->TessBaseAPISetPageSegMode_(ocr->detector.api, PSM_OSD_ONLY);
    ocr->TessBaseAPISetImage2_(ocr->detector.api, picture);
    ocr->TessBaseAPISetSourceResolution_(ocr->detector.api, DPI);
    if (ocr->TessBaseAPIDetectOrientationScript_(ocr->detector.api, &degrees, &orientation_sure, &script,
                                                 &script_sure) &&
        orientation_sure >= orientation_min) {
        detected.quarters = (unsigned)((360 - degrees) % 360 / 90);
        if (script != NULL && script_sure >= script_min)
            snprintf(detected.script, sizeof detected.script, "%s", script);
    }
    ocr->TessBaseAPIClear_(ocr->detector.api);
    return detected;
}

/* The languages that read the script here; false: there are none. */
static bool languages_here(struct ocr *ocr, const char *script, char out[OCR_LANGUAGES_ROOM])
{
    char **installed = ocr->TessBaseAPIGetAvailableLanguagesAsVector_(ocr->usual.api);
    bool found = installed != NULL &&
                 ocr_script_languages(script, ocr->languages, (const char *const *)installed, out);

    if (installed != NULL)
        ocr->TessDeleteTextArray_(installed);
    return found;
}

/* ---- the whole page ---- */

static bool is_kept(const struct pass *pass, bool known)
{
    const struct ocr_quality *quality = &pass->quality;

    return quality->confidence >= SURE ||
           (quality->confidence >= PAGE_MIN && (known || 2 * quality->kept >= quality->letters));
}

/* Noise is no text. */
static struct page *judged(struct pass *pass, bool known)
{
    struct page *empty;

    if (pass->page == NULL || is_kept(pass, known))
        return pass->page;
    empty = page_new(pass->page->width, pass->page->height);
    page_free(&pass->page);
    return empty;
}

static struct page *read_again(struct ocr *ocr, struct Pix *picture, const char *script,
                               struct ticker *ticker, struct ocr_notes *notes)
{
    char languages[OCR_LANGUAGES_ROOM];
    bool known = *script != '\0';
    struct reader *reader = &ocr->usual;
    struct pass pass;

    if (known && !languages_here(ocr, script, languages)) {
        snprintf(notes->script, sizeof notes->script, "%s", script);
        ocr_script_advice(script, notes->language);
        return page_new(ocr->pixGetWidth_(picture), ocr->pixGetHeight_(picture));
    }
    if (known && !ocr_script_covered(script, ocr->languages)) {
        if (!reader_open(ocr, &ocr->other, languages))
            return page_new(ocr->pixGetWidth_(picture), ocr->pixGetHeight_(picture));
        reader = &ocr->other;
    }
    pass = read_once(ocr, reader, picture, known ? LINE_MIN : SURE, ticker);
    return judged(&pass, known);
}

/* Turns the picture by the few degrees by which its lines hang; at more than three, Tesseract mixes up the
 * ends of lines. */
static void straighten(struct ocr *ocr, struct Pix **picture)
{
    struct Pix *straight = ocr->pixDeskew_(*picture, 0);

    if (straight == NULL)
        return;
    ocr->pixDestroy_(picture);
    *picture = straight;
}

static struct page *read_badly_read(struct ocr *ocr, struct Pix *picture, struct ticker *ticker,
                                    struct ocr_notes *notes)
{
    struct detected detected = detect(ocr, picture);
    struct Pix *upright =
        detected.quarters == 0 ? NULL : ocr->pixRotateOrth_(picture, (int)detected.quarters);
    struct page *page;

    if (upright != NULL)
        straighten(ocr, &upright);
    page = read_again(ocr, upright == NULL ? picture : upright, detected.script, ticker, notes);
    if (upright != NULL)
        ocr->pixDestroy_(&upright);
    return page;
}

/* Tesseract also reads lines that run up or down the page, but where they stand tells nothing then. */
static bool is_read_badly(const struct ocr_quality *quality)
{
    return quality->letters > 0 && (quality->confidence < SURE || 2 * quality->lying > quality->letters);
}

struct page *ocr_read(struct ocr *ocr, const void *jpeg, size_t size, int max_ms, void (*tick)(void *arg),
                      void *arg, struct ocr_notes *notes)
{
    struct ticker ticker = {tick, arg, max_ms};
    struct Pix *picture;
    struct pass pass;

    *notes = (struct ocr_notes){.script = ""};
    if (!ocr->tried) {
        ocr->tried = true;
        load(ocr);
    }
    if (ocr->usual.api == NULL)
        return NULL;
    picture = ocr->pixReadMemJpeg_(jpeg, size, 0, 1, NULL, 0);
    if (picture == NULL)
        return NULL;
    straighten(ocr, &picture);
    pass = read_once(ocr, &ocr->usual, picture, LINE_MIN, &ticker);
    if (pass.page != NULL && is_read_badly(&pass.quality)) {
        page_free(&pass.page);
        pass.page = read_badly_read(ocr, picture, &ticker, notes);
    }
    ocr->pixDestroy_(&picture);
    return pass.page;
}

bool ocr_detects(struct ocr *ocr, char **installed)
{
    char **languages = NULL;
    size_t size;
    FILE *out = open_memstream(installed, &size);

    must(out != NULL);
    if (!ocr->tried) {
        ocr->tried = true;
        load(ocr);
    }
    if (ocr->usual.api != NULL)
        languages = ocr->TessBaseAPIGetAvailableLanguagesAsVector_(ocr->usual.api);
    for (char **language = languages; language != NULL && *language != NULL; language++)
        if (strcmp(*language, "osd") != 0)
            fprintf(out, "%s%s", language == languages ? "" : " ", *language);
    if (languages != NULL)
        ocr->TessDeleteTextArray_(languages);
    must(fclose(out) == 0);
    return ocr->detector.api != NULL;
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

struct page *ocr_read(struct ocr *ocr, const void *jpeg, size_t size, int max_ms, void (*tick)(void *arg),
                      void *arg, struct ocr_notes *notes)
{
    (void)jpeg, (void)size, (void)max_ms, (void)tick, (void)arg;
    *notes = (struct ocr_notes){.script = ""};
    if (!ocr->told)
        log_warn(ocr_unavailable, log_str("reason", "this build has no Tesseract"));
    ocr->told = true;
    return NULL;
}

bool ocr_detects(struct ocr *ocr, char **installed)
{
    (void)ocr;
    *installed = need_dup("");
    return false;
}

#endif
