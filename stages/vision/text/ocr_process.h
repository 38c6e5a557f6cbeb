/* ocr_process - OCR for an engine that holds keys
 *
 * What draws a stranger's document may be in that stranger's hands, so no process that holds a key decodes
 * its pictures: slidemill-ocr does (ocr_main.c), which is started before the stage gives up starting
 * programs.
 *
 * Trouble: without OCR on this machine, or when that process has died, pages stay without text; it is logged.
 */
#ifndef STAGES_VISION_TEXT_OCR_PROCESS_H
#define STAGES_VISION_TEXT_OCR_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"
#include "stages/lib/text/page.h"

struct ocr_process;

/* page: what was read, now owned by the callee; NULL: nothing. */
typedef void ocr_process_done(void *arg, struct page *page);

/* Starts the process if the configuration wants scans read. Call it once, before the stage is confined. */
void ocr_process_start(const struct conf *conf);

/* Takes over the process that ocr_process_start started; NULL: it started none. */
struct ocr_process *ocr_process_new(void);
void ocr_process_free(struct ocr_process **process);

/* A descriptor, borrowed, that becomes readable when ocr_process_turn has something to do. */
int ocr_process_fd(const struct ocr_process *process);

/* Pictures are read one after another. jpeg: borrowed until done is called or the request forgotten. False:
 * there is no process any more, and done is not called. */
bool ocr_process_ask(struct ocr_process *process, const void *jpeg, size_t size, ocr_process_done *done,
                     void *arg);

/* Forgets the request with that arg: done will not be called for it. process may be NULL. */
void ocr_process_forget(struct ocr_process *process, const void *arg);

/* Receives an answer that has come, calls done, and sends the next picture. process may be NULL. */
void ocr_process_turn(struct ocr_process *process);

#endif
