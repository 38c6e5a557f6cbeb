/* answer_cache - see answer_cache.h */
#include "supervisor/job/answer_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "supervisor/job/slide.h"
#include "supervisor/supervisor.h"

bool answer_cache_is_on(const struct supervisor *sup)
{
    return strcmp(sup->service.conf->model_cache, "off") != 0;
}

static void name_text(char *text, int size, char key[BLOB_NAME])
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
    int size = asprintf(&text, "slide\n%s\n%s\n%s\n%s\n%u\n%s\n%s\n%s", vision->fingerprint, job->row.tenant,
                        job->row.language, card_style_name(job->row.card_style), job->row.cards, row->picture,
                        row->text, job->row.instructions);

    name_text(text, size, key);
}

void answer_cache_overview_key(const struct worker *vision, const struct job *job, const char *request,
                               char key[BLOB_NAME])
{
    char *text;
    int size = asprintf(&text, "overview\n%s\n%s\n%s\n%s\n%s", vision->fingerprint, job->row.tenant,
                        job->row.language, request, job->row.instructions);

    name_text(text, size, key);
}

char *recall(struct supervisor *sup, const char *key, char **engine, char **model)
{
    return answer_cache_is_on(sup) ? ledger_cache_find(sup->ledger, key, engine, model) : NULL;
}

void answer_cache_keep(struct supervisor *sup, const char *key, const char *answer, const char *engine,
                       const char *model)
{
    if (answer_cache_is_on(sup))
        ledger_cache_add(sup->ledger, key, answer, engine, model);
}

bool answer_cache_slide(struct supervisor *sup, struct job *job, uint32_t slide, const char *key)
{
    char *engine, *model, *answer = recall(sup, key, &engine, &model);

    if (answer == NULL)
        return false;
    slide_cached(sup, job, slide, answer, engine, model);
    free(answer);
    free(engine);
    free(model);
    return true;
}
