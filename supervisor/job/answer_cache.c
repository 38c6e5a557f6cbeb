/* answer_cache - see answer_cache.h */
#include "supervisor/job/answer_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

bool answer_cache_is_on(const struct answer_cache *cache)
{
    return strcmp(cache->service->conf->model_cache, "off") != 0;
}

/* The key of what asprintf() has written, which is freed. */
static void hash_text(char *text, int size, char key[BLOB_NAME])
{
    if (size == -1)
        panic("out of memory");
    blob_name(text, (size_t)size, key);
    free(text);
}

void answer_cache_slide_key(const struct worker *vision, const struct job *job, uint32_t slide,
                            char key[BLOB_NAME])
{
    const struct slide_row *row = &job->slides[slide - 1].row;
    char *text;
    int size = asprintf(&text, "slide\n%s\n%s\n%s\n%s\n%u\n%s\n%s\n%s", worker_said(vision)->fingerprint,
                        job->row.tenant, job->row.language, card_style_name(job->row.card_style),
                        job->row.cards, row->picture, row->text, job->row.instructions);

    hash_text(text, size, key);
}

void answer_cache_overview_key(const struct worker *vision, const struct job *job, const char *request,
                               char key[BLOB_NAME])
{
    char *text;
    int size = asprintf(&text, "overview\n%s\n%s\n%s\n%s\n%s", worker_said(vision)->fingerprint,
                        job->row.tenant, job->row.language, request, job->row.instructions);

    hash_text(text, size, key);
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
