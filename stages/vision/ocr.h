/* ocr - reading the text of a slide's picture with Tesseract
 *
 * The library is loaded when the first picture needs it (it brings some thirty others), so a machine without
 * it works, and a process that never meets a scan stays small. Trouble: without library or language data it
 * says so once in the log, and pages without text layer stay without text.
 */
#ifndef STAGES_VISION_OCR_H
#define STAGES_VISION_OCR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/vision/page.h"

struct ocr;

/* languages: Tesseract's names joined by "+"; "": no OCR. Loads nothing yet. The string is borrowed. */
struct ocr *ocr_new(const char *languages);
void ocr_free(struct ocr **ocr);

/* The lines found in a JPEG, or NULL if there is no OCR or it cannot read it. tick is called now and then
 * meanwhile; it ends early, with NULL, after most_ms. */
struct page *ocr_read(struct ocr *ocr, const void *jpeg, size_t size, int most_ms, void (*tick)(void *arg),
                      void *arg);

#endif
