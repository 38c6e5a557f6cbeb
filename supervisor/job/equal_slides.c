/* equal_slides - see equal_slides.h */
#include "supervisor/job/equal_slides.h"

#include <string.h>

#include "proto/panic.h"

enum { TOGETHER_BITS = 4 }; /* 16 at once */

/* All that goes to the model and is not in the key. */
static void name_question(const struct wire_explain *asks, char question[BLOB_NAME])
{
    blob_name_of(question, "%u\n%u\n%u\n%s\n%s\n%s\n%s", asks->slide, asks->slides, asks->max_tokens,
                 asks->title, asks->outline, asks->before, asks->after);
}

bool equal_slides_lead(struct jobs *jobs, const struct job *job, struct draft *draft)
{
    struct asker asker = {.work = draft->work};

    if (!answer_cache_is_on(&jobs->cache))
        return true;
    name_question(&draft->message.explain, draft->question);
    memcpy(asker.key, draft->key, sizeof asker.key);
    memcpy(asker.question, draft->question, sizeof asker.question);
    return in_flight_lead(jobs->in_flight, &asker, 1U << job_slide(job, draft->work.item)->equals_failed);
}

/* ---- the end ---- */

/* What is said of a slide, whichever job asks. */
static bool is_of_slide(const struct conf *conf, enum code code)
{
    switch (code) {
    case CODE_MODEL_REFUSED:
    case CODE_MODEL_FILTERED:
    case CODE_MODEL_REJECTED:
    case CODE_MODEL_BLIND:
    case CODE_MODEL_BAD_ANSWER:
    case CODE_SLIDE_POISON:
        return true;
    case CODE_MODEL_TRUNCATED:
    case CODE_MODEL_CONTEXT: /* a job with little money may have asked for a shorter answer */
        return !budget_is_limited(conf);
    default:
        return false;
    }
}

static bool is_shared(const struct conf *conf, const struct lease *lease, const struct asker *asker,
                      const struct wire *failed)
{
    return failed != NULL && !failed->failed.retryable && is_of_slide(conf, code_of(failed->failed.code)) &&
           *asker->question != '\0' && strcmp(asker->question, lease->question) == 0;
}

static void count_failure(struct slide *slide)
{
    slide->equals_failed += slide->equals_failed < TOGETHER_BITS;
}

/* Was the slide itself charged, rather than others' machines, or nobody? */
static bool is_charged(const struct slide *slide)
{
    return slide->row.outcome == OUTCOME_FAILED || slide->charges > 0;
}

void equal_slides_end(struct jobs *jobs, const struct lease *lease, struct wire *failed)
{
    const struct job *leader = job_list_find(jobs->list, lease->work.job);
    struct slide *slide = leader == NULL ? NULL : job_slide(leader, lease->work.item);
    bool charged = slide != NULL && is_charged(slide);
    struct asker asker;

    if (charged)
        count_failure(slide);
    while (in_flight_take(jobs->in_flight, lease->key, &asker)) {
        struct job *job = job_list_find(jobs->list, asker.work.job);

        must(job != NULL); /* else in_flight_drop() has taken it out */
        if (is_shared(jobs->service->conf, lease, &asker, failed)) {
            slide_on_failed(&jobs->slides, job, &(struct lease){.work = asker.work}, failed);
            continue;
        }
        if (charged)
            count_failure(job_slide(job, asker.work.item));
        lanes_add(jobs->lanes, asker.work, 0);
    }
    in_flight_end(jobs->in_flight, lease->key);
}

void equal_slides_died(struct jobs *jobs, const struct lease *lease)
{
    const struct job *job = job_list_find(jobs->list, lease->work.job);
    const struct slide_row *slide = job == NULL ? NULL : job_slide_row(job, lease->work.item);
    struct wire poison;

    if (slide == NULL || slide->outcome != OUTCOME_FAILED || !job_table_poison(slide->crashes, 0) ||
        strcmp(slide->code, code_name(CODE_SLIDE_POISON)) != 0) {
        equal_slides_end(jobs, lease, NULL);
        return;
    }
    wire_init(&poison, WIRE_FAILED);
    poison.failed = (struct wire_failed){.code = slide->code, .detail = slide->detail};
    equal_slides_end(jobs, lease, &poison);
    wire_clear(&poison);
}
