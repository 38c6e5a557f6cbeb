/* job_table - what next: the states of a job and a slide, and what each event does to them
 *
 * Pure: values in, values out.  No socket, no disk, no clock.  The tables in job_table.c are the whole
 * policy; a pair that cannot be has no row, and asking for it is a bug (abort).
 */
#ifndef SUPERVISOR_JOB_TABLE_H
#define SUPERVISOR_JOB_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/enums.h"
#include "supervisor/base/job_state.h"

#define JOB_EVENT_TABLE(row)                                                                                 \
    row(ACTIVATED, "activated") row(FETCHED, "fetched") row(INSPECTED, "inspected")                          \
        row(SLIDES_DONE, "slides_done") row(NOTHING_EXPLAINED, "nothing_explained")                          \
            row(ESTIMATED, "estimated") row(SUMMED_UP, "summed_up") row(ASSEMBLED, "assembled")              \
                row(STORED, "stored") row(LOST, "lost") row(BROKEN, "broken")
#define JOB_ACTION_TABLE(row)                                                                                \
    row(FETCH, "fetch") row(INSPECT, "inspect") row(WORK, "work") row(SUM_UP, "sum_up")                      \
        row(ASSEMBLE, "assemble") row(STORE, "store") row(END, "end")

#define ENUM_EVENT(name, text)  EVENT_##name,
#define ENUM_ACTION(name, text) ACTION_##name,
enum job_event { JOB_EVENT_TABLE(ENUM_EVENT) JOB_EVENTS };
enum job_action { JOB_ACTION_TABLE(ENUM_ACTION) JOB_ACTIONS };

struct job_step {
    enum job_action action;
    enum job_state next;
};

/* What an event does to a job in that state. */
struct job_step job_table_step(enum job_state state, enum job_event event);

/* Is there a row for that pair? There is one for EVENT_ACTIVATED in each state that is not an end: a job
 * found after a restart begins anew what its state waits for. */
bool job_table_knows(enum job_state state, enum job_event event);

const char *job_event_name(enum job_event event);
const char *job_action_name(enum job_action action);

/* What an open slide needs next. */
enum slide_need { NEED_RASTER, NEED_EXPLAIN, NEED_NOTHING };

/* What is known of a slide: its row, and which of its blobs are there. */
struct slide_facts {
    enum outcome outcome;
    bool has_text, has_picture; /* blobs that are there */
    bool degraded;              /* drawn without a picture, for good */
    bool picture_lost;          /* done, but its picture is not on disk any more */
};
enum slide_need job_table_slide(const struct slide_facts *facts);

/* A page without a letter and (nearly) without ink is blank: it costs no call. */
bool job_table_blank(uint64_t letters, uint32_t ink_ppm);

/* A worker died over a slide, or over the work of a job: is it given up as poison? crashes: how often it was
 * to blame; attempt: which lease of it that was, whoever was to blame. */
bool job_table_poison(uint32_t crashes, uint32_t attempt);

#endif
