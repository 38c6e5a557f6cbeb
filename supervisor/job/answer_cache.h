/* answer_cache - answers that are known already: the same slide, asked in the same way, costs nothing
 *
 * What an answer answers is a key: the model, the prompts and how it is asked (the worker's fingerprint), the
 * language, the wishes of the caller, the picture and the text.  The outline and the neighbours go to the
 * model, too, but the same slide in another lecture shall cost nothing.  model.cache says for whom answers
 * are kept.
 */
#ifndef SUPERVISOR_ANSWER_CACHE_H
#define SUPERVISOR_ANSWER_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/base/service.h"
#include "supervisor/job/job.h"
#include "supervisor/process/worker.h"

struct answer_cache {
    const struct service *service;
    struct ledger *ledger;
};

/* Are answers remembered at all? */
bool answer_cache_is_on(const struct answer_cache *cache);

/* The key of the answer that this worker would give for a slide of the job, which must exist. */
void answer_cache_slide_key(const struct worker *vision, const struct job *job, uint32_t slide,
                            char key[BLOB_NAME]);

/* The key of an overview of the lecture told by that request. */
void answer_cache_overview_key(const struct worker *vision, const struct job *job, const char *request,
                               char key[BLOB_NAME]);

/* An answer, and who gave it. */
struct known_answer {
    char *text, *engine, *model;
};

/* false: it is not known. true: the caller clears *known. */
bool answer_cache_find(const struct answer_cache *cache, const char *key, struct known_answer *known);
void known_answer_clear(struct known_answer *known);

void answer_cache_keep(const struct answer_cache *cache, const char *key, const char *answer,
                       const char *engine, const char *model);

#endif
