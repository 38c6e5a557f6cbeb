/* tesseract - the functions of libtesseract and Leptonica, loaded when the first picture needs them
 *
 * https://github.com/tesseract-ocr/tesseract/blob/main/include/tesseract/capi.h.  Leptonica comes along as
 * Tesseract's own dependency.
 */
#ifndef STAGES_VISION_TEXT_TESSERACT_H
#define STAGES_VISION_TEXT_TESSERACT_H

#include <stdbool.h>

#include <leptonica/allheaders.h>
#include <tesseract/capi.h>

/* Each function is a member of its own name with an underscore behind it. */
struct tesseract {
#define CALL(name) __typeof__(name) *name##_;
#include "stages/vision/text/tesseract_calls.def"
#undef CALL
};

/* Fills in all functions. False: there is none, and why is logged. The library stays loaded, since its
 * helpers may have registered exit handlers. */
bool tesseract_load(struct tesseract *tesseract);

/* Logs what OCR lacks here. Returns false. */
bool tesseract_lacks(const char *what);

#endif
