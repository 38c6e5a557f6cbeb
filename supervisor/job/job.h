/* job - one active job in memory: its row, its slides, and what it holds
 *
 * The ledger is the truth; this is what the rows say, plus what only matters while we run (who is busy).  A
 * job is active from its turn until it has ended; the others wait in the ledger.  All files of this folder
 * read a job, but each member that is not a row is written by one of them, which is named here.
 */
#ifndef SUPERVISOR_JOB_H
#define SUPERVISOR_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "proto/codes.h"
#include "supervisor/store/blob.h"
#include "supervisor/job/build_up.h"
#include "supervisor/schedule/lane.h"
#include "supervisor/schedule/tenants.h"
#include "supervisor/ledger/ledger.h"
#include "supervisor/job/job_table.h"

/* A slide of an active job: its row, and what only matters while we run. */
struct slide {
    struct slide_row row;
    struct build_up *build_up; /* what is remembered of the drawn page; NULL: not read (again) yet (job.c) */
    int64_t failed_ms;         /* when it last had a temporary failure; 0: never (slide.c) */
    uint8_t charges;           /* temporary failures while others got through (slide.c) */
    uint8_t equals_failed;     /* failures of equal slides that it has seen (equal_slides.c) */
    bool busy;   /* it has work in a lane, in a worker's hands or waiting for its twin (job.c) */
    bool waits;  /* drawn, and waits for the next page before it is explained (slide.c) */
    bool saving; /* waits for a batch (batch.c) */
};

struct job {
    struct job *next; /* job_list.c */
    struct job_row row;
    struct tenant *tenant;  /* who posted it (job_list.c) */
    struct slide *slides;   /* row.pages of them; NULL before the document was inspected (job_list.c) */
    uint32_t open;          /* slides without an outcome (job_list.c, then slide.c) */
    uint32_t busy_count;    /* slides that are busy (job.c) */
    int64_t work_failed_ms; /* when the work of the whole job last had a temporary failure (failure.c) */
    struct batch *batches;  /* of an economy job, newest first (batch.c) */
    uint8_t greedy_run;     /* pages in a row that were greedy (greedy.c) */
    bool live;              /* nothing goes to a batch any more (batch.c) */
    bool overview_out;      /* in a lane, in a worker's hands or waiting for its twin (overview.c) */
    bool overview_late;     /* it was put off until the slides are done (overview.c) */
    bool checking;        /* its files are from before a restart, and are looked at first (job_activate.c) */
    enum job_event event; /* what has happened to it in this turn; JOB_EVENTS: nothing (job.c) */
};

/* Something has happened to the job. The job machine applies it in this turn, before the commit; until then
 * the job's state is what it was, and the caller goes on with it. One event is kept: the first, but one that
 * fails the job takes the place of another that would not end it. The table (job_table.h) must have a row for
 * it. Returns whether it is the one kept. */
bool job_raise(struct job *job, enum job_event event);

/* Raises EVENT_BROKEN with what to tell. detail NULL or empty: what the code means. */
void job_fail(struct job *job, enum code code, const char *detail);

/* Moves the job to the state that its event leads to. *action: what is to be done there. false: nothing has
 * happened to it. */
bool job_step(struct job *job, enum job_action *action);

/* Is the job in the state that work of this lane is for, and does it stay there? What comes late from another
 * is dropped. */
bool job_fits(const struct job *job, enum lane_id lane);

/* 1-based; NULL: there is no such slide. job_slide_row: its row, or NULL. */
struct slide *job_slide(const struct job *job, uint32_t slide);
struct slide_row *job_slide_row(const struct job *job, uint32_t slide);

/* Is it busy? false, too, if there is no such slide. */
bool job_busy(const struct job *job, uint32_t slide);

/* Counts it as busy, or as that no more. It must exist and have been the opposite. */
void job_set_busy(struct job *job, uint32_t slide, bool busy);

/* What is remembered of a drawn slide; NULL if there is no such slide, it is not drawn, or its file is lost.
 * The job owns it. */
const struct build_up *job_build_up(struct blobs *blobs, struct job *job, uint32_t slide);

/* The title of a drawn slide; "" where none is known. */
const char *job_slide_title(struct blobs *blobs, struct job *job, uint32_t slide);

/* A piece of its work, as lanes take it. */
struct work job_work(const struct job *job, enum lane_id lane, uint32_t item);

/* The work that comes now is another: its attempts and crashes are counted from none. */
void job_count_anew(struct job *job);

/* Replaces a text of a row. */
void job_text(char **text, const char *with);

/* Replaces the code of a row of a job or a slide, and what is said of it. said NULL or empty: what the code
 * means. */
void job_reason(char **code, char **detail, enum code why, const char *said);

/* What goes into a row as JSON; malloced, never NULL. Takes value over. */
char *job_json(json_t *value);

#endif
