/* answer_cache - see answer_cache.h */
#include "supervisor/job/answer_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "supervisor/job/job.h"
#include "supervisor/job/jobs.h"

bool answer_cache_is_on(const struct jobs *jobs)
{
    return strcmp(jobs->service->conf->model_cache, "off") != 0;
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

char *recall(struct jobs *jobs, const char *key, char **engine, char **model)
{
    return answer_cache_is_on(jobs) ? ledger_cache_find(jobs->ledger, key, engine, model) : NULL;
}

void answer_cache_keep(struct jobs *jobs, const char *key, const char *answer, const char *engine,
                       const char *model)
{
    if (answer_cache_is_on(jobs))
        ledger_cache_add(jobs->ledger, key, answer, engine, model);
}
