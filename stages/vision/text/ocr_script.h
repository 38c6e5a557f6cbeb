/* ocr_script - which of Tesseract's languages read a script
 *
 * Pure; the table is ocr_scripts.def.
 */
#ifndef STAGES_VISION_TEXT_OCR_SCRIPT_H
#define STAGES_VISION_TEXT_OCR_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

enum { OCR_SCRIPT_ROOM = 32, OCR_LANGUAGES_ROOM = 129, OCR_LANGUAGE_ROOM = 33 };

/* Writes up to three installed languages of the script, joined by "+", as TessBaseAPIInit3 takes them: those
 * of `configured` (joined by "+") first. installed: a NULL-terminated list. False: there is none. */
bool ocr_script_languages(const char *script, const char *configured, const char *const *installed,
                          char out[OCR_LANGUAGES_ROOM]);

/* Is one of the configured languages written in the script? */
bool ocr_script_covered(const char *script, const char *configured);

/* The language to install for a script, e.g. "rus"; NULL: the script is not known. out: its room. */
const char *ocr_script_advice(const char *script, char out[OCR_LANGUAGE_ROOM]);

#endif
