/* keeper - the document a worker holds and the jail that has it open
 *
 * Keeps the last document it was sent (sealed in memory) and gives it a jail; a dead jail is replaced at the
 * next page. Walks a page down the ladder when it kills its jails.
 */
#ifndef STAGES_RASTERIZER_KEEPER_H
#define STAGES_RASTERIZER_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "proto/codes.h"
#include "stages/rasterizer/warden.h"

struct keeper;

/* What became of a question. */
struct verdict {
    bool good;        /* answer holds it */
    enum code code;   /* else why not */
    bool retryable;   /* the system was short of something */
    char detail[256]; /* one sentence; "": the code's own */
    struct answer answer;
};

/* Where the jail's program lies; static. */
const char *keeper_folder(void);

/* Finds the jail program beside this one. beat is called while waiting. */
struct keeper *keeper_new(const struct conf *conf, warden_beat *beat, void *arg);
void keeper_free(struct keeper **keeper);

/* What is missing to work: the jail's program, by its name; "" if it is there. Static. */
const char *keeper_lacks(const struct keeper *keeper);

/* Takes a new document (and drops the old one with its jail). 0; -1 with errno: no memory for it. */
int keeper_take(struct keeper *keeper, const char *id, const void *data, size_t size);
bool keeper_has(const struct keeper *keeper, const char *id);

/* What opens it ("": nothing needed). A jail that was opened with another password ends: whoever does not
 * know it sees nothing. */
void keeper_unlock(struct keeper *keeper, const char *password);

/* answer_clear(&verdict->answer) when done. page from 0. */
void keeper_inspect(struct keeper *keeper, struct verdict *verdict);
void keeper_draw(struct keeper *keeper, unsigned page, struct verdict *verdict);

#endif
