/* ocr_reader - one of Tesseract's recognisers, and one pass of it over a picture */
#ifndef STAGES_VISION_TEXT_OCR_READER_H
#define STAGES_VISION_TEXT_OCR_READER_H

#include <stdbool.h>

#include "stages/vision/text/ocr_lines.h"
#include "stages/vision/text/ocr_script.h"
#include "stages/lib/text/page.h"
#include "stages/vision/text/tesseract.h"

/* A recogniser; its language data stays in memory. Starts as zeros: closed. */
struct ocr_reader {
    const struct tesseract *tesseract;
    TessBaseAPI *api; /* NULL: none, or its data is not there */
    char languages[OCR_LANGUAGES_ROOM];
};

/* Makes the reader one of these languages ("osd": of orientation and script); false: their data is not there.
 */
bool ocr_reader_open(struct ocr_reader *reader, const struct tesseract *tesseract, const char *languages);
void ocr_reader_close(struct ocr_reader *reader);

/* Is called for each word while a picture is read; a pass that has taken max_ms ends early. */
struct ocr_ticker {
    void (*tick)(void *arg);
    void *arg;
    int max_ms;
};

struct ocr_pass {
    struct page *page; /* owned by the caller; NULL: the reader could not read the picture */
    struct ocr_quality quality;
};

/* Reads the picture; the page has the lines whose mean confidence is at least min percent. */
struct ocr_pass ocr_reader_read(struct ocr_reader *reader, struct Pix *picture, float min,
                                struct ocr_ticker *ticker);

struct ocr_detected {
    unsigned quarters;            /* turns clockwise that make the picture upright */
    char script[OCR_SCRIPT_ROOM]; /* as Tesseract calls it; "": not known */
};

/* Finds orientation and script; detector: a reader of "osd". A closed one finds nothing. */
struct ocr_detected ocr_reader_detect(struct ocr_reader *detector, struct Pix *picture);

#endif
