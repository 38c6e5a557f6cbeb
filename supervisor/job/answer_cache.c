/* answer_cache - see answer_cache.h */
#include "supervisor/job/answer_cache.h"

#include <stdlib.h>
#include <string.h>

bool answer_cache_is_on(const struct answer_cache *cache)
{
    return strcmp(cache->service->conf->model_cache, "off") != 0;
}

void answer_cache_slide_key(const struct worker *vision, const struct job *job, uint32_t slide,
                            char key[BLOB_NAME])
{
    const struct slide_row *row = &job->slides[slide - 1].row;

    blob_name_of(key, "slide\n%s\n%s\n%s\n%s\n%u\n%s\n%s\n%s", worker_said(vision)->fingerprint,
                 job->row.tenant, job->row.language, card_style_name(job->row.card_style), job->row.cards,
                 row->picture, row->text, job->row.instructions);
}

void answer_cache_overview_key(const struct worker *vision, const struct job *job, const char *request,
                               char key[BLOB_NAME])
{
    blob_name_of(key, "overview\n%s\n%s\n%s\n%s\n%s", worker_said(vision)->fingerprint, job->row.tenant,
                 job->row.language, request, job->row.instructions);
}

bool answer_cache_find(const struct answer_cache *cache, const char *key, struct known_answer *known)
{
    *known = (struct known_answer){0};
    if (answer_cache_is_on(cache))
        known->text = ledger_cache_find(cache->ledger, key, &known->engine, &known->model);
    return known->text != NULL;
}

void known_answer_clear(struct known_answer *known)
{
    free(known->text);
    free(known->engine);
    free(known->model);
    *known = (struct known_answer){0};
}

void answer_cache_keep(const struct answer_cache *cache, const char *key, const char *answer,
                       const char *engine, const char *model)
{
    if (answer_cache_is_on(cache))
        ledger_cache_add(cache->ledger, key, answer, engine, model);
}
