/* ocr - reading the text of a slide's picture with Tesseract
 *
 * The library is loaded when the first picture needs it (it brings some thirty others), so a machine without
 * it works, and a process that never meets a scan stays small. Trouble: without library or language data it
 * logs that once, and pages without text layer stay without text.
 */
#ifndef STAGES_VISION_TEXT_OCR_H
#define STAGES_VISION_TEXT_OCR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/lib/stage_sandbox.h"
#include "stages/vision/text/ocr_script.h"
#include "stages/lib/text/page.h"

struct ocr;

/* languages: Tesseract's names joined by "+"; "": no OCR. Loads nothing yet. The string is borrowed. */
struct ocr *ocr_new(const char *languages);
void ocr_free(struct ocr **ocr);

/* Why there is no text although the picture seems to have some; all "" if nothing hinders. */
struct ocr_notes {
    char script[OCR_SCRIPT_ROOM];     /* as Tesseract calls it, e.g. "Cyrillic" */
    char language[OCR_LANGUAGE_ROOM]; /* the language to install for it, e.g. "rus" */
};

/* The lines found in a JPEG, or NULL if there is no OCR or it cannot read it. A page that the configured
 * languages read badly is looked at again: turned upright, and by the installed languages of its script
 * (Tesseract's orientation and script detection). What no installed language can read gives an empty page and
 * notes rather than noise. tick is called now and then meanwhile; a pass over the picture ends early, with
 * NULL, after max_ms. */
struct page *ocr_read(struct ocr *ocr, const void *jpeg, size_t size, int max_ms, void (*tick)(void *arg),
                      void *arg, struct ocr_notes *notes);

/* Adds to a sandbox what it reads: the language data. */
void ocr_paths(struct stage_sandbox *confine);

/* Can scripts be told apart here? installed: Tesseract's languages on this machine, divided by blanks,
 * malloced. */
bool ocr_detects(struct ocr *ocr, char **installed);

#endif
