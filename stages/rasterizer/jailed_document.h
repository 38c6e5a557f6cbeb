/* jailed_document - the document a worker holds and the jail that has it open
 *
 * Keeps the last document it was sent (sealed in memory) and gives it a jail; a dead jail is replaced at the
 * next page. Walks a page down the ladder when it kills its jails.
 */
#ifndef STAGES_RASTERIZER_JAILED_DOCUMENT_H
#define STAGES_RASTERIZER_JAILED_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "proto/codes.h"
#include "stages/rasterizer/jail_process.h"

struct jailed_document;

/* What became of a question. */
struct verdict {
    bool good;        /* answer holds it */
    enum code code;   /* else why not */
    bool retryable;   /* the system was short of something, or a first try of time (RENDER_TIMEOUT) */
    char detail[256]; /* one sentence; "": the code's own */
    struct jail_answer answer;
};

/* Where the jail's program lies; static. */
const char *jailed_document_folder(void);

/* Finds the jail program beside this one. beat is called while waiting. */
struct jailed_document *jailed_document_new(const struct conf *conf, jail_process_beat *beat, void *arg);
void jailed_document_free(struct jailed_document **jailed);

/* What is missing to work: the jail's program, by its name; "" if it is there. Static. */
const char *jailed_document_lacks(const struct jailed_document *jailed);

/* Takes a new document (and drops the old one with its jail). 0; -1 with errno: no memory for it. */
int jailed_document_take(struct jailed_document *jailed, const char *id, const void *data, size_t size);
bool jailed_document_has(const struct jailed_document *jailed, const char *id);

/* What opens it ("": nothing needed). A jail that was opened with another password ends, so
 * that a lease without the right password sees nothing. */
void jailed_document_unlock(struct jailed_document *jailed, const char *password);

/* jail_answer_clear(&verdict->answer) when done. page from 0. first_ms: a first try, which ends after so much
 * CPU time (opening and the look at the next page included); 0: none. */
void jailed_document_inspect(struct jailed_document *jailed, uint32_t first_ms, struct verdict *verdict);
void jailed_document_draw(struct jailed_document *jailed, unsigned page, uint32_t first_ms,
                          struct verdict *verdict);

#endif
