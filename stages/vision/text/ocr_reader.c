/* ocr_reader - see ocr_reader.h */
#include "stages/vision/text/ocr_reader.h"

#include <stdio.h>
#include <string.h>

#include "proto/utf8.h"

enum { DPI = 150 };

/* What Tesseract's detection must be sure of: it guesses on few characters. */
static const float orientation_min = 0.5F, script_min = 0.5F;

void ocr_reader_close(struct ocr_reader *reader)
{
    if (reader->api != NULL) {
        reader->tesseract->TessBaseAPIEnd_(reader->api);
        reader->tesseract->TessBaseAPIDelete_(reader->api);
    }
    *reader = (struct ocr_reader){.api = NULL};
}

bool ocr_reader_open(struct ocr_reader *reader, const struct tesseract *tesseract, const char *languages)
{
    if (reader->api != NULL && strcmp(reader->languages, languages) == 0)
        return true;
    ocr_reader_close(reader);
    reader->tesseract = tesseract;
    snprintf(reader->languages, sizeof reader->languages, "%s", languages);
    reader->api = tesseract->TessBaseAPICreate_();
    tesseract->TessBaseAPISetVariable_(reader->api, "debug_file", "/dev/null"); /* stderr is the log */
    if (tesseract->TessBaseAPIInit3_(reader->api, NULL, languages) == 0)
        return true;
    tesseract->TessBaseAPIDelete_(reader->api);
    reader->api = NULL;
    return false;
}

static bool on_word(void *arg, int words)
{
    struct ocr_ticker *ticker = arg;

    (void)words;
    ticker->tick(ticker->arg);
    return false; /* go on; the deadline ends it */
}

static bool recognize(const struct tesseract *t, TessBaseAPI *api, struct ocr_ticker *ticker)
{
    ETEXT_DESC *monitor = t->TessMonitorCreate_();
    int rc;

    t->TessMonitorSetCancelFunc_(monitor, on_word);
    t->TessMonitorSetCancelThis_(monitor, ticker);
    t->TessMonitorSetDeadlineMSecs_(monitor, ticker->max_ms);
    rc = t->TessBaseAPIRecognize_(api, monitor);
    t->TessMonitorDelete_(monitor);
    return rc == 0;
}

/* The word that the iterator stands on. */
static void add_word(const struct tesseract *t, TessResultIterator *at, struct ocr_lines *lines)
{
    const TessPageIterator *place = t->TessResultIteratorGetPageIterator_(at);
    char *text = t->TessResultIteratorGetUTF8Text_(at, RIL_WORD);
    int left = 0, top = 0, right = 0, bottom = 0;

    if (text == NULL)
        return;
    t->TessPageIteratorBoundingBox_(place, RIL_WORD, &left, &top, &right, &bottom);
    if (utf8_valid(text, strlen(text)))
        ocr_lines_add(lines, &(struct ocr_word){
                                 .text = text,
                                 .x = left,
                                 .y = top,
                                 .w = right - left,
                                 .h = bottom - top,
                                 .confidence = t->TessResultIteratorConfidence_(at, RIL_WORD),
                                 .begins_line = t->TessPageIteratorIsAtBeginningOf_(place, RIL_TEXTLINE),
                                 .begins_paragraph = t->TessPageIteratorIsAtBeginningOf_(place, RIL_PARA)});
    t->TessDeleteText_(text);
}

static struct ocr_quality read_words(const struct tesseract *t, TessBaseAPI *api, struct page *page,
                                     float min)
{
    struct ocr_lines *lines = ocr_lines_new(page, min);
    TessResultIterator *at = t->TessBaseAPIGetIterator_(api);

    if (at != NULL) {
        do
            add_word(t, at, lines);
        while (t->TessResultIteratorNext_(at, RIL_WORD));
        t->TessResultIteratorDelete_(at);
    }
    return ocr_lines_end(&lines);
}

struct ocr_pass ocr_reader_read(struct ocr_reader *reader, struct Pix *picture, float min,
                                struct ocr_ticker *ticker)
{
    const struct tesseract *t = reader->tesseract;
    struct ocr_pass pass = {.page = NULL};

    t->TessBaseAPISetPageSegMode_(reader->api, PSM_AUTO);
    t->TessBaseAPISetImage2_(reader->api, picture);
    t->TessBaseAPISetSourceResolution_(reader->api, DPI);
    if (recognize(t, reader->api, ticker)) {
        pass.page = page_new(t->pixGetWidth_(picture), t->pixGetHeight_(picture));
        pass.quality = read_words(t, reader->api, pass.page, min);
    }
    t->TessBaseAPIClear_(reader->api);
    return pass;
}

struct ocr_detected ocr_reader_detect(struct ocr_reader *detector, struct Pix *picture)
{
    const struct tesseract *t = detector->tesseract;
    struct ocr_detected detected = {.quarters = 0};
    const char *script = NULL;
    float orientation_sure = 0, script_sure = 0;
    int degrees = 0;

    if (detector->api == NULL)
        return detected;
    t->TessBaseAPISetPageSegMode_(detector->api, PSM_OSD_ONLY);
    t->TessBaseAPISetImage2_(detector->api, picture);
    t->TessBaseAPISetSourceResolution_(detector->api, DPI);
    if (t->TessBaseAPIDetectOrientationScript_(detector->api, &degrees, &orientation_sure, &script,
                                               &script_sure) &&
        orientation_sure >= orientation_min) {
        detected.quarters = (unsigned)((360 - degrees) % 360 / 90);
        if (script != NULL && script_sure >= script_min)
            snprintf(detected.script, sizeof detected.script, "%s", script);
    }
    t->TessBaseAPIClear_(detector->api);
    return detected;
}
