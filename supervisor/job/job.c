/* job - see job.h */
#include "supervisor/job/job.h"

#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"

/* A job of so few pages is short. */
enum { LIGHT_PAGES = 16 };

static bool is_raised(const struct job *job)
{
    return job->event != JOB_EVENTS;
}

static bool would_end(const struct job *job)
{
    return job_table_step(job->row.state, job->event).action == ACTION_END;
}

bool job_raise(struct job *job, enum job_event event)
{
    must(job_table_knows(job->row.state, event));
    if (is_raised(job) && (event != EVENT_BROKEN || would_end(job)))
        return false;
    job->event = event;
    return true;
}

void job_fail(struct job *job, enum code code, const char *detail)
{
    if (!job_raise(job, EVENT_BROKEN))
        return;
    job_reason(&job->row.code, &job->row.detail, code, detail);
}

bool job_step(struct job *job, enum job_action *action)
{
    struct job_step step;

    if (!is_raised(job))
        return false;
    step = job_table_step(job->row.state, job->event);
    log_debug(job_transition, log_job(job->row.job), log_str("from", job_state_name(job->row.state)),
              log_str("on", job_event_name(job->event)), log_str("do", job_action_name(step.action)),
              log_str("to", job_state_name(step.next)));
    if (step.next != job->row.state)
        job_count_anew(job);
    job->row.state = step.next;
    job->event = JOB_EVENTS;
    job->checking = false;
    *action = step.action;
    return true;
}

bool job_fits(const struct job *job, enum lane_id lane)
{
    return job->row.state == lane_row(lane)->state && !is_raised(job);
}

struct slide *job_slide(const struct job *job, uint32_t slide)
{
    return slide >= 1 && slide <= job->row.pages && job->slides != NULL ? &job->slides[slide - 1] : NULL;
}

struct slide_row *job_slide_row(const struct job *job, uint32_t number)
{
    struct slide *slide = job_slide(job, number);

    return slide == NULL ? NULL : &slide->row;
}

bool job_busy(const struct job *job, uint32_t number)
{
    const struct slide *slide = job_slide(job, number);

    return slide != NULL && slide->busy;
}

void job_set_busy(struct job *job, uint32_t number, bool busy)
{
    struct slide *slide = job_slide(job, number);

    must(slide != NULL && slide->busy != busy);
    slide->busy = busy;
    job->busy_count += busy ? 1 : -1u;
}

const struct build_up *job_build_up(struct blobs *blobs, struct job *job, uint32_t number)
{
    struct slide *slide = job_slide(job, number);
    struct wire carrier = {0};

    if (slide == NULL || *slide->row.text == '\0')
        return NULL;
    if (slide->build_up == NULL && blobs_add_frame(blobs, slide->row.text, &carrier) == 0)
        slide->build_up = build_up_make(wire_data(&carrier, 0), wire_size(&carrier, 0));
    wire_clear(&carrier);
    return slide->build_up;
}

const char *job_slide_title(struct blobs *blobs, struct job *job, uint32_t number)
{
    const struct build_up *build_up = job_build_up(blobs, job, number);

    return build_up == NULL ? "" : build_up->title;
}

struct work job_work(const struct job *job, enum lane_id lane, uint32_t item)
{
    bool light = job->row.pages <= LIGHT_PAGES;

    return (struct work){.lane = lane,
                         .job = job->row.id,
                         .item = item,
                         .tenant = job->tenant->number,
                         .light = light,
                         .greedy = lane == LANE_ASSEMBLE && !light};
}

void job_count_anew(struct job *job)
{
    job->row.attempt = 0;
    job->row.crashes = 0;
}

void job_text(char **text, const char *with)
{
    char *copy = need_dup(with);

    free(*text);
    *text = copy;
}

void job_reason(char **code, char **detail, enum code why, const char *said)
{
    job_text(code, code_name(why));
    job_text(detail, said == NULL || *said == '\0' ? code_doc(why) : said);
}

char *job_json(json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT);

    must(text != NULL);
    json_decref(value);
    return text;
}
