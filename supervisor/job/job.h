/* job - one active job in memory: its row, its slides, and what it holds
 *
 * The ledger is the truth; this is what the rows say, plus what only matters while we run (who is busy).  A
 * job is active from its turn until it has ended; the others wait in the ledger.
 */
#ifndef SUPERVISOR_JOB_H
#define SUPERVISOR_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/codes.h"
#include "supervisor/store/blob.h"
#include "supervisor/job/build_up.h"
#include "supervisor/money/money_rows.h"
#include "supervisor/schedule/lane.h"
#include "supervisor/ledger/ledger.h"
#include "supervisor/job/job_table.h"

struct jobs;

/* A slide of an active job: its row, and what only matters while we run. */
struct slide {
    struct slide_row row;
    struct build_up *build_up; /* what is remembered of the drawn page; NULL: not read (again) yet */
    int64_t failed_ms;         /* when it last had a temporary failure; 0: never */
    uint8_t charges;           /* temporary failures while others got through */
    bool busy;                 /* it has work in a lane, in a worker's hands or waiting for its twin */
    bool waits;                /* drawn, and waits for the next page before it is explained */
    bool saving;               /* waits for a batch */
};

struct job {
    struct job *next;
    struct job_row row;
    struct tenant *tenant;  /* who posted it */
    struct slide *slides;   /* row.pages of them; NULL before the document was inspected */
    uint32_t open;          /* slides without an outcome */
    uint32_t busy_count;    /* slides that are busy */
    int64_t work_failed_ms; /* when the work of the whole job last had a temporary failure */
    struct batch *batches;  /* of an economy job, newest first (provider_batch.c) */
    bool live;              /* nothing goes to a batch any more */
    bool overview_out;      /* in a lane or in a worker's hands */
    bool checking;          /* an earlier process wrote its files, and they are looked at first */
    enum job_event event;   /* what has happened to it in this turn; JOB_EVENTS: nothing */
};

/* Something has happened to the job. The job machine applies it in this turn, before the commit; until then
 * the job's state is what it was, and the caller goes on with it. One event is kept: the first, but one that
 * fails the job takes the place of another that would not end it. The table (job_table.h) must have a row for
 * it. Returns whether it is the one kept. */
bool job_raise(struct job *job, enum job_event event);

/* Raises EVENT_BROKEN with what to tell. detail NULL or empty: what the code means. */
void job_fail(struct job *job, enum code code, const char *detail);

/* Is the job in the state that work of this lane is for, and stays there? What comes late from another is
 * dropped. */
bool job_fits(const struct job *job, enum lane_id lane);

/* NULL: not active (any more). */
struct job *job_find(struct jobs *jobs, int64_t id);

/* 1-based; NULL: there is no such slide. job_slide_row: its row, or NULL. */
struct slide *job_slide(const struct job *job, uint32_t slide);
struct slide_row *job_slide_row(const struct job *job, uint32_t slide);

/* Is it busy? false, too, if there is no such slide. */
bool job_busy(const struct job *job, uint32_t slide);

/* Counts it as busy, or as that no more. It must exist and have been the opposite. */
void job_set_busy(struct job *job, uint32_t slide, bool busy);

/* What is remembered of a drawn slide; NULL if there is no such slide, it is not drawn, or its file is lost.
 */
const struct build_up *job_build_up(struct jobs *jobs, struct job *job, uint32_t slide);

/* A piece of its work, as lanes take it. */
struct work job_work(const struct job *job, enum lane_id lane, uint32_t item);

/* Writes what changed. */
void job_save(struct jobs *jobs, struct job *job);

/* Replaces a text of a row. */
void job_text(char **text, const char *with);

/* The rows of active jobs, for those who account for money. */
struct money_rows job_money_rows(struct jobs *jobs);

#endif
